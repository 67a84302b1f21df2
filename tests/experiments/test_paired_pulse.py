"""Paired pulses."""

import pytest

from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.paired_pulse import (
    paired_pulse_spikes,
    refractory_curve,
    refractory_period,
)


def test_far_apart_each_pulse_fires(squid):
    """And touching they are one pulse, with one spike."""
    assert paired_pulse_spikes(squid, 30.0, 30.0) == 2
    assert paired_pulse_spikes(squid, 30.0, 0.5) == 1
    assert paired_pulse_spikes(squid, 30.0, 0.2) == 1


def test_a_stronger_pulse_fires_sooner(squid):
    """The relative refractory period shrinks as pulses grow."""
    points = list(refractory_curve(squid, [25.0, 40.0, 80.0]))
    assert [p.amplitude for p in points] == [25.0, 40.0, 80.0]
    assert points[0].interval > points[1].interval > points[2].interval > 4.0


def test_the_period_is_the_edge(squid):
    """A hundredth of a millisecond less gives one spike, more gives two."""
    period = refractory_period(squid, 40.0)
    assert paired_pulse_spikes(squid, 40.0, period - 0.01) == 1
    assert paired_pulse_spikes(squid, 40.0, period + 0.01) == 2


def test_a_pulse_below_threshold_has_no_period(squid):
    """However far apart the two are."""
    with pytest.raises(NoThresholdError):
        refractory_period(squid, 5.0)
