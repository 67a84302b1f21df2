"""Hold what a phase plane shows: nullclines, equilibria and trajectories in a plane."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.equilibrium import Equilibria, Equilibrium
from hhgui.analysis.nullclines import Curve, gate_nullclines, relation, voltage_nullcline
from hhgui.analysis.planar import PlanarPoint, planar_equilibria, upright
from hhgui.analysis.reduction import Reduction
from hhgui.analysis.slice import IONIC, SLOPE, VOLTAGE, Others, Slice
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.ui.dynamics.state import Trajectory

Array = NDArray[np.float64]
Range = tuple[float, float]


class Path(NamedTuple):
    """A trajectory in a plane, (n,) each.

    words: a sentence on it, or "". begun: the trajectory of the user from which it was computed, or
    None. axes: the variables of the plane.
    """

    x: Array
    y: Array
    words: str = ""
    begun: Trajectory | None = None
    axes: tuple[str, str] = ("", "")


@dataclass(frozen=True, eq=False)
class Portrait:
    """What a phase plane shows at one moment.

    points: the equilibria of the full neuron. reduced: those of the plane as a system of its own.
    """

    plane: Slice
    points: list[Equilibrium] = field(default_factory=list)
    reduced: list[PlanarPoint] = field(default_factory=list)

    def place_of(self, point: Equilibrium) -> tuple[float, float]:
        """Return where an equilibrium of the full neuron lies in the plane (units of the axes)."""
        plane = self.plane
        values = {VOLTAGE: point.voltage, SLOPE: 0.0, IONIC: plane.current}
        values |= dict(zip(plane.names, point.gates.tolist(), strict=True))
        return values[plane.x], values[plane.y]

    def place_of_reduced(self, point: PlanarPoint) -> tuple[float, float]:
        """Return where an equilibrium of the plane's own system lies in it (units of the axes)."""
        values = point.voltage, point.gate
        return values if self.plane.x == VOLTAGE else values[::-1]

    def nullclines(self, x_range: Range, y_range: Range) -> dict[str, Curve]:
        """Return the nullclines by variable; a curve of dV/dt or the current is "relation"."""
        found = {VOLTAGE: voltage_nullcline(self.plane, x_range, y_range)}
        found |= gate_nullclines(self.plane, x_range, y_range)
        curve = relation(self.plane, x_range, y_range)
        return found if curve is None else found | {"relation": curve}


class Portraits:
    """Makes the portraits of one neuron; what does not change between them is kept."""

    def __init__(self, membrane: Membrane) -> None:
        self.membrane = membrane
        self._equilibria = Equilibria(membrane)
        self._current: float | None = None
        self._points: list[Equilibrium] = []
        self._reduced_for: tuple[object, ...] = ()
        self._reduced: list[PlanarPoint] = []

    def at(self, plane: Slice) -> Portrait:
        """Return the portrait of a plane through this neuron."""
        if plane.current != self._current:
            self._current, self._points = plane.current, self._equilibria.at(plane.current)
        return Portrait(plane, self._points, self._of_reduction(plane))

    def _of_reduction(self, plane: Slice) -> list[PlanarPoint]:
        if plane.others is not Others.REDUCED or not is_planar(plane):
            return []
        slow = [plane.state[1 + plane.names.index(name)] for name in sorted(plane.pace.slow)]
        made_for = plane.x, plane.y, plane.current, plane.lines, np.round(slow, 3).tolist()
        if made_for != self._reduced_for:
            self._reduced_for = made_for
            self._reduced = planar_equilibria(upright(plane))
        return self._reduced


def is_planar(plane: Slice) -> bool:
    """Return whether a plane is of V and one gate, so that it can be a system of its own."""
    return plane.is_of_states and VOLTAGE in (plane.x, plane.y)


def with_reduction(plane: Slice, reduction: Reduction | None) -> Slice:
    """Return the plane with the lines of a reduction, if that is to the gate of the plane."""
    if reduction is None or reduction.gate not in plane.shown_gates:
        return replace(plane, lines=())
    return replace(plane, lines=reduction.lines)


def axis_label(name: str, unit: CurrentUnit) -> str:
    """Return the label of an axis, with symbol and unit; unit: in which currents are shown."""
    if name == VOLTAGE:
        return "V (mV)"
    if name == SLOPE:
        return "dV/dt (mV/ms)"
    return f"I ionic ({unit.text})" if name == IONIC else name


def choice_label(name: str) -> str:
    """Return the text of a variable in the lists from which axes are chosen."""
    return {SLOPE: "dV/dt", IONIC: "I ionic"}.get(name, name)
