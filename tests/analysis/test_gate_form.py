"""A gate in another form: the same curves where there is a form for them, else the nearest."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.gate_form import (
    FITTED_MV,
    Kind,
    bounded,
    kind_of,
    reciprocal,
    rewritten,
    shortened,
    with_term,
    without_term,
)
from hhgui.analysis.gating import find_gate
from hhgui.model.membrane import Gate
from hhgui.model.rate import Combine, Curve, Form, Rate

V = FITTED_MV
SIGMOID = Rate(Form.SIGMOID, 1.0, -40.0, 9.0)


def gates(library):
    """Every gate of every set that comes with the program."""
    return [gate for membrane in library.membranes.values() for gate in membrane.gates]


def test_a_new_term_and_its_removal_change_no_value(library):
    """A sum gets 0, a product 1, and the short form returns with the last other term."""
    for gate in gates(library):
        for curve in (gate.alpha, gate.beta, gate.steady_state, gate.time_constant):
            if curve is not None:
                grown = with_term(curve)
                np.testing.assert_allclose(grown(V), curve(V), rtol=1e-14)
                assert without_term(grown, len(grown.terms) - 1) == shortened(curve)
    product = with_term(Curve((SIGMOID, SIGMOID), Combine.PRODUCT))
    np.testing.assert_allclose(product(V), SIGMOID(V) ** 2, rtol=1e-14)


@pytest.mark.parametrize("key", ["minimum", "maximum"])
def test_a_new_bound_touches_the_curve(key):
    """A new bound changes no value until it is moved, and its removal restores the curve."""
    found = bounded(SIGMOID, key, True)
    np.testing.assert_array_equal(found(V), SIGMOID(V))
    assert getattr(found, key) in (SIGMOID(V)[0], SIGMOID(V)[-1])
    assert bounded(found, key, False) == SIGMOID


@pytest.mark.parametrize(
    "curve",
    [
        Rate(Form.CONSTANT, 4.0), Rate(Form.EXPONENTIAL, 0.5, -60.0, 20.0), SIGMOID,
        Rate(Form.GAUSSIAN, 2.0, -50.0, 30.0, 1.0), Curve((SIGMOID, SIGMOID), exponent=-2.0),
    ],
)  # fmt: skip
def test_a_reciprocal_is_one_over_the_curve(curve):
    """The reciprocal of a curve of any form has 1 over each of its values."""
    np.testing.assert_allclose(reciprocal(curve)(V), 1.0 / curve(V), rtol=1e-12)


def test_a_gate_by_its_time_constant_keeps_that_of_its_rates(library):
    """τ = 1/(α + β) is exact in every set; x∞ is exact, or its error is returned."""
    exact = 0
    for gate in gates(library):
        if kind_of(gate) is not Kind.RATES or gate.instantaneous:
            continue
        found = rewritten(gate, Kind.STEADY, False)
        alpha, beta = gate.rates_at(V)
        np.testing.assert_allclose(found.gate.time_constant(V), 1.0 / (alpha + beta), rtol=1e-9)
        off = np.abs(found.gate.steady_state(V) - alpha / (alpha + beta)).max()
        assert off == pytest.approx(found.steady_error, abs=1e-9)
        assert (found.gate.name, found.gate.power) == (gate.name, gate.power)
        exact += found.exact
    assert exact > 0


def test_two_exponentials_are_a_sigmoid(library):
    """α/(α + β) of exponentials: 1/(1 + β/α), where β/α is an exponential."""
    gate = replace(
        find_gate(library["squid-dayan-abbott"], "h"),
        alpha=Rate(Form.EXPONENTIAL, 0.07, -65.0, -20.0),
        beta=Rate(Form.EXPONENTIAL, 0.3, -35.0, 12.0),
    )
    found = rewritten(gate, Kind.STEADY, False)
    assert found.exact
    assert found.gate.steady_state.form is Form.SIGMOID


def test_a_sigmoid_and_a_plain_time_constant_have_exact_rates(library):
    """x∞/τ and (1 − x∞)/τ, and back again by their own steady state."""
    gate = replace(
        find_gate(library["squid-dayan-abbott"], "h"), alpha=None, beta=None,
        steady_state=SIGMOID, time_constant=Rate(Form.CONSTANT, 4.0),
    )  # fmt: skip
    found = rewritten(gate, Kind.RATES, False)
    assert found.exact
    np.testing.assert_allclose(found.gate.alpha(V), SIGMOID(V) / 4.0, rtol=1e-12)
    np.testing.assert_allclose(found.gate.beta(V), (1.0 - SIGMOID(V)) / 4.0, rtol=1e-9)
    back = rewritten(found.gate, Kind.STEADY, False)
    assert back.exact


def test_a_fit_finds_the_curve_that_is_there():
    """A steady state whose bound is never reached has no exact rates, but they are sigmoids."""
    gate = Gate(
        "x", 1, steady_state=Curve((SIGMOID,), minimum=0.0), time_constant=Rate(Form.CONSTANT, 4.0)
    )
    found = rewritten(gate, Kind.RATES, False)
    assert {found.gate.alpha.form, found.gate.beta.form} == {Form.SIGMOID}
    assert 0.0 < found.steady_error < 1e-3
    assert 0.0 < found.tau_error < 1e-3


def test_rates_beside_a_steady_state_of_its_own_carry_the_time_constant(library):
    """Nothing else is left for them, so that this is exact for every τ without bounds."""
    found = 0
    for gate in gates(library):
        if kind_of(gate) is Kind.STEADY and not gate.instantaneous:
            tau = gate.time_constant
            both = rewritten(gate, Kind.BOTH, False)
            if not isinstance(tau, Curve) or (not tau.offset and tau.minimum is None):
                assert both.exact
                found += 1
    assert found > 5


def test_a_gate_at_once_keeps_its_steady_state(library):
    """A gate made instantaneous loses its start value; made slow again it has its τ, or 1 ms."""
    squid = find_gate(library["squid-dayan-abbott"], "m")
    fast = rewritten(replace(squid, initial=0.3), Kind.RATES, True).gate
    assert (fast.instantaneous, fast.initial, fast.alpha) == (True, None, squid.alpha)
    assert rewritten(fast, Kind.RATES, False).gate == replace(squid, initial=None)
    cell = find_gate(library["golomb-ca1"], "m")
    slow = rewritten(cell, Kind.STEADY, False)
    assert slow.exact
    assert slow.gate.time_constant == Rate(Form.CONSTANT, 1.0)
