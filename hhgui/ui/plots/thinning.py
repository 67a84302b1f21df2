"""Reduce long curves to the resolution of a screen or page without losing spikes.

``pixel_extremes`` is for traces that are dragged and zoomed, ``extreme_points`` for still pictures
and for curves with gaps.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hhgui.model.extremes import extreme_rows, extremes

Array = NDArray[np.float64]


def pixel_extremes(
    times: Array, columns: Sequence[Array], start: float, stop: float, bins: int
) -> tuple[Array, list[Array]]:
    """Return a trace from ``start`` to ``stop`` (ms), reduced to ``bins`` pixel columns.

    times: (rows,), rising, at even or uneven distances (ms). columns: one or more arrays (rows,).
    Returns times and columns of shape (n,), n at most 2 (bins + 3), with one row beyond each end.
    Where there are more than two rows per pixel, each pixel gives its lowest and its highest value;
    the lowest comes first where values rise, so that slopes stay smooth. The edges of pixels are
    counted from time 0, so that a trace that is dragged does not shimmer.
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
    """Return the points of a curve from ``start`` to ``stop``, at most two per pixel column.

    x must never decrease; columns: the number of pixel columns. Of each group of rows the lowest
    and the highest point are kept, in their order, so that no spike is lost. First and last points,
    those just outside the range, and gaps (NaN) are kept too.
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
