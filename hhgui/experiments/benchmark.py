"""Measure the engine's speed: the f-I sweep of lab 3 by each method, beside plain NumPy.

The sweep is 51 currents of 200 ms with dt 0.025 ms on the squid axon (V, m, h, n), on one thread.
Tables, runs and spike detection are all timed; kernels are compiled before.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy import add, divide, exp, greater_equal, multiply, subtract
from numpy.typing import NDArray

from hhgui.document.fi_protocol import LAB_3, FiProtocol
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.model.library import load_library, models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
MODEL = "squid-dayan-abbott"
NUMPY, TUNED = "numpy", "numpy-tuned"
# Other programs disturb single runs: the best of many short ones, run alternately, is compared.
ROUNDS = 6
TURN_S = 0.05


def measure(protocol: FiProtocol = LAB_3, rounds: int = ROUNDS) -> dict[str, float]:
    """Return neuron-steps per second on one core by method id, and for NumPy by NUMPY and TUNED.

    rounds: how often each sweep is timed; the fastest counts.
    """
    membrane = load_library(models_dir()).membranes[MODEL]

    def engine(method: str) -> Callable[[], object]:
        return lambda: engine_sweep(membrane, protocol, method)

    sweeps = {m.id: engine(m.id) for m in METHODS.values() if m.has_lanes}
    sweeps[NUMPY] = lambda: numpy_sweep(protocol)
    sweeps[TUNED] = lambda: tuned_numpy_sweep(protocol)
    best = dict.fromkeys(sweeps, np.inf)
    for sweep in sweeps.values():
        sweep()  # compiles
    for _ in range(rounds):
        for name, sweep in sweeps.items():
            best[name] = min(best[name], _best_of_a_turn(sweep))
    neuron_steps = protocol.points * round(protocol.duration / protocol.dt)
    return {name: float(neuron_steps / seconds) for name, seconds in best.items()}


def _best_of_a_turn(sweep: Callable[[], object]) -> float:
    """Return the time (s) of the fastest call of ``sweep`` among those started within TURN_S.

    It is called at least once.
    """
    best, end = np.inf, time.perf_counter() + TURN_S
    while True:
        start = time.perf_counter()
        if start > end:
            return best
        sweep()
        best = min(best, time.perf_counter() - start)


def as_table(rates: dict[str, float]) -> str:
    """Return the results of ``measure`` as text, one per line, with their ratio to NumPy's."""
    lines = [f"{'method':<31}{'million neuron-steps/s':>22}{'× NumPy':>10}{'× tuned':>10}"]
    for name, rate in rates.items():
        ratios = f"{rate / rates[NUMPY]:>10.1f}{rate / rates[TUNED]:>10.1f}"
        lines.append(f"{name:<31}{rate / 1e6:>22.1f}{ratios}")
    return "\n".join(lines)


def engine_sweep(membrane: Membrane, protocol: FiProtocol, method: str) -> Counts:
    """Return the spike counts of the sweep by a fixed-step method of the engine, on one thread."""
    wave = Stimulus((Step(1.0, protocol.on, protocol.off),))
    batch = BatchProtocol(wave, protocol.duration, protocol.dt, method, protocol.threshold)
    results = run_population(Population(membrane, protocol.currents), batch, threads=1)
    return np.concatenate([result.count for result in results])


def numpy_sweep(protocol: FiProtocol) -> Counts:
    """Return the spike counts of the sweep by NumPy, with the equations as textbooks print them."""
    dt, steps = protocol.dt, round(protocol.duration / protocol.dt)
    first, last = round(protocol.on / dt), round(protocol.off / dt)
    V = np.full(protocol.points, -65.0)
    (am, bm), (ah, bh), (an, bn) = _rates(V)
    m, h, n = am / (am + bm), ah / (ah + bh), an / (an + bn)
    count = np.zeros(protocol.points, dtype=np.int64)
    for k in range(steps):
        I = protocol.currents if first <= k < last else 0.0
        (am, bm), (ah, bh), (an, bn) = _rates(V)
        I_ion = 120.0 * m**3 * h * (V - 50.0) + 36.0 * n**4 * (V + 77.0) + 0.3 * (V + 54.387)
        m = m + dt * (am * (1.0 - m) - bm * m)
        h = h + dt * (ah * (1.0 - h) - bh * h)
        n = n + dt * (an * (1.0 - n) - bn * n)
        before, V = V, V + dt * (I - I_ion)
        count += (before < protocol.threshold) & (protocol.threshold <= V)
    return count


def _rates(V: Array) -> tuple[tuple[Array, Array], ...]:
    """Return alpha and beta (1/ms) of m, h and n at V (mV).

    Source: Dayan & Abbott 2001, eqs. 5.22 and 5.24.
    """
    x, y = (V + 40.0) / 10.0, (V + 55.0) / 10.0
    return (
        (x / (1.0 - np.exp(-x)), 4.0 * np.exp(-(V + 65.0) / 18.0)),
        (0.07 * np.exp(-(V + 65.0) / 20.0), 1.0 / (1.0 + np.exp(-(V + 35.0) / 10.0))),
        (0.1 * y / (1.0 - np.exp(-y)), 0.125 * np.exp(-(V + 65.0) / 80.0)),
    )


def tuned_numpy_sweep(protocol: FiProtocol) -> Counts:
    """Return the spike counts of the sweep by NumPy, optimised as far as we could."""
    steps = round(protocol.duration / protocol.dt)
    axons = NumpyAxons(protocol.points, steps, protocol.dt, protocol.threshold)
    off, on = axons.push(0.0), axons.push(protocol.currents)
    first, last = round(protocol.on / protocol.dt), round(protocol.off / protocol.dt)
    for k in range(steps):
        axons.step(on if first <= k < last else off)
    return axons.count()


class NumpyAxons:
    """Squid axons side by side in plain NumPy, to compare the engine with.

    The method is forward Euler, which has the least to compute, optimised as far as we could within
    NumPy: one call takes the exponentials of all six rates, every operation writes to an existing
    array, and dt and constant factors are folded into coefficients.
    """

    # The exponents of alpha_m, alpha_n, alpha_h, beta_m, beta_n, beta_h: slope * (V - midpoint)
    SLOPES = -1.0 / np.array([10.0, 10.0, 20.0, 18.0, 80.0, 10.0])
    MIDPOINTS = np.array([-40.0, -55.0, -65.0, -65.0, -65.0, -35.0])

    def __init__(
        self, size: int, steps: int, dt: float, threshold: float = 0.0,
        sodium: Array | float = 120.0, potassium: Array | float = 36.0,
    ) -> None:  # fmt: skip
        self._dt, self._threshold = dt, threshold
        self._sodium, self._potassium, self._leak = sodium * dt, potassium * dt, 0.3 * dt
        factors = np.array([1.0, 1.0, 0.07 * dt, 4.0 * dt, 0.125 * dt, 1.0])
        self._slope = self.SLOPES[:, None]
        self._shift = (np.log(factors) - self.SLOPES * self.MIDPOINTS)[:, None]
        self._line = np.array([[0.1 * dt], [0.01 * dt]])
        self._line_shift = np.array([[4.0 * dt], [0.55 * dt]])
        e = np.empty((6, size))
        self._rates = e, np.empty((2, size)), e[:3], e[3:], e[:2], e[5]
        self._na, self._k, self._total = np.empty(size), np.empty(size), np.empty(size)
        self._above = np.zeros((steps + 1, size), dtype=np.bool_)
        self._rows = iter(self._above[1:])
        self.V = np.full(size, -65.0)
        alpha, both = self._open_and_relax()
        self._gates = alpha / both
        self._m, self._n, self._h = self._gates

    def push(self, current: Array | float) -> Array:
        """Return what ``step`` needs for an injected current (µA/cm²): the constant part of dV."""
        return np.asarray(self._dt * current - 54.387 * self._leak) + np.zeros(self.V.size)

    def step(self, push: Array) -> None:
        """Advance the gates and V by one step of dt, all from the old state.

        push: from the method ``push``.
        """
        na, k, total, V = self._na, self._k, self._total, self.V
        multiply(self._m, self._m, na)
        multiply(na, self._m, na)
        multiply(na, self._h, na)
        multiply(na, self._sodium, na)
        multiply(self._n, self._n, k)
        multiply(k, k, k)
        multiply(k, self._potassium, k)
        alpha, both = self._open_and_relax()
        multiply(both, self._gates, both)
        subtract(alpha, both, alpha)
        add(self._gates, alpha, self._gates)
        add(na, k, total)
        add(total, self._leak, total)
        multiply(total, V, total)
        multiply(na, 50.0, na)
        multiply(k, -77.0, k)
        add(na, k, na)
        add(na, push, na)
        subtract(na, total, na)
        add(V, na, V)
        greater_equal(V, self._threshold, next(self._rows))

    def _open_and_relax(self) -> tuple[Array, Array]:
        """Return dt alpha and dt (alpha + beta) of m, n and h at the present V."""
        e, line, alpha, beta, fast, close = self._rates
        multiply(self._slope, self.V, e)
        add(e, self._shift, e)
        exp(e, e)
        multiply(self._line, self.V, line)
        add(line, self._line_shift, line)
        subtract(1.0, fast, fast)
        divide(line, fast, fast)
        add(close, 1.0, close)
        divide(self._dt, close, close)
        add(alpha, beta, beta)
        return alpha, beta

    def count(self) -> Counts:
        """Return how often V of each axon has crossed the threshold upwards so far."""
        rises: Counts = np.sum(self._above[1:] & ~self._above[:-1], axis=0, dtype=np.int64)
        return rises
