"""Compute how fast gates relax at a voltage, and the exact slopes of their curves over voltage.

A gate obeys dx/dt = r (x_inf - x) with r = phi / tau, phi being the factor of the temperature
(Hodgkin & Huxley 1952, eqs. 7-10, 15, 16). Everything is computed directly, without tables.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.membrane import Gate, Membrane
from hhgui.model.rate import AnyCurve, Combine, Curve, Form, Rate

Array = NDArray[np.float64]
# Below this |x| the slope of x/(1 - exp(-x)) comes from its series: the formula loses digits.
SERIES_BELOW = 0.1


def steady_gates(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return x_inf of every gate at ``voltage`` (mV), shape (gates, *voltage.shape)."""
    volts = np.asarray(voltage, dtype=np.float64)
    rows = [gate.steady_state_at(volts) for gate in membrane.gates]
    return np.array(rows, dtype=np.float64).reshape(len(rows), *volts.shape)


def relaxation_rates(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return phi / tau (1/ms) of every gate at ``voltage`` (mV), shape (gates, *voltage.shape)."""
    volts = np.asarray(voltage, dtype=np.float64)
    factors = membrane.rate_factors
    with np.errstate(divide="ignore"):
        rows = [
            phi / gate.time_constant_at(volts)
            for phi, gate in zip(factors, membrane.gates, strict=True)
        ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), *volts.shape)


def rate_slope(curve: AnyCurve, voltage: ArrayLike) -> Array:
    """Return the derivative by V (per mV) of a rate, steady state or time constant, same shape.

    voltage: mV. It is 0 where the curve is at one of its bounds.
    """
    if isinstance(curve, Rate):
        return _term_slope(curve, voltage)
    combined, power = curve.combined(voltage), curve.exponent
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        slope = _combined_slope(curve, voltage)
        if power != 1.0:
            slope = power * combined ** (power - 1.0) * slope
        free = combined**power + curve.offset
    low, high = curve.bounds
    return np.where((free < low) | (free > high), 0.0, slope)


def _combined_slope(curve: Curve, voltage: ArrayLike) -> Array:
    """Return the derivative by V of the sum or product of a curve's terms, before its exponent."""
    total = np.zeros(np.shape(voltage))
    for place, term in enumerate(curve.terms):
        slope = _term_slope(term, voltage)
        if curve.combine is Combine.PRODUCT:
            for other in (*curve.terms[:place], *curve.terms[place + 1 :]):
                slope = slope * other(voltage)
        total = total + slope
    return total


def _term_slope(rate: Rate, voltage: ArrayLike) -> Array:
    x = (np.asarray(voltage, dtype=np.float64) - rate.midpoint) / rate.scale
    with np.errstate(over="ignore", invalid="ignore"):
        match rate.form:
            case Form.EXPONENTIAL:
                slope = np.exp(x)
            case Form.SIGMOID:
                slope = 1.0 / ((1.0 + np.exp(-x)) * (1.0 + np.exp(x)))
            case Form.EXP_LINEAR:
                slope = _exp_linear_slope(x)
            case Form.GAUSSIAN:
                slope = -2.0 * x * np.exp(-x * x)
            case Form.CONSTANT:
                slope = np.zeros_like(x)
    return np.asarray(rate.rate / rate.scale * slope)


def _exp_linear_slope(x: Array) -> Array:
    """Return d/dx of x / (1 - exp(-x)), which is 1/2 at 0."""
    square = x * x
    series = 0.5 + x * (1 / 6 - square * (1 / 180 - square * (1 / 5040 - square / 151200)))
    apart = np.where(np.abs(x) < SERIES_BELOW, 1.0, x)
    formula = apart / -np.expm1(-apart) * (1.0 / apart - 1.0 / np.expm1(apart))
    return np.where(np.abs(x) < SERIES_BELOW, series, formula)


def steady_state_slope(gate: Gate, voltage: ArrayLike) -> Array:
    """Return d x_inf / dV (per mV) at ``voltage`` (mV), same shape."""
    if gate.steady_state is not None:
        return rate_slope(gate.steady_state, voltage)
    assert gate.alpha is not None  # a Gate has either a steady state or both rates
    assert gate.beta is not None
    alpha, beta = gate.alpha(voltage), gate.beta(voltage)
    opening, closing = rate_slope(gate.alpha, voltage), rate_slope(gate.beta, voltage)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray((opening * beta - alpha * closing) / (alpha + beta) ** 2)


def relaxation_rate_slope(gate: Gate, voltage: ArrayLike) -> Array:
    """Return d(1/tau) / dV (per ms and mV) at ``voltage`` (mV), at the reference temperature."""
    if gate.time_constant is not None:
        tau = gate.time_constant_at(voltage)
        return np.asarray(-rate_slope(gate.time_constant, voltage) / (tau * tau))
    assert gate.alpha is not None  # an instantaneous gate has no 1/tau to ask for
    assert gate.beta is not None
    return np.asarray(rate_slope(gate.alpha, voltage) + rate_slope(gate.beta, voltage))
