"""Write a gate in another form: with more or fewer terms, bounds, or by other curves.

A gate may be given by its rates or by steady state and time constant. Where the new curve can be
written exactly in the forms of ``Rate``, it is. Otherwise it is fitted, and the result says how
much it differs.
"""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from hhgui.model.membrane import CURVES, Gate
from hhgui.model.rate import MOST_TERMS, AnyCurve, Combine, Curve, Form, Rate, as_curve

Array = NDArray[np.float64]
FITTED_MV = np.linspace(-120.0, 60.0, 181)
_FITTED = FITTED_MV[::3]
_EXACT = 1e-9  # of the largest value: what rounding leaves
_HOPELESS = 4.0  # times the least sum of squares: what a finer grid does not make up for


class Kind(Enum):
    """By which curves a gate is given: rates, steady state and time constant, …."""

    RATES = ("alpha", "beta")
    STEADY = ("steady_state", "time_constant")
    BOTH = ("alpha", "beta", "steady_state")


def kind_of(gate: Gate) -> Kind:
    """Return by which curves a gate is given.

    An instantaneous gate that has only a steady state is STEADY.
    """
    if gate.alpha is None:
        return Kind.STEADY
    return Kind.RATES if gate.steady_state is None else Kind.BOTH


def with_term(curve: AnyCurve) -> Curve:
    """Return the curve with one more term that changes no value: 0 in a sum, 1 in a product.

    Raises ModelError if it has 8 terms already.
    """
    whole = as_curve(curve)
    neutral = 0.0 if whole.combine is Combine.SUM else 1.0
    return replace(whole, terms=(*whole.terms, Rate(Form.CONSTANT, neutral)))


def can_grow(curve: AnyCurve) -> bool:
    """Return whether the curve may have one more term."""
    return len(as_curve(curve).terms) < MOST_TERMS


def without_term(curve: Curve, place: int) -> AnyCurve:
    """Return the curve without the term at index ``place``, as a Rate if one plain term remains."""
    terms = tuple(term for i, term in enumerate(curve.terms) if i != place)
    return shortened(replace(curve, terms=terms))


def shortened(curve: AnyCurve) -> AnyCurve:
    """Return a curve of one term, without exponent, offset and bounds, as a Rate.

    Else the curve.
    """
    if isinstance(curve, Curve) and curve == Curve(curve.terms[:1], curve.combine):
        return curve.terms[0]
    return curve


def bounded(curve: AnyCurve, key: str, on: bool) -> AnyCurve:
    """Return the curve with a new bound, or without the bound it has.

    key: "minimum" or "maximum". on: whether it gets one, which is set to the present minimum or
    maximum of the curve so that no value changes.
    """
    values = curve(FITTED_MV)
    value = float(values.min() if key == "minimum" else values.max())
    return shortened(replace(as_curve(curve), **{key: value if on else None}))  # type: ignore[arg-type]


def scaled(curve: AnyCurve, factor: float) -> AnyCurve:
    """Return the curve multiplied by ``factor``, which must be positive."""
    if isinstance(curve, Rate):
        return replace(curve, rate=curve.rate * factor, offset=curve.offset * factor)
    inner = factor ** (1.0 / curve.exponent) if curve.exponent else 1.0
    first, *others = curve.terms
    if curve.combine is Combine.SUM:
        others = [scaled(term, inner) for term in others]  # type: ignore[misc]
    low, high = (None if b is None else b * factor for b in (curve.minimum, curve.maximum))
    terms = (scaled(first, inner), *others)
    return replace(curve, terms=terms, offset=curve.offset * factor, minimum=low, maximum=high)  # type: ignore[arg-type]


def reciprocal(curve: AnyCurve) -> AnyCurve | None:
    """Return 1 / curve, or None if that cannot be written in the forms."""
    if isinstance(curve, Curve):
        if curve.offset or curve.minimum is not None or curve.maximum is not None:
            return None
        return shortened(replace(curve, exponent=-curve.exponent))
    if curve.offset == 0.0 and curve.rate != 0.0:
        if curve.form is Form.CONSTANT:
            return replace(curve, rate=1.0 / curve.rate)
        if curve.form is Form.EXPONENTIAL:
            return replace(curve, rate=1.0 / curve.rate, scale=-curve.scale)
    return Curve((curve,), exponent=-1.0)


def product(one: AnyCurve, other: AnyCurve) -> AnyCurve | None:
    """Return the product of two curves, or None if it cannot be written in the forms."""
    factors: list[Rate] = []
    for curve in (one, other):
        whole = as_curve(curve)
        plain = replace(whole, combine=Combine.PRODUCT) == Curve(whole.terms, Combine.PRODUCT)
        if not plain or (len(whole.terms) > 1 and whole.combine is Combine.SUM):
            return None
        factors += whole.terms
    size = 1.0
    for factor in [f for f in factors if f.form is Form.CONSTANT]:
        size *= factor.rate + factor.offset
        factors.remove(factor)
    if not factors:
        return Rate(Form.CONSTANT, size)
    first = replace(factors[0], rate=factors[0].rate * size, offset=factors[0].offset * size)
    if len(factors) > MOST_TERMS:
        return None
    return shortened(Curve((first, *factors[1:]), Combine.PRODUCT))


def total(one: AnyCurve, other: AnyCurve) -> Curve | None:
    """Return the sum of two curves, or None if it cannot be written in the forms."""
    terms: list[Rate] = []
    for curve in (one, other):
        whole = as_curve(curve)
        if len(whole.terms) > 1 and whole.combine is Combine.PRODUCT:
            return None
        if replace(whole, combine=Combine.SUM) != Curve(whole.terms):
            return None
        terms += whole.terms
    return Curve(tuple(terms)) if len(terms) <= MOST_TERMS else None


def complement(curve: AnyCurve) -> AnyCurve | None:
    """Return 1 - curve, or None if that cannot be written in the forms."""
    if not isinstance(curve, Rate):
        return None
    if curve.form is Form.SIGMOID and curve.rate + 2.0 * curve.offset == 1.0:
        return replace(curve, scale=-curve.scale)
    return replace(curve, rate=-curve.rate, offset=1.0 - curve.offset)


def steady_of_rates(alpha: AnyCurve, beta: AnyCurve) -> AnyCurve | None:
    """Return alpha / (alpha + beta), or None if that cannot be written in the forms.

    Two exponentials give a sigmoid, since beta / alpha is an exponential too. Two constants, and
    two sigmoids that are mirror images of each other, give a constant or a sigmoid.
    """
    if not (isinstance(alpha, Rate) and isinstance(beta, Rate)) or alpha.offset or beta.offset:
        return None
    if alpha.form is Form.CONSTANT and beta.form is Form.CONSTANT:
        return Rate(Form.CONSTANT, alpha.rate / (alpha.rate + beta.rate))
    if alpha.form is Form.SIGMOID and beta == replace(alpha, scale=-alpha.scale):
        return replace(alpha, rate=1.0)
    slopes = [_log_slope(rate) for rate in (alpha, beta)]
    if None in slopes or alpha.rate <= 0.0 or beta.rate <= 0.0:
        return None
    (slope_a, at_a), (slope_b, at_b) = slopes  # type: ignore[misc]
    slope = slope_a - slope_b  # of log(alpha / beta)
    if slope == 0.0:
        fraction = alpha.rate * np.exp(at_a - at_b) / beta.rate
        return Rate(Form.CONSTANT, float(fraction / (1.0 + fraction)))
    midpoint = (np.log(beta.rate / alpha.rate) + at_b - at_a) / slope
    return Rate(Form.SIGMOID, 1.0, float(midpoint), 1.0 / slope)


def _log_slope(rate: Rate) -> tuple[float, float] | None:
    """Return a and b of a rate of the form rate * exp(a V + b); None for other forms."""
    if rate.form is Form.CONSTANT:
        return 0.0, 0.0
    if rate.form is not Form.EXPONENTIAL:
        return None
    return 1.0 / rate.scale, -rate.midpoint / rate.scale


@dataclass(frozen=True)
class Rewritten:
    """A gate written in another form, and how much that changed it.

    steady_error: the largest difference of its steady state (0 to 1) from before. tau_error: the
    largest relative difference of its time constant. Both are over -120 to 60 mV, and 0 if nothing
    but rounding changed.
    """

    gate: Gate
    steady_error: float = 0.0
    tau_error: float = 0.0

    @property
    def exact(self) -> bool:
        """Return whether its curves are the same as before but for rounding."""
        return self.steady_error == 0.0 and self.tau_error == 0.0


def rewritten(gate: Gate, kind: Kind, instantaneous: bool) -> Rewritten:
    """Return the gate given by the curves of ``kind``, and instantaneous or not.

    A gate that becomes instantaneous keeps its steady state. An instantaneous gate that is no
    longer so gets the time constant of its rates, or 1 ms if it has none. Curves that cannot be
    written exactly are fitted. Raises ModelError if no gate of this kind can come close.
    """
    curves = dict.fromkeys(CURVES)
    if instantaneous:
        kind = Kind.RATES if kind is Kind.RATES else Kind.STEADY
    keys = ("steady_state",) if instantaneous and kind is Kind.STEADY else kind.value
    speed = None if gate.time_constant is None else reciprocal(gate.time_constant)
    if kind is Kind.BOTH and speed is not None:  # its own steady state leaves the rates only tau
        curves["alpha"] = curves["beta"] = scaled(speed, 0.5)
        keys = ("steady_state",)
    for key in keys:
        curves[key] = getattr(gate, key) or _written(gate, key)
    start = None if instantaneous else gate.initial
    changes = {**curves, "instantaneous": instantaneous, "initial": start}
    after = replace(gate, **changes)  # type: ignore[arg-type]
    return Rewritten(after, _steady_error(gate, after), _tau_error(gate, after))


def _written(gate: Gate, key: str) -> AnyCurve:
    """Return the curve ``key`` ("alpha", …) of a gate that is given by other curves.

    It is exact if that can be written in the forms, else fitted.
    """
    exact = _exact(gate, key)
    if exact is not None:
        return exact
    return _fitted(_values(gate, key), key)


def _exact(gate: Gate, key: str) -> AnyCurve | None:
    """Return the curve ``key`` of a gate if it can be written exactly, else None."""
    alpha, beta = gate.alpha, gate.beta
    if key == "time_constant":
        if alpha is None or beta is None:
            return Rate(Form.CONSTANT, 1.0)  # of an instantaneous gate
        whole = total(alpha, beta)
        return None if whole is None else reciprocal(whole)
    if key == "steady_state":
        assert alpha is not None
        assert beta is not None
        return steady_of_rates(alpha, beta)
    steady = gate.steady_state
    assert steady is not None  # of a gate without rates
    speed = reciprocal(gate.time_constant or Rate(Form.CONSTANT, 1.0))
    fraction = steady if key == "alpha" else complement(steady)
    return None if speed is None or fraction is None else product(fraction, speed)


def _values(gate: Gate, key: str) -> Array:
    """Return the values of the curve ``key`` of a gate at the voltages ``FITTED_MV``."""
    steady, tau = gate.steady_state_at(FITTED_MV), gate.time_constant_at(FITTED_MV)
    if gate.instantaneous:
        tau = np.ones_like(tau)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray({
            "steady_state": steady, "time_constant": tau,
            "alpha": steady / tau, "beta": (1.0 - steady) / tau,
        }[key])  # fmt: skip


def _fitted(values: Array, key: str) -> Rate:
    """Return the Rate that is closest to ``values`` over ``FITTED_MV``, by least squares.

    key: which curve it is: a steady state becomes a sigmoid of height 1; the size and offset of a
    rate are never negative. Grids of midpoints and scales become ever finer around the best; forms
    that are far behind are dropped.
    """
    fraction = key == "steady_state"
    forms = [Form.SIGMOID] if fraction else list(Form)[:-1]
    fits = [_best(form, _first_grid(form), values[::3], fraction) for form in forms]
    for finer in (1.0, 0.4, 0.16, 0.06, 0.02, 0.007):
        most = _HOPELESS * min(misses for misses, _ in fits)
        fits = [
            _best(rate.form, _grid_round(rate, finer), values[::3], fraction)
            for misses, rate in fits
            if misses <= most
        ]
    return min(fits, key=lambda pair: pair[0])[1]


def _first_grid(form: Form) -> tuple[Array, ...]:
    """Return the coarse grid of midpoints and scales (mV) from which the fit of a form begins."""
    # the midpoint of an exponential only changes its size; a negative scale mirrors a gaussian
    # into itself
    midpoints = np.array([-60.0]) if form is Form.EXPONENTIAL else np.arange(-110.0, 51.0, 8.0)
    width = np.geomspace(2.0, 80.0, 12)
    return tuple(np.meshgrid(midpoints, width if form is Form.GAUSSIAN else np.r_[width, -width]))


def _grid_round(rate: Rate, finer: float) -> tuple[Array, ...]:
    """Return a grid around the midpoint and scale of ``rate``, finer by the factor ``finer``."""
    around = finer * np.arange(-4.0, 5.0)
    shifts = np.zeros(1) if rate.form is Form.EXPONENTIAL else around
    return tuple(np.meshgrid(rate.midpoint + shifts, rate.scale * (1.0 + 0.04 * around)))


def _best(form: Form, grid: tuple[Array, ...], values: Array, fraction: bool) -> tuple[float, Rate]:
    """Return the sum of squares and the best Rate of a form on a grid.

    grid: its midpoints and scales (mV). fraction: whether the curve is a steady state.
    """
    midpoints, scales = (numbers.ravel() for numbers in grid)
    rates, offsets, misses = _sizes(form, midpoints, scales, values, fraction)
    best = int(np.argmin(misses))
    numbers = (float(x[best]) for x in (rates, midpoints, scales, offsets))
    return float(misses[best]), Rate(form, *numbers)


def _sizes(
    form: Form, midpoints: Array, scales: Array, values: Array, fraction: bool
) -> tuple[Array, Array, Array]:
    """Return the best size and offset, and the sum of squares, for each midpoint and scale.

    fraction: whether the curve is a steady state, whose size is 1 and offset 0.
    """
    x = (_FITTED - midpoints[:, None]) / scales[:, None]
    shapes = Rate(form, 1.0)(np.clip(x, -300.0, 300.0))
    count, total = values.size, values.sum()
    sums, products = (shapes @ np.array([np.ones(count), values]).T).T
    squares = np.maximum(np.einsum("ij,ij->i", shapes, shapes), 1e-300)
    if fraction:
        rates, offsets = np.ones(midpoints.size), np.zeros(midpoints.size)
    else:
        spread = squares - sums**2 / count
        flat = spread < 1e-9 * squares  # an offset would do the same, and rounding decides
        rates = (products - sums * total / count) / np.where(flat, 1.0, spread)
        offsets = (total - rates * sums) / count
        alone = flat | (rates < 0.0) | (offsets < 0.0)
        rates = np.where(alone, np.maximum(products / squares, 0.0), rates)
        offsets = np.where(alone, 0.0, offsets)
    fitted = rates**2 * squares + 2.0 * rates * offsets * sums + count * offsets**2
    misses = fitted - 2.0 * (rates * products + offsets * total) + values @ values
    return rates, offsets, np.maximum(misses, 0.0)  # rounding leaves less than nothing


def _steady_error(before: Gate, after: Gate) -> float:
    error = np.abs(after.steady_state_at(FITTED_MV) - before.steady_state_at(FITTED_MV)).max()
    return float(error) if error > _EXACT else 0.0


def _tau_error(before: Gate, after: Gate) -> float:
    if before.instantaneous or after.instantaneous:
        return 0.0
    tau = before.time_constant_at(FITTED_MV)
    error = np.abs(after.time_constant_at(FITTED_MV) / tau - 1.0).max()
    return float(error) if error > _EXACT else 0.0
