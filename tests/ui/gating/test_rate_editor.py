"""The editor of a gate's rates: its fields, its edits and its errors."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QMessageBox,
    QToolButton,
)

from hhgui.analysis.gating import find_gate, with_gate
from hhgui.model.edit import named_after, with_value
from hhgui.model.rate import Curve, Form, Rate
from hhgui.ui.gating.rate_editor import RateEditor
from hhgui.ui.widgets.equation import EquationLabel
from tests.shipped import LIBRARY, SQUID
from tests.ui.controls import box, button

MODEL_1, MODEL_6 = LIBRARY["lecture6-model1"], LIBRARY["lecture6-model6"]


@pytest.fixture
def editor(shown):
    """A shown editor of the squid giant axon."""
    widget = RateEditor()
    widget.set_membrane(SQUID, SQUID)
    return shown(widget)


@pytest.fixture
def edits(editor):
    """Every membrane that the editor announces."""
    seen = []
    editor.membrane_changed.connect(seen.append)
    return seen


def form(editor, key):
    """The dropdown of a rate's form."""
    return editor.findChild(QComboBox, f"gating.{key}.form")


def choose_form(editor, key, value):
    """Choose a form from its dropdown."""
    combo = form(editor, key)
    combo.setCurrentIndex(combo.findData(value))


def error(editor, name):
    """The message beside a field, "" if none shows."""
    label = editor.findChild(QLabel, f"error.gating.{name}")
    return "" if label.isHidden() else label.text()


def with_edits(membrane, *edits):
    """The membrane with these numbers at their paths, named as an edited one."""
    edited = membrane
    for path, value in edits:
        edited = with_value(edited, path, value)
    return named_after(edited, membrane)


def choose_gate(editor, name):
    """Edit the gate of this name, as from the dropdown."""
    combo = editor.findChild(QComboBox, "gating.gate")
    combo.setCurrentIndex(combo.findText(name))


@pytest.mark.parametrize("membrane", LIBRARY.membranes.values(), ids=LIBRARY.membranes)
def test_every_constant_of_every_gate_is_shown_exactly(editor, membrane):
    """Fields hold the model's numbers to the last bit."""
    editor.set_membrane(membrane, membrane)
    for gate in membrane.gates:
        choose_gate(editor, gate.name)
        assert box(editor, "gating.power").value() == gate.power
        keys = [k for k in ("alpha", "beta", "steady_state", "time_constant") if getattr(gate, k)]
        for key in keys:
            curve = getattr(gate, key)
            terms = {key: curve}
            if isinstance(curve, Curve):
                terms = {f"{key}.terms[{i}]": term for i, term in enumerate(curve.terms, 1)}
                assert box(editor, f"gating.{key}.offset").value() == curve.offset
            for path, term in terms.items():
                assert form(editor, path).currentData() == term.form
                for number in ("rate", "midpoint", "scale", "offset"):
                    value = box(editor, f"gating.{path}.{number}").value()
                    assert value == getattr(term, number)


@pytest.mark.parametrize("key", ["alpha", "beta"])
@pytest.mark.parametrize(
    ("number", "value"), [("rate", 2.5), ("midpoint", -44.0), ("scale", 7.0), ("offset", 0.5)]
)
def test_an_edit_is_one_new_membrane(editor, edits, key, number, value):
    """The membrane differs in that number only, and is emitted once."""
    choose_gate(editor, "h")
    box(editor, f"gating.{key}.{number}").setValue(value)
    assert edits == [with_edits(SQUID, (f"h.{key}.{number}", value))]


@pytest.mark.parametrize("key", ["steady_state", "time_constant"])
def test_a_gate_given_by_its_curves_is_edited_by_them(editor, edits, key):
    """Model 6 has x∞ and τ instead of α and β; the fields of the rates are gone."""
    editor.set_membrane(MODEL_6, MODEL_6)
    assert box(editor, "gating.alpha.rate") is None
    box(editor, f"gating.{key}.midpoint").setValue(-50.0)
    assert edits == [with_edits(MODEL_6, (f"a_act.{key}.midpoint", -50.0))]


def test_the_power_is_a_whole_number(editor, edits):
    """m³ becomes m⁴; a half is refused beside the field."""
    box(editor, "gating.power").setValue(4)
    assert [find_gate(m, "m").power for m in edits] == [4]
    box(editor, "gating.power").setValue(2.5)
    assert "whole number" in error(editor, "power")
    assert len(edits) == 1


def test_edits_of_two_gates_add_up(editor, edits):
    """An edit of a second gate keeps the edit of the first."""
    box(editor, "gating.alpha.rate").setValue(2.0)
    choose_gate(editor, "n")
    box(editor, "gating.beta.rate").setValue(0.2)
    expected = with_edits(SQUID, ("m.alpha.rate", 2.0), ("n.beta.rate", 0.2))
    assert edits[-1] == expected == editor.membrane


def test_another_form_keeps_the_numbers(editor, edits):
    """β of m as a sigmoid of the same rate, midpoint and scale."""
    choose_form(editor, "beta", "sigmoid")
    old = find_gate(SQUID, "m")
    assert [find_gate(m, "m") for m in edits] == [
        replace(old, beta=replace(old.beta, form=Form.SIGMOID))
    ]


def test_a_constant_has_no_midpoint_and_no_scale(editor):
    """The fields of midpoint and scale are off while they mean nothing."""
    choose_form(editor, "alpha", "constant")
    off = [n for n in ("rate", "midpoint", "scale", "offset")
           if not box(editor, f"gating.alpha.{n}").isEnabled()]  # fmt: skip
    assert off == ["midpoint", "scale"]


@pytest.mark.parametrize(
    ("path", "bad", "old", "words"),
    [
        ("alpha.scale", 0.0, 10.0, "scale must not be 0"),
        ("alpha.rate", -1.0, 1.0, "must not be negative"),
        ("beta.offset", -0.5, 0.0, "beta of gate m must not be negative"),
        ("beta.rate", float("inf"), 4.0, "from"),
    ],
)
def test_what_no_gate_can_have_is_refused_beside_its_field(editor, edits, path, bad, old, words):
    """The message stands at the number that caused it, and the old value stays."""
    box(editor, f"gating.{path}").setValue(bad)
    assert words in error(editor, path)
    assert box(editor, f"gating.{path}").value() == old
    assert (edits, editor.membrane) == ([], SQUID)


def test_a_form_that_no_gate_can_have_is_refused(editor, edits):
    """x∞ of a leaves 0…1 as an exponential: said below the form, which goes back."""
    editor.set_membrane(MODEL_6, MODEL_6)
    choose_form(editor, "steady_state", "exponential")
    assert "stay within 0 to 1" in error(editor, "steady_state.form")
    assert form(editor, "steady_state").currentData() == "sigmoid"
    assert edits == []


def test_a_changed_number_goes_back_by_one_click(qtbot, editor, edits):
    """Only a changed one has the button."""
    button = editor.findChild(QToolButton, "reset.gating.alpha.midpoint")
    assert not button.isVisible()
    box(editor, "gating.alpha.midpoint").setValue(-30.0)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert edits[-1] == SQUID


def test_a_gate_goes_back_as_a_whole(qtbot, editor, edits):
    """Form, numbers and power of this gate are restored, and of no other."""
    choose_gate(editor, "n")
    box(editor, "gating.alpha.rate").setValue(0.2)
    choose_gate(editor, "m")
    choose_form(editor, "beta", "constant")
    box(editor, "gating.power").setValue(2)
    qtbot.mouseClick(button(editor, "reset.gating.gate"), Qt.MouseButton.LeftButton)
    assert edits[-1] == with_edits(SQUID, ("n.alpha.rate", 0.2))


def test_syncing_emits_nothing(editor, edits):
    """Showing other values, another set or no set emits no edit."""
    for membrane in (with_value(SQUID, "m.beta.rate", 5.0), MODEL_6, MODEL_1, SQUID):
        editor.set_membrane(membrane, membrane)
        choose_gate(editor, "h")
    assert edits == []


def test_the_chosen_gate_stays_chosen(editor):
    """An edit elsewhere does not jump to another gate."""
    choose_gate(editor, "n")
    editor.set_membrane(SQUID.with_current("Na", conductance=7.0), SQUID)
    assert box(editor, "gating.power").value() == 4
    editor.set_membrane(LIBRARY["cortical-pyramidal"], LIBRARY["cortical-pyramidal"])
    assert editor.findChild(QComboBox, "gating.gate").currentText() == "n"


def test_without_gates_there_is_nothing_to_edit(editor):
    """For a membrane without gates the editor shows a sentence instead of fields."""
    editor.set_membrane(MODEL_1, MODEL_1)
    assert not box(editor, "gating.power").isVisible()
    texts = [label.text() for label in editor.findChildren(QLabel) if label.isVisible()]
    assert any("no gates" in text for text in texts)


def test_the_equations_follow_the_numbers(editor):
    """The equations show the numbers that the model uses."""
    box(editor, "gating.beta.rate").setValue(4.5)
    alpha, beta = (editor.findChild(EquationLabel, f"gating.equation.{i}") for i in (0, 1))
    assert alpha.latex == r"\alpha_m(V) = \frac{1\,(V+40)/10}{1-e^{-(V+40)/10}}"
    assert beta.latex == r"\beta_m(V) = 4.5\,e^{-(V+65)/18}"


def test_every_form_is_named_by_its_formula(editor):
    """All five forms of a rate are on offer."""
    combo = form(editor, "alpha")
    assert [combo.itemData(i) for i in range(combo.count())] == [str(f) for f in Form]
    assert combo.currentText() == "r·x/(1−e⁻ˣ)"


def test_fields_say_what_they_are(editor):
    """Name and unit for assistive technology."""
    assert box(editor, "gating.alpha.rate").accessibleName() == "α rate (1/ms)"
    assert box(editor, "gating.beta.midpoint").accessibleName() == "β midpoint (mV)"


def test_tab_goes_down_one_column_and_then_the_other(editor):
    """The Tab key visits the fields column by column."""
    names, widget = [], box(editor, "gating.power")
    for _ in range(40):
        widget = widget.nextInFocusChain()
        if isinstance(widget, QDoubleSpinBox | QComboBox):
            names.append(widget.objectName().removeprefix("gating."))
    start = names.index("alpha.form")
    assert names[start : start + 10] == [
        f"{key}.{what}"
        for key in ("alpha", "beta")
        for what in ("form", "rate", "midpoint", "scale", "offset")
    ]


@pytest.fixture
def cell():
    """The crab's axon: a is a product of two terms, its τ one rate."""
    return LIBRARY["connor-stevens"]


def test_a_curve_of_terms_shows_each_term_and_its_own_numbers(editor, cell):
    """Two forms with four numbers each; exponent, offset and the bound that there is."""
    editor.set_membrane(cell, cell)
    choose_gate(editor, "a")
    assert form(editor, "steady_state.terms[1]").currentData() == "exponential"
    assert form(editor, "steady_state.terms[2]").currentData() == "sigmoid"
    assert box(editor, "gating.steady_state.terms[2].scale").value() == -28.93
    assert box(editor, "gating.steady_state.exponent").value() == pytest.approx(1 / 3, abs=1e-6)
    assert box(editor, "gating.steady_state.maximum").value() == 1.0
    assert box(editor, "gating.steady_state.minimum") is None
    assert box(editor, "gating.time_constant.scale").value() == -20.12


def test_a_number_of_a_term_is_edited(editor, edits, cell):
    """Only the edited number of the term changes."""
    editor.set_membrane(cell, cell)
    choose_gate(editor, "a")
    box(editor, "gating.steady_state.terms[2].scale").setValue(-30.0)
    assert edits == [with_edits(cell, ("a.steady_state.terms[2].scale", -30.0))]


def test_the_form_of_a_term_is_edited(editor, edits, cell):
    """The form of one term changes, and the other terms stay."""
    editor.set_membrane(cell, cell)
    choose_gate(editor, "b")
    choose_form(editor, "steady_state.terms[1]", "constant")
    old, new = find_gate(cell, "b").steady_state, find_gate(edits[0], "b").steady_state
    assert new.terms == (replace(old.terms[0], form=Form.CONSTANT),)
    assert new.exponent == old.exponent


def test_a_gate_that_follows_at_once_says_so(editor):
    """The gate's one curve is shown, with a note that it has no time constant."""
    steady = Rate("sigmoid", 1.0, -40.0, 9.0)
    gate = replace(SQUID.gates[0], alpha=None, beta=None, steady_state=steady, instantaneous=True)
    fast = with_gate(SQUID, gate)
    editor.set_membrane(fast, fast)
    note = editor.findChild(QLabel, "gating.note")
    assert note.text() == "x = (V − midpoint)/scale · follows V at once"
    assert form(editor, "steady_state") is not None
    assert form(editor, "time_constant") is None


def entry(editor, key, name):
    """Choose an entry of a curve's menu."""
    menu = editor.findChild(QToolButton, f"gating.{key}.edit")
    menu.fill()
    next(a for a in menu.menu().actions() if a.objectName() == f"gating.{key}.{name}").trigger()


def test_terms_and_bounds_are_added_and_removed(editor, edits):
    """A new one changes no value, has fields of its own, and leaves the short form behind."""
    entry(editor, "alpha", "add_term")
    entry(editor, "alpha", "minimum")
    volts = np.linspace(-120.0, 60.0, 50)
    old, new = find_gate(SQUID, "m").alpha, find_gate(editor.membrane, "m").alpha
    np.testing.assert_allclose(new(volts), old(volts), rtol=1e-12)
    box(editor, "gating.alpha.terms[2].rate").setValue(0.5)
    box(editor, "gating.alpha.minimum").setValue(1.0)
    changed = find_gate(editor.membrane, "m").alpha
    np.testing.assert_allclose(changed(volts), np.maximum(old(volts) + 0.5, 1.0), rtol=1e-12)
    entry(editor, "alpha", "minimum")
    entry(editor, "alpha", "remove_term.2")
    assert edits[-1] == SQUID


@pytest.mark.parametrize(("answer", "kind"), [("No", "α and β"), ("Yes", "x∞ and τ")])
def test_another_kind_of_curves_is_asked_for_where_it_is_not_the_same(
    editor, edits, monkeypatch, answer, kind
):
    """The squid's m∞ is no sigmoid: how far the nearest is off is said, and No changes nothing."""
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: asked.append(args[-1]) or
                        QMessageBox.StandardButton[answer])  # fmt: skip
    combo = editor.findChild(QComboBox, "gating.kind")
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert "m∞ differs by up to 0.013 (of 1)" in asked[0]
    assert combo.currentText() == kind
    assert len(edits) == (answer == "Yes")
    assert (box(editor, "gating.time_constant.exponent") is not None) == (answer == "Yes")


def test_a_gate_that_is_at_once_has_no_time_constant(qtbot, editor, edits):
    """A click makes a gate instantaneous, and another gives it its time constant back."""
    check = editor.findChild(QCheckBox, "gating.instantaneous")
    check.click()
    assert find_gate(edits[-1], "m").instantaneous
    check.click()
    assert edits[-1] == SQUID


def test_a_q10_of_its_own_starts_as_the_inherited(editor, edits):
    """Gate, then current, then membrane: the most specific one counts."""
    editor.set_membrane(replace(SQUID, temperature=16.3), SQUID)
    for owner, value in (("gate", 2.0), ("current", 4.0)):
        editor.findChild(QCheckBox, f"gating.q10.{owner}.own").click()
        assert edits[-1].rate_factors == pytest.approx([3.0 if owner == "gate" else 2.0, 3.0, 3.0])
        box(editor, f"gating.q10.{owner}").setValue(value)
    box(editor, "gating.q10.membrane").setValue(2.5)
    assert edits[-1].rate_factors == pytest.approx([2.0, 4.0, 2.5])
    assert [g.q10 for g in edits[-1].gates] == [2.0, None, None]
    editor.findChild(QCheckBox, "gating.q10.gate.own").click()
    assert edits[-1].rate_factors == pytest.approx([4.0, 4.0, 2.5])
