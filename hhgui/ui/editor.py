"""Hold the document that all views show, and its undo history."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any, TypeVar

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
T = TypeVar("T")


class Editor(QObject):
    """Holds the document; every view applies those differences that concern it.

    ``document_changed(before, after)``: Emitted with both documents after an edit, an undo or a
    redo. ``undo_named(text)``, ``redo_named(text)``: Emitted with the name of the edit that undo or
    redo would affect, "" for none. ``step_wanted()``: Emitted before an undo or a redo, so that an
    edit which is still being carried out can be finished.
    """

    document_changed = Signal(object, object)
    undo_named = Signal(str)
    redo_named = Signal(str)
    step_wanted = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._last: _Edit | None = None
        self._noted: _Note | None = None
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

    @Slot()
    def undo(self) -> None:
        """Undo the last step."""
        self.step_wanted.emit()
        self.history.undo()

    @Slot()
    def redo(self) -> None:
        """Redo the step that was undone last."""
        self.step_wanted.emit()
        self.history.redo()

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
            self._last, self._noted = edit, None
            self.history.push(edit)

    def note(
        self, label: str, keys: frozenset[str], before: T, after: T, show: Callable[[T], object]
    ) -> None:
        """Add a step of undo for an edit of something that is not part of the document.

        The edit is shown already. label: the text of the step. keys: what was edited; edits of the
        same keys in quick succession become one step. show: called with ``before`` when the step is
        undone, with ``after`` when it is redone.
        """
        note, last = _Note(label, keys, before, after, show), self._noted
        if last is None or not self._can_grow or not last.takes(note):
            self._last, self._noted = None, note
            self.history.push(note)
            return
        last.take(note)
        if last.before == last.after:
            last.setObsolete(True)
            self._noted = None
            self.history.undo()

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
        last = self._last
        fits = last is not None and last.after == edit.before and last.takes(edit)
        return fits and self._can_grow

    @property
    def _can_grow(self) -> bool:
        """Return whether the last step of undo may be extended by another edit.

        It may not if a step has been undone since, or if its state has been saved: a saved state
        must remain a step to which undo returns.
        """
        index = self.history.index()
        return index == self.history.count() and index > 0 and not self.history.isClean()

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


def _belong(first: "_Edit | _Note", second: "_Edit | _Note") -> bool:
    """Return whether two edits become one step of undo.

    They do if they are part of the same drag, or if ``second`` soon follows and edits the same
    value.
    """
    if second.gesture != first.gesture:
        return False
    soon = second.time - first.time <= MERGE_WITHIN_S and second.keys == first.keys
    return bool(first.gesture) or soon


class _Note(QUndoCommand):
    """A step of undo for an edit of something that is not part of the document."""

    def __init__(
        self, label: str, keys: frozenset[str], before: Any, after: Any, show: Callable[[Any], Any]
    ) -> None:
        super().__init__(label)
        self.keys, self.before, self.after, self._show = keys, before, after, show
        self.time, self.gesture = monotonic(), present_gesture()
        self._was_undone = False

    def undo(self) -> None:
        self._was_undone = True
        self._show(self.before)

    def redo(self) -> None:
        if self._was_undone:
            self._show(self.after)

    def takes(self, other: "_Note") -> bool:
        """Return whether ``other``, the next edit, becomes part of this step."""
        return other.before == self.after and _belong(self, other)

    def take(self, other: "_Note") -> None:
        """Extend this step so that it also includes ``other``, the next edit."""
        self.after, self.time = other.after, other.time


class _Edit(QUndoCommand):
    """One step of undo, from a document to the next."""

    def __init__(self, editor: Editor, before: Document, after: Document, label: str) -> None:
        changes = describe(before, after)
        super().__init__(label or in_words(changes) or "edit")
        self._editor, self.before, self.after = editor, before, after
        self._named = bool(label)
        self.keys = frozenset(change.key for change in changes)
        self.time, self.gesture = monotonic(), present_gesture()
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
        """Return whether another edit belongs to this step."""
        return not (self._named or other._named) and _belong(self, other)

    def take(self, other: "_Edit") -> None:
        """Extend this step to the end of another one."""
        self.after, self.time = other.after, other.time
        self.keys |= other.keys
        self.setText(in_words(describe(self.before, self.after)) or "edit")
