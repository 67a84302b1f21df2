"""Reduce long series of rows to the lowest and highest value of each stretch, for plots.

A stretch is a group of neighbouring rows, such as those of one pixel. No spike is lost, because
extremes are kept.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.float32, np.float64)


def extremes(
    low: NDArray[Number], high: NDArray[Number], edges: NDArray[np.intp]
) -> NDArray[Number]:
    """Return two values for each stretch of rows: the lowest of ``low``, the highest of ``high``.

    low, high: shape (…, rows); pass the same array twice, or two if each row is itself a summary.
    edges: shape (n,), the index of the first row of each stretch; the last stretch ends with the
    rows. Returns shape (…, 2 n). Where values rise within a stretch the lowest comes first, else
    the highest, so that slopes stay smooth.
    """
    lowest = np.minimum.reduceat(low, edges, axis=-1)
    highest = np.maximum.reduceat(high, edges, axis=-1)
    ends = np.append(edges[1:], low.shape[-1]) - 1
    rising = low[..., edges] <= low[..., ends]
    pairs = np.empty((*low.shape[:-1], 2 * edges.size), dtype=low.dtype)
    pairs[..., 0::2] = np.where(rising, lowest, highest)
    pairs[..., 1::2] = np.where(rising, highest, lowest)
    return pairs


def extreme_rows(columns: NDArray[np.float64], stretch: int) -> NDArray[np.int64]:
    """Return the indices, in rising order, of the rows to keep of a table thinned for a plot.

    columns: shape (columns, rows). ``stretch``: the number of neighbouring rows in a group; the
    last group may be smaller. In each group the rows with the lowest and the highest value of each
    column are kept; the first and the last row of the table are always kept.
    """
    count, rows = columns.shape
    if stretch <= 1 or rows == 0:
        return np.arange(rows)
    whole = rows // stretch
    kept = [np.array([0, rows - 1])]
    if whole:
        cut = columns[:, : whole * stretch].reshape(count, whole, stretch)
        base = np.arange(whole) * stretch
        kept += [(base + cut.argmin(axis=2)).ravel(), (base + cut.argmax(axis=2)).ravel()]
    if whole * stretch < rows:
        rest = columns[:, whole * stretch :]
        kept += [whole * stretch + rest.argmin(axis=1), whole * stretch + rest.argmax(axis=1)]
    return np.unique(np.concatenate(kept))
