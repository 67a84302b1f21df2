"""Reduce long curves to the resolution of a screen or page without losing spikes.

``pixel_extremes`` serves traces that are dragged and zoomed; ``extreme_points`` serves still
pictures and curves with gaps.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hhgui.model.extremes import extreme_rows, extremes

Array = NDArray[np.float64]


def pixel_extremes(
    times: Array, columns: Sequence[Array], start: float, stop: float, bins: int
) -> tuple[Array, list[Array]]:
    """Return the rows from ``start`` to ``stop`` (ms) and one beyond each end, for ``bins`` pixels.

    times: shape (rows,), rising, at even or uneven distances (ms); columns: of the same shape.
    Returns times (n,) and the columns (n,), n at most 2 (bins + 3). Where there are more than two
    rows a pixel, each pixel gives its lowest and its highest value; where values rise the lowest
    comes first, so slopes stay smooth. Edges of the pixels are counted from time 0: a trace that is
    dragged does not shimmer.
    """
    first = max(int(np.searchsorted(times, start, "right")) - 1, 0)
    last = min(int(np.searchsorted(times, stop)) + 1, times.size)
    if last - first <= 2 * bins:
        return times[first:last], [column[first:last] for column in columns]
    width = (stop - start) / bins
    edges = (np.floor(start / width) + np.arange(bins + 2)) * width
    at = np.clip(np.searchsorted(times, edges), first, last)
    at[0] = first
    # np.unique would sort, which takes ten times as long
    at = at[np.append(True, np.diff(at) > 0) & (at < last)]
    ends = np.append(at[1:], last) - 1
    both = np.empty(2 * at.size)
    both[0::2], both[1::2] = times[at], times[ends]
    return both, [extremes(column[:last], column[:last], at) for column in columns]


def extreme_points(
    x: Array, y: Array, start: float, stop: float, columns: int
) -> tuple[Array, Array]:
    """Return the points of a curve from ``start`` to ``stop``, at most two per column.

    x never decreases. Each group of rows contributes its lowest and its highest point in their
    order, so no spike is lost. The first and last points, those just outside the range, and gaps
    are kept.
    """
    first = max(int(np.searchsorted(x, start, "left")) - 1, 0)
    last = min(int(np.searchsorted(x, stop, "right")) + 1, x.size)
    x, y = x[first:last], y[first:last]
    size = -(-x.size // max(columns, 1))
    if size <= 2:
        return x, y
    gap = ~np.isfinite(y)
    both = y[np.newaxis]
    if gap.any():
        # a gap is an extreme too, so it stays one
        both = np.array([np.where(gap, np.inf, y), np.where(gap, -np.inf, y)])
    rows = extreme_rows(both, size)
    return x[rows], y[rows]
