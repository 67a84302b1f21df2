"""The Gating tab shows the document's gates and edits their rates."""

from PySide6.QtCore import QObject, Slot

from hhgui.document.document import Document
from hhgui.document.setup import Setup
from hhgui.model.membrane import Membrane
from hhgui.ui.editor import Editor
from hhgui.ui.gating.tab import GatingTab


class GatingWiring(QObject):
    """Keeps the tab and the document the same."""

    def __init__(self, tab: GatingTab, editor: Editor) -> None:
        super().__init__()
        self._tab, self._editor = tab, editor
        tab.membrane_changed.connect(self._take_membrane)
        editor.document_changed.connect(self._show)
        tab.set_membrane(editor.document.membrane, editor.document.base)

    def show_setup(self, setup: Setup, _runs: bool) -> None:
        """The second set and the thermal rates of a protocol."""
        self._tab.compare_with(setup.against)
        self._tab.show_thermal(setup.thermal)

    @Slot(object)
    def _take_membrane(self, membrane: Membrane) -> None:
        self._editor.edit(membrane=membrane)

    @Slot(object, object)
    def _show(self, before: Document, after: Document) -> None:
        if (before.membrane, before.base) != (after.membrane, after.base):
            self._tab.set_membrane(after.membrane, after.base)
