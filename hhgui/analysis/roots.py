"""Find where a function crosses zero: scan for changes of sign, then narrow all of them at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]
# More steps than halving an interval of 300 mV down to neighbouring doubles takes.
_MOST = 200
_ROUNDING, _SMALLEST = 2.0**-52, 1e-17


def bracketed(
    curve: Curve, low: Array, high: Array, ends: tuple[Array, Array] | None = None
) -> Array:
    """Return the zero of ``curve`` in each interval from ``low`` to ``high``, shape (n,).

    In each, ``curve`` must have opposite signs at the two ends; ends: its values at ``low`` and at
    ``high``, if the caller has them already. The method is inverse quadratic interpolation where
    that is safe, and otherwise halving, until neighbouring doubles are reached (Chandrupatla 1997,
    Adv Eng Softw 28:145).
    """
    at, other = low.astype(np.float64), high.astype(np.float64)
    value, value_other = ends or (curve(at), curve(other))
    with np.errstate(invalid="ignore"):
        part = np.nan_to_num(value / (value - value_other), nan=0.5)
    part = np.clip(part, 0.01, 0.99)
    for _ in range(_MOST):
        new = at + part * (other - at)
        found = curve(new)
        stays = (found >= 0.0) == (value >= 0.0)
        third, value_third = np.where(stays, at, other), np.where(stays, value, value_other)
        other, value_other = np.where(stays, other, at), np.where(stays, value_other, value)
        at, value = new, found
        nearer = np.abs(value_other) < np.abs(value)
        best = np.where(nearer, other, at)
        width = np.abs(other - at)
        close = 2.0 * _ROUNDING * np.abs(best) + _SMALLEST
        done = (width <= 2.0 * close) | (np.where(nearer, value_other, value) == 0.0)
        if done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            x = (at - other) / (third - other)
            y = (value - value_other) / (value_third - value_other)
            safe = (y * y < x) & ((1.0 - y) ** 2 < 1.0 - x)
            guess = value / (value_other - value) * value_third / (value_other - value_third) + (
                (third - at) / (other - at) * value / (value_third - value)
                * value_other / (value_third - value_other)
            )  # fmt: skip
            edge = np.minimum(close / width, 0.5)
        part = np.where(safe & np.isfinite(guess), np.clip(guess, edge, 1.0 - edge), 0.5)
        part = np.where(done, 0.0, part)  # what is found stays
    return np.asarray(best)


def zeros(curve: Curve, low: float, high: float, spacing: float) -> Array:
    """Return where ``curve`` changes sign between ``low`` and ``high``, in rising order.

    spacing: the distance of the points of the scan; of two zeros that are closer together neither
    is found, nor are zeros without a change of sign. Raises ValueError if ``low`` is not below
    ``high`` or ``spacing`` not positive.
    """
    if not (low < high and spacing > 0.0):
        raise ValueError(f"cannot look for zeros from {low:g} to {high:g} in steps of {spacing:g}")
    grid = np.linspace(low, high, int(np.ceil((high - low) / spacing)) + 1)
    return scanned_zeros(curve, grid, curve(grid))


def scanned_zeros(curve: Curve, grid: Array, values: Array) -> Array:
    """Return where ``curve`` changes sign, in rising order, from its values on a grid.

    grid: the points, rising, (points,); values: those of ``curve`` there. A zero is looked for
    between each two neighbours whose values differ in sign.
    """
    above = values >= 0.0
    left = np.flatnonzero(above[:-1] != above[1:])
    if left.size == 0:
        return np.empty(0)
    return bracketed(curve, grid[left], grid[left + 1], (values[left], values[left + 1]))
