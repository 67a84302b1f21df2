"""Integrators side by side, against lecture 7's reference and closed solutions."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.document.setup import Setup, Trial
from hhgui.experiments.comparison import compare_integrators
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step


@pytest.fixture
def setup(squid):
    """Ten spikes or so, by three methods."""
    trials = (Trial("euler", 0.025), Trial("crank-nicolson", 0.025), Trial("rk4", 0.025))
    stimulus = Stimulus((Step(10.0, 5.0, 150.0),))
    return Setup(squid, squid, stimulus, duration=150.0, trials=trials)


def test_the_adaptive_reference_comes_first_then_the_trials_in_order(setup):
    """One result each."""
    results = list(compare_integrators(setup))
    assert [r.trial.method for r in results] == ["adaptive", "euler", "crank-nicolson", "rk4"]
    assert [r.reference for r in results] == [True, False, False, False]


def test_a_better_method_has_a_smaller_error(setup):
    """Of orders 1, 2 and 4; the reference has none to show."""
    results = list(compare_integrators(setup))
    assert results[0].spike_error is None
    euler, crank_nicolson, rk4 = (r.spike_error for r in results[1:])
    assert euler > 2.0 * crank_nicolson > 4.0 * rk4 > 0.0


def test_the_error_is_the_worst_of_the_spike_times(setup):
    """The same two runs' crossings of 0 mV, by straight lines between the shown samples."""
    reference, euler = list(compare_integrators(replace(setup, trials=setup.trials[:1])))

    def crossings(result):
        v = result.voltage
        at = np.flatnonzero((v[:-1] < 0.0) & (v[1:] >= 0.0))
        return result.times[at] + (result.times[at + 1] - result.times[at]) * v[at] / (
            v[at] - v[at + 1]
        )

    worst = np.abs(crossings(reference) - crossings(euler)).max()
    assert euler.spike_error == pytest.approx(worst, abs=1e-3)
    assert euler.spike_count == crossings(euler).size


def test_a_trial_that_blows_up_says_so_and_the_others_go_on(setup):
    """Forward Euler at dt 0.2 ms."""
    trials = (Trial("euler", 0.2), Trial("exponential-euler", 0.2))
    _, euler, exponential = compare_integrators(replace(setup, trials=trials))
    assert (euler.finite, euler.spike_count, euler.spike_error) == (False, None, None)
    assert "blew up" in euler.problem
    assert euler.times[-1] < 150.0
    assert (exponential.finite, exponential.problem) == (True, "")


def test_no_spike_has_no_error(setup):
    """At rest there is nothing to compare."""
    results = list(compare_integrators(replace(setup, stimulus=Stimulus())))
    assert [(r.spike_count, r.spike_error) for r in results] == [(0, None)] * 4


def test_noise_is_the_same_current_for_every_dt(setup):
    """Each dt would draw its own; held over the setup's dt, RK4's spikes are the true ones."""
    noisy = replace(
        setup, stimulus=Stimulus((Noise(8.0, 5.0, 2.0),)),
        trials=(Trial("rk4", 0.025), Trial("rk4", 0.005)),
    )  # fmt: skip
    reference, coarse, fine = compare_integrators(noisy)
    assert reference.spike_count == coarse.spike_count == fine.spike_count > 3
    assert fine.spike_error < 0.01
    assert coarse.spike_error < 0.05


def test_progress_rises_to_one(setup):
    """Between the trials and within them."""
    told = []
    results = list(compare_integrators(setup, progress=told.append))
    assert len(results) == 4
    assert told == sorted(told)
    assert told[0] > 0.0
    assert told[-1] == 1.0


def test_cancelled_it_ends_early(setup):
    """At once, or after the trial that was complete."""
    assert list(compare_integrators(setup, lambda: True)) == []
    results = []
    for result in compare_integrators(setup, lambda: len(results) > 1):
        results.append(result)
    assert len(results) == 2


def test_a_long_trial_is_thinned_but_keeps_its_spikes(setup):
    """500,000 steps in at most 200,000 rows, every peak among them."""
    long = replace(setup, dt=0.01, duration=5000.0, stimulus=Stimulus(holding=10.0), trials=())
    (result,) = compare_integrators(long)
    assert result.voltage.size <= 200_000
    peaks = (result.voltage[1:-1] > result.voltage[:-2]) & (
        result.voltage[1:-1] >= result.voltage[2:]
    )
    assert np.count_nonzero(peaks & (result.voltage[1:-1] > 0.0)) == result.spike_count


def test_the_time_taken_is_measured(setup):
    """Some of it, and less than a minute."""
    assert all(0.0 < r.seconds < 60.0 for r in compare_integrators(setup))


def test_noise_that_is_too_long_to_hold_is_refused(setup):
    """A quarter of a million steps; the message says how long it may be."""
    noisy = replace(setup, stimulus=Stimulus((Noise(),)), duration=20_000.0)
    with pytest.raises(ModelError, match="6250 ms"):
        next(compare_integrators(noisy))
