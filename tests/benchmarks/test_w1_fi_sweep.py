"""W1: lab 3's f-I sweep on the squid axon: 51 currents, 200 ms, dt 0.025 ms."""

import numpy as np
import pytest

from hhgui.document.fi_protocol import LAB_3, FiProtocol
from hhgui.engine.methods import METHODS
from hhgui.experiments import benchmark as bench

pytestmark = pytest.mark.benchmark(group="W1: 51 currents x 200 ms, dt 0.025 ms")


@pytest.fixture(scope="module")
def sweep(full):
    """The sweep, or a small one."""
    return LAB_3 if full else FiProtocol(8.0, 10.0, 3, 5.0, 30.0, 30.0)


@pytest.fixture
def work(sweep):
    """The number of neuron-steps of the sweep."""
    return sweep.points * round(sweep.duration / sweep.dt)


@pytest.fixture
def check(sweep, axon):
    """Counts are Crank-Nicolson's ± 1 from 7 µA/cm² on; below, near the fold, methods differ."""
    expected = bench.engine_sweep(axon, sweep, "crank-nicolson")

    def compare(counts, which=slice(None)):
        firing = sweep.currents[which] >= 7.0
        assert np.abs(counts - expected[which])[firing].max() <= 1
        assert expected[which][firing].min() >= 1

    return compare


@pytest.mark.parametrize("method", [m for m in METHODS if m != "adaptive"])
def test_lanes(timed, sweep, work, axon, check, method):
    """The engine computes the sweep in lanes, in one thread."""
    check(timed(lambda: bench.engine_sweep(axon, sweep, method), work, rounds=40))


def test_numpy(timed, sweep, work, check):
    """NumPy as one writes it down: forward Euler."""
    check(timed(lambda: bench.numpy_sweep(sweep), work, rounds=5))


def test_numpy_tuned(timed, sweep, work, check):
    """Tuned NumPy computes the sweep by forward Euler."""
    check(timed(lambda: bench.tuned_numpy_sweep(sweep), work, rounds=10))


def test_lsoda(timed, sweep, work, lsoda, check):
    """SciPy's LSODA: its own steps, so its neuron-steps are those of dt 0.025 it stands for."""
    some = sweep.currents.size - 1 - np.arange(0, sweep.currents.size, 17)

    def run():
        pieces = [(0.0, sweep.on), (0.0, sweep.off - sweep.on)]
        return [lsoda([pieces[0], (I, pieces[1][1])]) for I in sweep.currents[some]]

    check(timed(run, work, rounds=3, share=some.size / sweep.points), some)


@pytest.mark.parametrize("second_order", [0, 2], ids=["implicit-euler", "crank-nicolson"])
def test_neuron(timed, sweep, work, neuron_axons, check, second_order):
    """NEURON, all axons in one simulation, one thread, usetable_hh = 0."""
    axons = neuron_axons(sweep.currents, sweep.on, sweep.duration, sweep.dt, second_order)
    check(timed(axons.run, work, rounds=10))


def test_lanes_are_ten_times_tuned_numpy(benchmark, full):
    """The engine and tuned NumPy are measured alternately in one run."""
    if not full:
        pytest.skip("compares times: --benchmark-only")
    rates = benchmark.pedantic(bench.measure, rounds=1)
    assert rates["crank-nicolson"] > 10.0 * rates[bench.TUNED]
    assert rates["euler"] > 10.0 * rates[bench.TUNED]
    assert rates["rk4"] > 3.0 * rates[bench.TUNED]
