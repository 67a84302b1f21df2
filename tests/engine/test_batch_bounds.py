"""A batch keeps to its bounds: memory, time to cancel, how far it runs ahead."""

import threading
import time
import tracemalloc
from itertools import islice

import numpy as np
import pytest

from hhgui.engine import batch
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

FIXED = [method for method in METHODS if method != "adaptive"]
STEP = Stimulus((Step(1.0, 1.0, 4.0),))


def peak_memory(membrane, size, duration, **options):
    """Bytes that a run takes at most beside its population, its results thrown away."""
    population = Population(membrane, np.zeros(size))
    protocol = BatchProtocol(STEP, duration, 0.025, **options)
    list(run_population(Population(membrane, [0.0]), BatchProtocol(STEP, 1.0)))  # compiles
    tracemalloc.start()
    try:
        for _ in run_population(population, protocol, threads=2):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_population(squid):
    """The results of 20,000 neurons are 80 MB; a run of them needs less than 15 MB."""
    assert peak_memory(squid, 20_000, 5.0, most_spikes=500, record_every=20) < 15e6


def test_memory_does_not_grow_with_the_time(library):
    """Twenty seconds need what five seconds need."""
    leak = library["lecture6-model1"]
    short, long = (peak_memory(leak, 64, duration) for duration in (5_000.0, 20_000.0))
    assert long < short + 0.5e6


@pytest.fixture(scope="module")
def largest():
    """A membrane with the most gates and currents, all of the highest power."""
    gates = [Gate(f"g{k}", 8, Rate("constant", 1.0), Rate("constant", 0.5)) for k in range(8)]
    return Membrane("largest", "", 1.0, tuple(
        Current(f"c{k}", 0.1, -60.0 + k, (gate,)) for k, gate in enumerate(gates)
    ))  # fmt: skip


def cpu_after_cancel(membrane, method, threads):
    """CPU time (s) of all threads from the second look at a cancel, which finds one, to the end."""
    looks, begun = [], []

    def cancelled():
        looks.append(None)
        if len(looks) > 1 and not begun:
            begun.append(time.process_time())
        return bool(begun)

    population = Population(membrane, np.zeros(64 * 50))
    protocol = BatchProtocol(STEP, 60_000.0, 0.025, method)
    assert list(run_population(population, protocol, cancelled, threads)) == []
    return time.process_time() - begun[0]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("method", FIXED)
def test_a_cancel_costs_100_ms_of_cpu_a_thread(squid, method, threads):
    """By every method, on one thread and on two, a run ends soon after a cancel."""
    run = BatchProtocol(STEP, 1.0, method=method)
    list(run_population(Population(squid, [0.0]), run))  # what compiles, compiles before
    assert min(cpu_after_cancel(squid, method, threads) for _ in range(3)) < 0.1 * threads


@pytest.mark.parametrize("groups", [1, 3, 9])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_cancelled_before_it_begins_gives_nothing(squid, threads, groups):
    """A cancelled batch of few or many groups gives nothing in this thread and in others."""
    population = Population(squid, np.zeros(64 * groups))
    protocol = BatchProtocol(STEP, 5.0)
    assert list(run_population(population, protocol, lambda: True, threads)) == []


@pytest.mark.parametrize("method", FIXED)
def test_even_the_largest_membrane_is_cut_finely_enough(largest, method):
    """A stretch between two looks at the cancel costs less than 100 ms of CPU."""
    run = BatchProtocol(STEP, batch.CHUNK_STEPS * 0.025, 0.025, method)
    population = Population(largest, np.zeros(64))
    list(run_population(population, BatchProtocol(STEP, 1.0, method=method)))
    spent = []
    for _ in range(3):
        begun = time.thread_time()
        list(run_population(population, run, threads=1))
        spent.append(time.thread_time() - begun)
    assert min(spent) < 0.1


def test_a_batch_does_not_run_far_ahead(squid):
    """While nobody takes the second result, only a few groups are under way."""
    shares = []
    population = Population(squid, np.zeros(64 * 100))
    results = run_population(
        population, BatchProtocol(STEP, 2.0), threads=2, progress=shares.append
    )  # fmt: skip
    assert [r.first for r in islice(results, 1)] == [0]
    time.sleep(0.2)
    assert max(shares) <= 0.06
    results.close()


def test_lanes_hold_no_interpreter_lock(squid, monkeypatch):
    """While one call of a kernel runs for long, another thread goes on; the window does so."""
    done, steps = threading.Event(), 40_000
    monkeypatch.setattr(batch, "CHUNK_STEPS", steps)
    population, protocol = Population(squid, np.zeros(64)), BatchProtocol(STEP, steps * 0.025)
    list(run_population(population, BatchProtocol(STEP, 1.0)))

    def compute():
        list(run_population(population, protocol, threads=1))
        done.set()

    worker = threading.Thread(target=compute)
    worker.start()
    beats = 0
    while not done.wait(0.001):
        beats += 1
    worker.join()
    assert beats >= 5
