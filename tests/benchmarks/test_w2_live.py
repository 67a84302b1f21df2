"""W2: the live trace: one squid axon for 10 s at dt 0.01 ms, recorded every 0.1 ms."""

import pytest

from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus

pytestmark = pytest.mark.benchmark(group="W2: one neuron, 10 s, dt 0.01 ms, every 10th recorded")
CURRENT = 10.0
DT = 0.01


@pytest.fixture(scope="module")
def steps(full):
    """A million, or a few."""
    return 1_000_000 if full else 5_000


@pytest.fixture
def spikes(steps, axon):
    """How many to expect: Crank-Nicolson's."""
    return Simulation(axon, Stimulus(holding=CURRENT), dt=DT).advance(steps).spikes.size


@pytest.mark.parametrize("method", [m for m in METHODS if m != "adaptive"])
def test_simulation(timed, steps, axon, spikes, method):
    """The engine's scalar kernels, through ``Simulation.advance``."""

    def run():
        simulation = Simulation(axon, Stimulus(holding=CURRENT), method, DT)
        return simulation.advance(steps, every=10)

    block = timed(run, steps, rounds=20)
    assert block.columns.shape == (8, steps // 10)
    assert block.spikes.size == pytest.approx(spikes, abs=4)


def test_simulation_in_blocks(timed, steps, axon, spikes):
    """Crank-Nicolson in blocks of 1000 steps, as the window runs it."""

    def run():
        simulation = Simulation(axon, Stimulus(holding=CURRENT), dt=DT)
        return [simulation.advance(1000, every=10).spikes.size for _ in range(steps // 1000)]

    assert sum(timed(run, steps, rounds=20)) == spikes


def test_lsoda(timed, steps, lsoda, spikes):
    """SciPy's LSODA for a tenth of the time, spikes only."""
    found = timed(lambda: lsoda([(CURRENT, steps * DT / 10)]), steps, rounds=3, share=0.1)
    assert found == pytest.approx(spikes / 10, abs=2)


def test_neuron(timed, steps, neuron, neuron_axons, spikes):
    """NEURON, implicit Euler, V recorded every 0.1 ms."""
    axons = neuron_axons([CURRENT], 0.0, steps * DT, DT)
    trace = neuron.Vector().record(axons.sections[0](0.5)._ref_v, 0.1)
    assert timed(axons.run, steps, rounds=3)[0] == pytest.approx(spikes, abs=4)
    assert trace.max() > 30.0
