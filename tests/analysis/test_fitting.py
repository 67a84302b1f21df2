"""Fits of a few numbers to a curve, against SciPy and numbers that were put in."""

import numpy as np
import pytest
import scipy

from hhgui.analysis.fitting import FitError, boltzmann, fit, fit_boltzmann, fit_recovery

VOLTS = np.linspace(-100.0, 20.0, 13)


@pytest.mark.parametrize("slope", [-9.0, -2.0, 3.0, 12.0])
def test_a_boltzmann_curve_gives_back_its_numbers(slope):
    """Half and slope come back from points without noise, falling or rising."""
    found = fit_boltzmann(VOLTS, boltzmann(VOLTS, -41.5, slope))
    assert found.values == pytest.approx([-41.5, slope], rel=1e-9)


def test_a_recovery_gives_back_its_numbers():
    """The part that was lost and the time constant come back."""
    gaps = np.array([0.5, 2.0, 5.0, 12.0, 40.0])
    found = fit_recovery(gaps, 1.0 - 0.9 * np.exp(-gaps / 8.5))
    assert found.values == pytest.approx([0.9, 8.5], rel=1e-9)


def test_noisy_points_give_what_scipy_gives():
    """Values and standard errors agree with SciPy's curve_fit."""
    noise = np.random.default_rng(4).normal(0.0, 0.02, VOLTS.size)
    points = boltzmann(VOLTS, -45.0, 8.0) + noise
    found = fit_boltzmann(VOLTS, points)
    values, spread = scipy.optimize.curve_fit(boltzmann, VOLTS, points, p0=[-40.0, 5.0])
    assert found.values == pytest.approx(values, rel=1e-5)
    assert found.errors == pytest.approx(np.sqrt(np.diag(spread)), rel=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fit_boltzmann([0.0, 1.0], [0.0, 1.0]), "three points"),
        (lambda: fit_boltzmann(VOLTS, np.full(13, 0.7)), "more than half of its height"),
        (lambda: fit_recovery([1.0, 2.0], [0.5, 0.5]), "two gaps that differ"),
        (lambda: fit(lambda p: p[:1], [1.0, 2.0], [3.0]), "too few for 2 numbers"),
    ],
)
def test_points_that_determine_no_curve_are_refused(make, message):
    """The sentence says what is missing."""
    with pytest.raises(FitError, match=message):
        make()
