"""The accuracy of method and dt, judged by a repetition at half the dt."""

import numpy as np
import pytest

from hhgui.engine.accuracy import accuracy_problem
from hhgui.engine.integrators.adaptive import DormandPrince
from hhgui.engine.kernel_store import kernel_of
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Sine, Step

FIRING = Stimulus(holding=10.0)


def problem(membrane, method, dt, stimulus=FIRING, after=0):
    """The warning about a run after ``after`` steps, or ""."""
    simulation = Simulation(membrane, stimulus, method, dt)
    simulation.advance(after)
    return accuracy_problem(simulation.checkpoint())


@pytest.mark.parametrize("method", METHODS)
def test_small_steps_are_accurate(squid, method):
    """At dt 0.005 ms no method has anything to be warned of."""
    assert problem(squid, method, 0.005, after=500) == ""


@pytest.mark.parametrize(
    ("method", "dt", "stimulus"),
    [
        pytest.param("crank-nicolson", 0.025, FIRING, id="default settings"),
        pytest.param("euler", 0.05, Stimulus(), id="no spikes to compare"),
        # Its dt is that of its samples: at half of it spikes, times and extremes are the same.
        pytest.param("adaptive", 0.1, FIRING, id="adaptive at 0.1 ms"),
        pytest.param("adaptive", 1.0, FIRING, id="adaptive at 1 ms"),
        pytest.param("euler", 0.1, FIRING, id="blows up, which its Stop explains"),
    ],
)
def test_no_warning_is_given(squid, method, dt, stimulus):
    """A run that is accurate, or that says itself what went wrong, is not warned of."""
    assert problem(squid, method, dt, stimulus) == ""


@pytest.mark.parametrize(
    ("dt", "begin", "end"),
    [
        # 54 instead of 69 spikes a second
        pytest.param(0.5, "11 spikes in 200 ms, but ", " at half the dt", id="lost spikes"),
        pytest.param(0.025, "a spike moves by 1.", " ms at half the dt", id="late spikes"),
    ],
)
def test_wrong_spikes_are_noticed(squid, dt, begin, end):
    """Of exponential Euler both counts are named, or by how much a spike moves."""
    text = problem(squid, "exponential-euler", dt)
    assert text.startswith(begin)
    assert text.endswith(end)


def test_what_is_called_inaccurate_is_wrong_over_a_second(squid, facts):
    """The warned setting gives 54 spikes and not the published 69; the fine one gives 69."""
    assert facts["spike_counts_1000ms"]["value"]["10"] == 69
    for method, dt, count in (("exponential-euler", 0.5, 54), ("crank-nicolson", 0.025, 69)):
        assert bool(problem(squid, method, dt)) == (count != 69)
        spikes = Simulation(squid, FIRING, method, dt).advance(round(1000 / dt)).spikes
        assert spikes.size == count


def test_the_adaptive_method_is_judged(squid, monkeypatch):
    """With a tolerance of 0.1 in place of 1e-9 the adaptive method's spikes are warned of."""
    monkeypatch.setattr(DormandPrince, "of", classmethod(lambda kind, *_: kind(0.1, 0.1, 20_000)))
    kernel_of.cache_clear()  # of the true tolerance, which an earlier test may have left
    assert problem(squid, "adaptive", 1.0) != ""
    kernel_of.cache_clear()


def test_a_check_can_be_cancelled(squid):
    """A cancelled check gives no warning, even about inaccurate settings."""
    start = Simulation(squid, FIRING, "exponential-euler", 0.5).checkpoint()
    assert accuracy_problem(start) != ""
    assert accuracy_problem(start, cancelled=lambda: True) == ""


def test_noise_is_judged_as_it_was_drawn(squid):
    """Each value holds for the dt that it was drawn for, so that half the dt is the same noise."""
    noisy = Stimulus((Noise(6.0, 10.0, 5.0, 3, 0.0, 1e6), Step(4.0, 0.3, 1e6)))
    coarse, fine = (Simulation(squid, noisy, "exponential-euler", 0.1) for _ in range(2))
    for simulation in (coarse, fine):
        simulation.advance(7)
    fine.refine(2)
    drawn = np.repeat(coarse.advance(50, every=1).columns[1], 2)
    parts = [fine.advance(n, every=1).columns[1] for n in (3, 1, 40, 56)]
    np.testing.assert_allclose(np.concatenate(parts), drawn, rtol=0, atol=1e-12)
    assert np.ptp(drawn) > 10.0
    assert problem(squid, "crank-nicolson", 0.025, noisy, after=400) == ""
    assert problem(squid, "adaptive", 0.1, noisy) == ""
    assert problem(squid, "exponential-euler", 0.5, noisy).startswith("a spike moves by 14.")


def test_the_simulation_is_not_moved(squid):
    """The check runs from a checkpoint and leaves the simulation's state unchanged."""
    simulation = Simulation(squid, FIRING, "exponential-euler", 0.1)
    simulation.advance(100)
    before = simulation.checkpoint()
    assert accuracy_problem(before) != ""
    assert simulation.checkpoint() == before


def test_the_smallest_steps_are_not_judged(squid):
    """At the smallest dt nothing is checked, because half of it is not allowed."""
    assert accuracy_problem(Simulation(squid, dt=0.0001).checkpoint()) == ""


def test_charge_and_range_are_judged_too(squid):
    """Where a single spike neither moves nor goes, the error of 4 % in K's charge is noticed."""
    once = Stimulus((Step(40.0, 5.0, 6.0),))
    start = Simulation(squid, once, "exponential-euler", 0.1).checkpoint()
    assert accuracy_problem(start, 20.0) == "the charge through K differs by 4 % at half the dt"


def test_a_whole_run_can_be_judged(squid):
    """A step that begins after 200 ms is judged where the run's length is given."""
    late = Stimulus((Step(10.0, 300.0, 500.0),))
    start = Simulation(squid, late, "exponential-euler", 0.5).checkpoint()
    assert accuracy_problem(start) == ""
    assert " spikes in 500 ms, but " in accuracy_problem(start, 500.0)


@pytest.mark.parametrize(
    ("command", "dt", "named"),
    [
        (Command((Sine(60.0, 200.0, 0.0, 300.0),), -40.0), 0.5, "I_Na differs by "),
        (Command((Sine(60.0, 200.0, 0.0, 300.0),), -40.0), 0.005, ""),
        (Command((Step(65.0, 10.03, 40.0),), -65.0), 1.0, ""),  # exact at any dt
    ],
    ids=["coarse sine", "fine sine", "coarse step"],
)
def test_a_clamped_neuron_is_judged_by_its_currents(squid, command, dt, named):
    """Where the command moves dt matters; where it is constant the gates are exact."""
    text = problem(squid, "euler", dt, command)
    assert text.startswith(named)
    assert bool(text) == bool(named)
