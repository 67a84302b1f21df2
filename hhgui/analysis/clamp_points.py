"""Find x_inf and tau of a current's gates from its voltage-clamp record at each voltage.

    I(t) = g prod(x(t)**p) (V - E),   x(t) = x_inf + (x_0 - x_inf) exp(-t/tau)

after a step from the holding voltage, at which the gates are x_0, to V (Hodgkin & Huxley 1952, eqs.
8, 11, 17-19). g, E and the powers are taken as known, because a record shows only the product g
x**p.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fitting import Fit, FitError, fit
from hhgui.model.membrane import Current, Gate

Array = NDArray[np.float64]
CLOSE_TO_REVERSAL_MV = 2.0
_CLEAR = 5.0  # a record below so many times its noise shows nothing
_FAINT = 1e-3  # of the family's largest current
_LOOKS, _STARTS = 80, 6  # times of a record, and guesses that are tried on all of it
_STEPS = 40  # of a search; one that needs more goes astray
_WORST = 0.5  # relative error of a rate that is still a point
_BOUND = 1e-6  # of 0 and 1: nearer, a steady state has no error and its other rate no value
_FAR = 30.0  # of a logarithm
# Guesses for a gate that opens on depolarisation (False) and for one that closes (True).
_STEADY = {False: (0.02, 0.1, 0.4, 0.8, 0.99), True: (0.002, 0.05, 0.2, 0.5, 0.9)}
_TAUS_MS = {False: (0.1, 0.3, 1.0, 3.0, 9.0), True: (0.3, 1.0, 3.0, 9.0)}


@dataclass(frozen=True, eq=False)
class Records:
    """The voltage-clamp records of one current: the response to each of several steps.

    hold: the voltage (mV) before each step. voltages: (steps,), the voltage (mV) of each. time:
    (times,), ms since the step. values: (steps, times), the current (µA/cm²). factors: (gates,),
    the factor of the temperature on the rates of each gate.
    """

    current: Current
    factors: Array
    hold: float
    voltages: Array
    time: Array
    values: Array


@dataclass(frozen=True, eq=False)
class Points:
    """What the records give for one gate at some of the voltages; arrays of shape (points,).

    voltage: mV. steady: x_inf (0 to 1). tau: ms. alpha, beta: 1/ms at the reference temperature,
    NaN where a record does not show them. errors: (4, points), the standard errors of steady, tau,
    alpha and beta.
    """

    voltage: Array
    steady: Array
    tau: Array
    alpha: Array
    beta: Array
    errors: Array


def falls(gate: Gate) -> bool:
    """Return whether the steady state of a gate falls with V, as that of h does."""
    low, high = gate.steady_state_at(np.array([-120.0, 60.0]))
    return bool(low > high)


def opened(powers: tuple[int, ...], start: Array, steady: Array, tau: Array, time: Array) -> Array:
    """Return the product of x**p over the gates after a step, shape (..., times).

    powers: of each gate. start, steady (0 to 1) and tau (ms): arrays that broadcast to (gates, ...,
    1). time: (times,), ms since the step.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # of a trial that went far astray
        gates = steady + (start - steady) * np.exp(-time / tau)
    product_of_gates = np.ones(gates.shape[1:])
    for power, gate in zip(powers, gates, strict=True):
        product_of_gates = product_of_gates * gate**power
    return product_of_gates


def points_of(records: Records, start: Array, known: dict[float, Array]) -> tuple[Points, ...]:
    """Return what the records give for every gate, whose values before the steps are ``start``.

    start: (gates,), at the holding voltage. known: the numbers found at each voltage, from which
    the search of the next call begins; it is updated.
    """
    noise = noise_of(records)
    clear = max(_CLEAR * noise, _FAINT * float(np.abs(records.values).max()))
    found: list[list[list[float]]] = [[] for _ in records.current.gates]
    for volts, values in zip(records.voltages.tolist(), records.values, strict=True):
        force = volts - records.current.reversal
        if abs(force) < CLOSE_TO_REVERSAL_MV or np.abs(values).max() < clear:
            continue
        try:
            made = _relaxation(records, start, values, force, known.get(volts))
        except FitError:
            continue
        known[volts] = made.values
        for place, rows in enumerate(found):
            rows.append([volts, *_rates(made, place, records.factors[place])])
    return tuple(_as_points(np.array(rows).reshape(-1, 9)) for rows in found)


def noise_of(records: Records) -> float:
    """Return the standard deviation (µA/cm²) of the noise, from third differences in time."""
    change = np.diff(records.values[:, records.values.shape[1] // 2 :], 3, axis=1)
    return float(np.sqrt(np.mean(change**2) / 20.0))


def _as_points(rows: Array) -> Points:
    """Return as Points rows of V, x_inf, tau, alpha, beta and the standard errors of these four.

    A rate that is not known well enough becomes NaN; a row in which neither rate is known is left
    out.
    """
    rates, steady = rows[:, 3:5], rows[:, 1]
    unknown = rows[:, 7:] > _WORST * rates
    unknown[:, 0] |= steady < _BOUND
    unknown[:, 1] |= steady > 1.0 - _BOUND
    rates[unknown] = np.nan
    rows = rows[~unknown.all(axis=1)]
    volts, steady, tau, alpha, beta = rows[:, :5].T
    return Points(volts, steady, tau, alpha, beta, rows[:, 5:].T)


def _relaxation(
    records: Records, start: Array, values: Array, force: float, known: Array | None
) -> Fit:
    """Fit logit x_inf and log tau of every gate, in turn, to one record.

    start: (gates,), the gates before the step. values: (times,), the record (µA/cm²). force: V - E
    (mV). known: numbers from which to begin, or None for guesses.
    """
    powers = tuple(gate.power for gate in records.current.gates)
    largest, time = records.current.conductance * force, records.time

    def curve(numbers: Array) -> Array:
        steady, tau = _unpacked(numbers)
        part = opened(powers, start[:, None], steady[:, None], tau[:, None], time)
        return np.asarray(largest * part)

    found: list[Fit] = []
    for guess in _guesses(records, start, values, largest) if known is None else [known]:
        try:
            found.append(fit(curve, guess, values, _STEPS))
        except FitError:
            continue
    if not found:
        raise FitError("no relaxation suits the record")
    return min(found, key=lambda each: float(each.residual @ each.residual))


def _guesses(records: Records, start: Array, values: Array, largest: float) -> list[Array]:
    """Return the best of many guesses of the numbers that ``_relaxation`` fits.

    start: (gates,), the gates before the step. values: the record (µA/cm²). largest: the current
    with all gates open.
    """
    gates, few = records.current.gates, slice(None, None, max(records.time.size // _LOOKS, 1))
    trials = product(*[list(product(_STEADY[falls(g)], _TAUS_MS[falls(g)])) for g in gates])
    choices = np.array(list(trials))  # (trials, gates, 2)
    steady, tau = (choices[:, :, k].T[:, :, None] for k in (0, 1))
    powers = tuple(gate.power for gate in gates)
    every = largest * opened(powers, start[:, None, None], steady, tau, records.time[few])
    best = choices[((every - values[few]) ** 2).sum(axis=1).argsort()[:_STARTS]]
    logit = np.log(best[:, :, 0] / (1.0 - best[:, :, 0]))
    return list(np.stack([logit, np.log(best[:, :, 1])], axis=2).reshape(len(best), -1))


def _unpacked(numbers: Array) -> tuple[Array, Array]:
    """Return x_inf and tau (ms) of every gate from the numbers logit x_inf and log tau."""
    pairs = np.clip(numbers.reshape(-1, 2), -_FAR, _FAR)
    return 1.0 / (1.0 + np.exp(-pairs[:, 0])), np.exp(pairs[:, 1])


def _rates(made: Fit, gate: int, factor: float) -> list[float]:
    """Return x_inf, tau, alpha and beta of a gate, then the standard error of each.

    gate: its index in the fit. factor: that of the temperature on its rates.
    """
    steady, tau = (each[gate] for each in _unpacked(made.values))
    part = made.covariance[2 * gate : 2 * gate + 2, 2 * gate : 2 * gate + 2]
    closed = 1.0 - steady
    values = np.array([steady, tau, steady / tau / factor, closed / tau / factor])
    slopes = np.array([
        [steady * closed, 0.0], [0.0, tau],
        [values[2] * closed, -values[2]], [-values[3] * steady, -values[3]],
    ])  # fmt: skip
    errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", slopes, part, slopes), 0.0))
    floor = 1e-9 * values  # a noiseless record has no error, but its points have one weight
    return [*values.tolist(), *np.maximum(errors, floor).tolist()]
