"""Define voltage-dependent rates in NeuroML's vocabulary.

With x = (V - midpoint) / scale:

- exponential: rate * exp(x), as alpha_h of Hodgkin-Huxley
- sigmoid: rate / (1 + exp(-x)), as beta_h
- exp_linear: rate * x / (1 - exp(-x)), at x = 0 its limit, rate; as alpha_m, alpha_n
- gaussian: rate * exp(-x**2), as time constants of teaching models
- constant: rate

each plus ``offset``. Source of the forms: NeuroML 2 "HHExpRate", "HHSigmoidRate",
"HHExpLinearRate"; the equations: Hodgkin & Huxley 1952, eqs. 12, 13, 20, 21, 23, 24.

A ``Curve`` combines several such terms, as 1/(exp(x) + exp(-y)) or a bounded product of sigmoids.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.parameter import MisfitError, ModelError, finite, shown

MOST_TERMS = 8


class Form(StrEnum):
    """The shape in which a rate depends on voltage; the module gives the equations."""

    EXPONENTIAL = "exponential"
    SIGMOID = "sigmoid"
    EXP_LINEAR = "exp_linear"
    GAUSSIAN = "gaussian"
    CONSTANT = "constant"


@dataclass(frozen=True)
class Rate:
    """A rate, steady state or time constant as a function of voltage, of one of the five forms.

    rate, offset: 1/ms for alpha and beta, without unit for a steady state, ms for a time constant.
    midpoint, scale: mV (neither is used by the form ``constant``). Raises ModelError for an unknown
    form, a number that is not finite, or scale = 0.
    """

    form: Form
    rate: float
    midpoint: float = 0.0
    scale: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "form", Form(self.form))
        except ValueError:
            known = ", ".join(Form)
            raise MisfitError("form", f"must be one of {known}, not {shown(self.form)}") from None
        for key in ("rate", "midpoint", "scale", "offset"):
            object.__setattr__(self, key, finite(getattr(self, key), key))
        if self.scale == 0.0:
            raise ModelError("scale", "scale must not be 0: it divides (V − midpoint)")

    def __call__(self, voltage: ArrayLike) -> NDArray[np.float64]:
        """Return the value at ``voltage`` (mV), in the same shape.

        Where the formula is 0/0 it is the limit.
        """
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            x = (np.asarray(voltage, dtype=np.float64) - self.midpoint) / self.scale
            match self.form:
                case Form.EXPONENTIAL:
                    value = self.rate * np.exp(x)
                case Form.SIGMOID:
                    value = self.rate / (1.0 + np.exp(-x))
                case Form.EXP_LINEAR:
                    # expm1 keeps every digit next to the 0/0 at x = 0, so no series is needed
                    value = self.rate * np.where(x == 0.0, 1.0, x / -np.expm1(-x))
                case Form.GAUSSIAN:
                    value = self.rate * np.exp(-x * x)
                case Form.CONSTANT:
                    value = np.full_like(x, self.rate)
        return np.asarray(value + self.offset)


class Combine(StrEnum):
    """The way in which the terms of a curve are combined into one value."""

    SUM = "sum"
    PRODUCT = "product"


@dataclass(frozen=True)
class Curve:
    """A rate, steady state or time constant made of terms.

        value = (term_1 + term_2 + ...)**exponent + offset, not below minimum nor above maximum

    or with the product of the terms. offset, minimum, maximum: in the unit of the curve; None is
    no bound. Raises ModelError for no or more than 8 terms, an unknown way to combine them, a
    number that is not finite, or a minimum above the maximum.
    """

    terms: tuple[Rate, ...]
    combine: Combine = Combine.SUM
    exponent: float = 1.0
    offset: float = 0.0
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(self.terms))
        if not 1 <= len(self.terms) <= MOST_TERMS:
            raise ModelError("terms", f"a curve has from 1 to {MOST_TERMS} terms")
        if self.combine not in tuple(Combine):
            known = ", ".join(Combine)
            raise MisfitError("combine", f"must be one of {known}, not {shown(self.combine)}")
        object.__setattr__(self, "combine", Combine(self.combine))
        for key in ("exponent", "offset", "minimum", "maximum"):
            value = getattr(self, key)
            if value is not None or key in ("exponent", "offset"):
                object.__setattr__(self, key, finite(value, key))
        if self.bounds[0] > self.bounds[1]:
            raise ModelError("minimum", f"minimum must not be above maximum ({self.maximum:g})")

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value; infinite where there is no bound."""
        low = -math.inf if self.minimum is None else self.minimum
        return low, math.inf if self.maximum is None else self.maximum

    def combined(self, voltage: ArrayLike) -> NDArray[np.float64]:
        """Return the sum or product of the terms at ``voltage`` (mV), without offset and bounds."""
        operation = np.add if self.combine is Combine.SUM else np.multiply
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(reduce(operation, (term(voltage) for term in self.terms)))

    def __call__(self, voltage: ArrayLike) -> NDArray[np.float64]:
        """Return the value at ``voltage`` (mV), same shape."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            value = self.combined(voltage) ** self.exponent + self.offset
        return np.asarray(np.clip(value, *self.bounds))


AnyCurve = Rate | Curve


def as_curve(curve: AnyCurve) -> Curve:
    """Return a Rate as a Curve of one term, and a Curve unchanged."""
    return curve if isinstance(curve, Curve) else Curve((curve,))
