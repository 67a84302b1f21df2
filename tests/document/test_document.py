"""The document: the user's settings, and the name of each edit."""

from dataclasses import replace

import pytest

from hhgui.analysis.gating import with_gate
from hhgui.document.differences import describe, in_words
from hhgui.document.document import Document, document_of, edit_of
from hhgui.model.edit import with_value
from hhgui.model.rate import Curve, Rate
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp, Step
from tests.shipped import SQUID


def label_of(before, after):
    """The text of the Undo entry for an edit."""
    return in_words(describe(before, after))


@pytest.fixture
def document():
    """The squid axon under a step."""
    return Document(SQUID, SQUID, Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0))


@pytest.mark.parametrize(
    ("path", "value", "label"),
    [
        ("Na.conductance", 80.0, "ḡNa 120 → 80"),
        ("K.reversal", -80.5, "E_K −77 → −80.5"),
        ("membrane.capacitance", 2.0, "C 1 → 2"),
        ("m.power", 2.0, "m power 3 → 2"),
        ("m.alpha.midpoint", -45.0, "α_m midpoint −40 → −45"),
        ("h.initial", 0.5, "h₀ steady → 0.5"),
        ("K.q10", 2.0, "Q10 of K as the neuron's → 2"),
    ],
)
def test_an_edit_of_the_neuron_is_named_by_its_value(document, path, value, label):
    """The name of an edit is the symbol, old and new value, with a true minus."""
    after = replace(document, membrane=with_value(document.membrane, path, value))
    assert label_of(document, after) == label
    assert [change.key for change in describe(document, after)] == [path]


def test_an_area_is_given_and_taken_away_by_name(document):
    """The area, which a neuron may lack, is given or taken away as one named edit."""
    sized = replace(document, membrane=replace(document.membrane, area=1000.0))
    assert label_of(document, sized) == "A none → 1000"
    assert label_of(sized, document) == "A 1000 → none"


def test_a_stimulus_is_named_by_what_differs(document):
    """The edit is named by the parameter; if a kind changes, the name says only that."""
    stronger = replace(document.stimulus, components=(Step(12.5, 20.0, 80.0),))
    assert label_of(document, replace(document, stimulus=stronger)) == (
        "step amplitude 10 → 12.5 µA/cm²"
    )
    ramp = replace(document.stimulus, components=(Ramp(),))
    assert label_of(document, replace(document, stimulus=ramp)) == "stimulus"
    once = replace(document.stimulus, repeat=None)
    assert label_of(document, replace(document, stimulus=once)) == "repeat 100 → –"


def test_a_command_is_named_in_mv_and_the_switch_by_its_mode(document):
    """Numbers of the command differ in mV; the switch is named by the mode that it leads to."""
    stronger = Command((Step(50.0, 10.0, 40.0),), -70.0, repeat=100.0)
    assert label_of(document, replace(document, command=stronger)) == (
        "holding voltage −65 → −70 mV, step amplitude 65 → 50 mV"
    )
    ramp = replace(document, command=Command((Ramp(),), repeat=100.0))
    assert label_of(document, ramp) == "command voltage"
    clamped = replace(document, clamped=True)
    assert label_of(document, clamped) == "voltage clamp"
    assert label_of(clamped, document) == "current clamp"


def test_method_and_dt_are_named(document):
    """A change of method is described by the method's label."""
    after = replace(document, method="euler", dt=0.01)
    assert label_of(document, after) == "Forward Euler, dt 0.025 → 0.01"


def test_a_changed_form_is_named(document):
    """A change of a rate's form is described with its gate and rate."""
    squid = document.membrane
    na = squid.currents[0]
    m = replace(na.gates[0], alpha=Rate("sigmoid", 1.0, -40.0, 10.0))
    edited = replace(na, gates=(m, *na.gates[1:]))
    after = replace(document, membrane=replace(squid, currents=(edited, *squid.currents[1:])))
    assert label_of(document, after) == "m alpha sigmoid"


def test_another_set_is_its_name_and_many_edits_are_counted(document, library):
    """Another set is named by its name alone; of many edits the first few are listed."""
    other = library["cortical-pyramidal"]
    assert label_of(document, replace(document, membrane=other, base=other)) == other.name
    many = document.membrane
    for path in ("Na.conductance", "K.conductance", "L.conductance", "K.reversal"):
        many = with_value(many, path, 1.0)
    assert label_of(document, replace(document, membrane=many)) == (
        "ḡNa 120 → 1, ḡK 36 → 1 and 2 more"
    )


def test_the_live_neuron_gets_the_command_only_while_clamped(document):
    """Single runs get the stimulus; a setup without a command leaves that of the document."""
    clamped = replace(document, clamped=True)
    assert document.played is document.stimulus
    assert clamped.played is document.command
    assert clamped.setup(50.0) == document.setup(50.0)
    assert "command" not in edit_of(document.setup(50.0))
    clamps = replace(document.setup(50.0), command=Command(holding=-20.0))
    assert edit_of(clamps)["command"] == Command(holding=-20.0)
    assert edit_of(clamps)["clamped"] is True


def test_a_document_makes_a_setup_and_comes_back_from_it(document):
    """A single run of it is of its neuron, stimulus, method and dt."""
    assert document_of(document.setup(50.0)) == document
    assert document.setup(50.0).duration == 50.0


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"instantaneous": True}, "m at once"),
        ({"alpha": None, "beta": None, "steady_state": Rate("sigmoid", 1.0, -40.0, 9.0),
          "time_constant": Rate("constant", 0.5)}, "m by m∞ and τ_m"),
        ({"alpha": Curve((Rate("exp_linear", 1.0, -40.0, 10.0), Rate("constant", 0.0)))},
         "m alpha of terms"),
    ],
)  # fmt: skip
def test_an_edit_of_a_gates_form_is_named(document, changes, label):
    """At once or not, its kind, its terms; and it is an edit."""
    gate = replace(document.membrane.gates[0], **changes)
    after = replace(document, membrane=with_gate(document.membrane, gate))
    assert label_of(document, after) == label
    assert after.membrane.name == "Squid giant axon, changed"
