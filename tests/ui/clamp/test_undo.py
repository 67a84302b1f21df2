"""Edits of the Voltage clamp tab's own fields are steps of undo, as edits of the neuron are."""

import pytest
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QPushButton, QRadioButton

from tests.ui.clamp.controls import find
from tests.ui.controls import choose

EDITS = {
    "test": ("clamp: test", lambda tab: find(tab, QDoubleSpinBox, "test_duration").setValue(7.0)),
    "values": ("clamp: values", lambda tab: find(tab, QDoubleSpinBox, "values.to").setValue(40.0)),
    "varies": ("clamp: values, varies", lambda tab: find(tab, QRadioButton, "varies.hold").click()),
    "preset": ("clamp: protocol", lambda tab: choose(tab, "clamp.preset", "tails")),
    "blocker": ("clamp: blockers", lambda tab: find(tab, QPushButton, "block.Na").click()),
    "subtraction": ("clamp: leak subtraction",
                    lambda tab: find(tab, QCheckBox, "subtraction").click()),
    "window": ("clamp: window of the peak", lambda tab: tab._move_windows(2.0, 20.0, 20.0)),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_undone_and_made_again(tab, desktop, edit):
    """Each edit has a name, and fields and sweeps follow undo and redo."""
    history, (name, change) = desktop.editor.history, EDITS[edit]
    before, steps = tab.clamping, history.count()
    change(tab)
    after = tab.clamping
    assert after != before
    assert history.count() == steps + 1
    assert history.undoText() == name
    history.undo()
    assert tab.clamping == before
    assert tab.wanted[0] == before.staircase
    history.redo()
    assert tab.clamping == after


def test_the_amplifier_and_its_first_resistance_are_one_step(tab, desktop):
    """Undone, the clamp is ideal and has no resistance."""
    history, before = desktop.editor.history, tab.clamping
    steps = history.count()
    find(tab, QCheckBox, "amplifier").click()
    assert tab.clamping.amplifier
    assert history.count() == steps + 1
    history.undo()
    assert tab.clamping == before


def test_quick_edits_of_one_field_are_one_step(tab, desktop):
    """Turned from 20 to 7 ms, one undo leads back to 20; another field is a step of its own."""
    history = desktop.editor.history
    steps = history.count()
    for value in (15.0, 10.0, 7.0):
        find(tab, QDoubleSpinBox, "test_duration").setValue(value)
    assert history.count() == steps + 1
    find(tab, QDoubleSpinBox, "after_duration").setValue(1.0)
    assert history.count() == steps + 2
    history.undo()
    history.undo()
    assert tab.staircase.test_duration == 20.0


def test_edits_of_neuron_and_clamp_are_undone_in_their_order(tab, desktop):
    """An undo of the clamp's own edit also brings its tab to the front."""
    history, conductance = desktop.editor.history, desktop.editor.document.membrane
    find(tab, QDoubleSpinBox, "test_duration").setValue(7.0)
    desktop.editor.set_membrane(conductance.with_current("Na", conductance=60.0))
    find(tab, QDoubleSpinBox, "test_duration").setValue(8.0)
    desktop.window.show_tab("live")
    history.undo()
    assert desktop.window.front is tab
    assert (tab.staircase.test_duration, tab._membrane.currents[0].conductance) == (7.0, 60.0)
    history.undo()
    assert tab._membrane == conductance
    history.undo()
    assert tab.staircase.test_duration == 20.0


def test_a_field_turned_back_leaves_no_step(tab, desktop):
    """A field turned from 20 to 7 and back to 20 ms within a moment leaves nothing to undo."""
    history = desktop.editor.history
    steps = history.index()
    for value in (7.0, 20.0):
        find(tab, QDoubleSpinBox, "test_duration").setValue(value)
    assert history.index() == steps
