"""Numbers of a membrane, addressed by their paths."""

import math

import pytest

from hhgui.analysis.gating import find_gate
from hhgui.model.edit import value_paths, with_value
from hhgui.model.library import ORDER
from hhgui.model.parameter import ModelError
from tests.refusals import refused
from tests.shipped import SQUID


def value_at(membrane, path):
    """The value that stands at a path of a membrane."""
    owner, *keys = path.split(".")
    owners = {"membrane": [membrane]}
    owners |= {c.name: [c] for c in membrane.currents}
    for gate in membrane.gates:  # a gate may be named like its current
        owners[gate.name] = [*owners.get(gate.name, []), gate]
    found = next(o for o in owners[owner] if hasattr(o, keys[0]))
    for key in keys:
        name, _, place = key.rstrip("]").partition("[")
        found = getattr(found, name)
        found = found[int(place) - 1] if place else found
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("membrane.capacitance", 2.0), ("membrane.temperature", 18.5), ("membrane.q10", 2.0),
        ("membrane.initial_voltage", -70.0), ("membrane.reference_temperature", 10.0),
        ("Na.conductance", 100.0), ("K.reversal", -90.0), ("m.power", 2), ("h.initial", 0.5),
        ("K.q10", 2.0), ("h.q10", 2.5), ("m.alpha.midpoint", -42.0), ("h.beta.scale", 9.0),
        ("n.beta.rate", 0.2), ("n.alpha.offset", 0.01),
    ],
)  # fmt: skip
def test_one_number_is_replaced(path, value):
    """Only this number changes: with its old value the membrane is equal again."""
    edited = with_value(SQUID, path, value)
    assert value_at(edited, path) == value
    assert value_at(SQUID, path) != value
    if path not in {"h.initial", "K.q10", "h.q10"}:  # which were None, and can't be asked for
        assert with_value(edited, path, value_at(SQUID, path)) == SQUID


@pytest.mark.parametrize("name", ORDER)
def test_every_listed_path_can_be_set(library, name):
    """Every path that ``value_paths`` lists can be set, in every set, and leads to one number."""
    membrane = library[name]
    for path in value_paths(membrane):
        now = value_at(membrane, path)
        if now is not None:
            assert with_value(membrane, path, now) == membrane


@pytest.mark.parametrize("name", ORDER)
def test_every_listed_path_changes_its_number_alone(library, name):
    """A thousandth less, or one power less or more: put back, the membrane is as it was."""
    membrane = library[name]
    paths = [p for p in value_paths(membrane) if value_at(membrane, p) not in (None, 0.0)]
    assert len(paths) > 3
    for path in paths:
        now = value_at(membrane, path)
        other = abs(now - 1) if path.endswith(".power") else now * 0.999
        edited = with_value(membrane, path, other)
        assert value_at(edited, path) == other
        assert edited != membrane
        assert with_value(edited, path, now) == membrane


def test_the_numbers_of_a_curve_of_terms_have_paths(library):
    """Terms are counted from 1; exponent, offset and the bounds that there are follow."""
    cell = library["connor-stevens"]
    assert {"a.steady_state.terms[2].scale", "a.steady_state.exponent", "a.steady_state.maximum",
            "b.steady_state.terms[1].rate"} < {*value_paths(cell)}  # fmt: skip
    assert "a.steady_state.minimum" not in value_paths(cell)
    edited = with_value(cell, "a.steady_state.terms[2].scale", -30.0)
    assert find_gate(edited, "a").steady_state.terms[1].scale == -30.0
    with pytest.raises(ModelError, match="no such value"):
        with_value(cell, "a.steady_state.terms[3].scale", 1.0)


def test_a_whole_power_may_be_written_as_a_float():
    """The command line reads every number as one; the gate gets an int."""
    edited = with_value(SQUID, "m.power", 2.0)
    assert type(edited.gates[0].power) is int


def test_a_set_without_a_temperature_says_what_one_needs(library):
    """Rates without a reference have no Q10 to scale them; nothing is silently ignored."""
    cold = library["cortical-pyramidal"]
    warm = {"membrane.temperature", "membrane.reference_temperature", "K.q10", "n.q10"}
    assert not warm & {*value_paths(cold)}
    with pytest.raises(ModelError, match="reference_temperature is missing: temperature needs it"):
        with_value(cold, "membrane.temperature", 37.0)


@pytest.mark.parametrize(
    "path",
    ["", "Na", "Na.", ".conductance", "Ca.conductance", "membrane.name", "Na.gates", "m.alpha",
     "m.alpha.form", "m.gamma.rate", "m.steady_state.rate", "m.name", "na.conductance",
     "m.alpha.rate.x", "membrane", "L.q10"],
)  # fmt: skip
def test_an_unknown_path_lists_what_there_is(path):
    """The error names the path and the ones that exist."""
    with refused(path, r"there are membrane\.capacitance, "):
        with_value(SQUID, path, 1.0)


@pytest.mark.parametrize(
    ("path", "value"),
    [("membrane.capacitance", 0.0), ("Na.conductance", -1.0), ("Na.conductance", math.nan),
     ("m.power", 2.5), ("m.power", 9.0), ("m.power", math.nan), ("m.power", math.inf),
     ("h.initial", 1.5), ("m.alpha.scale", 0.0), ("m.alpha.rate", -1.0), ("h.beta.rate", math.inf),
     ("membrane.reference_temperature", 99.0)],
)  # fmt: skip
def test_a_value_out_of_range_is_refused(path, value):
    """Fractions of whole numbers, NaN and values out of range raise ModelError."""
    with pytest.raises(ModelError):
        with_value(SQUID, path, value)
