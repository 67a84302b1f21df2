"""Record the last minute of a live run in a ring buffer that another thread reads.

The writer stores rows and only then raises ``total``; the reader reads ``total`` first and then
rows that are older than that. Only the list of bookmarks is locked, and nothing is moved.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.group_extremes import GROUP, DerivedExtremes, GroupExtremes, ring_slices
from hhgui.engine.simulation import Block, Checkpoint
from hhgui.engine.spikes import Oscillations, SpikeRule
from hhgui.model.extremes import extremes
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import Rows, quantities

Array = NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)
SPAN_MS = 60_000.0
MIN_INTERVAL_MS = 0.02
# Rows that a writer may be about to overwrite; the longest block that can be appended.
SPARE_ROWS = 256 * GROUP
_BOUNDS = (float(np.finfo(np.float32).min), float(np.finfo(np.float32).max))
CAPACITY = -(-int(SPAN_MS / MIN_INTERVAL_MS + SPARE_ROWS) // GROUP) * GROUP


def record_stride(dt: float) -> int:
    """Return the steps from one recorded row to the next, chosen so that a minute always fits."""
    return max(1, int(np.ceil(MIN_INTERVAL_MS / dt - 1e-9)))


@dataclass(frozen=True)
class Bookmark:
    """The beginning of a stretch of the recording, with everything to compute the stretch again.

    row: first row of the stretch; every, phase: how its rows are spaced (see Simulation.advance).
    """

    row: int
    every: int
    phase: int
    start: Checkpoint


@dataclass(frozen=True)
class LiveStatus:
    """The content of the status line.

    time: model time (ms); speed: achieved, in real times, or 0 when paused; spikes: in the last
    ``counted`` ms of model time, at most a second; rate: ``instantaneous_rate`` (Hz); oscillations:
    those of V without a spike in about that time, and the rule by which spikes are counted.
    """

    time: float = 0.0
    speed: float = 0.0
    spikes: int = 0
    counted: float = 0.0
    rate: float = 0.0
    oscillations: Oscillations = Oscillations()
    rule: SpikeRule = SpikeRule()


class Recording:
    """Rows of time, V, stimulus, gates and ionic currents of one membrane's live run.

    quantities: every quantity of the membrane by key; names: the keys of those that are stored, in
    the order of ``Block.columns``. Values are kept as 32-bit floats for drawing, the largest of
    them in place of larger numbers; an export recomputes them in full precision from the bookmarks.
    The others are computed on demand, each row with the membrane it was made with.
    """

    def __init__(self, membrane: Membrane, capacity: int = CAPACITY) -> None:
        self.membrane = membrane
        self.quantities = {q.key: q for q in quantities(membrane)}
        self.names = tuple(key for key, q in self.quantities.items() if q.recorded)
        self.capacity = -(-capacity // GROUP) * GROUP
        # np.empty: memory is only taken as the ring fills
        self._time = np.empty(self.capacity)
        self._rows = np.empty((len(self.names), self.capacity), dtype=np.float32)
        self._groups = GroupExtremes(len(self.names), self.capacity // GROUP)
        self._derived: dict[str, DerivedExtremes] = {}
        self.total = 0
        self.status = LiveStatus()
        self._bookmarks: deque[Bookmark] = deque()
        self._lock = threading.Lock()

    @property
    def first(self) -> int:
        """Return the number of the oldest complete row, counted from the beginning.

        The writer may be overwriting the oldest group, so a full ring excludes a few rows.
        """
        return max(0, self.total - self.capacity + SPARE_ROWS)

    @property
    def span(self) -> tuple[float, float]:
        """Return the model time (ms) of the oldest and the newest row; (0, 0) when empty."""
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
        self._store_groups(self.total // GROUP, (self.total + rows) // GROUP)
        self.total += rows

    def add_bookmark(self, bookmark: Bookmark) -> None:
        """Add the beginning of a new stretch, and delete stretches that have left the ring."""
        with self._lock:
            if self._bookmarks and self._bookmarks[-1].start.step == bookmark.start.step:
                self._bookmarks.pop()
            self._bookmarks.append(bookmark)
            while len(self._bookmarks) > 1 and self._bookmarks[1].row <= self.first:
                self._bookmarks.popleft()

    def bookmarks(self) -> list[Bookmark]:
        """Return the bookmarks of stretches in the ring, oldest first."""
        with self._lock:
            return list(self._bookmarks)

    @property
    def latest_voltage(self) -> float:
        """Return V (mV) of the newest row. Raises IndexError if there is none."""
        if self.total == 0:
            raise IndexError("nothing has been recorded")
        return float(self._rows[0, (self.total - 1) % self.capacity])

    def row_at(self, time: float) -> int:
        """Return the number of the last row at or before ``time`` (ms), within the recording."""
        low, high = self.first, self.total
        while low < high:
            middle = (low + high) // 2
            if self._time[middle % self.capacity] <= time:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, self.first)

    def last_rise(self, level: float, after: float) -> float | None:
        """Return when V last rose through ``level`` (mV) later than ``after`` (ms), or None.

        The time (ms) is interpolated between two rows.
        """
        total = self.total
        if total < 2:
            return None
        first = self.row_at(after)
        volts = _ring(self._rows[:1], first, total)[0]
        rises = np.flatnonzero((volts[:-1] < level) & (volts[1:] >= level))
        if rises.size == 0:
            return None
        row = int(rises[-1])
        low, high = float(volts[row]), float(volts[row + 1])
        before, later = (float(self._time[(first + n) % self.capacity]) for n in (row, row + 1))
        time = before + (later - before) * (level - low) / (high - low)
        return time if time > after else None

    def values_at(
        self, time: float, keys: Sequence[str] | None = None
    ) -> tuple[float, Array] | None:
        """Return time and values of the row nearest before ``time``; None outside the recording.

        keys: the quantities; None for those that are stored.
        """
        start, end = self.span
        if self.total == 0 or not start <= time <= end:
            return None
        row = self.row_at(time)
        values = self._values(keys or self.names, row, row + 1)
        return float(self._time[row % self.capacity]), values[:, 0].astype(np.float64)

    def envelope(
        self, start: float, stop: float, bins: int, keys: Sequence[str] | None = None
    ) -> tuple[Array, NDArray[np.float32]]:
        """Return the rows from ``start`` to ``stop`` (ms), thinned for ``bins`` pixels.

        keys: of which quantities; None for those that are stored. Returns times (n,) and columns
        (keys, n). Where there are more than two rows a pixel, each bin gives its lowest and highest
        value, so no spike is lost; bins are counted from row 0, so a scrolling trace does not
        shimmer. Over a long time a derived column begins with NaN until it has been looked at for
        some frames (see DerivedExtremes).
        """
        first, last, size = self.stretch(start, stop, bins)
        return self.reduced(self.names if keys is None else keys, first, last, size)

    def stretch(self, start: float, stop: float, bins: int) -> tuple[int, int, int]:
        """Return rows first..last between two times (ms), and the number of rows per bin.

        first begins a bin, if that is still recorded. A bin of more than GROUP rows consists of
        whole groups; one of at most two is not reduced.
        """
        total = self.total
        if total == 0:
            return 0, 0, 1
        first = self.row_at(start)
        last = min(self.row_at(stop) + 2, total)
        size = -(-(last - first) // max(bins, 1))
        if size >= GROUP:
            size -= size % GROUP
        return (max(first - first % size, self.first) if size > 2 else first), last, size

    def reduced(
        self, keys: Sequence[str], first: int, last: int, size: int
    ) -> tuple[Array, NDArray[np.float32]]:
        """Return times and columns of rows first..last, two points for each ``size`` of them."""
        if size >= GROUP:
            return self._from_groups(keys, first, last, size // GROUP)
        times, rows = _ring(self._time, first, last), self._values(keys, first, last)
        return _thinned(times, rows, rows, size) if size > 2 and times.size else (times, rows)

    def _from_groups(
        self, keys: Sequence[str], first: int, last: int, size: int
    ) -> tuple[Array, NDArray[np.float32]]:
        low_group = -(-first // GROUP)
        high_group = last // GROUP
        # the rows after the last whole group are the newest: they must not be missing
        begin = first if high_group <= low_group else high_group * GROUP
        tail_times, tail = _ring(self._time, begin, last), self._values(keys, begin, last)
        if high_group <= low_group:
            return tail_times, tail
        times = self._time[(np.arange(low_group, high_group) * GROUP) % self.capacity]
        thin_times, thin = _thinned(times, *self._extremes(keys, low_group, high_group), size)
        return np.concatenate([thin_times, tail_times]), np.concatenate([thin, tail], axis=1)

    def _extremes(
        self, keys: Sequence[str], first: int, last: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return lowest and highest of the groups first..last, each (keys, groups)."""
        stored = self._groups.between(first, last)
        pairs = []
        for key in keys:
            if self.quantities[key].recorded:
                row = self.names.index(key)
                pairs.append((stored[0][row], stored[1][row]))
                continue
            if key not in self._derived:
                values = partial(self._column, key)
                self._derived[key] = DerivedExtremes(values, self.capacity // GROUP)
            low, high = self._derived[key].between(first, last)
            pairs.append((low[0], high[0]))
        return np.stack([low for low, _ in pairs]), np.stack([high for _, high in pairs])

    def _values(self, keys: Sequence[str], first: int, last: int) -> NDArray[np.float32]:
        """Return the rows first..last, (keys, rows)."""
        stored = _ring(self._rows, first, last)
        if keys is self.names:
            return stored
        rows = self._as_rows(stored, first, last)
        return np.array([self.quantities[key].of(rows) for key in keys], dtype=np.float32)

    def _column(self, key: str, first: int, last: int) -> NDArray[np.float32]:
        rows = self._as_rows(_ring(self._rows, first, last), first, last)
        return np.asarray(self.quantities[key].of(rows), dtype=np.float32)

    def _as_rows(self, stored: NDArray[np.float32], first: int, last: int) -> Rows:
        """Return the rows first..last with the membrane of each."""
        membranes = [(0, self.membrane)]
        for bookmark in self.bookmarks():
            if bookmark.row >= last:
                break
            if bookmark.row <= first:
                membranes = [(0, bookmark.start.membrane)]
            elif bookmark.start.membrane is not membranes[-1][1]:
                membranes.append((bookmark.row - first, bookmark.start.membrane))
        return Rows(dict(zip(self.names, stored, strict=True)), membranes)

    def _store_groups(self, first: int, last: int) -> None:
        """Store lowest and highest of the groups first..last, which are now complete."""
        if last > first:
            self._groups.store(first, _ring(self._rows, first * GROUP, last * GROUP))


def _ring(values: NDArray[Number], first: int, last: int) -> NDArray[Number]:
    parts = [values[..., run] for run in ring_slices(first, last, values.shape[-1])]
    return parts[0] if len(parts) == 1 else np.concatenate([values[..., :0], *parts], axis=-1)


def _thinned(
    times: Array, low: NDArray[np.float32], high: NDArray[np.float32], size: int
) -> tuple[Array, NDArray[np.float32]]:
    """Return times and columns of ``size`` rows at a time, two points each."""
    edges = np.arange(0, times.size, size)
    both = np.empty(2 * edges.size)
    both[0::2] = times[edges]
    both[1::2] = times[np.minimum(edges + size // 2, times.size - 1)]
    return both, extremes(low, high, edges)
