"""How the window looks, as a session has it, and back; the document itself is the editor's."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker

from hhgui.document.session import View, state_from_table, table_from_state
from hhgui.model.parameter import ModelError
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.main_window import MainWindow


def view_of(window: MainWindow) -> View:
    """Return how the window looks now."""
    tabs = {name: table_from_state(page.state()) for name, page in window.pages.items()}
    lesson, step = window.lessons.place
    return View(window.front.name, tabs, lesson if window.lesson_dock.isVisible() else "", step)


def states_of(window: MainWindow, view: View) -> dict[str, Any]:
    """Return each tab's state, by its name; tabs that this window has not are left out.

    Raises ModelError naming the tab and the key.
    """
    states = {}
    for name, page in window.pages.items():
        try:
            states[name] = state_from_table(page.State, view.tabs.get(name, {}))
        except ModelError as error:
            raise ModelError(f"view.tabs.{name}.{error.key}", str(error)) from None
    return states


def show_view(
    window: MainWindow, view: View, states: dict[str, Any], deferred: DeferredCalls
) -> None:
    """Look as the session says, tab by tab, the window drawing between."""
    deferred.run(
        *(partial(page.restore, states[name]) for name, page in window.pages.items()),
        partial(_show_front, window, view),
    )


def _show_front(window: MainWindow, view: View) -> None:
    """The tab in front; and the lesson's place, without what its step would set."""
    if view.tab in window.pages:
        window.show_tab(view.tab)
    known = window.lessons.lesson_ids
    window.show_lessons(view.lesson in known)
    if view.lesson in known:
        with QSignalBlocker(window.lessons):
            window.lessons.open_lesson(view.lesson, view.step)
