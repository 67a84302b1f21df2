"""Hold the document that all views show, and its undo history."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from hhgui.document.differences import describe, in_words
from hhgui.document.document import Document
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.ui.gesture import present_gesture

# Edits of one value that follow each other faster are one step back.
MERGE_WITHIN_S = 1.0
MOST_STEPS = 500


class Editor(QObject):
    """Holds the document; every view applies those differences that concern it.

    ``document_changed(before, after)``: Emitted with both documents after an edit, an undo or a
    redo. ``undo_named(text)``, ``redo_named(text)``: Emitted with the name of the edit that undo or
    redo would affect, "" for none.
    """

    document_changed = Signal(object, object)
    undo_named = Signal(str)
    redo_named = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._last: _Edit | None = None
        self.history = QUndoStack(self)
        self.history.setUndoLimit(MOST_STEPS)
        self.history.undoTextChanged.connect(self.undo_named)
        self.history.redoTextChanged.connect(self.redo_named)

    @property
    def document(self) -> Document:
        return self._document

    @property
    def step_start(self) -> Document:
        """Return the document before the last undo step.

        After an undo, and when a session has been opened, it is the present document.
        """
        last = self._last
        return last.before if last is not None and last.after == self._document else self._document

    def edit(
        self,
        label: str = "",
        undone: Callable[[], object] | None = None,
        redone: Callable[[], object] | None = None,
        **values: Any,
    ) -> None:
        """Replace fields of the document, by name, as one step of undo; ignore equal values.

        label: the name of the step, "" to make it from the differences. Edits of the same value in
        quick succession become one step. undone, redone: called after the step was undone or made
        again, to change other things with it; such a step needs a label.
        """
        after = replace(self._document, **values)
        if after == self._document:
            return
        edit = _Edit(self, self._document, after, label)
        edit.undone, edit.redone = undone, redone
        if self._merges(edit):
            self._merge(edit)
        else:
            self._last = edit
            self.history.push(edit)

    @Slot(object)
    def set_membrane(self, membrane: Membrane) -> None:
        """Replace the neuron after an edit of one or several of its numbers."""
        self.edit(membrane=membrane)

    @Slot(object)
    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Replace the stimulus after an edit, or the command voltage if it is one."""
        if isinstance(stimulus, Command):
            self.edit(command=stimulus)
        else:
            self.edit(stimulus=stimulus)

    @Slot(str, float)
    def set_method(self, method: str, dt: float) -> None:
        """Set the integration method and dt (ms)."""
        self.edit(method=method, dt=dt)

    def replace_document(self, document: Document) -> None:
        """Show another document, with a new history of its own, as when a session is opened."""
        self.history.clear()
        self.show(document)

    def show(self, document: Document) -> None:
        """Make this the present document without a step of undo."""
        before, self._document = self._document, document
        if before != document:
            self.document_changed.emit(before, document)

    def _merges(self, edit: "_Edit") -> bool:
        """Return whether an edit is to become part of the last step of undo."""
        last, index = self._last, self.history.index()
        # what was saved stays a step of its own, to which undo returns
        on_top = index == self.history.count() and index > 0 and not self.history.isClean()
        return last is not None and on_top and last.after == edit.before and last.takes(edit)

    def _merge(self, edit: "_Edit") -> None:
        """Extend the last step by this edit.

        QUndoCommand.mergeWith is not used, because it would leak 1.4 kB per edit.
        """
        assert self._last is not None
        self._last.take(edit)
        self.show(edit.after)
        if self._last.before == edit.after:
            self._last.setObsolete(True)
            self._last = None
            self.history.undo()
        else:
            self.undo_named.emit(self.history.undoText())


class _Edit(QUndoCommand):
    """One step of undo, from a document to the next."""

    def __init__(self, editor: Editor, before: Document, after: Document, label: str) -> None:
        changes = describe(before, after)
        super().__init__(label or in_words(changes) or "edit")
        self._editor, self.before, self.after = editor, before, after
        self._named = bool(label)
        self._keys = {change.key for change in changes}
        self._time, self._gesture = monotonic(), present_gesture()
        self.undone: Callable[[], object] | None = None
        self.redone: Callable[[], object] | None = None
        self._was_undone = False

    def undo(self) -> None:
        self._was_undone = True
        self._editor.show(self.before)
        if self.undone is not None:
            self.undone()

    def redo(self) -> None:
        self._editor.show(self.after)
        if self._was_undone and self.redone is not None:
            self.redone()

    def takes(self, other: "_Edit") -> bool:
        """Return whether another edit belongs to this step.

        It does if it is part of the same drag, or soon changes the same value.
        """
        if other._gesture != self._gesture or self._named or other._named:
            return False
        soon = other._time - self._time <= MERGE_WITHIN_S and other._keys == self._keys
        return bool(self._gesture) or soon

    def take(self, other: "_Edit") -> None:
        """Extend this step to the end of another one."""
        self.after, self._time = other.after, other._time
        self._keys |= other._keys
        self.setText(in_words(describe(self.before, self.after)) or "edit")
