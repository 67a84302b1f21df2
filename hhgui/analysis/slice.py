"""Define a plane through the state space of a neuron, with an assumption on the gates not shown.

The phase plane of a neuron with more than two variables is only meaningful together with what is
assumed of the others (Rinzel 1985, Fed Proc 44:2944; FitzHugh 1961, Biophys J 1:445): frozen at
this instant; the fast ones instantaneous; all at their steady state; or the slow ones a linear
function of the gate that is shown.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.kinetics import relaxation_rates
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
VOLTAGE, SLOPE, IONIC = "V", "dV_dt", "I_ion"
# Where time constants are compared: what a neuron passes through during a spike (mV).
_PASSED = np.linspace(-90.0, 50.0, 141)
# Of the longest time constant of the shown gate: faster and slower gates.
_FAST, _SLOW = 1.0 / 3.0, 5.0


class Others(StrEnum):
    """What the plane assumes of the gates that it does not show."""

    FROZEN = "frozen"
    FAST = "fast"
    STEADY = "steady"
    REDUCED = "reduced"


class Line(NamedTuple):
    """A gate as a linear function of the gate x on an axis of the plane: constant + slope x."""

    constant: float
    slope: float


@dataclass(frozen=True, eq=False)
class Slice:
    """A plane of two variables of the neuron at an injected current.

    x, y: the axes: "V", the name of a gate, "dV_dt" (mV/ms) or "I_ion", the total ionic current
    (µA/cm²). current: the injected current (µA/cm²). state: (1 + gates,), V (mV) and every gate at
    this instant. others: what is assumed of the gates not shown. lines: for a reduction the gates
    that follow the shown one, by name, with their lines. Raises ValueError if x and y are the same.
    """

    membrane: Membrane
    x: str
    y: str
    current: float
    state: Array
    others: Others = Others.FROZEN
    lines: tuple[tuple[str, Line], ...] = ()

    def __post_init__(self) -> None:
        if self.x == self.y:
            raise ValueError("the two variables of a phase plane must differ")

    @property
    def names(self) -> list[str]:
        """Return the names of the gates in the order of the membrane."""
        return [gate.name for gate in self.membrane.gates]

    @property
    def shown_gates(self) -> list[str]:
        """Return the gates on the axes."""
        return [name for name in (self.x, self.y) if name in self.names]

    @property
    def is_of_states(self) -> bool:
        """Return whether both axes are V or gates, so that a point is a state."""
        return len(self.shown_gates) + (VOLTAGE in (self.x, self.y)) == 2

    def at_this_instant(self, state: Array, current: float) -> "Slice":
        """Return a copy of the plane for another state and another injected current (µA/cm²)."""
        return replace(self, state=state, current=current)

    def states(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return V (n,) and every gate (gates, n) at points of the plane.

        x, y: (n,). The values on an axis that is neither V nor a gate are ignored.
        """
        given = {self.x: np.asarray(x, np.float64), self.y: np.asarray(y, np.float64)}
        shape = next(iter(given.values())).shape
        volts = given.get(VOLTAGE)
        volts = np.full(shape, self.state[0]) if volts is None else volts
        return volts, self._gates(volts, given)

    def _gates(self, volts: Array, given: dict[str, Array]) -> Array:
        rows = np.empty((len(self.membrane.gates), *volts.shape))
        lines = dict(self.lines)
        for place, gate in enumerate(self.membrane.gates):
            if gate.name in given:
                rows[place] = given[gate.name]
            elif gate.name in lines and self.others is Others.REDUCED:
                line = lines[gate.name]
                rows[place] = line.constant + line.slope * given[self.shown_gates[0]]
            elif gate.instantaneous or self._is_at_once(gate.name):
                rows[place] = gate.steady_state_at(volts)
            else:
                rows[place] = self.state[1 + place]
        return rows

    def _is_at_once(self, name: str) -> bool:
        if self.others is Others.FROZEN:
            return False
        return self.others is Others.STEADY or name in self.pace.fast

    @property
    def pace(self) -> "Pace":
        """Return which gates are faster and which slower than the gate shown."""
        gates = self.shown_gates
        return pace(self.membrane, gates[0] if gates else usual_gate(self.membrane))


class Pace(NamedTuple):
    """The names of gates in three groups, by their longest time constant compared with one gate's.

    fast: less than a third of it. alike: up to five times it. slow: more. Instantaneous gates are
    in none of the groups, nor is that gate itself.
    """

    fast: frozenset[str]
    alike: frozenset[str]
    slow: frozenset[str]


def pace(membrane: Membrane, gate: str) -> Pace:
    """Return which gates are faster and which slower than ``gate``."""
    longest = _longest_time_constants(membrane)
    own = longest.get(gate, max(longest.values(), default=0.0))
    fast = {name for name, tau in longest.items() if tau < _FAST * own and name != gate}
    slow = {name for name, tau in longest.items() if tau > _SLOW * own and name != gate}
    alike = set(longest) - fast - slow - {gate}
    return Pace(frozenset(fast), frozenset(alike), frozenset(slow))


def usual_gate(membrane: Membrane) -> str:
    """Return the gate that is usually plotted against V: n or w if there is one, else the slowest.

    Returns "" if the membrane has no gate with a time constant.
    """
    longest = _longest_time_constants(membrane)
    for name in ("n", "w"):
        if name in longest:
            return name
    return max(longest, key=longest.__getitem__, default="")


@lru_cache(maxsize=4)
def _longest_time_constants(membrane: Membrane) -> dict[str, float]:
    """Return for each gate with a time constant the longest one (ms) from -90 to 50 mV."""
    with np.errstate(divide="ignore"):
        taus = 1.0 / relaxation_rates(membrane, _PASSED)
    return {
        gate.name: float(row[np.isfinite(row)].max(initial=0.0))
        for gate, row in zip(membrane.gates, taus, strict=True)
        if not gate.instantaneous
    }
