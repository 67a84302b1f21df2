"""Reduce rows to the lowest and highest value of each stretch, so that no spike is lost."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.float32, np.float64)


def extremes(
    low: NDArray[Number], high: NDArray[Number], edges: NDArray[np.intp]
) -> NDArray[Number]:
    """Return the lowest of ``low`` and highest of ``high`` per stretch, as two values, (…, 2n).

    low, high: (…, rows), the same array unless rows are summaries themselves; edges: (n,) where
    each stretch begins, the last one ends with the rows. Where values rise in a stretch the lowest
    comes first, else the highest, so slopes stay smooth.
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
    """Return the indices of rows with an extreme of a column in their stretch, rising.

    columns: (columns, rows), the last stretch may be shorter. The first and the last row are always
    included.
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
