"""Facts about firing: spikes and their times, cycles, where firing begins and ends."""

import re

import numpy as np
import pytest
import scipy

from hhgui.engine.simulation import Simulation
from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.contract import Subject
from hhgui.experiments.events import Listing
from hhgui.experiments.preparation import held_at
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.facts.cycles import measured_cycle, settled


def test_states_under_10(squid, fact):
    """V, m, h, n at eight times of a run (DOP853; Radau agrees to 1e-9)."""
    states = fact("I10_checkpoints")
    simulation = Simulation(squid, Stimulus(holding=10.0), "adaptive", 1.0)
    columns = simulation.advance(101, every=1).columns[[0, 2, 3, 4]]
    found = [columns[:, int(time)] for time in states.value]
    states.compare(found, list(states.value.values()))


def test_spike_times_under_10(squid, fact):
    """Fourteen spikes in 200 ms, by table-driven RK4 at dt 0.01 (DOP853; NEURON's CVODE)."""
    simulation = Simulation(squid, Stimulus(holding=10.0), "rk4", 0.01)
    fact("I10_spike_times").compare(simulation.advance(20_000).spikes)


def test_spike_counts_of_a_second(resting_squid, fact):
    """22 currents, exactly but for one spike next to the fold, by RK4 at dt 0.01 (DOP853)."""
    counts = fact("spike_counts_1000ms")
    assert counts.tolerance == "exact except +-1 at 6.25-6.265"
    for current, expected in counts.value.items():
        simulation = Simulation(resting_squid, Stimulus(holding=float(current)), "rk4", 0.01)
        missed = abs(simulation.advance(100_000).spikes.size - expected)
        next_to_the_fold = 6.25 <= float(current) <= 6.265
        counts.take(missed if next_to_the_fold or missed == 0 else np.inf)


def test_a_single_action_potential(proven_squid, fact):
    """5 µA/cm² from 5 to 30 ms crosses 0 mV once (OpenWorm's Hodgkin-Huxley tutorial)."""
    stimulus = Stimulus((Step(5.0, 5.0, 30.0),))
    (crossing,) = (
        Simulation(held_at(proven_squid, -65.0), stimulus, "adaptive", 0.5).advance(100).spikes
    )
    fact("OSB_single_AP").compare(crossing)


@pytest.mark.parametrize("name", ["steady_f_I20", "steady_f_I30", "steady_f_I40", "steady_f_I150"])
def test_the_steady_rate(squid, fact, name):
    """Settled from 0 mV by RK4 at dt 0.02, as the tolerance says (DOP853; NEURON, Brian 2)."""
    rate = fact(name)
    current = float(name.removeprefix("steady_f_I"))
    stimulus = Stimulus(holding=current)
    simulation = Simulation(held_at(squid, 0.0), stimulus, "rk4", 0.02)
    simulation.advance(300_000 if current >= 140 else 20_000)
    rate.compare(measured_cycle(simulation, 1000.0, "rk4", 0.02).frequency)


@pytest.mark.parametrize("name", ["steady_f_I20", "steady_f_I30", "steady_f_I40", "steady_f_I150"])
def test_the_extremes_of_the_cycle(squid, facts, name):
    """V_max and V_min, to the four digits that the fact's description gives."""
    high, low = map(float, re.findall(r"Vm\w+ (-?[\d.]+)", facts[name]["description"]))
    current = float(name.removeprefix("steady_f_I"))
    cycle = measured_cycle(settled(squid, current, 6000.0 if current >= 140 else 400.0))
    assert (cycle.maximum, cycle.minimum) == pytest.approx((high, low), abs=1e-4)


def test_what_a_fixed_threshold_does_not_see(squid, fact):
    """The cycle's peak falls below 0 and -20 mV from the currents of the reference on (DOP853)."""

    def height(current, level):
        return measured_cycle(settled(squid, current), window=100.0).maximum - level

    found = [scipy.optimize.brentq(height, low, high, args=(level,), xtol=1e-4)
             for level, low, high in ((0.0, 40.0, 80.0), (-20.0, 80.0, 120.0))]  # fmt: skip
    fact("spike_threshold_blindness").compare(found)


def test_where_sustained_firing_begins(squid, fact):
    """The fold of cycles and its period, 19.8952 ms (continuation; Balti et al. 2018: 6.2649)."""
    events = Bifurcation(first=5.0, last=12.0).run(Subject(squid))
    (points,) = (e for e in events if isinstance(e, Listing) and e.key == "points")
    folds = [point for point in points.entries if point["kind"] == "fold_of_cycles"]
    onset = min(folds, key=lambda point: point["parameter"])
    fact("SNLC").compare(onset["parameter"])
    assert onset["period_ms"] == pytest.approx(19.8952407, abs=0.01)
