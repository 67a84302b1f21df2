"""Record the last minute of a live run in a ring buffer, which another thread reads while it grows.

Rows are numbered from 0, the first row of the run, without end. The writing thread stores rows and
only then raises ``total``; the reading thread reads ``total`` first and then only rows older than
that. Only the list of bookmarks is locked, and stored rows are never moved.
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
from hhgui.model.quantity import Quantity, Rows, injected_by, quantities
from hhgui.model.stimulus.command import Command

Array = NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)
SPAN_MS = 60_000.0
MIN_INTERVAL_MS = 0.02
# Rows that a writer may be about to overwrite; the longest block that can be appended.
SPARE_ROWS = 256 * GROUP
_BOUNDS = (float(np.finfo(np.float32).min), float(np.finfo(np.float32).max))
CAPACITY = -(-int(SPAN_MS / MIN_INTERVAL_MS + SPARE_ROWS) // GROUP) * GROUP


def record_stride(dt: float) -> int:
    """Return the number of steps of ``dt`` (ms) from one recorded row to the next.

    It is chosen so that a minute always fits into the ring buffer.
    """
    return max(1, int(np.ceil(MIN_INTERVAL_MS / dt - 1e-9)))


@dataclass(frozen=True)
class Bookmark:
    """The start of a stretch of the recording, with all that is needed to compute it again.

    A stretch is a part of the run without an edit. row: the number of its first row. every, phase:
    the spacing of its rows, as for ``Simulation.advance``. start: the state of the simulation
    there.
    """

    row: int
    every: int
    phase: int
    start: Checkpoint


@dataclass(frozen=True)
class LiveStatus:
    """The numbers of a live run that the status line shows.

    time: model time (ms). speed: achieved model time per real time, 0 when paused. spikes: their
    number in the last ``counted`` ms of model time, at most a second. rate: the firing rate (Hz),
    from ``instantaneous_rate``. oscillations: those of V without a spike in about that time. rule:
    what counts as a spike. clamp: the command (mV) and the current of the clamp (µA/cm²), or None
    while V is free.
    """

    time: float = 0.0
    speed: float = 0.0
    spikes: int = 0
    counted: float = 0.0
    rate: float = 0.0
    oscillations: Oscillations = Oscillations()
    rule: SpikeRule = SpikeRule()
    clamp: tuple[float, float] | None = None


class Recording:
    """The rows of a live run of one membrane: time, V, stimulus, gates and ionic currents.

    quantities: every quantity of the membrane by key. names: the keys of those that are stored, in
    the order of ``Block.columns``; all others are computed when asked for, each row with the
    membrane that made it. total: the number of rows recorded since the start. Values are stored as
    32-bit floats, for drawing, and limited to their range; an export computes the rows again in
    full precision from the bookmarks.
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
        """Return the number of the oldest row that may be read.

        When the ring is full, some of the oldest rows are left out, since the writing thread may be
        overwriting them.
        """
        return max(0, self.total - self.capacity + SPARE_ROWS)

    @property
    def span(self) -> tuple[float, float]:
        """Return the model times (ms) of the oldest and the newest row.

        (0, 0) if there are none.
        """
        total = self.total
        if total == 0:
            return 0.0, 0.0
        first = min(self.first, total - 1)
        return float(self._time[first % self.capacity]), float(
            self._time[(total - 1) % self.capacity]
        )

    def append(self, block: Block) -> None:
        """Store the rows of a block, at most SPARE_ROWS."""
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
        """Add the start of a new stretch; delete the bookmarks of stretches no longer recorded."""
        with self._lock:
            if self._bookmarks and self._bookmarks[-1].start.step == bookmark.start.step:
                self._bookmarks.pop()
            self._bookmarks.append(bookmark)
            while len(self._bookmarks) > 1 and self._bookmarks[1].row <= self.first:
                self._bookmarks.popleft()

    def bookmarks(self) -> list[Bookmark]:
        """Return the bookmarks of all stretches that are still recorded, oldest first."""
        with self._lock:
            return list(self._bookmarks)

    def injected(self, start: float, stop: float) -> Quantity:
        """Return which quantity the current from ``start`` to ``stop`` (ms) is.

        It is the current of the stimulus, of a voltage clamp, or both in turn. If nothing is
        recorded there it is that of the newest row.
        """
        rows = self.row_at(start), self.row_at(stop)
        marks = self.bookmarks()
        ends = [*(mark.row for mark in marks[1:]), self.total + 1]
        within = [
            isinstance(mark.start.stimulus, Command)
            for mark, end in zip(marks, ends, strict=False)
            if mark.row <= rows[1] and end > rows[0]
        ]
        return injected_by(within)

    @property
    def latest_voltage(self) -> float:
        """Return V (mV) of the newest row. Raises IndexError if there is none."""
        if self.total == 0:
            raise IndexError("nothing has been recorded")
        return float(self._rows[0, (self.total - 1) % self.capacity])

    def row_at(self, time: float) -> int:
        """Return the number of the last row at or before ``time`` (ms).

        Before the oldest row it is the oldest, after the newest it is the newest.
        """
        low, high = self.first, self.total
        while low < high:
            middle = (low + high) // 2
            if self._time[middle % self.capacity] <= time:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, self.first)

    def last_rise(self, level: float, after: float) -> float | None:
        """Return when V last rose through ``level`` (mV) after the time ``after`` (ms), or None.

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
        """Return the time (ms) and the values of the last row at or before ``time`` (ms).

        keys: the quantities whose values are returned, shape (keys,); None for those that are
        stored. Returns None if ``time`` is outside the recording.
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
        """Return the rows from ``start`` to ``stop`` (ms), with about two points per pixel column.

        bins: the number of pixel columns. keys: the quantities; None for those that are stored.
        Returns times (n,) in ms and values (keys, n). Where there are more than two rows per pixel
        column, rows are grouped into bins, and each bin gives its lowest and highest value, so that
        no spike is lost. Bins are counted from row 0, so that a scrolling trace does not shimmer.
        Over a long time a computed quantity begins with NaN at first; further calls complete it
        (see DerivedExtremes).
        """
        first, last, size = self.stretch(start, stop, bins)
        return self.reduced(self.names if keys is None else keys, first, last, size)

    def stretch(
        self, start: float, stop: float, bins: int, filling: bool = False
    ) -> tuple[int, int, int]:
        """Return the first row, the last row + 1 and the rows per bin to show a range of times.

        The range is ``start`` to ``stop`` (ms) on ``bins`` pixel columns. The first row begins a
        bin, if that is still recorded. The rows per bin are a multiple of GROUP if there are more
        than that; at most two are not reduced. filling: whether the rows that are still to be
        recorded until ``stop`` count as well, so that bins keep their size while rows come.
        """
        total = self.total
        if total == 0:
            return 0, 0, 1
        first = self.row_at(start)
        last = min(self.row_at(stop) + 2, total)
        rows = last - first + (self._missing(stop) if filling else 0)
        size = -(-rows // max(bins, 1))
        if size >= GROUP:
            size -= size % GROUP
        return (max(first - first % size, self.first) if size > 2 else first), last, size

    def _missing(self, stop: float) -> int:
        """Return how many more rows, at the present spacing, there will be up to ``stop`` (ms)."""
        if self.total < 2:
            return 0
        before, newest = (float(self._time[(self.total - n) % self.capacity]) for n in (2, 1))
        return max(round((stop - newest) / (newest - before)), 0)

    def reduced(
        self, keys: Sequence[str], first: int, last: int, size: int
    ) -> tuple[Array, NDArray[np.float32]]:
        """Return rows ``first`` to ``last`` - 1 with two points, the extremes, per ``size`` rows.

        keys: the quantities. Returns times (n,) in ms and values (keys, n).
        """
        if size >= GROUP:
            return self._from_groups(keys, first, last, size // GROUP)
        times, rows = _ring(self._time, first, last), self._values(keys, first, last)
        return _thinned(times, rows, rows, size) if size > 2 and times.size else (times, rows)

    def _from_groups(
        self, keys: Sequence[str], first: int, last: int, size: int
    ) -> tuple[Array, NDArray[np.float32]]:
        """Return the same as ``reduced`` for bins of ``size`` groups, from the stored extremes."""
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
        """Return the lowest and the highest values in groups ``first`` to ``last`` - 1.

        Each is of shape (keys, groups).
        """
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
        """Return the values in rows ``first`` to ``last`` - 1, shape (keys, rows)."""
        stored = _ring(self._rows, first, last)
        if keys is self.names:
            return stored
        rows = self._as_rows(stored, first, last)
        return np.array([self.quantities[key].of(rows) for key in keys], dtype=np.float32)

    def _column(self, key: str, first: int, last: int) -> NDArray[np.float32]:
        """Return one quantity in rows ``first`` to ``last`` - 1, shape (rows,)."""
        rows = self._as_rows(_ring(self._rows, first, last), first, last)
        return np.asarray(self.quantities[key].of(rows), dtype=np.float32)

    def _as_rows(self, stored: NDArray[np.float32], first: int, last: int) -> Rows:
        """Return rows ``first`` to ``last`` - 1, with values ``stored``, with their membranes."""
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
        """Store the extremes of groups ``first`` to ``last`` - 1, whose rows are now complete."""
        if last > first:
            self._groups.store(first, _ring(self._rows, first * GROUP, last * GROUP))


def _ring(values: NDArray[Number], first: int, last: int) -> NDArray[Number]:
    """Return entries ``first`` to ``last`` - 1 of a ring buffer, in order, along its last axis."""
    parts = [values[..., run] for run in ring_slices(first, last, values.shape[-1])]
    return parts[0] if len(parts) == 1 else np.concatenate([values[..., :0], *parts], axis=-1)


def _thinned(
    times: Array, low: NDArray[np.float32], high: NDArray[np.float32], size: int
) -> tuple[Array, NDArray[np.float32]]:
    """Return two points, the extremes, for every ``size`` columns of ``low`` and ``high``.

    times: (n,) in ms; low, high: (keys, n). Returns times (m,) and values (keys, m).
    """
    edges = np.arange(0, times.size, size)
    both = np.empty(2 * edges.size)
    both[0::2] = times[edges]
    both[1::2] = times[np.minimum(edges + size // 2, times.size - 1)]
    return both, extremes(low, high, edges)
