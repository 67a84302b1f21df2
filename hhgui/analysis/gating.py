"""Compute gating curves over voltage for figures, and write rate equations in LaTeX.

x_inf = alpha / (alpha + beta), tau = 1 / (alpha + beta) and back (Hodgkin & Huxley 1952, eqs. 7-10,
15, 16), at the membrane's temperature: alpha and beta are multiplied by its rate factor, tau
divided by it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.membrane import Gate, Membrane
from hhgui.model.rate import AnyCurve, Combine, Curve, Form, Rate

Array = NDArray[np.float64]
QUANTITIES = ("steady_state", "time_constant", "alpha", "beta")
# Potassium's rates in thermal form, alpha = 0.82 exp(0.04 V), beta = 0.056 exp(-0.0125 V), V in mV:
# pure Boltzmann exponentials, to be held against Hodgkin and Huxley's fits.
THERMAL_N = Gate(
    "n",
    4,
    alpha=Rate(Form.EXPONENTIAL, 0.82, scale=25.0),
    beta=Rate(Form.EXPONENTIAL, 0.056, scale=-80.0),
)


@dataclass(frozen=True)
class GateCurves:
    """The curves of one gate over voltage, as arrays of one shape.

    gate: its name. voltage: mV. steady_state: 0 to 1. time_constant: ms. alpha, beta: 1/ms.
    """

    gate: str
    voltage: Array
    steady_state: Array
    time_constant: Array
    alpha: Array
    beta: Array


def gate_curves(gate: Gate, voltage: ArrayLike, rate_factor: float = 1.0) -> GateCurves:
    """Return the curves of ``gate`` at ``voltage`` (mV); where a rate is 0/0, its limit.

    rate_factor: the factor of the temperature on its rates, from ``Membrane.rate_factors``.
    """
    volts = np.asarray(voltage, dtype=np.float64)
    alpha, beta = gate.rates_at(volts)
    return GateCurves(
        gate=gate.name,
        voltage=volts,
        steady_state=gate.steady_state_at(volts),
        time_constant=gate.time_constant_at(volts) / rate_factor,
        alpha=alpha * rate_factor,
        beta=beta * rate_factor,
    )


def same_curves(one: Membrane | None, other: Membrane | None) -> bool:
    """Return whether two membranes have equal gates and temperature factors, and so equal curves.

    Conductances do not matter. None equals None only.
    """
    if one is None or other is None:
        return one is other
    return one.gates == other.gates and np.array_equal(one.rate_factors, other.rate_factors)


def find_gate(membrane: Membrane | None, name: str) -> Gate | None:
    """Return the gate named ``name``; None if there is none or no membrane."""
    gates = membrane.gates if membrane is not None else ()
    return next((gate for gate in gates if gate.name == name), None)


def with_gate(membrane: Membrane, gate: Gate) -> Membrane:
    """Return a copy of the membrane with ``gate`` in place of the gate of the same name.

    Raises KeyError if there is none.
    """
    if find_gate(membrane, gate.name) is None:
        raise KeyError(gate.name)
    currents = [
        replace(c, gates=tuple(gate if g.name == gate.name else g for g in c.gates))
        for c in membrane.currents
    ]
    return replace(membrane, currents=tuple(currents))


def symbol_of(quantity: str, gate: str) -> str:
    r"""Return the LaTeX symbol of a curve of a gate, as ``\alpha_m`` or ``m_\infty``.

    quantity: the key of the curve, one of QUANTITIES.
    """
    words = gate.replace("_", r"\_")
    name = gate if len(gate) == 1 else rf"\mathrm{{{words}}}"
    if quantity == "steady_state":
        return rf"{name}_\infty"
    greek = {"alpha": r"\alpha", "beta": r"\beta", "time_constant": r"\tau"}[quantity]
    return rf"{greek}_{name}" if len(gate) == 1 else rf"{greek}_{{{name}}}"


def latex_of(curve: AnyCurve, symbol: str) -> str:
    r"""Return the equation of a curve in LaTeX, with numbers to six digits.

    An example is ``\alpha_m(V) = \frac{1\,(V+40)/10}{1-e^{-(V+40)/10}}``. symbol: the left side,
    from ``symbol_of``. The bounds of a Curve follow its formula.
    """
    if isinstance(curve, Rate):
        return f"{symbol}(V) = {_term_latex(curve)}"
    bounds = [(r"\geq", curve.minimum), (r"\leq", curve.maximum)]
    limits = "".join(rf",\quad {symbol} {sign} {_number(v)}" for sign, v in bounds if v is not None)
    return f"{symbol}(V) = {_powered(curve)}{_added(curve.offset)}{limits}"


def _powered(curve: Curve) -> str:
    """Return the sum or product of a curve's terms, raised to its exponent."""
    terms = [_term_latex(term) for term in curve.terms]
    if curve.combine is Combine.SUM:
        inner = terms[0] + "".join(t if t.startswith("-") else f"+{t}" for t in terms[1:])
    else:
        apart = [rf"\left({t}\right)" if term.offset else t
                 for t, term in zip(terms, curve.terms, strict=True)]  # fmt: skip
        inner = r"\,\cdot\,".join(apart)
    if curve.exponent == 1.0:
        return inner
    if curve.exponent == -1.0:
        return rf"\frac{{1}}{{{inner}}}"
    return rf"\left({inner}\right)^{{{_number(curve.exponent)}}}"


def _term_latex(rate: Rate) -> str:
    size = _number(rate.rate)
    match rate.form:
        case Form.EXPONENTIAL:
            value = rf"{size}\,e^{{{_argument(rate)}}}"
        case Form.SIGMOID:
            value = rf"\frac{{{size}}}{{1+e^{{{_argument(rate, -1)}}}}}"
        case Form.EXP_LINEAR:
            factor = _number(rate.rate if rate.scale > 0.0 else -rate.rate)
            top = rf"{factor}\,{_ratio(rate)}"
            value = rf"\frac{{{top}}}{{1-e^{{{_argument(rate, -1)}}}}}"
        case Form.GAUSSIAN:
            ratio = _ratio(rate)
            squared = f"{ratio}^2" if abs(rate.scale) == 1.0 else f"({ratio})^2"
            value = rf"{size}\,e^{{-{squared}}}"
        case Form.CONSTANT:
            value = size
    return f"{value}{_added(rate.offset)}"


def _ratio(rate: Rate) -> str:
    """Return (V - midpoint) / |scale| in LaTeX, in brackets if needed to be multiplied."""
    shifted = "V" if rate.midpoint == 0.0 else f"(V{_added(-rate.midpoint)})"
    return shifted if abs(rate.scale) == 1.0 else f"{shifted}/{_number(abs(rate.scale))}"


def _argument(rate: Rate, sign: int = 1) -> str:
    """Return (V - midpoint) / scale, times ``sign`` (1 or -1), in LaTeX, for an exponent."""
    negative = (rate.scale < 0.0) != (sign < 0)
    return f"-{_ratio(rate)}" if negative else _ratio(rate)


def _added(value: float) -> str:
    """Return ``value`` as a term to be added: "+3", "-3", or "" for 0."""
    if value == 0.0:
        return ""
    return f"{'+' if value > 0.0 else '-'}{_number(abs(value))}"


def _number(value: float) -> str:
    text = f"{value + 0.0:.6g}"  # + 0.0: no "-0"
    if "e" not in text:
        return text
    digits, _, power = text.partition("e")
    return rf"{digits}\times 10^{{{int(power)}}}"
