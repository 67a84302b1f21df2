"""Hold the pieces of a bifurcation diagram that have come so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.equilibrium_curve import CURRENT, Segment, automatic_range
from hhgui.analysis.system import Neuron
from hhgui.experiments.bifurcation import unit_of_path
from hhgui.experiments.diagram import Bistable, CyclePoint, Gap, Piece, Remark, SpecialPoint
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane
from hhgui.model.words import with_minus

Array = NDArray[np.float64]
KINDS = {
    "hopf": "Hopf", "fold": "fold", "fold_of_cycles": "fold of cycles",
    "snic": "saddle-node on invariant circle", "homoclinic": "homoclinic",
    "period_doubling": "period doubling", "torus": "torus bifurcation",
}  # fmt: skip


class Span(NamedTuple):
    """The range of the parameter."""

    first: float
    last: float


class Question(NamedTuple):
    """What a diagram is asked for: the neuron, the number at ``path`` and its range.

    current: injected (µA/cm²) where it is not what is varied; first, last: None for a range that
    fits the neuron.
    """

    membrane: Membrane
    path: str
    current: float
    first: float | None
    last: float | None

    @property
    def unit(self) -> str:
        """Return the unit of the number."""
        return unit_of_path(self.path)

    @property
    def neuron(self) -> Neuron:
        """Return the neuron with its free parameter."""
        return Neuron(self.membrane, self.path, self.current)

    def range(self) -> Span:
        """Return the range, found for the neuron where it is not given."""
        if self.first is not None and self.last is not None:
            return Span(self.first, self.last)
        return Span(*automatic_range(self.neuron))

    @property
    def essence(self) -> tuple[object, ...]:
        """Return all that the diagram depends on; the number's own value and start states are not.

        Two questions with the same essence have the same diagram.
        """
        m = self.membrane if self.path == CURRENT else with_value(self.membrane, self.path, 1.0)
        currents = [
            (c.conductance, c.reversal, c.q10, [replace(g, initial=None) for g in c.gates])
            for c in m.currents
        ]
        rates = m.q10, m.temperature, m.reference_temperature
        return (m.structure, m.capacitance, *rates, currents, *self[1:])


class Run(NamedTuple):
    """A stretch of a branch of one stability: parameter and values, (n,) each."""

    stable: bool
    parameter: Array
    values: tuple[Array, ...]


@dataclass
class DiagramData:
    """The pieces of the diagram that ``question`` asks for, over ``span`` of the parameter."""

    question: Question
    span: Span = Span(0.0, 1.0)
    segments: list[Segment] = field(default_factory=list)
    branches: dict[int, list[CyclePoint]] = field(default_factory=dict)
    points: list[SpecialPoint] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    bistable: tuple[tuple[float, float], ...] = ()

    def add(self, pieces: Iterable[Piece | Span]) -> None:
        """Add pieces as they come."""
        for piece in pieces:
            match piece:
                case Span():
                    self.span = piece
                case Segment():
                    self.segments.append(piece)
                case CyclePoint():
                    self.branches.setdefault(piece.branch, []).append(piece)
                case SpecialPoint():
                    self.points.append(piece)
                    self.points.sort(key=lambda point: point.parameter)
                case Gap():
                    self.sentences.append(self._gap(piece))
                case Remark(text):
                    self.sentences.append(text)
                case Bistable(intervals):
                    self.bistable = intervals

    def equilibria(self) -> list[Run]:
        """Return the equilibria in runs of one stability."""
        return [
            Run(stable, s.parameter[piece], (s.voltage[piece],))
            for s in self.segments
            for stable, piece in _stretches(s.stable)
        ]

    def cycles(self, y: str) -> list[Run]:
        """Return the cycles in runs of one stability: highest and lowest V, rate or period."""
        runs = []
        for branch in self.branches.values():
            parameter = np.array([p.cycle.parameter for p in branch])
            values = tuple(np.array(each) for each in zip(*map(_reader(y), branch), strict=True))
            stable = np.array([p.cycle.is_stable for p in branch])
            runs += [
                Run(kind, parameter[piece], tuple(v[piece] for v in values))
                for kind, piece in _stretches(stable)
            ]
        return runs

    def height_of(self, point: SpecialPoint, y: str) -> float | None:
        """Return where a special point lies on the y axis, or None if it has no place there.

        A fold of cycles has the highest V of the cycle nearest to it.
        """
        if y != "V":
            return point.frequency if y == "rate" else point.period
        if point.voltage is not None or point.period is None:
            return point.voltage
        every = [cycle for branch in self.branches.values() for cycle in branch]
        parameter, period = point.parameter, point.period

        def distance(each: CyclePoint) -> float:
            along = (each.cycle.parameter - parameter) / (self.span.last - self.span.first)
            return abs(along) + abs(each.cycle.period / period - 1.0)

        return min(every, key=distance).high if every else None

    def words(self, unit: CurrentUnit) -> str:
        """Return what the diagram says beside its points: bistability, gaps and remarks."""
        parts = [
            f"Bistable from {low:.4g} to {high:.4g} {self.question.unit}."
            for low, high in self.bistable
        ]
        return unit.sentence(with_minus(" ".join([*parts, *self.sentences])))

    def _gap(self, gap: Gap) -> str:
        unit = self.question.unit
        return (
            f"The cycles from {gap.start:.4g} {unit} are not followed beyond {gap.parameter:.4g} "
            f"{unit}: {gap.reason}."
        )


def values_of_cycle(point: CyclePoint, y: str) -> tuple[float, ...]:
    """Return what the diagram draws of a cycle: V, "rate" (Hz) or "period" (ms)."""
    return _reader(y)(point)


def kind_text(point: SpecialPoint) -> str:
    """Return the name of a special point, as "Hopf, subcritical"."""
    name = KINDS[point.kind]
    return f"{name}, {point.criticality}" if point.criticality else name


def axis_text(path: str, unit: CurrentUnit) -> str:
    """Return the label of the parameter's axis. unit: Of currents."""
    if path == CURRENT:
        return f"I ({unit.text})"
    owner, _, key = path.partition(".")
    symbols = {"conductance": f"ḡ {owner}", "reversal": f"E {owner}", "capacitance": "C",
               "temperature": "T"}  # fmt: skip
    return f"{symbols.get(key, path)} ({unit_of_path(path)})"


def _reader(y: str) -> Callable[[CyclePoint], tuple[float, ...]]:
    if y == "period":
        return lambda point: (point.cycle.period,)
    if y == "rate":
        return lambda point: (1000.0 / point.cycle.period,)
    return lambda point: (point.high, point.low)


def _stretches(stable: NDArray[np.bool_]) -> list[tuple[bool, slice]]:
    """Return the stretches of one stability; each begins at the last point of the one before."""
    edges = [0, *(np.flatnonzero(np.diff(stable.astype(np.int8))) + 1).tolist(), stable.size]
    return [(bool(stable[a]), slice(max(a - 1, 0), b)) for a, b in pairwise(edges) if b > a]
