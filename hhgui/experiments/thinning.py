"""Thin long runs: cut them into stretches and keep only the rows with an extreme of a column."""

import numpy as np
from numpy.typing import NDArray

from hhgui.model.extremes import extreme_rows

Array = NDArray[np.float64]
MOST_ROWS = 200_000


def stretch_of(rows: int, columns: int, most: int = MOST_ROWS) -> int:
    """Return the number of rows per stretch so that about ``most`` of ``rows`` rows are kept.

    columns: of each stretch at most two rows per column are kept. It is 1 if all rows fit.
    """
    if rows <= most:
        return 1
    stretches = max(1, most // (2 * columns))
    return -(-rows // stretches)


class Thinner:
    """Keeps the rows with extremes of a run that it is given block by block.

    A stretch may be longer than a block; memory holds the kept rows and one block. stretch: rows
    per stretch. block: rows of each block; only the last one may be shorter.
    """

    def __init__(self, stretch: int, block: int) -> None:
        # stretches fill a block, or blocks fill a stretch
        self.block = stretch * max(1, block // stretch) if stretch < block else block
        self.stretch = stretch if stretch < block else -(-stretch // block) * block
        self._kept: list[tuple[Array, Array]] = []
        self._begun: list[tuple[Array, Array]] = []
        self._rows = 0  # of the stretch that has begun

    def add(self, times: Array, columns: Array) -> None:
        """Add one block: times (rows,) in ms, columns (columns, rows)."""
        rows = extreme_rows(columns, min(self.stretch, self.block))
        self._begun.append((times[rows], columns[:, rows]))
        self._rows += times.size
        if self._rows >= self.stretch:
            self._end_stretch()

    def result(self) -> tuple[Array, Array]:
        """Return the kept times (rows,) and columns (columns, rows).

        One block must have been added.
        """
        if self._begun:
            self._end_stretch()
        return _joined(self._kept)

    def _end_stretch(self) -> None:
        times, columns = _joined(self._begun)
        if self.stretch > self.block:
            rows = extreme_rows(columns, times.size)
            times, columns = times[rows], columns[:, rows]
        self._kept.append((times, columns))
        self._begun, self._rows = [], 0


def _joined(parts: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    times, columns = zip(*parts, strict=True)
    return np.concatenate(times), np.concatenate(columns, axis=1)
