"""Lanes against the scalar kernels: every set of the library, and membranes made at random."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.model.library import ORDER
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Form, Rate
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

FIXED = [method for method in METHODS if method != "adaptive"]
CLOSE = 1e-9
STEEP = 1e-7  # mV on an upstroke, where rounding shows as a shift in time
each_method = pytest.mark.parametrize("method", FIXED)


def side_by_side(population, protocol):
    """The one result of a population that fits into one group of lanes."""
    (result,) = run_population(population, protocol, threads=1)
    return result


def assert_same(result, lane, membrane, stimulus, protocol):
    """A lane's spikes, extremes and end are those of a Simulation."""
    simulation = Simulation(membrane, stimulus, protocol.method, protocol.dt, protocol.threshold)
    block = simulation.advance(protocol.steps, every=1)
    volts = np.append(block.columns[0], simulation.voltage)
    assert block.stop is None
    assert np.isnan(result.stopped[lane])
    assert result.count[lane] == block.spikes.size
    kept = result.spikes[lane][: block.spikes.size]
    np.testing.assert_allclose(kept, block.spikes[: kept.size], rtol=0, atol=CLOSE)
    ends = [result.final[lane], result.lowest[lane], result.highest[lane]]
    expected = [volts[-1], volts.min(), volts.max()]
    np.testing.assert_allclose(ends, expected, rtol=0, atol=CLOSE)
    if protocol.record_every:
        bins = volts[1:].reshape(-1, protocol.record_every)
        np.testing.assert_allclose(result.low[lane], bins.min(axis=1), rtol=0, atol=STEEP)
        np.testing.assert_allclose(result.high[lane], bins.max(axis=1), rtol=0, atol=STEEP)


@each_method
@pytest.mark.parametrize("name", ORDER)
def test_every_set_of_the_library_runs_in_lanes(library, name, method):
    """Silent, spiking once, firing: spikes, trace's extremes and end to 1e-9."""
    amplitudes = np.array([0.0, 1.0, 7.0, 20.0])
    protocol = BatchProtocol(Stimulus((Step(1.0, 5.0, 70.0),)), 80.0, 0.02, method, -20.0, 9, 40)
    result = side_by_side(Population(library[name], amplitudes), protocol)
    for lane, amplitude in enumerate(amplitudes):
        stimulus = Stimulus((Step(amplitude, 5.0, 70.0),))
        assert_same(result, lane, library[name], stimulus, protocol)


def random_rate(rng):
    """A random rate of the order of 1, never negative, slow enough for every method."""
    form = rng.choice(list(Form))
    scale = rng.uniform(40.0, 80.0) * rng.choice([-1.0, 1.0])
    return Rate(form, rng.uniform(0.05, 2.0), rng.uniform(-80.0, 0.0), scale, rng.uniform(0.01, 1))


def random_gate(rng, number):
    """Any power; rates, or a sigmoid steady state and a time constant."""
    power, start = int(rng.integers(0, 9)), rng.choice([None, rng.uniform()])
    if rng.uniform() < 0.5:
        return Gate(f"g{number}", power, random_rate(rng), random_rate(rng), initial=start)
    steady = Rate("sigmoid", 1.0, rng.uniform(-80.0, 0.0), rng.uniform(3.0, 30.0))
    return Gate(f"g{number}", power, None, None, steady, random_rate(rng), initial=start)


def random_membrane(seed):
    """A leak and up to seven currents, up to eight gates anywhere among them, perhaps warm."""
    rng = np.random.default_rng(seed)
    currents = int(rng.integers(1, 9))
    places = rng.integers(min(1, currents - 1), currents, int(rng.integers(0, 9)))
    warmth = {"temperature": 16.3, "reference_temperature": 6.3} if rng.uniform() < 0.3 else {}
    return Membrane("random", "", rng.uniform(0.8, 3.0), tuple(
        Current(f"c{c}", rng.uniform(0.1, 4.0), rng.uniform(-100.0, 60.0),
                tuple(random_gate(rng, q) for q in np.flatnonzero((places == c) & (c > 0))))
        for c in range(currents)
    ), initial_voltage=rng.uniform(-90.0, -30.0), **warmth)  # fmt: skip


@each_method
@settings(
    max_examples=20, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 2**32 - 1))
def test_any_membrane_runs_in_lanes(method, seed):
    """Any currents, gates, powers, forms and temperature give what the scalar kernel gives."""
    membrane = random_membrane(seed)
    amplitudes = np.array([-4.0, 0.0, 9.0])
    wave = Stimulus((Step(1.0, 1.0, 8.0),))
    protocol = BatchProtocol(wave, 10.0, 0.02, method, -45.0, 20, 25)
    result = side_by_side(Population(membrane, amplitudes), protocol)
    assume(np.isnan(result.stopped).all())
    for lane, amplitude in enumerate(amplitudes):
        stimulus = Stimulus((Step(amplitude, 1.0, 8.0),))
        assert_same(result, lane, membrane, stimulus, protocol)


@each_method
@pytest.mark.parametrize("what", ["capacitance", "offset", "conductance", "reversal", "amplitude"])
def test_each_lane_has_its_own_numbers(squid, method, what):
    """A quantity may differ from lane to lane: each lane is a Simulation with its value."""
    values = {
        "capacitance": np.linspace(0.7, 1.5, 5), "offset": np.linspace(-3.0, 12.0, 5),
        "conductance": np.linspace(100.0, 140.0, 5), "reversal": np.linspace(-90.0, -70.0, 5),
        "amplitude": np.linspace(0.0, 12.0, 5),
    }[what]  # fmt: skip
    per_lane = {"conductance": {"Na": values}, "reversal": {"K": values}}.get(what, values)
    population = Population(squid, **({"amplitude": np.full(5, 8.0)} | {what: per_lane}))
    wave = Stimulus((Step(1.0, 2.0, 25.0),))
    protocol = BatchProtocol(wave, 30.0, 0.025, method, 0.0, 5, 20)
    result = side_by_side(population, protocol)
    assert len(set(result.final)) == 5
    for lane, value in enumerate(values):
        membrane = {
            "capacitance": lambda v: replace(squid, capacitance=v),
            "conductance": lambda v: squid.with_current("Na", conductance=v),
            "reversal": lambda v: squid.with_current("K", reversal=v),
        }.get(what, lambda v: squid)(value)
        amplitude = value if what == "amplitude" else 8.0
        holding = value if what == "offset" else 0.0
        stimulus = Stimulus((Step(amplitude, 2.0, 25.0),), holding=holding)
        assert_same(result, lane, membrane, stimulus, protocol)


@each_method
def test_lanes_under_noise_are_simulations_under_noise(squid, method):
    """Lane j has the noise of seed + j, to 1e-9 at its end."""
    noise = Noise(7.0, 4.0, 3.0, 11, 1.0, 28.0)
    protocol = BatchProtocol(Stimulus((noise,)), 30.0, 0.025, method, 0.0, 5, 20)
    result = side_by_side(Population(squid, np.ones(40)), protocol)
    for lane in (0, 1, 17, 39):
        own = Stimulus((replace(noise, seed=11 + lane),))
        assert_same(result, lane, squid, own, protocol)


@each_method
@pytest.mark.parametrize("size", [1, 63, 64, 65, 128, 150])
def test_groups_of_any_size_are_whole(squid, method, size):
    """Every neuron is there once, in order, and the last group's are those it should have."""
    amplitudes = np.linspace(0.0, 12.0, size)
    protocol = BatchProtocol(Stimulus((Step(1.0, 0.0, 9.0),)), 8.0, 0.025, method)
    results = list(run_population(Population(squid, amplitudes), protocol, threads=2))
    assert [r.first for r in results] == list(range(0, size, 64))
    final = np.concatenate([r.final for r in results])
    simulation = Simulation(squid, Stimulus((Step(amplitudes[-1], 0.0, 9.0),)), method)
    simulation.advance(320)
    assert final.shape == (size,)
    assert final[-1] == pytest.approx(simulation.voltage, abs=CLOSE)
    assert np.unique(final).size == size


@each_method
def test_a_lane_that_leaves_is_flagged_when_the_scalar_stops(library, method):
    """At the same step, to the last bit; its neighbours are as without it."""
    leak = library["lecture6-model1"].with_current("L", conductance=0.01)
    amplitudes = np.array([1.0, 90.0, 2.0])
    wave = Stimulus((Step(1.0, 1.3, 20.0),))
    protocol = BatchProtocol(wave, 20.0, 0.025, method, -50.0, 3, 10)
    result = side_by_side(Population(leak, amplitudes), protocol)
    stop = Simulation(leak, Stimulus((Step(90.0, 1.3, 20.0),)), method).advance(800).stop
    assert result.stopped[1] == pytest.approx(stop.time, abs=1e-12)
    assert 100.0 < result.highest[1] <= 150.0
    for lane in (0, 2):
        stimulus = Stimulus((Step(amplitudes[lane], 1.3, 20.0),))
        assert_same(result, lane, leak, stimulus, protocol)


@pytest.mark.parametrize(
    ("method", "dt"),
    [
        ("euler", 0.1),
        ("rk4", 0.1),
    ],
)
def test_a_lane_that_blows_up_is_flagged_when_the_scalar_stops(squid, method, dt):
    """At too large a dt firing lanes stop where the scalar does; the silent one goes on."""
    wave = Stimulus((Step(1.0, 2.0, 60.0),))
    protocol = BatchProtocol(wave, 40.0, dt, method)
    result = side_by_side(Population(squid, [0.0, 8.0]), protocol)
    stop = Simulation(squid, Stimulus((Step(8.0, 2.0, 60.0),)), method, dt).advance(400).stop
    assert result.stopped[1] == pytest.approx(stop.time, abs=1e-12)
    assert np.isnan(result.stopped[0])
    assert result.final[0] == pytest.approx(-65.0, abs=0.1)
    assert np.isfinite([result.lowest[1], result.highest[1], result.final[1]]).all()


@each_method
@pytest.mark.parametrize("conductance", [1e-6, 1e-9, 1e-13])
def test_what_is_nearly_closed_is_nearly_a_capacitor(library, method, conductance):
    """V = V₀ + (I + g (E - V₀)) (1 - exp(-g t/C))/g, in lanes as in the scalar kernel."""
    nearly = library["lecture6-model1"].with_current("L", conductance=conductance, reversal=20.0)
    expected = -65.0 - (2.0 + conductance * 85.0) * math.expm1(-conductance * 10.0) / conductance
    simulation = Simulation(nearly, Stimulus(holding=2.0), method)
    simulation.advance(400)
    protocol = BatchProtocol(Stimulus(holding=2.0), 10.0, 0.025, method)
    result = side_by_side(Population(nearly, np.ones(1)), protocol)
    found = [simulation.voltage, result.final[0]]
    assert found == pytest.approx([expected] * 2, abs=CLOSE + conductance)
