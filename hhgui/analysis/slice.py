"""Cut a plane through the state space: what the gates are that the plane does not show.

The phase plane of a neuron with more than two variables is honest only together with what is
assumed of the others (Rinzel 1985, Fed Proc 44:2944; FitzHugh 1961, Biophys J 1:445): frozen at
this instant, fast ones at their steady state at once, all of them there, or the slow ones a linear
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
    """What the gates are that the plane does not show."""

    FROZEN = "frozen"
    FAST = "fast"
    STEADY = "steady"
    REDUCED = "reduced"


class Line(NamedTuple):
    """A gate as a linear function of the gate x that the plane shows: constant + slope x."""

    constant: float
    slope: float


@dataclass(frozen=True, eq=False)
class Slice:
    """A plane of two variables of the neuron at an injected current (µA/cm²).

    x, y: "V", the name of a gate, "dV_dt" (mV/ms) or "I_ion", the total ionic current (µA/cm²).
    state: (1 + gates,) the neuron at this instant, V (mV) and every gate. lines: of a reduction,
    the gates that follow the shown one, by name. Raises ValueError if x and y are the same.
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
        """Return the same plane through another state, at another injected current (µA/cm²)."""
        return replace(self, state=state, current=current)

    def states(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return V (n,) and every gate (gates, n) at points of the plane, each (n,).

        An axis that is no state is ignored.
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
        """Return which gates are faster and which are slower than the shown one."""
        gates = self.shown_gates
        return pace(self.membrane, gates[0] if gates else usual_gate(self.membrane))


class Pace(NamedTuple):
    """The gates by their longest time constants, compared with that of one gate.

    fast: below a third of its; alike: up to five times its; slow: beyond. Gates that are always at
    their steady state are in none.
    """

    fast: frozenset[str]
    alike: frozenset[str]
    slow: frozenset[str]


def pace(membrane: Membrane, gate: str) -> Pace:
    """Return the pace of the other gates beside ``gate``."""
    longest = _longest_time_constants(membrane)
    own = longest.get(gate, max(longest.values(), default=0.0))
    fast = {name for name, tau in longest.items() if tau < _FAST * own and name != gate}
    slow = {name for name, tau in longest.items() if tau > _SLOW * own and name != gate}
    alike = set(longest) - fast - slow - {gate}
    return Pace(frozenset(fast), frozenset(alike), frozenset(slow))


def usual_gate(membrane: Membrane) -> str:
    """Return the gate of the usual plane with V: n or w if there is one, or the slowest gate."""
    longest = _longest_time_constants(membrane)
    for name in ("n", "w"):
        if name in longest:
            return name
    return max(longest, key=longest.__getitem__, default="")


@lru_cache(maxsize=4)
def _longest_time_constants(membrane: Membrane) -> dict[str, float]:
    """Return the longest time constant (ms) of every gate that is a state, from -90 to 50 mV."""
    with np.errstate(divide="ignore"):
        taus = 1.0 / relaxation_rates(membrane, _PASSED)
    return {
        gate.name: float(row[np.isfinite(row)].max(initial=0.0))
        for gate, row in zip(membrane.gates, taus, strict=True)
        if not gate.instantaneous
    }
