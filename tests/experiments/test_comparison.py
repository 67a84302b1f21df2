"""Integrators side by side, against lecture 7's reference and closed solutions."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.methods import METHODS, Trial
from hhgui.experiments.comparison import Integrators
from hhgui.experiments.contract import Measured, Subject
from hhgui.experiments.events import Row, Trace
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

THREE = Integrators(
    (Trial("euler", 0.025), Trial("crank-nicolson", 0.025), Trial("rk4", 0.025)), 150.0
)


@pytest.fixture
def subject(squid):
    """The squid's axon under a step that gives ten spikes or so."""
    return Subject(squid, Stimulus((Step(10.0, 5.0, 150.0),)))


def compared(subject, trials=THREE.trials, duration=150.0, **more):
    """The rows of a comparison, the adaptive solution first, and the voltages beside them."""
    events = list(Integrators(trials, duration).run(subject, **more))
    rows = [event for event in events if isinstance(event, Row)]
    return rows, [event for event in events if isinstance(event, Trace)]


def test_the_adaptive_solution_comes_first_then_the_trials_in_order(subject):
    """Each row comes after its voltage; the result is the adaptive solution's spike count."""
    measured = Measured(THREE, subject)
    kinds = []
    for event in THREE.run(subject):
        measured.put(event)
        kinds.append(type(event))
    assert kinds == [Trace, Row] * 4
    methods = [list(METHODS)[int(i)] for i in measured.rows.column("method")]
    assert methods == ["adaptive", "euler", "crank-nicolson", "rk4"]
    (spikes,) = measured.results
    assert spikes.value == measured.rows.column("spike_count")[0] == 10


def test_a_better_method_has_a_smaller_error(subject):
    """Methods of order 1, 2 and 4 have falling errors; the adaptive reference has none."""
    (reference, *rows), _ = compared(subject)
    assert "spike_error" not in reference.values
    euler, crank_nicolson, rk4 = (row.values["spike_error"] for row in rows)
    assert euler > 2.0 * crank_nicolson > 4.0 * rk4 > 0.0


def test_the_error_is_the_worst_of_the_spike_times(subject):
    """The error is that of the crossings of 0 mV on straight lines between the shown samples."""
    (_, row), (reference, euler) = compared(subject, THREE.trials[:1])

    def crossings(trace):
        v = trace.values
        at = np.flatnonzero((v[:-1] < 0.0) & (v[1:] >= 0.0))
        return trace.time[at] + (trace.time[at + 1] - trace.time[at]) * v[at] / (v[at] - v[at + 1])

    worst = np.abs(crossings(reference) - crossings(euler)).max()
    assert row.values["spike_error"] == pytest.approx(worst, abs=1e-3)
    assert row.values["spike_count"] == crossings(euler).size


def test_a_trial_that_blows_up_says_so_and_the_others_go_on(subject):
    """Forward Euler blows up at dt 0.2 ms, and the other trials are complete."""
    trials = (Trial("euler", 0.2), Trial("exponential-euler", 0.2))
    (_, euler, exponential), (_, voltage, _) = compared(subject, trials)
    assert (euler.values["outcome"], euler.values["spike_count"]) == (0.0, None)
    assert euler.problem.startswith("Forward Euler, dt 0.2 ms: At ")
    assert "blew up" in euler.problem
    assert voltage.time[-1] <= euler.values["end"] < 150.0
    assert (exponential.values["outcome"], exponential.problem) == (1.0, "")
    assert exponential.values["end"] == 150.0


def test_no_spike_has_no_error(subject):
    """At rest there is nothing to compare, and the rows of the trials say so."""
    rows, _ = compared(replace(subject, stimulus=Stimulus()))
    assert [row.values["spike_count"] for row in rows] == [0.0] * 4
    assert all(row.values["spike_error"] is None for row in rows[1:])
    assert all("no spike to compare" in row.problem for row in rows[1:])


def test_noise_is_the_same_current_for_every_dt(subject):
    """Each dt would draw its own; held over the subject's dt, RK4's spikes are the true ones."""
    noisy = replace(subject, stimulus=Stimulus((Noise(8.0, 5.0, 2.0),)))
    rows, _ = compared(noisy, (Trial("rk4", 0.025), Trial("rk4", 0.005)))
    assert len({row.values["spike_count"] for row in rows}) == 1
    assert rows[0].values["spike_count"] > 3
    assert rows[1].values["spike_error"] < 0.05
    assert rows[2].values["spike_error"] < 0.01


def test_progress_rises_to_one(subject):
    """Progress is reported between the trials and within them."""
    reports = []
    rows, _ = compared(subject, progress=reports.append)
    assert len(rows) == 4
    assert reports == sorted(reports)
    assert reports[0] > 0.0
    assert reports[-1] == 1.0


def test_cancelled_it_ends_early(subject):
    """At once, or after the trial that was complete."""
    assert list(THREE.run(subject, lambda: True)) == []
    events = []
    for event in THREE.run(subject, lambda: len(events) > 3):
        events.append(event)
    assert [type(event) for event in events] == [Trace, Row, Trace, Row]


def test_a_long_trial_is_thinned_but_keeps_its_spikes(subject):
    """Of 500,000 steps at most 200,000 rows are kept, every peak among them."""
    firing = replace(subject, dt=0.01, stimulus=Stimulus(holding=10.0))
    (row, _), (trace, _) = compared(firing, (Trial("euler", 1.0),), 5000.0)
    V = trace.values
    assert V.size <= 200_000
    peaks = (V[1:-1] > V[:-2]) & (V[1:-1] >= V[2:])
    assert np.count_nonzero(peaks & (V[1:-1] > 0.0)) == row.values["spike_count"]


def test_the_time_taken_is_measured(subject):
    """The time of a trial is more than nothing and less than a minute."""
    assert all(0.0 < row.values["seconds"] < 60.0 for row in compared(subject)[0])


def test_noise_that_is_too_long_to_hold_is_refused(subject):
    """A quarter of a million steps; the message says how long it may be."""
    noisy = replace(subject, stimulus=Stimulus((Noise(),)))
    with pytest.raises(ModelError, match="6250 ms"):
        compared(noisy, duration=20_000.0)


@pytest.mark.parametrize(
    ("trials", "problem"),
    [
        ([], "trials must be from 1 to 24 methods"),
        ([["euler", 0.1]] * 25, "from 1 to 24 methods"),
        ("euler:0.1", r'must be a list of methods and dt, as \["euler", 0.1\]'),
        ([["euler"]], "must be a list of methods and dt"),
        ([[0.1, "euler"]], "trials: must be text, not 0.1"),
        ([["unheard-of", 0.1]], "trials: method must be one of crank-nicolson"),
        ([["euler", 2.0]], "trials: time step dt must be from 0.0001 to 1 ms"),
    ],
)
def test_wrong_trials_are_refused_by_what_is_allowed(trials, problem):
    """The message names the setting, and for a method or a dt what there is."""
    with pytest.raises(ModelError, match=problem) as refused:
        Integrators.from_settings({"trials": trials})
    assert refused.value.key == "trials"


def test_an_alias_names_its_method():
    """A trial of an alias is one of the method itself, whose name tables and colours use."""
    assert Integrators.from_settings({"trials": [["hines", 0.1]]}).trials[0].method in METHODS
