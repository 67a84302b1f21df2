"""Clamp the document's neuron in the Voltage clamp tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.document import Document
from hhgui.ui.clamp.tab import ClampTab
from hhgui.ui.editor import Editor
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow


class ClampController(TabController):
    """Keep the tab at the document's neuron."""

    def __init__(self, tab: ClampTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab = tab
        editor.document_changed.connect(self._follow)
        tab.set_neuron(editor.document.membrane, editor.document.dt)

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        if (before.membrane, before.dt) != (after.membrane, after.dt):
            self._tab.set_neuron(after.membrane, after.dt)
