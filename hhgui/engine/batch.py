"""Run many neurons at once: 64 side by side per kernel call, on every core, results in order.

The neurons of a Population have the same currents and gates and get the same waveform; amplitude
and offset of their current, capacitance, conductances, reversals and rates may differ.
"""

import math
import os
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hhgui.engine import lanes as rows
from hhgui.engine.drive import drive_of, noise_gate
from hhgui.engine.kernel_store import MOST_KINDS, Kinetics, kernel_of
from hhgui.engine.methods import METHODS
from hhgui.engine.packing import Packed, pack
from hhgui.engine.population import BatchProtocol, BatchResult, Population
from hhgui.engine.tables import ROWS
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.component import EDGE_TOLERANCE_MS
from hhgui.model.stimulus.injection import mean_current

Array = NDArray[np.float64]
# 64 neurons by this many steps take 2 to 30 ms: how long a cancel waits at most, per core.
CHUNK_STEPS = 5_000
# A run that may stop early is looked at after so many steps, 0.2 ms of work.
EARLY_STEPS = 400
# The current of a run that is at most as long is computed once for all groups.
WHOLE_STEPS = 4 * CHUNK_STEPS


def run_population(
    population: Population,
    protocol: BatchProtocol,
    cancelled: Callable[[], bool] = lambda: False,
    threads: int | None = None,
    progress: Callable[[float], object] = lambda fraction: None,
) -> Iterator[BatchResult]:
    """Run all neurons and yield their results in order, for at most 64 neurons at a time.

    It ends early once ``cancelled()`` is true. threads: the number of threads that run the kernels
    (None: one per core); the kernels release the interpreter lock. progress: called with the
    fraction (0 to 1) of the steps done, from any of these threads. The memory used does not grow
    with the population, because only a few groups run at once.
    """
    job = _Job(population, protocol, cancelled, progress)
    starts = job.groups()
    workers = threads or os.cpu_count() or 1
    if workers == 1 or len(starts) == 1:
        for first, size in starts:
            result = job.run(first, size)
            if result is None:
                return
            yield result
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="lanes") as pool:
        waiting: deque[Future[BatchResult | None]] = deque()
        for first, size in starts:
            waiting.append(pool.submit(job.run, first, size))
            if len(waiting) > 2 * workers:
                result = waiting.popleft().result()
                if result is None:
                    return
                yield result
        while waiting:
            result = waiting.popleft().result()
            if result is None:
                return
            yield result


# A search runs one neuron a hundred times; a pack takes as long as 300 steps of 64 lanes.
@lru_cache(maxsize=MOST_KINDS)
def _packed(membrane: Membrane) -> Packed:
    """Return ``pack(membrane)``, kept for the last few membranes."""
    return pack(membrane)


def _aligned_zeros(rows: int, columns: int) -> Array:
    """Return zeros of shape (rows, columns) that begin at the start of a cache line.

    A vector across two cache lines costs a tenth of the speed.
    """
    room = np.zeros(rows * columns + 8)
    start = -room.ctypes.data % 64 // 8
    return room[start : start + rows * columns].reshape(rows, columns)


class _Ends:
    """The times at which the amplitudes of a group of neurons end (``Population.until``).

    They cut the run into stretches in which all amplitudes are constant.
    """

    def __init__(self, population: Population, first: int, size: int, dt: float) -> None:
        until = population.until
        self._places: list[int] = []
        if until is None:
            return
        self._amplitude = population.amplitude[first : first + size]
        exact = until[first : first + size] / dt
        whole = np.round(exact)
        near = np.abs(exact - whole) * dt <= EDGE_TOLERANCE_MS
        self._step = np.where(near, whole, np.floor(exact))
        # an edge within a step is exact in charge, as in ``injection.mean_current``
        self._left = np.where(near, 0.0, exact - self._step)
        self._places = sorted({*self._step.tolist(), *(self._step[~near] + 1.0).tolist()})

    def apply(self, state: Array, step: int, n: int) -> int:
        """Write the amplitudes at step ``step`` into row AMPLITUDE of ``state``.

        Returns for how many steps they hold, at most ``n``.
        """
        if not self._places:
            return n
        on = np.where(self._step == step, self._left, np.where(self._step > step, 1.0, 0.0))
        state[rows.AMPLITUDE, : on.size] = on * self._amplitude
        following = self._places[bisect_right(self._places, step) :]
        return int(min(n, following[0] - step)) if following else n


class _Job:
    """The run of one population under one protocol, in groups of at most 64 neurons."""

    def __init__(
        self,
        population: Population,
        protocol: BatchProtocol,
        cancelled: Callable[[], bool],
        progress: Callable[[float], object],
    ) -> None:
        self._population, self._protocol = population, protocol
        self._cancelled, self._progress = cancelled, progress
        self._packed = _packed(population.membrane)
        if not all(each.all() for each in population.conductance.values()):
            # in some neuron a gate has no effect on V: the kernel finds out in which
            every_gate = np.arange(self._packed.power.size)
            self._packed = self._packed._replace(unused_gates=every_gate)
        self._noise = next((noise for noise, _ in protocol.wave.noises), None)
        # the same stretch of the wave serves every group that runs at about the same time
        self._stretch = lru_cache(maxsize=8)(self._make_wave)
        self._gates_at_start: dict[int, Array] = {}
        self._done = 0
        self._all = max(1, protocol.steps * len(self.groups()))

    def groups(self) -> list[tuple[int, int]]:
        """Return the index of the first neuron and the size of each group.

        A group has at most 64 neurons, of at most MOST_KINDS different kinetics.
        """
        kinds = self._population.kind_of_each
        groups, first = [], 0
        while first < kinds.size:
            size = min(rows.LANES, kinds.size - first)
            while len(set(kinds[first : first + size].tolist())) > MOST_KINDS:
                size -= 1
            groups.append((first, size))
            first += size
        return groups

    def run(self, first: int, size: int) -> BatchResult | None:
        """Run the ``size`` neurons from index ``first`` on.

        Return their result, None if cancelled.
        """
        from hhgui.engine.loop import advance_lanes

        protocol = self._protocol
        state = self._start(first, size)
        kernel = self._stack_tables(state, first, size)
        places = np.zeros(rows.LANES, dtype=np.uint32)
        spikes = np.full((rows.LANES, protocol.most_spikes), np.nan)
        bins = protocol.steps // protocol.record_every if protocol.record_every else 0
        low, high = np.full((rows.LANES, bins), np.nan), np.full((rows.LANES, bins), np.nan)
        seeds = self._seeds(first)
        ends = _Ends(self._population, first, size, protocol.dt)
        chunk = EARLY_STEPS if protocol.stops_early else CHUNK_STEPS
        step = 0
        while step < protocol.steps:
            if self._cancelled():
                return None
            n = ends.apply(state, step, min(chunk, protocol.steps - step))
            wave, gate = self._wave(step, n)
            advance_lanes(
                kernel, state, places, self._packed, protocol.dt, wave, gate, n, step,
                protocol.threshold, protocol.threshold - protocol.rearm, self._noise_numbers(),
                seeds, spikes, protocol.record_every, low, high,
            )  # fmt: skip
            step += n
            self._done += n
            self._progress(min(1.0, self._done / self._all))
            if protocol.stops_early and self._is_over(state, first, size, step):
                break
        return self._result(first, size, state, spikes, low, high)

    def _is_over(self, state: Array, first: int, size: int, step: int) -> bool:
        """Return whether no neuron of a group needs to run on after ``step`` steps.

        first, size: the neurons of the group. That is so if each has fired, has stopped, or is past
        its ``Population.last``.
        """
        last = self._population.last
        past = step < 0 if last is None else step * self._protocol.dt > last[first : first + size]
        fired, stopped = state[rows.COUNT, :size] > 0.0, state[rows.STOPPED, :size] >= 0.0
        return bool((fired | stopped | past).all())

    def _start(self, first: int, size: int) -> Array:
        """Return the state S of ``engine.lanes`` for a group at time zero.

        first, size: the neurons of the group. If there are fewer than 64, the unused lanes repeat
        the last.
        """
        population, membrane = self._population, self._population.membrane
        gates, currents = len(membrane.gates), len(membrane.currents)
        state = _aligned_zeros(rows.rows_of(gates, currents), rows.LANES)
        last = first + size
        if population.start is not None:
            state[rows.V, :size] = population.start[0, first:last]
            state[rows.GATES : rows.GATES + gates, :size] = population.start[1:, first:last]
        else:
            state[rows.V] = membrane.initial_voltage
            kinds = population.kind_of_each[first:last]
            for kind in set(kinds.tolist()):
                start = self._gates_at_start.get(kind)
                if start is None:
                    start = population.all_kinds[kind].initial_gates()
                    self._gates_at_start[kind] = start
                state[rows.GATES : rows.GATES + gates, :size][:, kinds == kind] = start[:, None]
        capacitance = population.capacitance
        per_lane = {
            rows.AMPLITUDE: population.amplitude[first:last],
            rows.OFFSET: np.asarray(population.offset)[first:last],
            rows.CAPACITANCE: membrane.capacitance
            if capacitance is None
            else capacitance[first:last],
        }
        per_lane[rows.PER_C] = 1.0 / np.asarray(per_lane[rows.CAPACITANCE])
        for row, values in per_lane.items():
            state[row, :size] = values
        at = rows.GATES + gates
        state[at : at + currents, :size] = population.column("conductance", first, last)
        state[at + currents : at + 2 * currents, :size] = population.column("reversal", first, last)
        state[:, size:] = state[:, size - 1 : size]
        state[rows.LOWEST] = state[rows.HIGHEST] = state[rows.V]
        state[rows.FIRST] = state[rows.LAST] = np.nan
        state[rows.ARMED] = state[rows.V] < self._protocol.threshold
        state[rows.TURN] = state[rows.V]
        state[rows.RISING] = -1.0
        state[rows.PEAK], state[rows.HOLLOW] = math.inf, -math.inf
        state[rows.STOPPED] = -1.0
        return state

    def _stack_tables(self, state: Array, first: int, size: int) -> Any:
        """Return the method's kernel with the tables of all kinetics in a group, one after another.

        first, size: the neurons of the group. Row TABLE of ``state`` is set to the first table row
        of each.
        """
        kinds = self._population.kind_of_each[first : first + size]
        used = sorted(set(kinds.tolist()))
        method, dt = self._protocol.method, self._protocol.dt
        made = [kernel_of(method, Kinetics.of(self._population.all_kinds[k]), dt) for k in used]
        state[rows.TABLE, :size] = np.searchsorted(used, kinds) * float(ROWS)
        state[rows.TABLE, size:] = state[rows.TABLE, size - 1]
        if len(made) == 1:
            return made[0]
        return type(made[0])(*(np.concatenate(tables) for tables in zip(*made, strict=True)))

    def _seeds(self, first: int) -> NDArray[np.uint64]:
        seed = self._noise.seed if self._noise is not None else 0
        return np.arange(first, first + rows.LANES, dtype=np.uint64) + np.uint64(seed)

    def _noise_numbers(self) -> tuple[float, float, float]:
        if self._noise is None:
            return 0.0, -1.0, 0.0
        decay = math.exp(-self._protocol.dt / self._noise.tau)
        return self._noise.sd, decay, math.sqrt(1.0 - decay * decay)

    def _wave(self, step: int, n: int) -> tuple[Array, Array]:
        """Return the unit waveform of the steps from ``step`` on, and where the noise is on.

        Both have ``n`` entries, as ``drive`` and ``gate`` of ``lanes.inject``.
        """
        if self._protocol.steps > WHOLE_STEPS:
            return self._stretch(step, n)
        wave, gate = self._stretch(0, self._protocol.steps)
        return wave[step : step + n], gate[step : step + n]

    def _make_wave(self, step: int, n: int) -> tuple[Array, Array]:
        times = np.arange(step, step + n + 1, dtype=np.float64) * self._protocol.dt
        wave = self._protocol.wave
        gate = np.zeros(n)
        if self._noise is not None:
            gate = mean_current(noise_gate(wave, self._noise), times)
        return drive_of(METHODS[self._protocol.method].rule, wave, times, 0.0), gate

    def _result(
        self, first: int, size: int, state: Array, spikes: Array, low: Array, high: Array
    ) -> BatchResult:
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
            state[[rows.MISSED, rows.PEAK, rows.HOLLOW], :size],
            low[:size],
            high[:size],
        )
