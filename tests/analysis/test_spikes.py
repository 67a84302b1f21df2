"""Peaks of traces, and intervals and rates of spike trains."""

import numpy as np
import pytest

from hhgui.analysis.spikes import (
    instantaneous_rate,
    intervals,
    peaks,
    steady_rate,
)


@pytest.mark.parametrize(
    ("spikes", "now", "rate"),
    [
        ([], 10.0, 0.0), ([5.0], 10.0, 0.0), ([5.0, 20.0, 30.0], 35.0, 100.0),
        ([5.0, 20.0, 30.0], 50.0, 100.0), ([5.0, 20.0, 30.0], 50.1, 0.0),
    ],
)  # fmt: skip
def test_the_instantaneous_rate_is_that_of_the_last_interval(spikes, now, rate):
    """The rate holds until twice the last interval has passed without a spike."""
    assert instantaneous_rate(spikes, now) == rate


@pytest.mark.parametrize(("since", "rate"), [(15.0, 100.0), (25.0, 0.0), (32.0, 0.0)])
def test_a_pause_between_two_steps_is_no_interval(since, rate):
    """An interval counts only if both spikes came since the stimulus changed."""
    assert instantaneous_rate([5.0, 20.0, 30.0], 35.0, since) == rate


def test_a_parabolas_peak_is_exact():
    """A peak between samples is found exactly, at even and at uneven distances."""
    times = np.array([0.0, 0.7, 1.9, 2.2, 4.0])
    when, how_high = peaks(times, 30.0 - 2.0 * (times - 1.6) ** 2)
    assert (when, how_high) == (pytest.approx([1.6]), pytest.approx([30.0]))


def test_small_peaks_are_left_out():
    """Peaks that do not exceed the given height are left out."""
    volts = [-70.0, -60.0, -70.0, 30.0, -70.0, -60.0, -60.0, -70.0]
    when, _ = peaks(np.arange(8.0), volts, above=0.0)
    assert when == pytest.approx([3.0])


def test_a_flat_top_is_one_peak():
    """A maximum of several equal samples counts as one peak."""
    assert peaks(np.arange(5.0), [0.0, 1.0, 1.0, 0.0, 0.0])[0] == pytest.approx([1.5])


@pytest.mark.parametrize("samples", [0, 1, 2])
def test_a_trace_too_short_has_no_peaks(samples):
    """A trace of fewer than three samples has no peaks and raises no error."""
    assert peaks(np.arange(samples), np.zeros(samples))[0].size == 0


def test_a_trace_needs_a_voltage_per_time():
    """Times and voltages of different shapes are refused."""
    with pytest.raises(ValueError, match=r"not \(3,\) for \(2,\)"):
        peaks([0.0, 1.0], [0.0, 1.0, 0.0])


def test_intervals_and_rate():
    """Two intervals in 40 ms are 50 per second."""
    assert intervals([10.0, 25.0, 50.0]) == pytest.approx([15.0, 25.0])
    assert steady_rate([10.0, 25.0, 50.0]) == pytest.approx(50.0)
    assert intervals([]).size == 0


def test_two_spikes_are_enough_for_a_rate():
    """Two spikes 20 ms apart are a rate of 50 per second."""
    assert steady_rate([10.0, 30.0]) == pytest.approx(50.0)


def test_one_spike_has_no_rate():
    """The rate of a single spike is refused: it is not zero but unknown."""
    with pytest.raises(ValueError, match="at least two spikes"):
        steady_rate([12.0])
