"""Fit a few numbers to data by least squares; define the curves that experiments fit.

Steps of Gauss-Newton are damped until they improve the fit (Levenberg 1944, Marquardt 1963).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_STEPS = 200
_DIFFERENCE = 1e-6  # relative step of the numerical derivatives
_PRECISION = 1e-12


class FitError(ValueError):
    """Raised if the data do not determine the numbers of the curve."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of a fit.

    values: (n,), the fitted numbers. covariance: (n, n), NaN if there are as many points as
    numbers. residual: (points,), data minus curve.
    """

    values: Array
    covariance: Array
    residual: Array

    @property
    def errors(self) -> Array:
        """Return the standard error of each fitted number, shape (n,)."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))


def fit(
    model: Callable[[Array], Array], start: ArrayLike, data: ArrayLike, steps: int = _STEPS
) -> Fit:
    """Find the numbers for which ``model(numbers)`` is closest to ``data`` by least squares.

    start: the numbers from which the search begins. data and the result of ``model`` have the shape
    (points,). steps: the largest number of steps of the search. The standard errors come from
    curvature and residuals. Raises FitError if there are fewer points than numbers, if a value is
    not finite, or if a number has no effect on the curve.
    """
    wanted, at = np.asarray(data, np.float64), np.array(start, dtype=np.float64)
    if wanted.size < at.size:
        raise FitError(f"{wanted.size} points are too few for {at.size} numbers")
    residual, damping = _residual(model, at, wanted), 1e-3
    for _ in range(steps):
        slopes = _slopes(model, at)
        normal, gradient = slopes.T @ slopes, slopes.T @ residual
        if not np.isfinite(normal).all():
            raise FitError("the fit left the range in which its curve is finite")
        scale = np.diag(normal) + 1e-300
        for _ in range(30):
            step = np.linalg.lstsq(normal + damping * np.diag(scale), gradient, rcond=None)[0]
            tried = _residual(model, at + step, wanted)
            if np.isfinite(tried).all() and tried @ tried <= residual @ residual:
                break
            damping *= 10.0
        else:
            break
        at, residual, damping = at + step, tried, damping / 10.0
        if np.all(np.abs(step) <= _PRECISION * (np.abs(at) + _PRECISION)):
            break
    return Fit(at, _covariance(_slopes(model, at), residual), residual)


def boltzmann(voltage: ArrayLike, half: float, slope: float) -> Array:
    """Return the Boltzmann curve 1 / (1 + exp((half - V) / slope)); half, V and slope in mV.

    It rises with V if ``slope`` is positive.
    """
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp((half - np.asarray(voltage)) / slope)))


def fit_boltzmann(voltage: ArrayLike, fraction: ArrayLike) -> Fit:
    """Fit ``half`` and ``slope`` (mV) of a Boltzmann curve to fractions (0 to 1).

    voltage: mV. Raises FitError.
    """
    volts, open_fraction = (np.asarray(each, np.float64) for each in (voltage, fraction))
    if volts.size < 3 or np.ptp(open_fraction) < 0.5:
        raise FitError("a Boltzmann curve needs three points, and more than half of its height")
    order = np.argsort(volts)
    volts, open_fraction = volts[order], open_fraction[order]
    middle = volts[np.abs(open_fraction - 0.5).argmin()]
    sign = 1.0 if open_fraction[-1] > open_fraction[0] else -1.0
    return fit(lambda p: boltzmann(volts, p[0], p[1]), [middle, 7.0 * sign], open_fraction)


def fit_recovery(gap: ArrayLike, fraction: ArrayLike) -> Fit:
    """Fit the numbers ``lost`` and ``tau`` (ms) of the recovery 1 - lost exp(-gap / tau).

    gap: ms. fraction: what has recovered after each gap. Raises FitError.
    """
    gaps, recovered = (np.asarray(each, np.float64) for each in (gap, fraction))
    if gaps.size < 2 or np.ptp(recovered) <= 0.0:
        raise FitError("a recovery needs two gaps that differ in what has recovered")
    start = [1.0 - recovered.min(), max(float(np.median(gaps)), 1e-3)]
    return fit(lambda p: 1.0 - p[0] * np.exp(-gaps / np.abs(p[1])), start, recovered)


def _residual(model: Callable[[Array], Array], at: Array, wanted: Array) -> Array:
    """Return wanted - model(at), infinite where the model is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(wanted - model(at))


def _slopes(model: Callable[[Array], Array], at: Array) -> Array:
    """Return the derivative of ``model`` by each number at ``at``, by differences.

    The shape is (points, numbers).
    """
    columns = []
    for place in range(at.size):
        shift = np.zeros(at.size)
        shift[place] = _DIFFERENCE * max(abs(at[place]), 1e-3)
        columns.append((model(at + shift) - model(at - shift)) / (2.0 * shift[place]))
    return np.stack(columns, axis=1)


def _covariance(slopes: Array, residual: Array) -> Array:
    """Return the covariance of the fitted numbers, (numbers, numbers).

    slopes: (points, numbers), the derivatives of the curve by them. residual: (points,).
    """
    free = residual.size - slopes.shape[1]
    if free <= 0:
        return np.full((slopes.shape[1], slopes.shape[1]), np.nan)
    spread = np.linalg.pinv(slopes.T @ slopes) * (residual @ residual) / free
    return np.asarray(spread)
