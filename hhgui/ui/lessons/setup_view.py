"""Show a Setup in the window, as one step of undo that restores the view too."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from hhgui.document.document import edit_of
from hhgui.document.setup import Setup
from hhgui.ui.editor import Editor
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.deferred import DeferredCalls, paint_again
from hhgui.ui.window.main_window import MainWindow


class SetupView(QObject):
    """Applies Setups in several calls; the window is painted once, when all has been applied."""

    def __init__(self, window: MainWindow, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._editor = window, editor
        self._deferred = DeferredCalls(self)
        # else an undo would undo the step before, and this one could not be redone
        editor.step_wanted.connect(self._deferred.finish)

    @property
    def busy(self) -> bool:
        """Return whether a Setup is still being applied."""
        return self._deferred.busy

    def drop(self) -> None:
        """Do not apply the rest of a Setup, because the window closes."""
        self._deferred.run()

    def show(self, setup: Setup, label: str, runs: bool, note: str) -> None:
        """Apply a Setup; undo restores document, tab, settings of the tab, note and speed.

        label: the name of the step of undo. runs: whether the tab starts its computation. note: the
        rich text for the bar of notes, or "". The tab is brought to the front first, because a tab
        that follows edits would otherwise run although the Setup is meant for another one.
        """
        edits, tab = edit_of(setup), self._window.pages[setup.tab]
        after = partial(tab.show_setup, setup, runs)

        def redone() -> None:
            self._run(note, partial(self._show_tab, setup), after)

        undone = self._way_back(tab)
        edit = partial(self._editor.edit, label, undone, redone, **edits)
        self._run(note, partial(self._show_tab, setup), edit, after)

    def _way_back(self, tab: Tab) -> Callable[[], None]:
        """Return a function that shows the present view again; results found since are kept."""
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
        """Make these calls one after the other, then show the note."""
        window = self._window
        window.note.show_again(note)
        window.setUpdatesEnabled(False)
        self._deferred.run(*calls, partial(paint_again, window))

    def _show_tab(self, setup: Setup) -> None:
        self._window.show_tab(setup.tab)
        if setup.speed is not None:
            self._window.bar.choose_speed(setup.speed)
