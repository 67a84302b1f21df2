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
    """Connects a tab with the document, the window and its jobs.

    runners: the threads that do the computations of the tab. worker: an object for continuous work,
    or None; it moves into a thread of its own, named after the tab, in which its ``start_up`` and
    ``shut_down`` are called.
    """

    runners: tuple[Runner, ...] = ()
    worker: QObject | None = None

    def __init__(self, tab: Tab, editor: Editor, window: MainWindow) -> None:
        super().__init__()


def open_run(window: MainWindow, editor: Editor, setup: Setup, label: str) -> None:
    """Set up and run a single run in its tab; label: the name of this edit, one step of undo."""
    editor.edit(label, **edit_of(setup))
    window.pages[setup.tab].show_setup(setup, True)
    window.show_tab(setup.tab)
