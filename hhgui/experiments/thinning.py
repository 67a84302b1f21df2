"""Long runs kept short: of every stretch of rows only those that hold an extreme are kept."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_ROWS = 200_000


def stretch_of(rows: int, columns: int, most: int = MOST_ROWS) -> int:
    """How many rows are reduced at a time so that at most about ``most`` of ``rows`` are left.

    1: all rows fit. Of a stretch at most two rows per column are kept.
    """
    if rows <= most:
        return 1
    stretches = max(1, most // (2 * columns))
    return -(-rows // stretches)


def extreme_rows(columns: Array, stretch: int) -> NDArray[np.int64]:
    """Rows that hold the least or greatest value of a column in their stretch, rising.

    columns: (columns, rows), the last stretch may be shorter. The first and the last row are
    always among them.
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
