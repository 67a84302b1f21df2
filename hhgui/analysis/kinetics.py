"""Compute how fast gates relax at a voltage, and the exact slopes of their curves over voltage.

A gate obeys dx/dt = r (x_inf - x) with r = phi / tau, phi being the factor of the temperature
(Hodgkin & Huxley 1952, eqs. 7-10, 15, 16). Everything is computed directly, without tables, and for
all gates at once: the terms of one form are one array, so that a few voltages, as the search for a
zero asks for, cost little.
"""

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.engine.packing import (
    FORM_CODES,
    RATES,
    RATES_AND_STEADY,
    RATES_AT_ONCE,
    RELAXATION,
    pack_curves,
)
from hhgui.model.membrane import Gate, Membrane
from hhgui.model.rate import Form

Array = NDArray[np.float64]
# Below this |x| the slope of x/(1 - exp(-x)) comes from its series: the formula loses digits.
SERIES_BELOW = 0.1
_KEPT = 8


def steady_gates(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return x_inf of every gate at ``voltage`` (mV), shape (gates, *voltage.shape)."""
    volts = np.asarray(voltage, dtype=np.float64)
    steady = _curves_of(membrane).steady(volts.reshape(-1))
    return steady.reshape(len(steady), *volts.shape)


def relaxation_rates(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return phi / tau (1/ms) of every gate at ``voltage`` (mV), shape (gates, *voltage.shape)."""
    return gates_at(membrane, voltage).rate


class Values(NamedTuple):
    """The steady states and rates of all gates at some voltages.

    The arrays have the shape (gates, *voltage.shape). steady: x_inf, with its slope over V (1/mV).
    rate: phi / tau (1/ms), infinite for an instantaneous gate, with its slope (1/(ms mV)).
    """

    steady: Array
    steady_slope: Array
    rate: Array
    rate_slope: Array


class GateCurves:
    """The rate and steady-state curves of some gates, prepared to be computed all at once.

    They depend on nothing else of the membrane: conductances and temperature do not enter.
    """

    def __init__(self, gates: Sequence[Gate]) -> None:
        packed = self._packed = pack_curves(gates)
        numbers = packed.number
        self._rate, self._midpoint, self._scale, self._offset = numbers.T[:, :, np.newaxis]
        rows = {form: np.flatnonzero(packed.form == code) for form, code in FORM_CODES.items()}
        self._rows = {form: row for form, row in rows.items() if row.size}
        self._count = len(gates)
        # the gates of each kind, and the numbers of their curves
        every = {int(kind): np.flatnonzero(packed.kinetics == kind) for kind in packed.kinetics}
        self._kinds = [(kind, places, *packed.curve[places].T) for kind, places in every.items()]
        first = packed.first_term
        self._alone = first[:-1]  # the first term of each curve
        bare = np.array([1.0, 0.0, -np.inf, np.inf])
        several = np.diff(first) > 1
        self._shaped = np.flatnonzero(several | (packed.shape != bare).any(axis=1)).tolist()

    def at(self, voltage: Array) -> Values:
        """Return steady states and rates of the gates at the reference temperature.

        voltage: mV, shape (n,).
        """
        value, slope = self.curves(voltage)
        found = Values(*np.empty((4, self._count, voltage.size)))
        with np.errstate(all="ignore"):
            for kind, gates, one, two, three in self._kinds:
                if kind in (RATES, RATES_AT_ONCE):
                    total = value[one] + value[two]
                    found.steady[gates] = value[one] / total
                    rising = slope[one] * value[two] - value[one] * slope[two]
                    found.steady_slope[gates] = rising / (total * total)
                else:
                    own = three if kind == RATES_AND_STEADY else one
                    found.steady[gates], found.steady_slope[gates] = value[own], slope[own]
                if kind in (RATES, RATES_AND_STEADY):
                    found.rate[gates] = value[one] + value[two]
                    found.rate_slope[gates] = slope[one] + slope[two]
                elif kind == RELAXATION:
                    found.rate[gates] = 1.0 / value[two]
                    found.rate_slope[gates] = -slope[two] / value[two] ** 2
                else:
                    found.rate[gates], found.rate_slope[gates] = np.inf, 0.0
        return found

    def steady(self, voltage: Array) -> Array:
        """Return x_inf of the gates, shape (gates, n), at ``voltage`` (n,) in mV."""
        value = self.curves(voltage)[0]
        found = np.empty((self._count, voltage.size))
        with np.errstate(all="ignore"):
            for kind, gates, one, two, three in self._kinds:
                if kind in (RATES, RATES_AT_ONCE):
                    found[gates] = value[one] / (value[one] + value[two])
                else:
                    found[gates] = value[three if kind == RATES_AND_STEADY else one]
        return found

    def curves(self, voltage: Array) -> tuple[Array, Array]:
        """Return the values of all curves and their slopes over V (per mV), both (curves, n).

        voltage: mV, shape (n,). A gate has up to three curves, such as alpha and beta; they are in
        the order of ``pack_curves``.
        """
        with np.errstate(all="ignore"):
            x = (voltage - self._midpoint) / self._scale
            value, slope = np.ones_like(x), np.zeros_like(x)
            for form, rows in self._rows.items():
                value[rows], slope[rows] = _shapes(form, x[rows])
            value = self._rate * value + self._offset
            slope *= self._rate / self._scale
            if not self._shaped:
                return value, slope
            packed, first = self._packed, self._packed.first_term
            values, slopes = value[self._alone], slope[self._alone]
            for c in self._shaped:
                terms, rising = value[first[c] : first[c + 1]], slope[first[c] : first[c + 1]]
                whole, rise = terms[0], rising[0]
                for other, other_rise in zip(terms[1:], rising[1:], strict=True):
                    if packed.product[c]:
                        whole, rise = whole * other, rise * other + whole * other_rise
                    else:
                        whole, rise = whole + other, rise + other_rise
                exponent, offset, low, high = packed.shape[c]
                if exponent != 1.0:
                    whole, rise = whole**exponent, rise * exponent * whole ** (exponent - 1.0)
                whole = whole + offset
                slopes[c] = np.where((whole < low) | (whole > high), 0.0, rise)
                values[c] = np.clip(whole, low, high)
            return values, slopes


_lock = Lock()
_cache: dict[tuple[int, ...], tuple[tuple[Gate, ...], GateCurves]] = {}


def gates_at(membrane: Membrane, voltage: ArrayLike) -> Values:
    """Return steady states and rates of all gates at the membrane's temperature.

    voltage: mV, of any shape.
    """
    volts = np.asarray(voltage, dtype=np.float64)
    found = _curves_of(membrane).at(volts.reshape(-1))
    factors = membrane.rate_factors[:, np.newaxis]
    with np.errstate(over="ignore"):
        warm = found._replace(rate=factors * found.rate, rate_slope=factors * found.rate_slope)
    return Values(*(each.reshape(len(each), *volts.shape) for each in warm))


def _curves_of(membrane: Membrane) -> GateCurves:
    """Return the curves of the gates of ``membrane``.

    They are kept for the eight sets of gates that were prepared last, and not prepared again.
    """
    gates = membrane.gates
    key = tuple(map(id, gates))  # of frozen records that the cache keeps alive
    with _lock:
        found = _cache.get(key)
        if found is None:
            while len(_cache) >= _KEPT:
                del _cache[next(iter(_cache))]
            found = _cache[key] = gates, GateCurves(gates)
    return found[1]


def _shapes(form: Form, x: Array) -> tuple[Array, Array]:
    """Return the function of a form, such as exp(x), and its derivative, both at ``x``.

    x is (V - midpoint) / scale; the curve's rate, scale and offset are not yet applied.
    """
    match form:
        case Form.EXPONENTIAL:
            value = np.exp(x)
            return value, value
        case Form.SIGMOID:
            small = np.exp(-np.abs(x))
            value = np.where(x > 0.0, 1.0, small) / (1.0 + small)
            return value, small / (1.0 + small) ** 2
        case Form.EXP_LINEAR:
            # expm1 keeps every digit next to the 0/0 at x = 0
            falling = np.expm1(-x)
            value = np.where(x == 0.0, 1.0, x / -falling)
            square = x * x
            inner = 1 / 180 - square * (1 / 5040 - square / 151200)
            series = 0.5 + x * (1 / 6 - square * inner)
            formula = value * (1.0 / x + 1.0 + 1.0 / falling)
            return value, np.where(np.abs(x) < SERIES_BELOW, series, formula)
        case Form.GAUSSIAN:
            value = np.exp(-x * x)
            return value, -2.0 * x * value
        case Form.CONSTANT:
            return np.ones_like(x), np.zeros_like(x)
