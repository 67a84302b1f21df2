"""W4: 10,000 squid axons for 0.1 s at dt 0.025 ms, each with noise of its own."""

import math
import os

import numpy as np
import pytest

from hhgui.engine.batch import run_population
from hhgui.engine.population import BatchProtocol, Population
from hhgui.experiments.benchmark import NumpyAxons
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus

pytestmark = pytest.mark.benchmark(group="W4: 10,000 neurons with noise, 0.1 s, dt 0.025 ms")
DT, MEAN, SD, TAU = 0.025, 5.0, 3.0, 5.0


@pytest.fixture(scope="module")
def size(full):
    """The number of neurons."""
    return 10_000 if full else 64


@pytest.fixture(scope="module")
def steps(full):
    """The number of steps of each neuron."""
    return 4000 if full else 1200


@pytest.fixture
def work(size, steps):
    """The number of neuron-steps of the population."""
    return size * steps


@pytest.fixture
def engine_mean(axon, size, steps):
    """Spikes per neuron by the engine, on so many threads."""

    def run(threads):
        wave = Stimulus((Noise(MEAN, SD, TAU, seed=1, stop=1e6),))
        protocol = BatchProtocol(wave, steps * DT, DT)
        results = run_population(Population(axon, np.ones(size)), protocol, threads=threads)
        return np.concatenate([result.count for result in results]).mean()

    return run


@pytest.mark.parametrize("threads", [1, 2])
def test_lanes(timed, engine_mean, work, threads):
    """The engine: Crank-Nicolson and Ornstein-Uhlenbeck noise from a counter."""
    if threads > (os.cpu_count() or 1):
        pytest.skip("one core")
    assert 1.0 < timed(lambda: engine_mean(threads), work, rounds=5) < 10.0


def test_numpy(timed, engine_mean, size, steps, work, full):
    """NumPy, tuned, forward Euler and the same noise, a tenth of the neurons: its best."""
    part = size // 10 if full else size
    decay = math.exp(-DT / TAU)
    kick = math.sqrt(1.0 - decay * decay)

    def run():
        random = np.random.default_rng(1)
        axons = NumpyAxons(part, steps, DT)
        rest, x, drawn = axons.push(MEAN), np.zeros(part), np.empty(part)
        for _ in range(steps):
            random.standard_normal(out=drawn)
            np.multiply(drawn, kick, drawn)
            np.multiply(x, decay, x)
            np.add(x, drawn, x)
            np.multiply(x, SD * DT, drawn)
            np.add(drawn, rest, drawn)
            axons.step(drawn)
        return axons.count().mean()

    mean = timed(run, work, rounds=3, share=part / size)
    assert mean == pytest.approx(engine_mean(1), rel=0.1 if full else 0.5)


def test_neuron(timed, steps, size, work, neuron_axons, full):
    """NEURON, implicit Euler, a hundredth of them; white noise as strong, by Random.play."""
    part = size // 100 if full else 4
    white = SD * math.sqrt(2.0 * TAU / DT)
    axons = neuron_axons(np.full(part, MEAN), 0.0, steps * DT, DT, noise=white)
    assert timed(axons.run, work, rounds=3, share=part / size).max() >= 1
