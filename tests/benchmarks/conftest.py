"""Sizes, timing and the other programs of the benchmarks.

In an ordinary run each is one small run that is checked, not timed. ``pytest tests/benchmarks
--benchmark-only`` runs the real sizes, times them, and adds neuron-steps per second. Where a peer
would take minutes it runs a part of the neurons or of the time, and its figures are scaled up.
"""

import math
from types import SimpleNamespace

import numpy as np
import pytest

FIGURES = pytest.StashKey[list[str]]()
SQUID_CURRENT = 10.0  # µA/cm², repetitive firing


def pytest_configure(config):
    """A place for the lines of the summary."""
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter, config):
    """Neuron-steps per second beside the table of seconds."""
    lines = config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.section("million neuron-steps per second, best round")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def full(request):
    """Whether this run measures (--benchmark-only)."""
    return request.config.getoption("benchmark_only")


@pytest.fixture
def timed(benchmark, full, request):
    """Run a function, its result; where this run measures, note the best of ``rounds`` runs.

    neuron_steps: of the whole benchmark; share: the part of it that the function does.
    """
    benchmark.disabled = not full

    def run(function, neuron_steps, rounds, share=1.0):
        result = benchmark.pedantic(function, rounds=rounds, warmup_rounds=1)
        if full:
            best = benchmark.stats.stats.min / share
            rate = neuron_steps / best / 1e6
            benchmark.extra_info |= {"seconds_whole": best, "million_per_s": rate, "share": share}
            scaled = f"  (scaled up from {share:.3g} of it)" if share < 1.0 else ""
            name = f"{request.node.module.__name__.split('.')[-1]} {request.node.name}"
            line = f"{name:<76}{best * 1e3:>11.2f} ms {rate:>8.2f} M/s{scaled}"
            request.config.stash[FIGURES].append(line)
        return result

    return run


@pytest.fixture(scope="session")
def axon(library):
    """The squid axon with E_L = -54.387 mV, as the NumPy versions and NEURON have it."""
    return library["squid-dayan-abbott"]


def _linear(x):
    return x / (1.0 - math.exp(-x)) if abs(x) > 1e-9 else 1.0 + x / 2.0


def _slopes(t, y, current):
    """The squid axon's right-hand side in Python floats: for one neuron faster than arrays."""
    V, m, h, n = y.tolist()
    exp = math.exp
    return (
        current - 120.0 * m * m * m * h * (V - 50.0) - 36.0 * n**4 * (V + 77.0)
        - 0.3 * (V + 54.387),
        _linear((V + 40.0) / 10.0) * (1.0 - m) - 4.0 * exp(-(V + 65.0) / 18.0) * m,
        0.07 * exp(-(V + 65.0) / 20.0) * (1.0 - h) - h / (1.0 + exp(-(V + 35.0) / 10.0)),
        0.1 * _linear((V + 55.0) / 10.0) * (1.0 - n) - 0.125 * exp(-(V + 65.0) / 80.0) * n,
    )  # fmt: skip


def _rise(t, y, current):
    return y[0]


_rise.direction = 1


@pytest.fixture(scope="session")
def lsoda():
    """Spikes of one axon under pieces (current, duration) by SciPy's LSODA, rtol 1e-6."""
    integrate = pytest.importorskip("scipy.integrate")

    def run(pieces):
        y, spikes = np.array([-65.0, 0.05293248526, 0.59612075351, 0.31767691406]), 0
        for current, duration in pieces:
            found = integrate.solve_ivp(
                _slopes, (0.0, duration), y, "LSODA", events=_rise, args=(current,),
                rtol=1e-6, atol=1e-8,
            )  # fmt: skip
            y, spikes = found.y[:, -1], spikes + found.t_events[0].size
        return spikes

    return run


@pytest.fixture(scope="session")
def neuron():
    """NEURON's ``h`` with the tables of its hh off and one thread; skips where it is not there."""
    h = pytest.importorskip("neuron").h
    h.load_file("stdrun.hoc")
    h.usetable_hh, h.celsius = 0, 6.3
    return h


@pytest.fixture
def neuron_axons(neuron):
    """Squid axons in one simulation of NEURON, one per current: ``run()`` gives spikes of each.

    A compartment of 1000 µm² each; spikes by NetCon; ParallelContext.psolve is its fastest way to
    run (fadvance from Python takes twice as long).
    """

    def make(currents, on, stop, dt, second_order=0, sodium=None, potassium=None, noise=0.0):
        time, who = neuron.Vector(), neuron.Vector()
        sections, kept = [], [time]
        for j, current in enumerate(currents):
            section = neuron.Section(name=f"axon{j}")
            section.L = section.diam = math.sqrt(1000.0 / math.pi)
            section.insert("hh")
            middle = section(0.5)
            section.cm, section.ena, section.ek = 1.0, 50.0, -77.0
            middle.hh.gnabar = 0.12 if sodium is None else sodium[j] * 1e-3
            middle.hh.gkbar = 0.036 if potassium is None else potassium[j] * 1e-3
            middle.hh.gl, middle.hh.el = 0.0003, -54.387
            clamp = neuron.IClamp(middle)
            clamp.delay, clamp.dur, clamp.amp = on, 1e9, current * 0.01  # nA
            spikes = neuron.NetCon(middle._ref_v, None, sec=section)
            spikes.threshold = 0.0
            spikes.record(time, who, j)
            sections.append(section)
            kept += [clamp, spikes]
            if noise > 0.0:
                random = neuron.Random(j)
                random.normal(current * 0.01, (noise * 0.01) ** 2)
                random.play(clamp._ref_amp)
                kept.append(random)
        context = neuron.ParallelContext()
        context.set_maxstep(10.0)

        def run():
            neuron.dt, neuron.steps_per_ms, neuron.secondorder = dt, 1.0 / dt, second_order
            neuron.finitialize(-65.0)
            context.psolve(stop)
            return np.bincount(np.array(who, dtype=np.int64), minlength=len(currents))

        return SimpleNamespace(run=run, sections=sections, kept=kept)

    return make
