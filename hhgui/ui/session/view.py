"""Convert between the state of the window and the View in a session."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker

from hhgui.document.session import View, state_from_table, table_from_state
from hhgui.model.parameter import ModelError
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.widgets.pins import pins
from hhgui.ui.window.main_window import MainWindow


def view_of(window: MainWindow) -> View:
    """Return the present state of the window."""
    tabs = {name: table_from_state(page.state()) for name, page in window.pages.items()}
    lesson, step = window.lessons.place
    shown = lesson if window.lesson_dock.isVisible() else ""
    return View(window.front.name, tabs, shown, step, pins().text())


def states_of(window: MainWindow, view: View) -> dict[str, Any]:
    """Return the state of each tab by its name; tabs that this window does not have are ignored.

    Raises ModelError, which names the tab and the key.
    """
    states = {}
    for name, page in window.pages.items():
        try:
            states[name] = state_from_table(page.State, view.tabs.get(name, {}))
        except ModelError as error:
            raise ModelError(f"view.tabs.{name}.{error.key}", str(error)) from None
    return states


def show_view(
    window: MainWindow,
    view: View,
    states: dict[str, Any],
    deferred: DeferredCalls,
    then: Callable[[], object],
) -> None:
    """Show a view in the window, tab by tab in several calls, between which the window draws.

    then: called at the end.
    """
    deferred.run(
        *(partial(page.restore, states[name]) for name, page in window.pages.items()),
        partial(_show_front, window, view),
        then,
    )


def _show_front(window: MainWindow, view: View) -> None:
    """Show the tab in front, the pinned numbers and the place in the lesson.

    The settings of its step are not applied.
    """
    if view.tab in window.pages:
        window.show_tab(view.tab)
    if view.pins is not None:
        pins().restore(view.pins)
    known = window.lessons.lesson_ids
    window.show_lessons(view.lesson in known)
    if view.lesson in known:
        with QSignalBlocker(window.lessons):
            window.lessons.open_lesson(view.lesson, view.step)
