"""Keep the lowest and highest values of groups of rows, so that long times are drawn quickly."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
GROUP = 64
# A frame summarises at most so many groups of a derived quantity: about a millisecond of work.
MOST_AT_ONCE = 1000


class GroupExtremes:
    """The lowest and the highest value of each column in every group of GROUP neighbouring rows.

    Groups are numbered from 0, the group of the first row that was ever recorded; a ring buffer
    keeps the last ``groups`` of them.
    """

    def __init__(self, columns: int, groups: int) -> None:
        self._size = groups
        # np.empty: memory is only taken as the ring fills
        self._low = np.empty((columns, groups), dtype=np.float32)
        self._high = np.empty((columns, groups), dtype=np.float32)

    def store(self, first: int, rows: Floats) -> None:
        """Store the extremes of new groups, of which the first has the number ``first``.

        rows: shape (columns, n GROUP) for n groups.
        """
        done = 0
        cut = rows.reshape(rows.shape[0], -1, GROUP)
        for run in ring_slices(first, first + cut.shape[1], self._size):
            part = cut[:, done : done + run.stop - run.start]
            self._low[:, run] = part.min(axis=2)
            self._high[:, run] = part.max(axis=2)
            done += part.shape[1]

    def between(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Return the lowest and the highest values of groups ``first`` to ``last`` - 1.

        Each is of shape (columns, groups).
        """
        runs = ring_slices(first, last, self._size)
        low, high = (
            np.concatenate([values[:, :0], *(values[:, run] for run in runs)], axis=1)
            for values in (self._low, self._high)
        )
        return low, high


class DerivedExtremes:
    """The group extremes of one quantity that is not recorded but computed from recorded ones.

    values: the function that returns the quantity in rows ``first`` to ``last`` - 1 of the
    recording, shape (rows,). groups: how many groups are kept.
    """

    def __init__(self, values: Callable[[int, int], Floats], groups: int) -> None:
        self._values = values
        self._ring = GroupExtremes(1, groups)
        self._begin = self._end = 0  # the groups that are summarised

    def between(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Return the lowest and the highest values of groups ``first`` to ``last`` - 1.

        Each is of shape (1, groups). A call computes at most MOST_AT_ONCE groups, the newest first;
        those that are still missing are NaN, until later calls have computed them.
        """
        apart = last < self._begin or first > self._end or last - self._end > MOST_AT_ONCE
        if apart:
            self._begin = self._end = last
        left = MOST_AT_ONCE - self._summarise(self._end, last)
        self._end = max(self._end, last)
        self._begin -= self._summarise(max(first, self._begin - left), self._begin)
        low, high = self._ring.between(first, last)
        missing = max(self._begin - first, 0)
        low[:, :missing] = high[:, :missing] = np.nan
        return low, high

    def _summarise(self, first: int, last: int) -> int:
        """Compute and store the extremes of groups ``first`` to ``last`` - 1; return how many."""
        if last <= first:
            return 0
        self._ring.store(first, self._values(first * GROUP, last * GROUP)[np.newaxis])
        return last - first


def ring_slices(first: int, last: int, size: int) -> list[slice]:
    """Return the slices of a ring buffer that hold the entries ``first`` to ``last`` - 1, in order.

    Entries are numbered from 0 without end; entry n stands at place n % size.
    """
    slices = []
    while first < last:
        at = first % size
        count = min(last - first, size - at)
        slices.append(slice(at, at + count))
        first += count
    return slices
