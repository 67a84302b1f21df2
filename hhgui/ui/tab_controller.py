"""Define what connects a tab with the document, the window and its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hhgui.document.document import edit_of
from hhgui.document.setup import Setup
from hhgui.ui.editor import Editor
from hhgui.ui.tab import Tab

if TYPE_CHECKING:
    from hhgui.jobs.runner import Runner
    from hhgui.ui.window.main_window import MainWindow


class TabController(QObject):
    """Connect a tab with the document, the window and its jobs.

    runners: Run the computations of the tab. worker: An object for continuous work, which moves
    into its own thread, named after the tab; the thread runs its ``start_up`` and ``shut_down``.
    """

    runners: tuple[Runner, ...] = ()
    worker: QObject | None = None

    def __init__(self, tab: Tab, editor: Editor, window: MainWindow) -> None:
        super().__init__()


def open_run(window: MainWindow, editor: Editor, setup: Setup, label: str) -> None:
    """Run a setup in its tab. label: Names the edit, which is one step of undo."""
    editor.edit(label, **edit_of(setup))
    window.pages[setup.tab].show_setup(setup, True)
    window.show_tab(setup.tab)
