"""Rates are found again in clamped records."""

import numpy as np
import pytest

from hhgui.analysis.clamp_fit import CONFIDENCE
from hhgui.analysis.fitting import FitError
from hhgui.analysis.rate_fit import fit_rate
from hhgui.experiments.clamp_fitting import FitRequest, fit_family
from hhgui.experiments.clamp_presets import PRESETS
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.model.parameter import ModelError
from hhgui.model.rate import Form, Rate
from tests.shipped import SQUID

STEPS = ClampStaircase(values=np.linspace(-100.0, 60.0, 17).tolist())


def fitted(membrane, **values):
    """The fit of the usual family of a membrane."""
    return fit_family(FitRequest(STEPS, membrane, **values), lambda: False, lambda _: None)


@pytest.fixture(scope="module")
def noiseless():
    """The fit of the squid's noiseless family."""
    return fitted(SQUID)


def only(membrane, name):
    """The membrane with all other gated currents blocked, whose fits take their time."""
    for current in membrane.currents:
        if current.gates and current.name != name:
            membrane = membrane.with_current(current.name, conductance=0.0)
    return membrane


def numbers(fit):
    """Value, error and true value of every fitted number, by its gate, rate and key."""
    gates = {gate.name: gate for gate in fit.request.membrane.gates}
    return {
        (n.gate, n.rate, n.key): (n.value, n.error, getattr(getattr(gates[n.gate], n.rate), n.key))
        for each in fit.fits.values()
        for n in each.numbers
    }


def test_the_squids_rates_come_back_from_noiseless_records(noiseless):
    """All fifteen free numbers of Hodgkin & Huxley's rates are within 1 % of the paper's."""
    found = numbers(noiseless)
    assert len(found) == 15
    assert found["m", "alpha", "midpoint"][2] == -40.0  # eq. 20 in today's signs
    for value, _, true in found.values():
        assert value == pytest.approx(true, rel=0.01)


def test_with_noise_most_numbers_are_within_their_errors(squid):
    """Of fifteen intervals that hold the truth in 95 of 100 recordings, few miss it."""
    found = numbers(fitted(squid, noise=1.0, seed=3)).values()
    missed = sum(abs(value - true) > CONFIDENCE * error for value, error, true in found)
    assert missed <= 3
    assert all(0.0 < error < 0.2 * abs(value) for value, error, _ in found)


def test_points_lie_on_the_true_curves(noiseless, squid):
    """n∞, τ_n, α_n and β_n of single voltages are those of the neuron."""
    points = noiseless.fits["K"].points[0]
    gate = squid.gates[2]
    np.testing.assert_allclose(points.steady, gate.steady_state_at(points.voltage), rtol=1e-4)
    np.testing.assert_allclose(points.tau, gate.time_constant_at(points.voltage), rtol=1e-4)
    known = np.isfinite(points.alpha)
    np.testing.assert_allclose(points.alpha[known], gate.alpha(points.voltage[known]), rtol=1e-3)


def test_the_band_is_wider_where_nothing_was_recorded(squid):
    """The error of α_n beyond the steps is larger than amid them."""
    fit = fitted(only(squid, "K"), noise=1.0).fits["K"]
    amid, beyond = fit.band(0, "alpha", np.array([0.0, 120.0]))
    assert 0.0 < amid < beyond


def test_the_fitted_membrane_has_the_fitted_rates(noiseless, squid):
    """Everything else is the neuron's own."""
    found = noiseless.membrane
    assert found.structure == squid.structure
    assert found.currents[1].gates[0].alpha.rate == pytest.approx(0.1, rel=1e-6)
    assert found.currents[2] == squid.currents[2]


def test_a_current_that_can_not_be_found_says_why(library):
    """The cortical cell's sodium gates run away at high voltages; no rates are made up."""
    sodium = only(library["cortical-pyramidal"], "Na")
    few = ClampStaircase(values=[-60.0, -40.0, -20.0, 0.0, 20.0, 40.0], test_duration=5.0)
    found = fit_family(FitRequest(few, sodium), lambda: False, lambda _: None)
    assert "gate" in found.problems["Na"] or "no rates of these forms" in found.problems["Na"]
    assert not found.fits


def test_a_blocked_current_is_to_be_washed(squid):
    """A blocked current leaves nothing to fit, and the message says to wash the blocker."""
    found = fitted(squid.with_current("Na", conductance=0.0).with_current("K", conductance=0.0))
    assert found.problems["Na"] == "no I_Na flows: wash its blocker"


def test_a_test_stair_that_is_too_short_is_told(squid):
    """τ_n near rest is longer than 3 ms: the sentence says where, and what to do."""
    short = ClampStaircase(values=np.linspace(-100.0, 60.0, 17).tolist(), test_duration=3.0)
    found = fit_family(FitRequest(short, only(squid, "K")), lambda: False, lambda _: None)
    assert any("longer than the test stair of 3 ms: lengthen it" in text for text in found.warnings)


@pytest.mark.parametrize("preset", ["tails", "ramp", "recovery", "inactivation"])
def test_only_steps_from_the_holding_voltage_are_fitted(squid, preset):
    """Other protocols are refused with the name of the one to choose."""
    with pytest.raises(ModelError, match="choose the Na/K family"):
        FitRequest(PRESETS[preset].staircase, squid)


@pytest.mark.parametrize(
    "rate",
    [
        Rate(Form.EXP_LINEAR, 1.0, -40.0, 10.0),
        Rate(Form.EXPONENTIAL, 4.0, -65.0, -18.0),
        Rate(Form.SIGMOID, 1.0, -35.0, 10.0),
        Rate(Form.GAUSSIAN, 2.0, -20.0, 40.0),
        Rate(Form.CONSTANT, 0.3),
    ],
    ids=lambda rate: rate.form.value,
)
def test_each_form_is_found_through_its_points(rate):
    """From points on a curve its numbers come back, without a hint of where they are."""
    volts = np.linspace(-90.0, 50.0, 15)
    hint = Rate(rate.form, 1.0, rate.midpoint if rate.form is Form.EXPONENTIAL else 0.0, 1.0)
    found = fit_rate(hint, volts, rate(volts), 0.01 * rate(volts))
    np.testing.assert_allclose(found(volts), rate(volts), rtol=1e-6)


def test_too_few_points_are_refused():
    """Two points do not give three numbers."""
    hint = Rate(Form.SIGMOID, 1.0, 0.0, 1.0)
    with pytest.raises(FitError, match="2 points are too few for the 3 numbers of a rate"):
        fit_rate(hint, np.array([0.0, 1.0]), np.ones(2), np.ones(2))
