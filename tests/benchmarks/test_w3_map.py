"""W3: spike counts over a map of ḡNa × ḡK: 200 × 200 squid axons, 200 ms, dt 0.025 ms."""

import numpy as np
import pytest

from hhgui.engine.batch import run_population
from hhgui.engine.population import BatchProtocol, Population
from hhgui.experiments.benchmark import NumpyAxons
from hhgui.model.stimulus.stimulus import Stimulus

pytestmark = pytest.mark.benchmark(group="W3: map of 200 x 200, 200 ms, dt 0.025 ms")
CURRENT, DT = 10.0, 0.025


@pytest.fixture(scope="module")
def conductances(full):
    """ḡNa and ḡK (mS/cm²) of each point, row by row."""
    side = 200 if full else 4
    sodium, potassium = np.linspace(60.0, 180.0, side), np.linspace(18.0, 54.0, side)
    return np.repeat(sodium, side), np.tile(potassium, side)


@pytest.fixture(scope="module")
def steps(full):
    """The number of steps of each neuron."""
    return 8000 if full else 800


@pytest.fixture
def work(conductances, steps):
    """The number of neuron-steps of the map."""
    return conductances[0].size * steps


@pytest.fixture
def engine_map(axon, conductances, steps):
    """The map by the engine, on so many threads."""
    sodium, potassium = conductances

    def run(threads, method="crank-nicolson"):
        each = Population(
            axon, np.full(sodium.size, CURRENT), conductance={"Na": sodium, "K": potassium}
        )
        wave = Stimulus(holding=1.0)
        results = run_population(each, BatchProtocol(wave, steps * DT, DT, method), threads=threads)
        return np.concatenate([result.count for result in results])

    return run


@pytest.mark.parametrize("threads", [1, 2])
def test_lanes(timed, engine_map, work, threads):
    """The engine computes the map in lanes, by Crank-Nicolson."""
    counts = timed(lambda: engine_map(threads), work, rounds=5)
    assert counts.min() == 0 < counts.max()


def test_numpy(timed, engine_map, conductances, steps, work):
    """NumPy, tuned, forward Euler, every 40th neuron: a thousand side by side, its best."""
    every = 40 if conductances[0].size > 40 else 1
    sodium, potassium = (values[::every] for values in conductances)

    def run():
        axons = NumpyAxons(sodium.size, steps, DT, sodium=sodium, potassium=potassium)
        push = axons.push(CURRENT)
        for _ in range(steps):
            axons.step(push)
        return axons.count()

    counts = timed(run, work, rounds=3, share=1.0 / every)
    alike = np.abs(counts - engine_map(2, "euler")[::every]) <= 1
    assert alike.mean() > 0.98


def test_neuron(timed, engine_map, conductances, steps, work, neuron_axons):
    """NEURON, implicit Euler, every 401st neuron in one simulation."""
    every = 401 if conductances[0].size > 401 else 1
    sodium, potassium = (values[::every] for values in conductances)
    currents = np.full(sodium.size, CURRENT)
    axons = neuron_axons(currents, 0.0, steps * DT, DT, sodium=sodium, potassium=potassium)
    counts = timed(axons.run, work, rounds=3, share=sodium.size / conductances[0].size)
    alike = np.abs(counts - engine_map(2)[::every]) <= 1
    assert alike.mean() > 0.9
