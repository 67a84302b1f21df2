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


class Envelope:
    """The same as ``Recording.envelope``, for one display that asks frame after frame.

    It keeps the bins (groups of rows, one per pixel column) of the frame before and computes only
    new ones.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
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
        first, last, size = recording.stretch(start, stop, bins)
        if size <= 2 or first % size or last <= first:
            return recording.reduced(keys, first, last, size)
        made_for, begin, end = (tuple(keys), size), first // size, last // size
        if made_for != self._made_for or not self._begin <= begin <= self._end:
            self._made_for, self._begin, self._end = made_for, begin, begin
            self._times, self._columns = recording.reduced(keys, first, first, size)
        if end > self._end:
            self._append(*recording.reduced(keys, self._end * size, end * size, size))
        left_out = 2 * (begin - self._begin)
        self._times, self._columns = self._times[left_out:], self._columns[:, left_out:]
        self._begin, self._end = begin, max(end, self._end)
        known = 2 * (end - begin)
        tail_times, tail = recording.reduced(keys, end * size, last, size)
        times = np.concatenate([self._times[:known], tail_times])
        columns = np.concatenate([self._columns[:, :known], tail], axis=1)
        if np.isnan(columns[:, :1]).any():  # a derived quantity that is not computed yet
            self._made_for = _NOTHING
        return times, columns

    def _append(self, times: Array, columns: Floats) -> None:
        """Add new points to those that are kept: times (n,) in ms and values (keys, n)."""
        self._times = np.concatenate([self._times, times])
        self._columns = np.concatenate([self._columns, columns], axis=1)
