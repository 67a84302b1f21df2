"""The last minute of a live run: a ring buffer that one thread writes and another reads.

The writer stores rows and only then raises ``total``; the reader looks at ``total`` first and reads
rows that are older than that. Nothing is locked but the list of marks, nothing is moved.
"""

import threading
from collections import deque
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.simulation import Block, Checkpoint
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)
SPAN_MS = 60_000.0
MIN_INTERVAL_MS = 0.02
GROUP = 64
# Rows that a writer may be about to overwrite; the longest block that can be appended.
SPARE_ROWS = 256 * GROUP
_BOUNDS = (float(np.finfo(np.float32).min), float(np.finfo(np.float32).max))
CAPACITY = -(-int(SPAN_MS / MIN_INTERVAL_MS + SPARE_ROWS) // GROUP) * GROUP


def record_stride(dt: float) -> int:
    """Steps from one recorded row to the next, so that a minute always fits."""
    return max(1, int(np.ceil(MIN_INTERVAL_MS / dt - 1e-9)))


@dataclass(frozen=True)
class Mark:
    """Where a stretch of the recording begins, and all that is needed to compute it again.

    row: first row of the stretch; every, phase: how its rows are spaced (see Simulation.advance).
    """

    row: int
    every: int
    phase: int
    start: Checkpoint


@dataclass(frozen=True)
class LiveStatus:
    """What the status line shows.

    time: model time (ms); speed: achieved, in real times, or 0 when paused; spikes: in the last
    second of model time; rate: spikes over that time (Hz).
    """

    time: float = 0.0
    speed: float = 0.0
    spikes: int = 0
    rate: float = 0.0


class Recording:
    """Rows of time, V, stimulus, gates and ionic currents of one membrane's live run.

    names: the columns, in the order of ``Block.columns``. Values are kept as 32-bit floats for
    drawing, the largest of them in place of larger numbers; an export computes them again in full
    precision from the marks.
    """

    def __init__(self, membrane: Membrane, capacity: int = CAPACITY) -> None:
        self.membrane = membrane
        gates = [g.name for g in membrane.gates]
        self.names = ("V", "I_stim", *gates, *(f"I_{c.name}" for c in membrane.currents))
        self.capacity = -(-capacity // GROUP) * GROUP
        # np.empty: memory is only taken as the ring fills
        self._time = np.empty(self.capacity)
        self._rows = np.empty((len(self.names), self.capacity), dtype=np.float32)
        groups = self.capacity // GROUP
        self._low = np.empty((len(self.names), groups), dtype=np.float32)
        self._high = np.empty((len(self.names), groups), dtype=np.float32)
        self.total = 0
        self.status = LiveStatus()
        self._marks: deque[Mark] = deque()
        self._lock = threading.Lock()

    @property
    def first(self) -> int:
        """Number of the oldest row that is still whole, as if rows were never forgotten.

        A writer may be overwriting the oldest group, so a full ring gives up a few.
        """
        return max(0, self.total - self.capacity + SPARE_ROWS)

    @property
    def span(self) -> tuple[float, float]:
        """Model time (ms) of the oldest and the newest row; (0, 0) when empty."""
        total = self.total
        if total == 0:
            return 0.0, 0.0
        first = min(self.first, total - 1)
        return float(self._time[first % self.capacity]), float(
            self._time[(total - 1) % self.capacity]
        )

    def append(self, block: Block) -> None:
        """Store a block's rows. A block must not be longer than SPARE_ROWS."""
        done, rows = 0, block.time.size
        while done < rows:
            at = (self.total + done) % self.capacity
            count = min(rows - done, self.capacity - at)
            self._time[at : at + count] = block.time[done : done + count]
            self._rows[:, at : at + count] = block.columns[:, done : done + count].clip(*_BOUNDS)
            done += count
        self._summarise(self.total, self.total + rows)
        self.total += rows

    def add_mark(self, mark: Mark) -> None:
        """Note where a new stretch begins, and forget stretches that have left the ring."""
        with self._lock:
            if self._marks and self._marks[-1].start.step == mark.start.step:
                self._marks.pop()
            self._marks.append(mark)
            while len(self._marks) > 1 and self._marks[1].row <= self.first:
                self._marks.popleft()

    def marks(self) -> list[Mark]:
        """The stretches whose rows are still here, oldest first."""
        with self._lock:
            return list(self._marks)

    @property
    def latest_voltage(self) -> float:
        """V (mV) of the newest row. IndexError while there is none."""
        if self.total == 0:
            raise IndexError("nothing has been recorded")
        return float(self._rows[0, (self.total - 1) % self.capacity])

    def row_at(self, time: float) -> int:
        """Number of the last row at or before ``time`` (ms), within what is recorded."""
        low, high = self.first, self.total
        while low < high:
            middle = (low + high) // 2
            if self._time[middle % self.capacity] <= time:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, self.first)

    def values_at(self, time: float) -> tuple[float, Array] | None:
        """Time and all columns of the row nearest before ``time``; None outside the recording."""
        start, end = self.span
        if self.total == 0 or not start <= time <= end:
            return None
        at = self.row_at(time) % self.capacity
        return float(self._time[at]), self._rows[:, at].astype(np.float64)

    def envelope(self, start: float, stop: float, bins: int) -> tuple[Array, NDArray[np.float32]]:
        """The rows from ``start`` to ``stop`` (ms), thinned to what ``bins`` pixels can show.

        Returns times (n,) and columns (names, n). Where there are more than two rows a pixel, each
        bin gives its lowest and highest value, so no spike is lost; bins are counted from row 0, so
        a scrolling trace does not shimmer.
        """
        total = self.total
        if total == 0:
            return np.empty(0), np.empty((len(self.names), 0), dtype=np.float32)
        first = self.row_at(start)
        last = min(self.row_at(stop) + 2, total)
        size = -(-(last - first) // max(bins, 1))
        if size <= 2:
            return self._slice(first, last)
        if size >= GROUP:
            return self._from_groups(first, last, size // GROUP)
        return self._from_rows(first, last, size)

    def _slice(self, first: int, last: int) -> tuple[Array, NDArray[np.float32]]:
        return _ring(self._time, first, last), _ring(self._rows, first, last)

    def _from_rows(self, first: int, last: int, size: int) -> tuple[Array, NDArray[np.float32]]:
        first = max(first - first % size, self.first)
        times, rows = self._slice(first, last)
        return _extremes(times, rows, rows, size)

    def _from_groups(self, first: int, last: int, size: int) -> tuple[Array, NDArray[np.float32]]:
        low_group = -(-max(first - first % (GROUP * size), self.first) // GROUP)
        high_group = last // GROUP
        if high_group <= low_group:
            return self._slice(first, last)
        groups = np.arange(low_group, high_group)
        times = self._time[(groups * GROUP) % self.capacity]
        low = _ring(self._low, low_group, high_group)
        high = _ring(self._high, low_group, high_group)
        thin_times, thin = _extremes(times, low, high, size)
        # the rows after the last whole group are the newest: they must not be missing
        tail_times, tail = self._slice(high_group * GROUP, last)
        return np.concatenate([thin_times, tail_times]), np.concatenate([thin, tail], axis=1)

    def _summarise(self, first: int, last: int) -> None:
        """Lowest and highest of each group of rows that first..last completes."""
        for group in _runs(first // GROUP, last // GROUP, self.capacity // GROUP):
            rows = self._rows[:, group.start * GROUP : group.stop * GROUP]
            rows = rows.reshape(len(self.names), -1, GROUP)
            self._low[:, group] = rows.min(axis=2)
            self._high[:, group] = rows.max(axis=2)


def _runs(first: int, last: int, size: int) -> list[slice]:
    """first..last of an endless count, as slices of a ring of ``size`` places."""
    slices = []
    while first < last:
        at = first % size
        count = min(last - first, size - at)
        slices.append(slice(at, at + count))
        first += count
    return slices


def _ring(values: NDArray[Number], first: int, last: int) -> NDArray[Number]:
    parts = [values[..., run] for run in _runs(first, last, values.shape[-1])]
    return parts[0] if len(parts) == 1 else np.concatenate([values[..., :0], *parts], axis=-1)


def _extremes(
    times: Array, low: NDArray[np.float32], high: NDArray[np.float32], size: int
) -> tuple[Array, NDArray[np.float32]]:
    """Per ``size`` columns the lowest of ``low`` and the highest of ``high``, as two points.

    Where values rise in a bin the lowest comes first, else the highest, so slopes stay smooth.
    """
    edges = np.arange(0, times.size, size)
    lowest = np.minimum.reduceat(low, edges, axis=1)
    highest = np.maximum.reduceat(high, edges, axis=1)
    rising = low[:, edges] <= low[:, np.append(edges[1:] - 1, times.size - 1)]
    pairs = np.empty((low.shape[0], 2 * edges.size), dtype=np.float32)
    pairs[:, 0::2] = np.where(rising, lowest, highest)
    pairs[:, 1::2] = np.where(rising, highest, lowest)
    both = np.empty(2 * edges.size)
    both[0::2] = times[edges]
    both[1::2] = times[np.minimum(edges + size // 2, times.size - 1)]
    return both, pairs
