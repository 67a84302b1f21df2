"""Limit cycles: measured, and followed to their end."""

import pytest

from hhgui.analysis.fixed_points import resting_potential
from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.limit_cycle import (
    current_of_peak,
    fold_of_cycles,
    measured_cycle,
    settled,
)
from hhgui.experiments.pieces import RunEndedEarlyError


def test_a_resting_neuron_has_no_cycle(squid):
    """Nor has a leak."""
    assert measured_cycle(settled(squid, 0.0)) is None


@pytest.mark.parametrize("method", ["crank-nicolson", "rk4", "adaptive"])
def test_every_method_finds_the_same_cycle(squid, method):
    """At dt 0.005: 68.3 Hz under 10 µA/cm²."""
    cycle = measured_cycle(settled(squid, 10.0), method=method)
    assert cycle.current == 10.0
    assert cycle.frequency == pytest.approx(68.3, abs=0.05)
    assert cycle.period == pytest.approx(1000.0 / cycle.frequency)
    assert -77.0 < cycle.minimum < -70.0 < 30.0 < cycle.maximum < 50.0


def test_the_start_decides_where_two_states_are_stable(squid):
    """At 8 µA/cm² the squid may rest or fire."""
    assert measured_cycle(settled(squid, 8.0, start=resting_potential(squid, 8.0))) is None
    assert measured_cycle(settled(squid, 8.0, start=0.0)) is not None


def test_a_window_too_short_for_a_cycle_is_refused(squid):
    """Rather than a rate from one spike."""
    with pytest.raises(ValueError, match=r"at least two spikes|less than two cycles"):
        measured_cycle(settled(squid, 10.0), window=12.0)


def test_a_run_that_blows_up_says_so(squid):
    """With the engine's words."""
    with pytest.raises(RunEndedEarlyError, match="too large for Forward Euler"):
        measured_cycle(settled(squid, 20.0), method="euler", dt=0.4)


def test_peaks_that_stay_above_a_level_have_no_current(squid):
    """Between 10 and 20 µA/cm² spikes always pass 0 mV."""
    with pytest.raises(NoThresholdError):
        current_of_peak(squid, 0.0, 10.0, 20.0)


def test_brackets_of_the_fold_narrow(squid):
    """Each half as wide as the one before, all around 6.264 µA/cm²."""
    brackets = list(fold_of_cycles(squid, 7.0, 6.0, patience=1000.0, tolerance=0.1))
    assert [b.width for b in brackets] == [0.5, 0.25, 0.125, 0.0625]
    assert brackets[-1].no < 6.27 < brackets[-1].yes


def test_a_fold_needs_firing_on_one_side_only(squid):
    """Both refusals name the current."""
    with pytest.raises(NoThresholdError, match="no sustained firing at 1 "):
        next(fold_of_cycles(squid, 1.0, 0.0))
    with pytest.raises(NoThresholdError, match="firing is sustained at 9 "):
        next(fold_of_cycles(squid, 10.0, 9.0, patience=500.0))
