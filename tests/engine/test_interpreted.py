"""The kernels run by Python itself do what the compiled ones do: compiling changes no meaning.

These runs are also those in which the lines of the kernels are seen to run.
"""

import warnings

import numpy as np
import pytest

from hhgui.engine import loop
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Sine, Step

CLOSE = 1e-9
LANED = [name for name, method in METHODS.items() if method.has_lanes]


@pytest.fixture
def interpret(monkeypatch):
    """Make the loops run as plain Python from now on, whose integers say when they wrap round."""

    def plainly():
        for name in ("advance", "advance_lanes", "ornstein_uhlenbeck"):
            monkeypatch.setattr(loop, name, getattr(loop, name).py_func)
        warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)

    with warnings.catch_warnings():
        yield plainly


def run(membrane, stimulus, method, dt):
    """Rows of V and gates, spike times and the reason to stop of 20 ms."""
    simulation = Simulation(membrane, stimulus, method, dt)
    block = simulation.advance(round(20.0 / dt), every=1)
    return block.columns, block.spikes, str(block.stop)


NOISY = Stimulus((Noise(4.0, 3.0, 2.0, 7), Sine(6.0, 80.0, 0.0, 40.0), Step(5.0, 3.01, 30.02)))
RUNS = [  # neuron, dt (ms): spikes; gates that follow at once; too long a step for some methods
    ("squid-dayan-abbott", 0.05), ("wang-buzsaki", 0.05), ("traub-miles-lab3", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "dt"), RUNS)
@pytest.mark.parametrize("method", METHODS)
def test_one_neuron(library, interpret, method, name, dt):
    """V, gates, currents, spike times and the reason to stop are those of the compiled loop."""
    compiled = run(library[name], NOISY, method, dt)
    interpret()
    plain = run(library[name], NOISY, method, dt)
    np.testing.assert_allclose(plain[0], compiled[0], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(plain[1], compiled[1], rtol=0, atol=CLOSE)
    assert plain[2] == compiled[2]


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "wang-buzsaki"])
@pytest.mark.parametrize("method", LANED)
def test_64_neurons(library, interpret, method, name):
    """Spikes, trace extremes and end of each lane are those of the compiled loop."""
    noise = Noise(4.0, 3.0, 2.0, 7)
    population = Population(library[name], np.linspace(0.0, 20.0, 64))
    protocol = BatchProtocol(Stimulus((Step(1.0, 0.5, 5.0), noise)), 5.0, 0.05, method, 0.0, 9, 10)
    (compiled,) = run_population(population, protocol, threads=1)
    interpret()
    (plain,) = run_population(population, protocol, threads=1)
    assert plain.count.sum() > 0
    for field in ("count", "spikes", "low", "high", "final", "lowest", "highest", "stopped"):
        np.testing.assert_allclose(
            getattr(plain, field), getattr(compiled, field), rtol=1e-7, atol=1e-7, err_msg=field
        )
