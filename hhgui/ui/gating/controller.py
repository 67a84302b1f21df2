"""Show the document's gates in the Gating tab and apply edits of their rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.document import Document
from hhgui.ui.editor import Editor
from hhgui.ui.gating.tab import GatingTab
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow


class GatingController(TabController):
    """Keep the tab and the document consistent."""

    def __init__(self, tab: GatingTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab = tab
        tab.membrane_changed.connect(editor.set_membrane)
        tab.save_requested.connect(window.actions_by_name["save.model"].trigger)
        editor.document_changed.connect(self._show)
        tab.set_membrane(editor.document.membrane, editor.document.base)

    @Slot(object, object)
    def _show(self, before: Document, after: Document) -> None:
        if (before.membrane, before.base) != (after.membrane, after.base):
            self._tab.set_membrane(after.membrane, after.base)
