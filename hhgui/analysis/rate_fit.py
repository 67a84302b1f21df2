"""Fit the forms of rates to values at some voltages, by least squares of their logarithms.

The numbers that the fit varies are the logarithms of rate and scale, which keep their signs, and
the midpoint. The midpoint of an exponential only multiplies its rate, so it is not varied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fitting import FitError, fit
from hhgui.model.membrane import Gate
from hhgui.model.rate import Form, Rate

Array = NDArray[np.float64]
_KEYS = {
    Form.EXPONENTIAL: ("rate", "scale"),
    Form.SIGMOID: ("rate", "midpoint", "scale"),
    Form.EXP_LINEAR: ("rate", "midpoint", "scale"),
    Form.GAUSSIAN: ("rate", "midpoint", "scale"),
    Form.CONSTANT: ("rate",),
}
_MIDPOINT_MV = 10.0  # a midpoint counts in tens of mV, so that all numbers are of one size
# Where the search for a form begins: everywhere in the range of a clamp, steep and flat.
_MIDPOINTS = np.arange(-90.0, 41.0, 10.0)
_SCALES = (4.0, 8.0, 15.0, 25.0, -4.0, -8.0, -15.0, -25.0)
_LARGEST = 60.0  # of a logarithm
_MODEST = 0.05  # the least relative error of a point, so that no single one decides


def can_be_fitted(gate: Gate) -> bool:
    """Return whether a gate is given by alpha and beta, each of one positive term."""
    rates = (gate.alpha, gate.beta)
    return gate.steady_state is None and not gate.instantaneous and all(
        isinstance(rate, Rate) and rate.rate > 0.0 for rate in rates
    )  # fmt: skip


def free_keys(rate: Rate) -> tuple[str, ...]:
    """Return the names of the numbers of a rate that a fit varies, as its form has them."""
    return _KEYS[rate.form]


def numbers_of(rate: Rate) -> Array:
    """Return these numbers of a rate as the fit varies them: logarithms of rate and scale."""
    return np.array([_to_number(rate, key) for key in free_keys(rate)])


def rate_with(rate: Rate, numbers: Sequence[float] | Array) -> Rate:
    """Return a copy of the rate with ``numbers``, as the fit varies them; signs are kept."""
    values: dict[str, Any] = {}
    for key, number in zip(free_keys(rate), numbers, strict=True):
        if key == "midpoint":
            values[key] = _MIDPOINT_MV * float(number)
        else:
            size = float(np.exp(np.clip(number, -_LARGEST, _LARGEST)))
            values[key] = float(np.copysign(size, getattr(rate, key)))
    return replace(rate, **values)


def slopes_of(rate: Rate) -> Array:
    """Return the derivative of each varied number of a rate by what the fit varies, (numbers,).

    For instance d rate / d log(rate) = rate.
    """
    return np.array([
        _MIDPOINT_MV if key == "midpoint" else abs(getattr(rate, key)) for key in free_keys(rate)
    ])  # fmt: skip


def fit_rate(form: Rate, volts: Array, values: Array, errors: Array) -> Rate:
    """Return a rate of the form of ``form``, fitted to values (1/ms) at ``volts`` (mV), (points,).

    errors: the standard errors of the values. Raises FitError if there are fewer points than
    numbers.
    """
    there = np.isfinite(values) & np.isfinite(errors) & (values > 0.0) & (errors > 0.0)
    if there.sum() < len(free_keys(form)):
        count = len(free_keys(form))
        raise FitError(f"{there.sum()} points are too few for the {count} numbers of a rate")
    v, y = volts[there], np.log(values[there])
    weight = 1.0 / np.hypot(errors[there] / values[there], _MODEST)

    def curve(rate: Rate) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(np.log(rate(v)) * weight)

    def misfit(rate: Rate) -> float:
        residual = y * weight - curve(rate)
        value = float(residual @ residual)
        return value if np.isfinite(value) else np.inf

    best = min(_starts(form, v, y, weight), key=misfit)
    found = fit(lambda numbers: curve(rate_with(best, numbers)), numbers_of(best), y * weight)
    return rate_with(best, found.values)


def _starts(form: Rate, v: Array, y: Array, weight: Array) -> Iterator[Rate]:
    """Yield rates from which the search may begin.

    v: voltages (mV). y: the logarithms to be fitted. weight: of each point.
    """
    if form.form is Form.CONSTANT:
        yield replace(form, rate=float(np.exp(np.average(y, weights=weight**2))))
        return
    if form.form is Form.EXPONENTIAL:
        slope, height = np.polyfit(v - form.midpoint, y, 1, w=weight)
        scale = 1.0 / slope if abs(slope) > 1e-3 else 1e3
        yield replace(form, rate=float(np.exp(height)), scale=float(scale))
        return
    for midpoint in _MIDPOINTS:
        for scale in _SCALES:
            shape = replace(form, rate=1.0, midpoint=float(midpoint), scale=scale)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                height = float(np.average(y - np.log(shape(v)), weights=weight**2))
            if abs(height) < _LARGEST:
                yield replace(shape, rate=float(np.exp(height)))


def _to_number(rate: Rate, key: str) -> float:
    value = float(getattr(rate, key))
    return value / _MIDPOINT_MV if key == "midpoint" else float(np.log(abs(value)))
