"""Voltage clamp by formula."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.kinetics import relaxation_rates, steady_gates
from hhgui.experiments.voltage_clamp import (
    clamp_currents,
    clamp_gates,
    clamp_point,
    clamp_series,
    steady_currents,
)


def test_gates_go_from_one_steady_state_to_the_other(squid):
    """At 0 where they were held, in the end where they are told to be."""
    ends = clamp_gates(squid, -65.0, 0.0, [0.0, 1e4])
    assert ends[:, 0] == pytest.approx(steady_gates(squid, -65.0), abs=1e-15)
    assert ends[:, 1] == pytest.approx(steady_gates(squid, 0.0), abs=1e-15)


def test_gates_obey_their_equation(membrane_warm):
    """dx/dt = φ (x∞ - x)/τ, against differences, in the warmth."""
    times, step = np.linspace(0.1, 5.0, 50), 1e-5
    rise = clamp_gates(membrane_warm, -65.0, -10.0, times + step) - clamp_gates(
        membrane_warm, -65.0, -10.0, times - step
    )
    x = clamp_gates(membrane_warm, -65.0, -10.0, times)
    speed = relaxation_rates(membrane_warm, -10.0)[:, None]
    slope = speed * (steady_gates(membrane_warm, -10.0)[:, None] - x)
    np.testing.assert_allclose(rise / (2 * step), slope, atol=1e-8)


@pytest.fixture
def membrane_warm(squid):
    """The squid at 18.5 °C."""
    return replace(squid, temperature=18.5)


def test_currents_are_the_models(squid):
    """One row per current; the leak's does not change."""
    currents = clamp_currents(squid, -65.0, -20.0, np.linspace(0.0, 10.0, 7))
    assert currents.shape == (3, 7)
    assert currents[2] == pytest.approx(0.3 * (-20.0 + 54.387))
    assert clamp_currents(squid, -65.0, -20.0, 1.0).shape == (3,)


@pytest.mark.parametrize("command", [-50.0, -20.0, 30.0, 70.0])
def test_the_peak_is_the_largest_of_all(squid, command):
    """No sample of the sodium current is larger in size."""
    point = clamp_point(squid, "Na", -65.0, command)
    sodium = clamp_currents(squid, -65.0, command, np.linspace(0.0, 50.0, 50_001))[0]
    assert abs(point.peak) >= np.abs(sodium).max()
    assert abs(point.peak) == pytest.approx(np.abs(sodium).max(), rel=1e-4)
    assert point.steady == steady_currents(squid, command)[0]


def test_the_sodium_current_reverses_at_its_reversal_potential(squid):
    """The peak I-V curve: inward below 50 mV, outward above, nothing at 50 mV."""
    points = list(clamp_series(squid, "Na", -65.0, [-60.0, 0.0, 50.0, 80.0]))
    assert [float(np.sign(p.peak)) for p in points] == [-1.0, -1.0, 0.0, 1.0]
    assert [p.command for p in points] == [-60.0, 0.0, 50.0, 80.0]


def test_a_delayed_rectifier_has_no_peak(squid):
    """It only approaches its steady value."""
    point = clamp_point(squid, "K", -65.0, 20.0)
    assert (point.peak, point.peak_time) == (point.steady, math.inf)


def test_a_tail_current_is_largest_at_once(squid):
    """Stepped back below rest, potassium flows inwards and then shuts off."""
    point = clamp_point(squid, "K", 0.0, -100.0)
    assert point.peak_time == 0.0
    assert point.peak == pytest.approx(clamp_currents(squid, 0.0, -100.0, 0.0)[1])
    assert point.peak < point.steady < 0.0


def test_a_leak_is_constant(squid):
    """It has no gates, and is steady from the start."""
    point = clamp_point(squid, "L", -65.0, 0.0)
    assert point.peak == point.steady == pytest.approx(0.3 * 54.387)


def test_an_unknown_current_is_refused(squid):
    """By its name."""
    with pytest.raises(KeyError, match="Ca"):
        clamp_point(squid, "Ca", -65.0, 0.0)
