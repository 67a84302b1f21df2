"""A membrane as the flat arrays that kernels take. NumPy only."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.model.membrane import Gate, Membrane
from hhgui.model.rate import Form, Rate

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FORM_CODES = {form: code for code, form in enumerate(Form)}


class Packed(NamedTuple):
    """A membrane's numbers. Gates follow the order of the currents they belong to.

    conductance, reversal: shape (currents,); gates first_gate[c] .. first_gate[c+1] belong to
    current c; power: (gates,); unfelt: gates that V does not feel, of power 0 or of a conductance
    of 0; relaxes: whether a gate is given by steady state and time constant; form: (gates, 2) and
    number: (gates, 2, 4) hold its two rates (rate, midpoint, scale, offset) for the exact
    evaluation that the adaptive method needs.
    """

    capacitance: float
    rate_factor: float
    conductance: Array
    reversal: Array
    first_gate: Ints
    power: Ints
    unfelt: Ints
    relaxes: NDArray[np.bool_]
    form: Ints
    number: Array


def pack(membrane: Membrane) -> Packed:
    """The flat arrays of ``membrane``."""
    sizes = [len(c.gates) for c in membrane.currents]
    gates = membrane.gates
    pairs = [_rate_pair(g) for g in gates]
    return Packed(
        capacitance=membrane.capacitance,
        rate_factor=membrane.rate_factor,
        conductance=np.array([c.conductance for c in membrane.currents], dtype=np.float64),
        reversal=np.array([c.reversal for c in membrane.currents], dtype=np.float64),
        first_gate=np.array([0, *np.cumsum(sizes)], dtype=np.int64),
        power=np.array([g.power for g in gates], dtype=np.int64),
        unfelt=np.array(_unfelt(membrane), dtype=np.int64),
        relaxes=np.array([g.steady_state is not None for g in gates], dtype=np.bool_),
        form=np.array(
            [[FORM_CODES[r.form] for r in pair] for pair in pairs], dtype=np.int64
        ).reshape(-1, 2),
        number=np.array(
            [[(r.rate, r.midpoint, r.scale, r.offset) for r in pair] for pair in pairs],
            dtype=np.float64,
        ).reshape(-1, 2, 4),
    )


def _unfelt(membrane: Membrane) -> list[int]:
    gates = [(g.power, c.conductance) for c in membrane.currents for g in c.gates]
    return [q for q, (power, conductance) in enumerate(gates) if power == 0 or conductance == 0.0]


def _rate_pair(gate: Gate) -> tuple[Rate, Rate]:
    first, second = gate.alpha or gate.steady_state, gate.beta or gate.time_constant
    assert first is not None  # a Gate can't be made without one of its two pairs
    assert second is not None
    return first, second
