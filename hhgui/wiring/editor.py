"""The one document that all views show, and its history."""

from dataclasses import replace
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from hhgui.experiments.document import Document, changes, edit_label

# Edits of one value that follow each other faster are one step back.
MERGE_WITHIN_S = 1.0
MOST_STEPS = 500


class Editor(QObject):
    """Holds the document. ``document_changed(before, after)``: an edit, an undo or a redo.

    Whoever shows or uses the document applies the difference.
    """

    document_changed = Signal(object, object)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.history = QUndoStack(self)
        self.history.setUndoLimit(MOST_STEPS)

    @property
    def document(self) -> Document:
        return self._document

    def edit(self, label: str = "", **values: Any) -> None:
        """Replace fields of the document; one step of the history, unless nothing differs.

        label: the step's name, or "" to name it by what differs. Edits of the same value in quick
        succession become one step.
        """
        after = replace(self._document, **values)
        if after != self._document:
            self.history.push(_Edit(self, self._document, after, label))

    def replace_document(self, document: Document) -> None:
        """Show another document, with a history of its own: a session was opened."""
        self.history.clear()
        self.show(document)

    def show(self, document: Document) -> None:
        """Make it the present one; not a step of the history."""
        before, self._document = self._document, document
        if before != document:
            self.document_changed.emit(before, document)


class _Edit(QUndoCommand):
    """A step from one document to the next."""

    def __init__(self, editor: Editor, before: Document, after: Document, label: str) -> None:
        super().__init__(label or edit_label(before, after))
        self._editor, self._before, self._after = editor, before, after
        self._named = bool(label)
        self._keys = {change.key for change in changes(before, after)}
        self._time = monotonic()

    def undo(self) -> None:
        self._editor.show(self._before)

    def redo(self) -> None:
        self._editor.show(self._after)

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        if not isinstance(other, _Edit) or self._named or other._named:
            return False
        if other._keys != self._keys or other._time - self._time > MERGE_WITHIN_S:
            return False
        self._after, self._time = other._after, other._time
        self.setText(edit_label(self._before, self._after))
        self.setObsolete(self._before == self._after)
        return True
