"""The document's undo history: every edit can be undone, quick ones together."""

from dataclasses import replace

import pytest

from hhgui.document.document import Document
from hhgui.model.edit import with_value
from hhgui.ui import editor as editor_module
from hhgui.ui.editor import Editor
from tests.shipped import SQUID


@pytest.fixture
def editor(qapp):
    """An editor of the squid axon."""
    return Editor(Document(SQUID, SQUID))


def set_sodium(editor, value):
    """Edit the sodium conductance."""
    membrane = with_value(editor.document.membrane, "Na.conductance", value)
    editor.edit(membrane=membrane)


def sodium(editor):
    """The present conductance of sodium."""
    return editor.document.membrane.currents[0].conductance


def test_an_edit_is_emitted_undone_and_redone(editor):
    """Edit, undo and redo each emit both documents, before and after."""
    emitted = []
    editor.document_changed.connect(lambda a, b: emitted.append((a, b)))
    first = editor.document
    set_sodium(editor, 80.0)
    second = editor.document
    assert editor.history.undoText() == "ḡNa 120 → 80"
    editor.history.undo()
    editor.history.redo()
    assert emitted == [(first, second), (second, first), (first, second)]


def test_quick_edits_of_one_value_are_one_step(editor):
    """The label of the undo step has the first and the last value."""
    for value in (119.0, 118.0, 80.0):
        set_sodium(editor, value)
    assert editor.history.count() == 1
    assert editor.history.undoText() == "ḡNa 120 → 80"
    editor.history.undo()
    assert sodium(editor) == 120.0


def test_slow_edits_and_edits_of_other_values_are_steps_of_their_own(editor, monkeypatch):
    """Edits of one value a second apart, or of two values, are undone one by one."""
    now = [0.0]
    monkeypatch.setattr(editor_module, "monotonic", lambda: now[0])
    set_sodium(editor, 100.0)
    now[0] = 1.5
    set_sodium(editor, 80.0)
    editor.edit(dt=0.01)
    assert [editor.history.text(i) for i in range(3)] == [
        "ḡNa 120 → 100", "ḡNa 100 → 80", "dt 0.025 → 0.01",
    ]  # fmt: skip
    for _ in range(3):
        editor.history.undo()
    assert (sodium(editor), editor.document.dt) == (120.0, 0.025)


def test_an_edit_back_to_the_start_leaves_no_step(editor):
    """Edits that lead back to the first value leave nothing to undo."""
    set_sodium(editor, 80.0)
    set_sodium(editor, 120.0)
    assert editor.history.count() == 0
    assert sodium(editor) == 120.0


def test_a_named_edit_stands_alone(editor, library):
    """A protocol is one undo step and is never merged with the edit before it."""
    set_sodium(editor, 80.0)
    other = library["cortical-pyramidal"]
    editor.edit("protocol", membrane=other, base=other, dt=0.01)
    assert editor.history.count() == 2
    editor.history.undo()
    assert sodium(editor) == 80.0


def test_another_document_has_its_own_history(editor):
    """Undo does not lead back into the document before."""
    set_sodium(editor, 80.0)
    editor.replace_document(replace(editor.document, dt=0.01))
    assert editor.history.count() == 0
    assert editor.document.dt == 0.01
