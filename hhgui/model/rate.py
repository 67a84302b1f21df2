"""Voltage-dependent rates, in NeuroML's vocabulary.

With x = (V - midpoint) / scale:

=============  =====================================  ==========================
form           value                                  where the field uses it
=============  =====================================  ==========================
exponential    rate * exp(x)                          alpha_h of Hodgkin-Huxley
sigmoid        rate / (1 + exp(-x))                   beta_h
exp_linear     rate * x / (1 - exp(-x)), rate at 0    alpha_m, alpha_n
gaussian       rate * exp(-x**2)                      time constants of teaching models
constant       rate
=============  =====================================  ==========================

each plus ``offset``. Source of the forms: NeuroML 2 "HHExpRate", "HHSigmoidRate",
"HHExpLinearRate"; the equations: Hodgkin & Huxley 1952, eqs. 12, 13, 20, 21, 23, 24.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.parameter import ModelError


class Form(StrEnum):
    """Shape of a rate's dependence on voltage."""

    EXPONENTIAL = "exponential"
    SIGMOID = "sigmoid"
    EXP_LINEAR = "exp_linear"
    GAUSSIAN = "gaussian"
    CONSTANT = "constant"


@dataclass(frozen=True)
class Rate:
    """One rate, steady state or time constant as a function of voltage.

    rate, offset: 1/ms for alpha and beta, no unit for a steady state, ms for a time constant;
    midpoint, scale: mV (both unused by ``constant``).
    Raises ModelError for an unknown form, a number that is not finite, or scale = 0.
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
            given = repr(self.form[:40]) if isinstance(self.form, str) else type(self.form).__name__
            raise ModelError("form", f"form must be one of {known}, not {given}") from None
        for key in ("rate", "midpoint", "scale", "offset"):
            object.__setattr__(self, key, _finite(key, getattr(self, key)))
        if self.scale == 0.0:
            raise ModelError("scale", "scale must not be 0: it divides (V − midpoint)")

    def __call__(self, voltage: ArrayLike) -> NDArray[np.float64]:
        """Value at ``voltage`` (mV), same shape as ``voltage``; the limit at removable 0/0."""
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


def _finite(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelError(key, f"{key} must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ModelError(key, f"{key} must be finite")
    return number
