"""Pack a membrane into the flat arrays that kernels take."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.model.membrane import CURVES, Gate, Membrane
from hhgui.model.rate import AnyCurve, Combine, Form, as_curve

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FORM_CODES = {form: code for code, form in enumerate(Form)}
# The curves that define a gate: alpha and beta; steady state and time constant; alpha, beta and a
# steady state, where alpha and beta define the time constant only. An instantaneous gate (at once)
# has a steady state only, which is a curve of its own or follows from alpha and beta.
RATES, RELAXATION, RATES_AND_STEADY, STEADY_AT_ONCE, RATES_AT_ONCE = range(5)


class Packed(NamedTuple):
    """The numbers of a membrane as arrays, gates in the order of the currents to which they belong.

    capacitance: µF/cm². conductance (mS/cm²), reversal (mV): shape (currents,). first_gate:
    (currents + 1,), gates first_gate[c] to first_gate[c+1] - 1 belong to current c. power:
    (gates,). unused_gates: indices of the gates without an effect on V, whose power or conductance
    is 0. at_once: indices of the instantaneous gates. rate_factor: (gates,), the factor of the
    temperature on the rates. kinetics: (gates,), how each gate is given: RATES, RELAXATION, …
    below.

    The rest is for the adaptive method, which evaluates rates exactly. curve: (gates, 3), the
    numbers of the gate's curves, in the order alpha, beta, steady state or steady state, time
    constant. Curve c is the sum, or if product[c] the product, of the terms first_term[c] to
    first_term[c+1] - 1. shape: (curves, 4): exponent, offset, minimum and maximum of each. form:
    (terms,), the form of each term; number: (terms, 4): its rate, midpoint, scale and offset.
    """

    capacitance: float
    conductance: Array
    reversal: Array
    first_gate: Ints
    power: Ints
    unused_gates: Ints
    at_once: Ints
    rate_factor: Array
    kinetics: Ints
    curve: Ints
    first_term: Ints
    product: NDArray[np.bool_]
    shape: Array
    form: Ints
    number: Array


class PackedCurves(NamedTuple):
    """The curves of some gates as flat arrays: the fields of ``Packed`` with the same names."""

    kinetics: Ints
    curve: Ints
    first_term: Ints
    product: NDArray[np.bool_]
    shape: Array
    form: Ints
    number: Array


def pack_curves(gates: Sequence[Gate]) -> PackedCurves:
    """Return the curves of ``gates`` as flat arrays."""
    sets = [_curves_of(g) for g in gates]
    curves = [as_curve(curve) for curves in sets for curve in curves]
    terms = [term for curve in curves for term in curve.terms]
    first_curve = np.array([0, *np.cumsum([len(each) for each in sets])], dtype=np.int64)
    return PackedCurves(
        kinetics=np.array([_kinetics(g) for g in gates], dtype=np.int64),
        curve=first_curve[:-1, np.newaxis] + np.arange(3),
        first_term=np.array([0, *np.cumsum([len(c.terms) for c in curves])], dtype=np.int64),
        product=np.array([c.combine is Combine.PRODUCT for c in curves], dtype=np.bool_),
        shape=np.array(
            [(c.exponent, c.offset, *c.bounds) for c in curves], dtype=np.float64
        ).reshape(-1, 4),
        form=np.array([FORM_CODES[t.form] for t in terms], dtype=np.int64),
        number=np.array(
            [(t.rate, t.midpoint, t.scale, t.offset) for t in terms], dtype=np.float64
        ).reshape(-1, 4),
    )


def pack(membrane: Membrane) -> Packed:
    """Return ``membrane`` as flat arrays."""
    sizes = [len(c.gates) for c in membrane.currents]
    gates = membrane.gates
    return Packed(
        membrane.capacitance,
        np.array([c.conductance for c in membrane.currents], dtype=np.float64),
        np.array([c.reversal for c in membrane.currents], dtype=np.float64),
        np.array([0, *np.cumsum(sizes)], dtype=np.int64),
        np.array([g.power for g in gates], dtype=np.int64),
        np.array(_unused_gates(membrane), dtype=np.int64),
        np.flatnonzero([g.instantaneous for g in gates]).astype(np.int64),
        membrane.rate_factors,
        *pack_curves(gates),
    )


def _unused_gates(membrane: Membrane) -> list[int]:
    """Return the indices of the gates that have no effect on V."""
    gates = [(g.power, c.conductance) for c in membrane.currents for g in c.gates]
    return [q for q, (power, conductance) in enumerate(gates) if power == 0 or conductance == 0.0]


def _curves_of(gate: Gate) -> tuple[AnyCurve, ...]:
    """Return the curves that define a gate, in the order of ``Packed.curve``."""
    given = (getattr(gate, key) for key in CURVES)
    return tuple(curve for curve in given if curve is not None)


def _kinetics(gate: Gate) -> int:
    """Return how a gate is given, as one of RATES, RELAXATION, …."""
    if gate.instantaneous:
        return STEADY_AT_ONCE if gate.alpha is None else RATES_AT_ONCE
    if gate.alpha is None:
        return RELAXATION
    return RATES if gate.steady_state is None else RATES_AND_STEADY
