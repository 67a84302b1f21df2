"""Fit the reduction to two variables of textbooks: fast gates instantaneous, slow ones on a line.

During a spike of the squid axon h is about 0.9 - 1.1 n. With this, and m at its steady state at
every moment, V and n remain (FitzHugh 1961, Biophys J 1:445; Rinzel 1985, Fed Proc 44:2944). The
line is fitted by least squares to a spike of the neuron at hand, which starts from rest with V
displaced.
"""

from dataclasses import dataclass

import numpy as np

from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.slice import Line, pace
from hhgui.engine.trajectory import trajectory
from hhgui.model.membrane import Membrane
from hhgui.model.words import with_minus

_KICK_MV, _WATCH_MS, _STEP_MS = 30.0, 40.0, 0.02


@dataclass(frozen=True)
class Reduction:
    """A reduction of the neuron to V and one gate.

    gate: the name of that gate. lines: the gates that are linear functions of it, with their lines.
    at_once: the gates at their steady state at every moment. frozen: the gates that keep their
    value. error: the largest distance of a gate from its line during the spike, 0 if there are no
    lines.
    """

    gate: str
    lines: tuple[tuple[str, Line], ...]
    at_once: tuple[str, ...]
    frozen: tuple[str, ...]
    error: float

    @property
    def words(self) -> str:
        """Return the reduction in words: "m at once, h = 0.9 − 1.1 n (within 0.06)"."""
        parts = [f"{', '.join(self.at_once)} at once"] if self.at_once else []
        for name, line in self.lines:
            sign = "−" if line.slope < 0.0 else "+"
            parts.append(f"{name} = {line.constant:.2f} {sign} {abs(line.slope):.2f} {self.gate}")
        if self.lines:
            parts[-1] += f" (along a spike within {self.error:.2f})"
        if self.frozen:
            parts.append(f"{', '.join(self.frozen)} frozen")
        return with_minus(", ".join(parts)) or "nothing is left out: the neuron has two variables"


def fitted_reduction(membrane: Membrane, gate: str, current: float) -> Reduction:
    """Return the reduction to V and ``gate``, fitted at an injected current (µA/cm²).

    Gates with less than a third of its time constant are instantaneous, those with more than five
    times it are frozen, the others follow it on a line. Raises KeyError if there is no such gate.
    """
    names = [each.name for each in membrane.gates]
    if gate not in names:
        raise KeyError(gate)
    found = pace(membrane, gate)
    at_once = tuple(
        each.name for each in membrane.gates
        if each.name != gate and (each.instantaneous or each.name in found.fast)
    )  # fmt: skip
    follow = [name for name in names if name in found.alike]
    rest = equilibria(membrane, current)
    start = float(rest[0]) if rest.size else membrane.initial_voltage
    state = [start + _KICK_MV, *steady_gates(membrane, start)]
    _, states = trajectory(membrane, current, state, _WATCH_MS, _STEP_MS)
    gates = dict(zip(names, states[1:], strict=True))
    x = gates[gate]
    lines, error = [], 0.0
    for name in follow:
        slope, constant = np.polyfit(x, gates[name], 1) if np.ptp(x) > 1e-9 else (0.0, 0.0)
        lines.append((name, Line(float(constant), float(slope))))
        error = max(error, float(np.abs(gates[name] - constant - slope * x).max()))
    frozen = tuple(name for name in names if name in found.slow)
    return Reduction(gate, tuple(lines), at_once, frozen, error)
