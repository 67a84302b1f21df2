"""Show a setup in the window as one step of undo, view included."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from hhgui.document.document import edit_of
from hhgui.document.setup import Setup
from hhgui.ui.editor import Editor
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.main_window import MainWindow


class SetupView(QObject):
    """Apply setups in deferred calls; the window is painted once, when all of one is there."""

    def __init__(self, window: MainWindow, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._editor = window, editor
        self._deferred = DeferredCalls(self)

    @property
    def busy(self) -> bool:
        """Return whether a setup is being shown."""
        return self._deferred.busy

    def drop(self) -> None:
        """Drop what a setup still had to show, as its window closes."""
        self._deferred.run()

    def show(self, setup: Setup, label: str, runs: bool, note: str) -> None:
        """Show a setup; undo brings document, tab, its settings, note and speed back.

        Its tab comes first: one that follows edits would replace its run by that of a setup which
        is meant for another tab. note: What the bar of notes shows with it, as rich text.
        """
        edits, tab = edit_of(setup), self._window.pages[setup.tab]
        after = partial(tab.show_setup, setup, runs)

        def redone() -> None:
            self._run(note, partial(self._show_tab, setup), after)

        undone = self._way_back(tab)
        edit = partial(self._editor.edit, label, undone, redone, **edits)
        self._run(note, partial(self._show_tab, setup), edit, after)

    def _way_back(self, tab: Tab) -> Callable[[], None]:
        """Return what shows the present view again; what was measured since stays."""
        window, state, note = self._window, tab.state(), self._window.note.shown
        front, speed = window.front.name, float(window.bar.speed.currentData())

        def go_back() -> None:
            kept = state
            if tab.results_in:
                kept = replace(state, **{tab.results_in: getattr(tab.state(), tab.results_in)})
            self._run(note, partial(tab.restore, kept), partial(window.show_tab, front),
                      partial(window.bar.choose_speed, speed))  # fmt: skip

        return go_back

    def _run(self, note: str, *calls: Callable[[], object]) -> None:
        window = self._window
        window.note.show_again(note)
        window.setUpdatesEnabled(False)
        self._deferred.run(*calls, partial(window.setUpdatesEnabled, True))

    def _show_tab(self, setup: Setup) -> None:
        self._window.show_tab(setup.tab)
        if setup.speed is not None:
            self._window.bar.choose_speed(setup.speed)
