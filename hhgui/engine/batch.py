"""Many neurons at once: 64 side by side per kernel call, on every core, results in order.

One Population is one kind of neuron (the same gates, so the same tables) under one common wave;
amplitude and offset of its current, capacitance, conductances and reversals differ per neuron.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from hhgui.engine import integrators
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.packing import pack
from hhgui.model.membrane import Membrane
from hhgui.model.noise import Noise
from hhgui.model.parameter import CAPACITANCE, CONDUCTANCE, REVERSAL, ModelError, Parameter
from hhgui.model.stimulus import Stimulus

Array = NDArray[np.float64]
# 64 neurons by this many steps take about 10 ms: how long a cancel waits at most, per core.
CHUNK_STEPS = 20_000


@dataclass(frozen=True)
class Population:
    """Neurons of one kind; every per-neuron array has the shape of ``amplitude``, (neurons,).

    Current of neuron j: offset[j] + amplitude[j] * wave(t) (µA/cm²), the wave common to all.
    capacitance: µF/cm²; conductance (mS/cm²) and reversal (mV) by current name; what is not given
    is the membrane's. Raises ModelError for a value out of range, an unknown current, a shape.
    """

    membrane: Membrane
    amplitude: Array
    offset: Array | float = 0.0
    capacitance: Array | None = None
    conductance: Mapping[str, Array] = field(default_factory=dict)
    reversal: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        amplitude = np.atleast_1d(np.asarray(self.amplitude, dtype=np.float64))
        object.__setattr__(self, "amplitude", amplitude)
        object.__setattr__(self, "offset", self._each("offset", self.offset, None))
        if self.capacitance is not None:
            each = self._each("capacitance", self.capacitance, CAPACITANCE)
            object.__setattr__(self, "capacitance", each)
        for key, parameter in (("conductance", CONDUCTANCE), ("reversal", REVERSAL)):
            given = getattr(self, key)
            for name in given:
                if name not in {c.name for c in self.membrane.currents}:
                    raise ModelError(key, f"{self.membrane.name} has no current {name!r}")
            each_one = {n: self._each(f"{n}.{key}", v, parameter) for n, v in given.items()}
            object.__setattr__(self, key, each_one)

    @property
    def size(self) -> int:
        """How many neurons."""
        return int(self.amplitude.size)

    def _each(self, key: str, values: object, parameter: Parameter | None) -> Array:
        array = np.broadcast_to(np.asarray(values, dtype=np.float64), self.amplitude.shape)
        if not np.isfinite(array).all():
            raise ModelError(key, f"{key} must be finite")
        if parameter is not None and array.size:
            parameter.check(float(array.min()))
            parameter.check(float(array.max()))
        return array

    def column(self, kind: str, first: int, last: int) -> Array:
        """Conductances or reversals of neurons first..last, shape (currents, last - first)."""
        given: Mapping[str, Array] = getattr(self, kind)
        return np.array([
            given[c.name][first:last] if c.name in given
            else np.full(last - first, getattr(c, kind))
            for c in self.membrane.currents
        ])  # fmt: skip


@dataclass(frozen=True)
class BatchProtocol:
    """What every neuron of a population goes through.

    wave: unit course of the current over time (its noise, if any, is added to every neuron, from
    seed + neuron); duration, dt: ms; threshold: mV; most_spikes: how many spike times to keep;
    record_every: keep the lowest and highest V of each so many steps (0: none).
    """

    wave: Stimulus
    duration: float
    dt: float = DEFAULT_DT_MS
    method: str = DEFAULT_METHOD
    threshold: float = 0.0
    most_spikes: int = 0
    record_every: int = 0

    def __post_init__(self) -> None:
        DT.check(self.dt)
        if method_named(self.method).id == "adaptive":
            raise ModelError("method", "the adaptive method runs one neuron at a time")
        noises = [c for c in self.wave.components if isinstance(c, Noise)]
        if len(noises) > 1:
            raise ModelError("stimulus", "one noise is allowed in a batch")

    @property
    def steps(self) -> int:
        """Number of steps of dt in duration."""
        return round(self.duration / self.dt)


@dataclass(frozen=True)
class BatchResult:
    """Neurons first .. first + size, arrays of shape (size,).

    count: spikes; first_spike, last_spike: ms, NaN where none; lowest, highest, final: V in mV;
    stopped: ms at which V left the table and the neuron was held, NaN where it did not;
    spikes: (size, most_spikes) ms, NaN-padded; low, high: (size, bins) mV.
    """

    first: int
    count: NDArray[np.int64]
    first_spike: Array
    last_spike: Array
    lowest: Array
    highest: Array
    final: Array
    stopped: Array
    spikes: Array
    low: Array
    high: Array


def run_population(
    population: Population,
    protocol: BatchProtocol,
    cancelled: Callable[[], bool] = lambda: False,
    threads: int | None = None,
    progress: Callable[[float], object] = lambda share: None,
) -> Iterator[BatchResult]:
    """The results in order, 64 neurons at a time; ends early once ``cancelled()`` is true.

    Memory is bounded whatever the size: a few groups are under way at once. ``threads`` (default:
    one per core) run the kernels, which do not hold the interpreter.
    """
    job = _Job(population, protocol, cancelled, progress)
    starts = iter(range(0, population.size, job.lanes))
    workers = threads or os.cpu_count() or 1
    if workers == 1 or population.size <= job.lanes:
        for first in starts:
            result = job.run(first)
            if result is None:
                return
            yield result
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="lanes") as pool:
        waiting: deque[Future[BatchResult | None]] = deque()
        for first in starts:
            waiting.append(pool.submit(job.run, first))
            if len(waiting) > 2 * workers:
                result = waiting.popleft().result()
                if result is None:
                    break
                yield result
        while waiting:
            result = waiting.popleft().result()
            if result is None:
                break
            yield result


class _Job:
    """One population under one protocol: the tables, and how a group of lanes is run."""

    def __init__(
        self,
        population: Population,
        protocol: BatchProtocol,
        cancelled: Callable[[], bool],
        progress: Callable[[float], object],
    ) -> None:
        from hhgui.engine.integrators import _lanes

        self._rows: ModuleType = _lanes
        self.lanes: int = _lanes.LANES
        self._population, self._protocol = population, protocol
        self._cancelled, self._progress = cancelled, progress
        self._module = integrators.load(protocol.method)
        self._packed = pack(population.membrane)
        self._tables = self._module.tables(population.membrane, protocol.dt)
        self._noise = next((c for c in protocol.wave.components if isinstance(c, Noise)), None)
        # the same stretch of the wave serves every group that runs at about the same time
        self._wave = lru_cache(maxsize=8)(self._make_wave)
        self._done = 0
        self._all = max(1, protocol.steps * -(-population.size // self.lanes))

    def run(self, first: int) -> BatchResult | None:
        """Neurons first .. first + 64, or None once cancelled."""
        protocol, rows = self._protocol, self._rows
        size = min(self.lanes, self._population.size - first)
        state = self._start(first, size)
        places = np.zeros(self.lanes, dtype=np.uint32)
        spikes = np.full((self.lanes, protocol.most_spikes), np.nan)
        bins = protocol.steps // protocol.record_every if protocol.record_every else 0
        low, high = np.full((self.lanes, bins), np.nan), np.full((self.lanes, bins), np.nan)
        seeds = self._seeds(first)
        step = 0
        while step < protocol.steps:
            if self._cancelled():
                return None
            n = min(self._chunk(), protocol.steps - step)
            wave, gate = self._wave(step, n)
            at = step // protocol.record_every if protocol.record_every else 0
            self._module.advance_lanes(
                state, places, self._packed, *self._tables, protocol.dt, wave, gate, n, step,
                protocol.threshold, self._noise_numbers(), seeds, spikes, protocol.record_every,
                low[:, at:], high[:, at:],
            )  # fmt: skip
            step += n
            self._done += n
            self._progress(min(1.0, self._done / self._all))
        return self._result(first, size, state, spikes, low, high, rows)

    def _chunk(self) -> int:
        every = self._protocol.record_every
        return CHUNK_STEPS if every == 0 else max(every, CHUNK_STEPS // every * every)

    def _start(self, first: int, size: int) -> Array:
        """The lanes' start state; lanes past the population's end repeat its last neuron."""
        rows, population, membrane = self._rows, self._population, self._population.membrane
        gates, currents = len(membrane.gates), len(membrane.currents)
        state = np.zeros((rows.rows_of(gates, currents), self.lanes))
        state[rows.V] = membrane.initial_voltage
        state[rows.GATES : rows.GATES + gates] = membrane.initial_gates()[:, None]
        last = first + size
        capacitance = population.capacitance
        per_lane = {
            rows.AMPLITUDE: population.amplitude[first:last],
            rows.OFFSET: np.asarray(population.offset)[first:last],
            rows.CAPACITANCE: membrane.capacitance
            if capacitance is None
            else capacitance[first:last],
        }
        for row, values in per_lane.items():
            state[row, :size] = values
        at = rows.GATES + gates
        state[at : at + currents, :size] = population.column("conductance", first, last)
        state[at + currents : at + 2 * currents, :size] = population.column("reversal", first, last)
        state[:, size:] = state[:, size - 1 : size]
        state[rows.LOWEST] = state[rows.HIGHEST] = membrane.initial_voltage
        state[rows.FIRST] = state[rows.LAST] = np.nan
        state[rows.STOPPED] = -1.0
        return state

    def _seeds(self, first: int) -> NDArray[np.uint64]:
        seed = self._noise.seed if self._noise is not None else 0
        return np.arange(first, first + self.lanes, dtype=np.uint64) + np.uint64(seed)

    def _noise_numbers(self) -> tuple[float, float, float]:
        if self._noise is None:
            return 0.0, -1.0, 0.0
        decay = math.exp(-self._protocol.dt / self._noise.tau)
        return self._noise.sd, decay, math.sqrt(1.0 - decay * decay)

    def _make_wave(self, step: int, n: int) -> tuple[Array, Array]:
        """The wave at the starts of steps step .. step + n, and where the noise is on."""
        times = np.arange(step, step + n + 1, dtype=np.float64) * self._protocol.dt
        wave = self._protocol.wave
        gate = np.zeros(n + 1)
        if self._noise is not None:
            gate = self._noise.gate_at(wave.own_time(times))
        return wave.current_at(times), gate

    def _result(
        self, first: int, size: int, state: Array, spikes: Array, low: Array, high: Array,
        rows: ModuleType,
    ) -> BatchResult:  # fmt: skip
        dt = self._protocol.dt
        stopped = state[rows.STOPPED, :size]
        return BatchResult(
            first,
            state[rows.COUNT, :size].astype(np.int64),
            state[rows.FIRST, :size] * dt,
            state[rows.LAST, :size] * dt,
            state[rows.LOWEST, :size].copy(),
            state[rows.HIGHEST, :size].copy(),
            state[rows.V, :size].copy(),
            np.where(stopped < 0.0, np.nan, stopped * dt),
            spikes[:size] * dt,
            low[:size],
            high[:size],
        )
