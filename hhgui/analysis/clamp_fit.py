"""Find the rates of a current's gates from voltage-clamp records, as Hodgkin & Huxley (1952) did.

At each voltage the records give x_inf and tau of every gate (``clamp_points``), and so alpha =
x_inf/tau and beta = (1 - x_inf)/tau (eqs. 6-11, 13-17). The forms of alpha(V) and beta(V) are first
fitted to these points by least squares. Then the numbers in the forms are fitted to all records at
once, every gate starting at its x_inf at the holding voltage; the errors are those of this fit.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp_points import (
    CLOSE_TO_REVERSAL_MV,
    Points,
    Records,
    falls,
    noise_of,
    opened,
    points_of,
)
from hhgui.analysis.fitting import Fit, FitError, fit
from hhgui.analysis.rate_fit import (
    can_be_fitted,
    fit_rate,
    free_keys,
    numbers_of,
    rate_with,
    slopes_of,
)
from hhgui.model.membrane import Current, Gate
from hhgui.model.parameter import ModelError
from hhgui.model.rate import Rate

Array = NDArray[np.float64]
CONFIDENCE = 1.96  # standard errors on each side hold the true number in 95 of 100 fits
_STEPS = 80  # of the last search
_ROUNDS = 3  # of points and forms, until the gates at the holding voltage agree with both
_OPEN_AT_FIRST, _AVAILABLE_AT_FIRST = 0.05, 0.6  # of a gate that rises, and of one that falls
_MOST_NOISES, _MOST_LEFT = 1.5, 2e-3  # of the noise, of the largest current
_UNFIT = (
    "no rates of these forms follow the records of I_{}{}; vary the voltage in smaller steps, or "
    "where the gates are slower than the records are sampled"
)
_STEP = 1e-5  # of a number, for the slope of a band


@dataclass(frozen=True)
class Number:
    """One fitted number of a rate's form.

    gate: the name of its gate. rate: "alpha" or "beta". key: the name of the number, such as
    "midpoint". value, error: the number and its standard error.
    """

    gate: str
    rate: str
    key: str
    value: float
    error: float


@dataclass(frozen=True, eq=False)
class CurrentFit:
    """The fitted gates of one current.

    current: the current as it was. points: for each gate what the records give at each voltage.
    gates: the gates with the fitted rates. numbers: all fitted numbers, gate by gate. covariance:
    (numbers, numbers), of the numbers as the fit varies them (see ``rate_fit``).
    """

    current: Current
    points: tuple[Points, ...]
    gates: tuple[Gate, ...]
    numbers: tuple[Number, ...]
    covariance: Array

    def band(self, gate: int, rate: str, volts: Array) -> Array:
        """Return the standard error of a fitted rate (1/ms) at ``volts`` (mV), shape (n,).

        gate: the index of the gate. rate: "alpha" or "beta".
        """
        alpha, beta = _rates_of(self.gates[gate])
        first = sum(map(_count, self.gates[:gate]))
        own = alpha if rate == "alpha" else beta
        first += 0 if rate == "alpha" else len(free_keys(alpha))
        at, size = numbers_of(own), len(free_keys(own))
        part = self.covariance[first : first + size, first : first + size]
        shifts = _STEP * np.eye(size)
        slopes = np.array([
            (rate_with(own, at + shift)(volts) - rate_with(own, at - shift)(volts)) / (2.0 * _STEP)
            for shift in shifts
        ])  # fmt: skip
        return np.asarray(np.sqrt(np.maximum(np.einsum("iv,ij,jv->v", slopes, part, slopes), 0.0)))


def fit_current(records: Records) -> CurrentFit:
    """Fit the gates of a current to its records. Raises FitError, which says what is missing."""
    current = records.current
    if not current.gates:
        raise FitError(f"I_{current.name} has no gates to be found")
    for gate in current.gates:
        if not can_be_fitted(gate):
            raise FitError(
                f"gate {gate.name} is not defined by an opening and a closing rate of one term each"
            )
    if not current.conductance or not records.values.any():
        raise FitError(f"no I_{current.name} flows: wash its blocker")
    known: dict[float, Array] = {}
    start = _first_start(records)
    problem: FitError | None = None
    for _ in range(_ROUNDS):
        try:
            gates = tuple(map(_through, current.gates, points_of(records, start, known)))
            found, whole = _fit_together(records, gates)
        except FitError as error:
            problem = error
            break
        if (problem := _residual_problem(records, whole)) is None:
            points = points_of(records, _held(records, found), known)
            return CurrentFit(current, points, found, _numbers(found, whole), whole.covariance)
        start = _held(records, gates)  # nearer to the truth than the first guess, if that was far
    assert problem is not None
    raise problem


def _first_start(records: Records) -> Array:
    """Return a first guess of the gates at the holding voltage, shape (gates,).

    A single gate is computed from the current at the very start of the steps.
    """
    gates = records.current.gates
    if len(gates) == 1 and gates[0].power:
        force = records.voltages - records.current.reversal
        far = np.abs(force) > CLOSE_TO_REVERSAL_MV
        begin = float(np.median(records.values[far, 0] / force[far]))
        return np.array([(max(begin, 0.0) / records.current.conductance) ** (1.0 / gates[0].power)])
    return np.array([_AVAILABLE_AT_FIRST if falls(gate) else _OPEN_AT_FIRST for gate in gates])


def _held(records: Records, gates: tuple[Gate, ...]) -> Array:
    """Return the steady state of every gate at the holding voltage, shape (gates,)."""
    return np.array([float(gate.steady_state_at(records.hold)) for gate in gates])


def _through(gate: Gate, points: Points) -> Gate:
    """Return the gate with the forms of its rates fitted to ``points``."""
    alpha, beta = _rates_of(gate)
    try:
        return replace(
            gate,
            alpha=fit_rate(alpha, points.voltage, points.alpha, points.errors[2]),
            beta=fit_rate(beta, points.voltage, points.beta, points.errors[3]),
        )
    except ModelError:
        raise FitError(f"gate {gate.name}: its points suit no rates of these forms") from None
    except FitError as error:
        raise FitError(
            f"gate {gate.name}: {error}; vary the voltage further, take smaller steps, or lengthen "
            "the test stair"
        ) from None


def _fit_together(records: Records, gates: tuple[Gate, ...]) -> tuple[tuple[Gate, ...], Fit]:
    """Fit the numbers of all rates to all records at once, starting with those of ``gates``.

    Returns the fitted gates and the result of the fit.
    """
    current, volts = records.current, records.voltages
    force = (volts - current.reversal)[:, None]
    powers = tuple(gate.power for gate in gates)
    sizes = np.cumsum([_count(gate) for gate in gates])[:-1]

    def curve(numbers: Array) -> Array:
        starts, steady, taus = [], [], []
        parts = np.split(numbers, sizes)
        for gate, factor, part in zip(gates, records.factors, parts, strict=True):
            alpha, beta = _rates_with(gate, part)
            opening, closing = alpha(volts), beta(volts)
            begin, end = alpha(records.hold), beta(records.hold)
            with np.errstate(all="ignore"):  # of a trial that went far astray
                starts.append(np.full((volts.size, 1), begin / (begin + end)))
                steady.append((opening / (opening + closing))[:, None])
                taus.append((1.0 / (factor * (opening + closing)))[:, None])
        part = opened(powers, np.array(starts), np.array(steady), np.array(taus), records.time)
        return np.asarray((current.conductance * force * part).ravel())

    first = np.concatenate([numbers_of(rate) for gate in gates for rate in _rates_of(gate)])
    try:
        whole = fit(curve, first, records.values.ravel(), _STEPS)
        return tuple(map(_gate_with, gates, np.split(whole.values, sizes))), whole
    except (FitError, ModelError):
        raise FitError(_UNFIT.format(current.name, "")) from None


def _residual_problem(records: Records, whole: Fit) -> FitError | None:
    """Return an error if the records differ from the fit by more than their noise, else None."""
    left = float(np.sqrt(np.mean(whole.residual**2)))
    peak = float(np.abs(records.values).max())
    if left <= max(_MOST_NOISES * noise_of(records), _MOST_LEFT * peak):
        return None
    part = f": they differ by {100.0 * left / peak:.2g} % of the largest current"
    return FitError(_UNFIT.format(records.current.name, part))


def _numbers(gates: tuple[Gate, ...], whole: Fit) -> tuple[Number, ...]:
    """Return the fitted numbers of all gates with their standard errors."""
    found: list[Number] = []
    for gate in gates:
        for name, rate in zip(("alpha", "beta"), _rates_of(gate), strict=True):
            for key, slope in zip(free_keys(rate), slopes_of(rate), strict=True):
                error = float(whole.errors[len(found)] * slope)
                found.append(Number(gate.name, name, key, float(getattr(rate, key)), error))
    return tuple(found)


def _rates_of(gate: Gate) -> tuple[Rate, Rate]:
    assert isinstance(gate.alpha, Rate)  # can_be_fitted
    assert isinstance(gate.beta, Rate)
    return gate.alpha, gate.beta


def _count(gate: Gate) -> int:
    return sum(len(free_keys(rate)) for rate in _rates_of(gate))


def _rates_with(gate: Gate, numbers: Array) -> tuple[Rate, Rate]:
    alpha, beta = _rates_of(gate)
    size = len(free_keys(alpha))
    return rate_with(alpha, numbers[:size]), rate_with(beta, numbers[size:])


def _gate_with(gate: Gate, numbers: Array) -> Gate:
    alpha, beta = _rates_with(gate, numbers)
    return replace(gate, alpha=alpha, beta=beta)
