"""Linearise a packed membrane exactly, at many states at once. Importing this loads numba.

With y = (V, x_1 ... x_n), without instantaneous gates, dy/dt = f(y, p) and J = df/dy, from Hodgkin
& Huxley 1952, eqs. 26 and 7-10, differentiated by hand; rates come from their curves, not from
tables. ``analysis.jacobian`` writes the same equations in NumPy.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable

from hhgui.engine.compiled import KERNEL
from hhgui.engine.inline import SCALAR
from hhgui.engine.packing import FORM_CODES, RATES, RATES_AT_ONCE, RELAXATION, STEADY_AT_ONCE
from hhgui.model.rate import Form

# What p is; ``place`` is the number of the current whose conductance or reversal potential it is.
CURRENT, CONDUCTANCE, REVERSAL, CAPACITANCE, TEMPERATURE = range(5)
_EXPONENTIAL = FORM_CODES[Form.EXPONENTIAL]
_SIGMOID = FORM_CODES[Form.SIGMOID]
_EXP_LINEAR = FORM_CODES[Form.EXP_LINEAR]
_GAUSSIAN = FORM_CODES[Form.GAUSSIAN]
# Below this |x| the slope of x/(1 - exp(-x)) comes from its series: the formula loses digits.
_SERIES_BELOW = 0.1


@register_jitable(**SCALAR)
def _term(form, number, voltage):
    """Return the value of a term of a curve at ``voltage`` (mV), and its slope (per mV).

    form: its form, one of FORM_CODES. number: (4,): rate, midpoint (mV), scale (mV), offset.
    """
    x = (voltage - number[1]) / number[2]
    value, slope = 1.0, 0.0
    if form == _EXPONENTIAL:
        value = slope = math.exp(x)
    elif form == _SIGMOID:
        small = math.exp(-abs(x))  # never infinite, so that the slope far away is 0, not NaN
        value = 1.0 / (1.0 + small) if x > 0.0 else small / (1.0 + small)
        slope = small / ((1.0 + small) * (1.0 + small))
    elif form == _EXP_LINEAR:
        falling = math.expm1(-x)
        if x != 0.0:
            value = x / -falling
        if abs(x) < _SERIES_BELOW:
            square = x * x
            inner = 1 / 180 - square * (1 / 5040 - square / 151200)
            slope = 0.5 + x * (1 / 6 - square * inner)
        else:
            slope = value * (1.0 / x + 1.0 + 1.0 / falling)
    elif form == _GAUSSIAN:
        value = math.exp(-x * x)
        slope = -2.0 * x * value
    return number[0] * value + number[3], number[0] / number[2] * slope


@register_jitable(**SCALAR)
def _curve(packed, c, voltage):
    """Return the value of curve number ``c`` at ``voltage`` (mV), and its slope (per mV).

    The slope is 0 where the curve is at one of its bounds. packed: the membrane,
    ``packing.Packed``.
    """
    first = packed.first_term[c]
    value, slope = _term(packed.form[first], packed.number[first], voltage)
    for t in range(first + 1, packed.first_term[c + 1]):
        other, rise = _term(packed.form[t], packed.number[t], voltage)
        if packed.product[c]:
            value, slope = value * other, slope * other + value * rise
        else:
            value, slope = value + other, slope + rise
    exponent = packed.shape[c, 0]
    if exponent != 1.0:
        slope *= exponent * value ** (exponent - 1.0)
        value = value**exponent
    value += packed.shape[c, 1]
    if value < packed.shape[c, 2]:
        value, slope = packed.shape[c, 2], 0.0
    if value > packed.shape[c, 3]:
        value, slope = packed.shape[c, 3], 0.0
    return value, slope


@register_jitable(**SCALAR)
def _power(x, power):
    """Return x**power, for power 0..8."""
    product = 1.0
    for _ in range(power):
        product *= x
    return product


@register_jitable(**SCALAR)
def _steady(packed, q, voltage):
    """Return x_inf of instantaneous gate ``q`` at ``voltage`` (mV), and its slope (per mV).

    packed: the membrane, ``packing.Packed``.
    """
    first, rise = _curve(packed, packed.curve[q, 0], voltage)
    if packed.kinetics[q] != RATES_AT_ONCE:
        return first, rise
    second, fall = _curve(packed, packed.curve[q, 1], voltage)
    total = first + second
    return first / total, (rise * second - first * fall) / (total * total)


@register_jitable(**SCALAR)
def _relaxation(packed, q, voltage, x):
    """Return dx/dt (1/ms) of gate number ``q`` at V and x, and its derivatives by V and by x.

    voltage: mV. packed: the membrane, ``packing.Packed``.
    """
    phi = packed.rate_factor[q]
    first, first_slope = _curve(packed, packed.curve[q, 0], voltage)
    second, second_slope = _curve(packed, packed.curve[q, 1], voltage)
    if packed.kinetics[q] == RATES:
        change = first * (1.0 - x) - second * x
        by_v = first_slope * (1.0 - x) - second_slope * x
        return phi * change, phi * by_v, -phi * (first + second)
    if packed.kinetics[q] == RELAXATION:
        lag = first - x
        by_v = first_slope / second - lag * second_slope / (second * second)
        return phi * lag / second, phi * by_v, -phi / second
    steady, steady_slope = _curve(packed, packed.curve[q, 2], voltage)
    rate, lag = phi * (first + second), steady - x
    return rate * lag, phi * (first_slope + second_slope) * lag + rate * steady_slope, -rate


@njit(**KERNEL)
def linearise(packed, states, current, kind, place, log_slopes, field, slopes, by_parameter):
    """Write f (n, size), J (n, size, size) and df/dp (n, size) at ``states`` (n, size), V first.

    packed: the membrane, ``packing.Packed``. current: the injected current (µA/cm²). kind, place:
    which number p is, see the constants above. log_slopes: (gates,), d ln(phi)/dp of the rates of
    each gate, for the temperature as p. Results go to ``field``, ``slopes`` and ``by_parameter``,
    in mV, ms and the unit of p.
    """
    gates = packed.power.size
    x, rise, row = np.empty(gates), np.empty(gates), np.empty(gates, dtype=np.int64)
    for i in range(states.shape[0]):
        voltage = states[i, 0]
        for a in range(states.shape[1]):
            by_parameter[i, a] = 0.0
            for b in range(states.shape[1]):
                slopes[i, a, b] = 0.0
        last = 0
        for q in range(gates):
            if packed.kinetics[q] >= STEADY_AT_ONCE:
                x[q], rise[q] = _steady(packed, q, voltage)
                row[q] = 0
                continue
            last += 1
            row[q], x[q], rise[q] = last, states[i, last], 0.0
            change, by_v, by_x = _relaxation(packed, q, voltage, x[q])
            field[i, last] = change
            slopes[i, last, 0], slopes[i, last, last] = by_v, by_x
            if kind == TEMPERATURE:
                by_parameter[i, last] = change * log_slopes[q]
        total = 0.0
        for c in range(packed.conductance.size):
            g, drive = packed.conductance[c], voltage - packed.reversal[c]
            fraction = 1.0
            for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
                fraction *= _power(x[q], packed.power[q])
            total += g * fraction * drive
            slopes[i, 0, 0] -= g * fraction
            for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
                if packed.power[q] == 0:
                    continue
                inner = packed.power[q] * _power(x[q], packed.power[q] - 1)
                for other in range(packed.first_gate[c], packed.first_gate[c + 1]):
                    if other != q:
                        inner *= _power(x[other], packed.power[other])
                slopes[i, 0, row[q]] -= g * drive * inner * (rise[q] if row[q] == 0 else 1.0)
            if c == place and kind == CONDUCTANCE:
                by_parameter[i, 0] = -fraction * drive / packed.capacitance
            elif c == place and kind == REVERSAL:
                by_parameter[i, 0] = g * fraction / packed.capacitance
        for column in range(states.shape[1]):
            slopes[i, 0, column] /= packed.capacitance
        field[i, 0] = (current - total) / packed.capacitance
        if kind == CURRENT:
            by_parameter[i, 0] = 1.0 / packed.capacitance
        elif kind == CAPACITANCE:
            by_parameter[i, 0] = -field[i, 0] / packed.capacitance
