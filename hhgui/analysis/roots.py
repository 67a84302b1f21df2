"""Find where a function crosses zero: scan for changes of sign, then narrow all of them at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]
# Each round narrows every interval to an eighth; after 20 one of 300 mV is as narrow as it can be.
INSIDE, ROUNDS = 7, 20


def bisected(curve: Curve, low: Array, high: Array) -> Array:
    """Return the zero of ``curve`` between each ``low`` and ``high``, shape (n,).

    ``curve`` must have opposite signs at the two. Intervals are narrowed down to neighbouring
    doubles. It is asked at seven values in each interval at a time, (7 n,), interval after interval
    for each seventh.
    """
    above_at_high = curve(high) >= 0.0
    columns = np.arange(low.size)
    for _ in range(ROUNDS):
        points = np.linspace(low, high, INSIDE + 2)
        if not ((points[1:-1] > low) & (points[1:-1] < high)).any():
            break
        values = curve(points[1:-1].ravel()).reshape(INSIDE, low.size)
        beyond = (values >= 0.0) == above_at_high
        last = np.where(beyond.any(axis=0), beyond.argmax(axis=0), INSIDE)
        low, high = points[last, columns], points[last + 1, columns]
    return np.asarray(0.5 * (low + high))


def zeros(curve: Curve, low: float, high: float, spacing: float) -> Array:
    """Return where ``curve`` changes sign between ``low`` and ``high``, in rising order.

    spacing: the distance of the points of the scan; of two zeros that are closer together neither
    is found, nor are zeros without a change of sign. Raises ValueError if ``low`` is not below
    ``high`` or ``spacing`` not positive.
    """
    if not (low < high and spacing > 0.0):
        raise ValueError(f"cannot look for zeros from {low:g} to {high:g} in steps of {spacing:g}")
    grid = np.linspace(low, high, int(np.ceil((high - low) / spacing)) + 1)
    above = curve(grid) >= 0.0
    left = np.flatnonzero(above[:-1] != above[1:])
    if left.size == 0:
        return np.empty(0)
    return bisected(curve, grid[left], grid[left + 1])
