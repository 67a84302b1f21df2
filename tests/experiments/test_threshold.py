"""Thresholds of excitation; the facts' numbers are in tests/facts."""

import math
from dataclasses import replace

import pytest

from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.threshold import (
    ThresholdPoint,
    chronaxie,
    displacement_threshold,
    pulse_threshold,
    rheobase,
    strength_duration,
)


def test_a_leak_has_lapicques_strength_duration_curve(leak):
    """I = g ΔV / (1 - exp(-t/τ)) for a passive membrane that "spikes" 10 mV above rest."""
    for point in strength_duration(leak, [0.1, 0.5, 2.0], spike=-55.0):
        expected = 10.0 / (1.0 - math.exp(-point.duration))
        assert point.amplitude == pytest.approx(expected, abs=1e-5)


def test_a_leaks_chronaxie_is_ln_2_time_constants(leak):
    """Lapicque 1907; its rheobase is g ΔV."""
    slow = replace(leak, capacitance=2.0)
    assert rheobase(slow, spike=-55.0) == pytest.approx(10.0, abs=1e-5)
    assert chronaxie(slow, spike=-55.0) == pytest.approx(2.0 * math.log(2.0), abs=1e-4)


def test_short_pulses_need_a_constant_charge(squid):
    """The squid: below 0.1 ms the charge hardly changes, and strength falls with width."""
    points = list(strength_duration(squid, [0.01, 0.02, 0.1, 1.0]))
    assert points[0].charge == pytest.approx(points[1].charge, rel=0.005)
    strengths = [p.amplitude for p in points]
    assert strengths == sorted(strengths, reverse=True)


def test_a_short_pulses_charge_is_the_displacement(squid):
    """A shock is the limit of short pulses: Q = C ΔV."""
    charge = 0.001 * pulse_threshold(squid, 0.001)
    assert displacement_threshold(squid) == pytest.approx(charge, rel=1e-3)


def test_the_curve_comes_point_by_point(squid):
    """A caller may stop after any of them."""
    points = strength_duration(squid, iter([0.5, 1.0]))
    first = next(points)
    assert isinstance(first, ThresholdPoint)
    assert first.duration == 0.5


def test_warmth_raises_the_threshold(squid):
    """At 18.5 °C a long step must be stronger than at 6.3 °C."""
    assert rheobase(replace(squid, temperature=18.5)) > 1.5 * rheobase(squid)


def test_what_can_not_fire_has_no_displacement_threshold(squid):
    """Without sodium no shock below 0 mV brings V to 0 mV."""
    with pytest.raises(NoThresholdError):
        displacement_threshold(squid.with_current("Na", conductance=0.0))


def test_a_membrane_without_rest_is_refused(squid):
    """There is no resting state to start from."""
    dead = replace(squid, currents=tuple(replace(c, conductance=0.0) for c in squid.currents))
    with pytest.raises(ValueError, match="no equilibrium"):
        pulse_threshold(dead, 1.0)
