"""Detection of spikes, of oscillations without spikes, and of the range of V."""

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import scipy

from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.engine.spikes import Oscillations
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Form, Rate
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples, Sine, Step
from tests.published import ratio

FIXED = [m.id for m in METHODS.values() if not m.adaptive]
# Follows the injected current: V = I - 65 but for 1 µs.
FOLLOWER = Membrane("follower", "", 0.001, (Current("L", 1.0, -65.0),))


def follow(voltages, method="exponential-euler", **options):
    """A run whose V takes ``voltages``, each for a ms."""
    values = tuple(float(v) + 65.0 for v in voltages)
    stimulus = Stimulus((Samples(tuple(np.arange(len(values) + 1.0)), values),))
    simulation = Simulation(FOLLOWER, stimulus, method, 0.5, **options)
    return simulation, simulation.advance(2 * len(values))


@pytest.mark.parametrize("method", ["exponential-euler", "crank-nicolson", "adaptive"])
def test_a_spike_counts_again_only_after_a_fall(method):
    """The next spike counts after V was at -11 mV, but not after -9 mV (threshold 0)."""
    assert follow((-65, 20, -9, 20, -9, 20), method)[1].spikes.size == 1
    assert follow((-65, 20, -11, 20, -9, 20), method)[1].spikes.size == 2


def test_the_fall_is_settable():
    """At 0 every upward crossing counts; a first one from just below does at any."""
    assert follow((-65, 20, -1, 20, -1, 20), rearm=0.0)[1].spikes.size == 3
    assert follow((-5, 20, -1), rearm=30.0)[1].spikes.size == 1


def test_fast_noise_counts_an_action_potential_once(squid):
    """The issue's run: no two spikes without V falling below -10 mV between, in lanes as alone."""
    noise = Stimulus((Noise(8.0, 60.0, 0.05, 3, 0.0, 1e5),))
    block = Simulation(squid, noise).advance(80_000, every=1)
    rows = np.round(block.spikes / 0.025).astype(int)
    lows = [block.columns[0, a:b].min() for a, b in pairwise(rows)]
    assert max(lows) < -10.0
    naive = np.sum((block.columns[0, :-1] < 0.0) & (block.columns[0, 1:] >= 0.0))
    assert block.spikes.size < naive
    (lane,) = run_population(Population(squid, np.ones(1)), BatchProtocol(noise, 2000.0))
    assert lane.count[0] == block.spikes.size


def test_blocks_and_checkpoints_remember_the_fall():
    """Cut between the two crossings, one spike is one spike."""
    values = tuple(float(v) + 65.0 for v in (-65, 20, -9, 20))
    stimulus = Stimulus((Samples(tuple(np.arange(5.0)), values),))
    simulation = Simulation(FOLLOWER, stimulus, "exponential-euler", 0.5)
    assert simulation.advance(5).spikes.size == 1
    again = Simulation.from_checkpoint(simulation.checkpoint())
    for each in (simulation, again):
        assert each.advance(3).spikes.size == 0


def test_oscillations_without_a_spike_are_seen():
    """Three of 30 mV below the threshold; steps that V just follows once are none."""
    oscillating, _ = follow((-65, -30, -60, -30, -60, -25, -65))
    assert oscillating.oscillations == Oscillations(3, pytest.approx(-30.0), pytest.approx(-60.0))
    assert "below the threshold of 0 mV" in oscillating.oscillations.problem(0.0)
    assert "a threshold of -40 mV counts it" in oscillating.oscillations.problem(0.0)
    assert follow((-65, -30, -65))[0].oscillations.problem(0.0) == ""
    assert follow((-65, 20, -65, 20, -65))[0].oscillations.count == 0
    assert follow((-65, -30, -39, -30, -39, -30))[0].oscillations.count == 0


def test_a_recovery_that_a_step_ends_is_no_oscillation(library):
    """With ḡNa 80 the squid fires once a step, and V returns to a plateau: nothing is missed."""
    squid = library["squid-dayan-abbott"]
    axon = squid.with_current("Na", conductance=80.0)
    stimulus = Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0)
    alone = Simulation(axon, stimulus)
    assert alone.advance(24_000).spikes.size == 6
    assert alone.oscillations.problem(0.0) == ""
    (lane,) = run_population(Population(axon, np.ones(1)), BatchProtocol(stimulus, 600.0))
    assert lane.count[0] == 6
    assert lane.oscillations(0).count == alone.oscillations.count < 2
    between = (-65, 20, -65, -30, -65, 20, -65, -30, -65, -30, -65)
    assert follow(between)[0].oscillations.count == 2


@pytest.mark.parametrize(
    ("name", "current", "rate"),
    [("cortical-pyramidal", 2.3, 53.0), ("squid-dayan-abbott", 100.0, None)],
)
def test_firing_that_stays_below_the_threshold_is_said(library, name, current, rate):
    """Such firing is reported with a threshold that counts it, for one neuron and in lanes."""
    membrane = library[name]
    step = Stimulus((Step(current, 50.0, 550.0),))
    simulation = Simulation(membrane, step)
    assert simulation.advance(22_000).spikes.size <= 1
    problem = simulation.oscillations.problem(0.0)
    other = float(problem.rpartition("threshold of ")[2].partition(" ")[0])
    spikes = Simulation(membrane, step, threshold=other).advance(22_000).spikes
    assert spikes.size > 20
    if rate:
        assert 1000.0 / np.diff(spikes)[-5:].mean() == pytest.approx(rate, abs=1.0)
    wave = Stimulus((Step(1.0, 50.0, 550.0),))
    (lane,) = run_population(Population(membrane, np.array([current])), BatchProtocol(wave, 550.0))
    assert lane.oscillations(0).count == pytest.approx(simulation.oscillations.count, abs=1)
    assert lane.oscillations(0).problem(0.0) == problem


SHAPES = {
    Form.EXPONENTIAL: math.exp, Form.SIGMOID: lambda x: 1.0 / (1.0 + math.exp(-x)),
    Form.EXP_LINEAR: ratio,
}  # fmt: skip


def plain(rate):
    """The rate as a function of floats, many times as fast as that of arrays."""
    shape, size = SHAPES[rate.form], rate.rate
    return lambda V: size * shape((V - rate.midpoint) / rate.scale) + rate.offset


def equations(membrane, current):
    """dy/dt of V and all gates of a membrane whose gates have rates; a row is 0 for one at once."""
    gates = [
        (plain(gate.alpha), plain(gate.beta), factor, gate.instantaneous)
        for gate, factor in zip(membrane.gates, membrane.rate_factors.tolist(), strict=True)
    ]
    owners = [(c.conductance, c.reversal, [g.power for g in c.gates]) for c in membrane.currents]

    def rhs(_time, y):
        V, *values = y.tolist()
        slope = [0.0]
        for q, (alpha, beta, factor, at_once) in enumerate(gates):
            a, b = alpha(V), beta(V)
            if at_once:
                values[q] = a / (a + b)
            slope.append(0.0 if at_once else factor * (a * (1.0 - values[q]) - b * values[q]))
        net, place = current, iter(values)
        for g, reversal, powers in owners:
            for power in powers:
                g *= next(place) ** power
            net -= g * (V - reversal)
        slope[0] = net / membrane.capacitance
        return slope

    return rhs


@cache
def exact_run(membrane, stimulus, duration, cuts):
    """V (mV) on a fine grid by SciPy's DOP853; between cuts the current stays as it is."""
    state = np.array([membrane.initial_voltage, *membrane.initial_gates()])
    times, volts = [], []
    for a, b in zip((0.0, *cuts), (*cuts, duration), strict=True):
        grid = np.linspace(a, b, max(2, round((b - a) * 500)))
        run = scipy.integrate.solve_ivp(
            equations(membrane, float(stimulus.current_at((a + b) / 2))), (a, b), state,
            method="DOP853", rtol=1e-9, atol=1e-10, t_eval=grid,
        )  # fmt: skip
        state = run.y[:, -1]
        times.append(grid)
        volts.append(run.y[0])
    return np.concatenate(times), np.concatenate(volts)


def crossings(times, volts):
    """Times (ms) at which V rises through 0 mV."""
    at = np.flatnonzero((volts[:-1] < 0.0) & (volts[1:] >= 0.0))
    return times[at] - volts[at] * (times[at + 1] - times[at]) / (volts[at + 1] - volts[at])


def test_the_range_of_v_does_not_depend_on_the_samples(library):
    """At samples of 0.5 ms the adaptive method's peak and trough are SciPy's to 0.001 mV."""
    squid = library["squid-dayan-abbott"]
    stimulus = Stimulus((Step(10.0, 1.0, 3.0),))
    block = Simulation(squid, stimulus, "adaptive", 0.5).advance(40)
    _, volts = exact_run(squid, stimulus, 20.0, (1.0, 3.0))
    assert block.highest == pytest.approx(volts.max(), abs=1e-3)
    assert block.lowest == pytest.approx(volts.min(), abs=1e-3)


def test_a_fast_sine_does_not_alias(squid):
    """Under 200 µA/cm² at 1 kHz samples of 0.5 ms show as many spikes as those of 0.01 ms."""
    stimulus = Stimulus((Sine(200.0, 1000.0, 0.0, 50.0),))
    runs = [Simulation(squid, stimulus, "adaptive", dt).advance(round(50 / dt)).spikes
            for dt in (0.5, 0.01)]  # fmt: skip
    assert runs[0].size >= 3
    np.testing.assert_allclose(runs[0], runs[1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("method", ["crank-nicolson", "exponential-euler"])
def test_a_stiff_membrane_does_not_ring(squid, method):
    """A leak of 10 S/cm² at 0 mV holds V there; 2 S/cm² of sodium do not pass E_Na."""
    leak = squid.with_current("L", conductance=10_000.0, reversal=0.0)
    found = Simulation(leak, Stimulus(), method).advance(400)
    assert found.spikes.size <= 1
    assert found.highest <= 0.2
    axon = squid.with_current("Na", conductance=2000.0)
    step = Stimulus((Step(10.0, 5.0, 50.0),))
    _, volts = exact_run(axon, step, 50.0, (5.0,))
    block = Simulation(axon, step, method).advance(2000)
    assert block.highest <= 50.0
    assert block.highest == pytest.approx(volts.max(), abs=0.1)
    wave = Stimulus((Step(1.0, 5.0, 50.0),))
    (lane,) = run_population(
        Population(axon, np.full(1, 10.0)), BatchProtocol(wave, 50.0, method=method)
    )
    assert lane.highest[0] == pytest.approx(block.highest, abs=1e-6)


WANG_BUZSAKI = Membrane("wb", "Wang & Buzsáki 1996", 1.0, (
    Current("Na", 35.0, 55.0, (
        Gate("m", 3, Rate("exp_linear", 1.0, -35.0, 10.0), Rate("exponential", 4.0, -60.0, -18.0),
             instantaneous=True),
        Gate("h", 1, Rate("exponential", 0.35, -58.0, -20.0), Rate("sigmoid", 5.0, -28.0, 10.0)),
    )),
    Current("K", 9.0, -90.0, (
        Gate("n", 4, Rate("exp_linear", 0.5, -34.0, 10.0),
             Rate("exponential", 0.625, -44.0, -80.0)),
    )),
    Current("L", 0.1, -65.0),
))  # fmt: skip
STEP_1 = Stimulus((Step(1.0, 5.0, 200.0),))


def test_gates_at_once_are_exact_adaptively_and_of_second_order_by_default():
    """Wang-Buzsáki's m: spikes against SciPy's, the last within 0.02 ms at dt 0.025."""
    true = crossings(*exact_run(WANG_BUZSAKI, STEP_1, 100.0, (5.0,)))
    adaptive = Simulation(WANG_BUZSAKI, STEP_1, "adaptive", 0.5).advance(200).spikes
    np.testing.assert_allclose(adaptive, true, rtol=0, atol=1e-5)
    errors = []
    for dt in (0.025, 0.0125):
        spikes = Simulation(WANG_BUZSAKI, STEP_1, "crank-nicolson", dt).advance(
            round(100 / dt)
        ).spikes  # fmt: skip
        errors.append(abs(spikes[-1] - true[-1]))
    assert errors[0] < 0.02
    assert np.log2(errors[0] / errors[1]) > 1.6


@pytest.mark.parametrize("method", FIXED)
def test_every_method_has_gates_at_once(method):
    """x = x∞(V) in every row, and lanes do what a run alone does."""
    gate = WANG_BUZSAKI.gates[0]
    block = Simulation(WANG_BUZSAKI, STEP_1, method, 0.01).advance(8000, every=1)
    true = Simulation(WANG_BUZSAKI, STEP_1, "adaptive", 0.01).advance(8000).spikes
    volts, m = block.columns[0], block.columns[2]
    assert block.spikes.size >= 3
    np.testing.assert_allclose(m, gate.steady_state_at(volts), rtol=0, atol=1e-6)
    within = 2.5 if METHODS[method].order == 1 else 0.01
    assert block.spikes[-1] == pytest.approx(true[block.spikes.size - 1], abs=within)
    (lane,) = run_population(
        Population(WANG_BUZSAKI, np.ones(1)), BatchProtocol(STEP_1, 80.0, 0.01, method)
    )
    assert lane.count[0] == block.spikes.size
    assert lane.last_spike[0] == pytest.approx(block.spikes[-1], abs=1e-6)


def test_each_gate_has_its_own_q10(squid):
    """A gate whose Q10 is 1 stays as it was at 6.3 °C: fixed steps, lanes and SciPy agree."""
    sodium, potassium, leak = squid.currents
    slow = replace(potassium, gates=tuple(replace(g, q10=1.0) for g in potassium.gates))
    warm = replace(squid, currents=(replace(sodium, q10=2.0), slow, leak), temperature=16.3)
    step = Stimulus((Step(10.0, 5.0, 60.0),))
    true = crossings(*exact_run(warm, step, 60.0, (5.0,)))
    for method, dt in (("adaptive", 0.5), ("crank-nicolson", 0.005)):
        spikes = Simulation(warm, step, method, dt).advance(round(60 / dt)).spikes
        np.testing.assert_allclose(spikes, true, rtol=0, atol=2e-3)


def test_two_noises_of_one_seed_are_independent(library):
    """The variances of two noises of one seed add, not their deviations."""
    noise = Noise(0.0, 3.0, 1.0, 1, 0.0, 1e6)
    leak = library["lecture6-model1"]
    current = Simulation(leak, Stimulus((noise, noise))).advance(400_000, every=40).columns[1]
    assert current.std() == pytest.approx(3.0 * np.sqrt(2.0), rel=0.04)
