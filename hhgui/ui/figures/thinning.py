"""What of a long curve can be seen: its extremes per pixel, and only what lies within the axes."""

import numpy as np
from numpy.typing import NDArray

from hhgui.ui.plots.thinning import Array, extreme_points


def visible_points(
    x: Array, y: Array, x_range: tuple[float, float], y_range: tuple[float, float], columns: int
) -> tuple[Array, Array]:
    """The points (m,) to draw of a curve (n,) within the ranges, on ``columns`` pixels.

    Lines that leave a range end exactly at it, with NaN for the gap, so nobody needs to clip.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if bool(np.all(x[1:] >= x[:-1])):  # not so where there is a NaN
        x, y = extreme_points(x, y, *x_range, columns)
    y = np.where(np.isfinite(y), y, np.nan)
    y, x = _cut(y, x, *y_range)
    return _cut(x, y, *x_range)


def _cut(a: Array, b: Array, low: float, high: float) -> tuple[Array, Array]:
    """The curve (a, b) where low <= a <= high; it ends where the line crosses, b interpolated."""
    for bound in (low, high):
        side = np.sign(a - bound)
        at = np.flatnonzero(side[:-1] * side[1:] < 0.0)
        share = (bound - a[at]) / (a[at + 1] - a[at])
        crossing = b[at] + share * (b[at + 1] - b[at])
        a, b = np.insert(a, at + 1, bound), np.insert(b, at + 1, crossing)
    outside = ~((a >= low) & (a <= high))
    return np.where(outside, np.nan, a), np.where(outside, np.nan, b)


def simplified(x: Array, y: Array, tolerance: float, passes: int = 5) -> tuple[Array, Array]:
    """Without points that lie on the line between their neighbours, as near as makes no difference.

    Each pass leaves out at most every other point, each within ``tolerance`` of the line that
    remains; gaps stay.
    """
    for _ in range(passes):
        if x.size < 3:
            break
        needless = np.zeros(x.size, dtype=bool)
        needless[1:-1:2] = _between(x, y, tolerance)[::2]
        x, y = x[~needless], y[~needless]
    return x, y


def _between(x: Array, y: Array, tolerance: float) -> NDArray[np.bool_]:
    """For each inner point, whether it lies between its neighbours and on their line."""
    across, up = x[2:] - x[:-2], y[2:] - y[:-2]
    a, b = x[1:-1] - x[:-2], y[1:-1] - y[:-2]
    length = np.hypot(across, up)
    along = a * across + b * up
    inside = (along >= 0.0) & (along <= length**2)
    aside = np.abs(a * up - b * across) <= tolerance * length
    gap = np.isnan(y)
    inner_gap = gap[:-2] & gap[1:-1] & gap[2:]
    return np.asarray((inside & aside & (length > 0.0)) | inner_gap)
