"""Speed of the gates, and the exact slopes of their curves."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.kinetics import (
    SERIES_BELOW,
    GateCurves,
    gates_at,
    relaxation_rates,
    steady_gates,
)
from hhgui.model.membrane import Gate
from hhgui.model.rate import Curve, Form, Rate

VOLTAGES = np.linspace(-120.0, 60.0, 181) + 0.0123


def rate_slope(curve, voltage):
    """The slope of a rate, of a gate that has it."""
    gate = Gate("x", 1, alpha=curve, beta=Rate("constant", 1.0))
    return GateCurves([gate]).curves(np.atleast_1d(np.asarray(voltage, float)))[1][0]


def central_difference(curve, step=1e-4):
    """The slope of a curve over VOLTAGES, to about 1e-8."""
    return (curve(VOLTAGES + step) - curve(VOLTAGES - step)) / (2.0 * step)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("scale", [9.0, -5.0])
def test_the_slope_of_a_rate(form, scale):
    """The slope is right for every form of rate, rising or falling, with an offset."""
    rate = Rate(form, 0.3, -40.0, scale, 0.1)
    difference = central_difference(rate)
    np.testing.assert_allclose(rate_slope(rate, VOLTAGES), difference, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("combine", ["sum", "product"])
@pytest.mark.parametrize("exponent", [1.0, -1.0, 1 / 3])
def test_the_slope_of_a_curve_of_terms(combine, exponent):
    """Sums and products, raised to a power, and flat beyond a bound."""
    terms = (Rate("exponential", 0.5, -40.0, 30.0), Rate("sigmoid", 1.0, -50.0, -9.0),
             Rate("exp_linear", 0.2, -30.0, 12.0))  # fmt: skip
    curve = Curve(terms, combine, exponent, 0.1)
    difference = central_difference(curve)
    np.testing.assert_allclose(rate_slope(curve, VOLTAGES), difference, rtol=1e-5, atol=1e-9)
    middle = 1.0001 * float(np.median(curve(VOLTAGES)))  # between two of the values
    floored = Curve(terms, combine, exponent, 0.1, minimum=middle)
    expected = np.where(curve(VOLTAGES) > middle, rate_slope(curve, VOLTAGES), 0.0)
    assert rate_slope(floored, VOLTAGES).tolist() == expected.tolist()


def test_the_slope_at_a_removable_singularity():
    """d/dx of x/(1 - exp(-x)) at 0 is 1/2, and next to it 1/2 + x/6."""
    rate = Rate(Form.EXP_LINEAR, 1.0)
    assert rate_slope(rate, 0.0) == [0.5]
    assert rate_slope(rate, 1e-9) == pytest.approx([0.5 + 1e-9 / 6], abs=1e-16)


def test_series_and_formula_agree_where_they_meet():
    """Series and formula differ by no more than 1e-13 where one takes over from the other."""
    rate = Rate(Form.EXP_LINEAR, 1.0)
    for edge in (-SERIES_BELOW, SERIES_BELOW):
        below, above = rate_slope(rate, np.nextafter(edge, [-1.0, 1.0]))
        assert below == pytest.approx(above, abs=1e-13)


@pytest.mark.parametrize("form", Form)
def test_far_away_a_slope_is_finite(form):
    """Where the exponential overflows, no slope becomes NaN."""
    for voltage in (-900.0, 900.0):
        slope = rate_slope(Rate(form, 1.0, 0.0, -1.0), voltage)
        assert not np.isnan(slope)


def test_slopes_of_steady_state_and_speed(membrane):
    """The slopes of gates of either form agree with differences."""
    found = gates_at(membrane, VOLTAGES)
    for q, (gate, phi) in enumerate(zip(membrane.gates, membrane.rate_factors, strict=True)):
        steady = central_difference(gate.steady_state_at)
        speed = central_difference(lambda v, g=gate: 1.0 / g.time_constant_at(v))
        np.testing.assert_allclose(found.steady_slope[q], steady, rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(found.rate_slope[q], phi * speed, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["golomb-ca1", "pospischil-lts", "connor-stevens"])
def test_all_gates_at_once_are_each_gate_by_itself(library, name):
    """Steady states and rates are those of the model's gates, of every kind of curve."""
    found = gates_at(library[name], VOLTAGES)
    for q, (gate, phi) in enumerate(
        zip(library[name].gates, library[name].rate_factors, strict=True)
    ):
        np.testing.assert_allclose(found.steady[q], gate.steady_state_at(VOLTAGES), rtol=1e-13)
        if gate.instantaneous:
            assert np.isinf(found.rate[q]).all()
        else:
            rate = phi / gate.time_constant_at(VOLTAGES)
            np.testing.assert_allclose(found.rate[q], rate, rtol=1e-13)


def test_shapes(squid, library):
    """There is one row per gate, then the voltage's shape; none for a membrane without gates."""
    assert steady_gates(squid, -65.0).shape == (3,)
    assert relaxation_rates(squid, np.zeros((2, 5))).shape == (3, 2, 5)
    assert steady_gates(library["lecture6-model1"], np.zeros(4)).shape == (0, 4)


def test_warmth_is_in_the_rates(squid):
    """Gates are 3 times as fast 10 °C warmer: φ/τ."""
    warm = replace(squid, temperature=16.3)
    ratio = relaxation_rates(warm, VOLTAGES) / relaxation_rates(squid, VOLTAGES)
    assert ratio == pytest.approx(3.0)
