"""Compute the envelope of a growing recording for a display.

The envelope is the lowest and highest value per pixel column.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.recording import Recording

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
_NOTHING: tuple[object, ...] = ()
_BATCH = 16  # bins are kept so many at a time; fewer are computed again in the next frame


class Envelope:
    """The same as ``Recording.envelope``, for one display that asks frame after frame.

    It keeps the bins (groups of rows, one per pixel column) of the frame before and computes only
    new ones. While the end of the range is not recorded yet, bins have the size that they will need
    in the end. unchanged: the number of points at the beginning of the last result that are the
    same as in the result before.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.unchanged = 0
        self._settled_for = _NOTHING  # what the first points of an answer depend on
        self._settled = 0  # of them that will not change
        self._made_for = _NOTHING  # the keys and the rows of a bin
        self._begin = self._end = 0  # the bins that are known
        self._times: Array = np.empty(0)
        self._columns: Floats = np.empty((0, 0), dtype=np.float32)

    def between(
        self, start: float, stop: float, bins: int, keys: Sequence[str]
    ) -> tuple[Array, Floats]:
        """Return the envelope of the quantities ``keys`` from ``start`` to ``stop`` (ms).

        bins: the number of pixel columns. Returns times (n,) in ms and values (keys, n).
        """
        recording = self._recording
        first, last, size = recording.stretch(start, stop, bins, filling=True)
        made_for, begin, end = (tuple(keys), size), first // size, last // size
        self.unchanged = self._settled if (*made_for, first) == self._settled_for else 0
        self._settled_for = (*made_for, first)
        if size <= 2 or first % size or last <= first:
            self._settled = max(last - first, 0) if size <= 2 else 0
            return recording.reduced(keys, first, last, size)
        if made_for != self._made_for or not self._begin <= begin <= self._end:
            self._made_for, self._begin, self._end = made_for, begin, begin
            self._times, self._columns = recording.reduced(keys, first, first, size)
        if end >= self._end + _BATCH:
            self._append(*recording.reduced(keys, self._end * size, end * size, size))
            self._end = end
        left_out = 2 * (begin - self._begin)
        self._times, self._columns = self._times[left_out:], self._columns[:, left_out:]
        self._begin = begin
        done = min(end, self._end)
        known = 2 * (done - begin)
        tail_times, tail = recording.reduced(keys, done * size, last, size)
        times = np.concatenate([self._times[:known], tail_times])
        columns = np.concatenate([self._columns[:, :known], tail], axis=1)
        self._settled = 2 * (end - begin)
        if np.isnan(columns[:, :1]).any():  # a derived quantity that is not computed yet
            self._made_for = self._settled_for = _NOTHING
        return times, columns

    def _append(self, times: Array, columns: Floats) -> None:
        """Add new points to those that are kept: times (n,) in ms and values (keys, n)."""
        self._times = np.concatenate([self._times, times])
        self._columns = np.concatenate([self._columns, columns], axis=1)
