"""Hold the pieces of a bifurcation diagram that have been computed so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.equilibrium_curve import Segment
from hhgui.experiments.diagram import Bistable, CyclePoint, Gap, Piece, Remark, SpecialPoint
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.picture import Dot, Line, Picture, Range, Rows, Spots, number_text
from hhgui.ui.dynamics.question import Frame, Question, Span, axis_text
from hhgui.ui.plots.nice_range import nice_range

Array = NDArray[np.float64]
KINDS = {
    "hopf": "Hopf", "fold": "fold", "fold_of_cycles": "fold of cycles",
    "snic": "SNIC, saddle-node on invariant circle", "homoclinic": "homoclinic",
    "period_doubling": "period doubling", "torus": "torus bifurcation",
}  # fmt: skip
_LIMITS = {"V": (-200.0, 200.0), "rate": (0.0, 1e4), "period": (0.0, 1e5)}
_LONG = 6.0  # of the shortest period: what the axis of periods shows at first


class Run(NamedTuple):
    """A part of a branch in which stability does not change.

    parameter: (n,). values: one or two arrays (n,), what is drawn.
    """

    stable: bool
    parameter: Array
    values: tuple[Array, ...]


@dataclass
class DiagramData:
    """The pieces of the diagram for ``question``, over the ranges in ``frame``."""

    question: Question
    frame: Frame = Frame(Span(0.0, 1.0))
    segments: list[Segment] = field(default_factory=list)
    branches: dict[int, list[CyclePoint]] = field(default_factory=dict)
    points: list[SpecialPoint] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    bistable: tuple[tuple[float, float], ...] = ()

    def add(self, pieces: Iterable[Piece | Frame]) -> None:
        """Add pieces as they are computed."""
        for piece in pieces:
            match piece:
                case Frame():
                    self.frame = piece
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
        """Return the equilibria, in parts in which stability does not change."""
        return [
            Run(stable, s.parameter[piece], (s.voltage[piece],))
            for s in self.segments
            for stable, piece in _stretches(s.stable)
        ]

    def cycles(self, y: str) -> list[Run]:
        """Return the cycles in such parts; y: what is drawn of them.

        That is "V" (its highest and lowest value, mV), "rate" (Hz) or "period" (ms).
        """
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

    @property
    def every_cycle(self) -> list[CyclePoint]:
        """Return the cycles of all branches."""
        return [point for branch in self.branches.values() for point in branch]

    def height_of(self, point: SpecialPoint, y: str) -> float | None:
        """Return the y of a special point, None if it has no place on this y axis.

        For a fold of cycles it is the highest V of the cycle nearest to it.
        """
        if y != "V":
            return point.frequency if y == "rate" else point.period
        if point.voltage is not None or point.period is None:
            return point.voltage
        found = self.cycle_near(point.parameter, point.period)
        return None if found is None else found.high

    def cycle_near(self, parameter: float, period: float) -> CyclePoint | None:
        """Return the cycle nearest to a parameter and a period (ms), None without cycles."""
        span = self.frame.across

        def distance(each: CyclePoint) -> float:
            along = (each.cycle.parameter - parameter) / (span.last - span.first)
            return abs(along) + abs(each.cycle.period / period - 1.0)

        return min(self.every_cycle, key=distance, default=None)

    def picture(self, y: str) -> Picture:
        """Return the diagram as lines and dots to draw; y: "V", "rate" or "period"."""
        unit = self.question.unit
        every = self.every_cycle
        heights = np.array([_reader(y)(point) for point in every]).T
        spots = Spots(
            np.array([point.cycle.parameter for point in every]), heights,
            lambda index: _short_words(every[index], unit), every,
        )  # fmt: skip
        runs = [("cycles", run) for run in self.cycles(y)]
        if y == "V":
            runs += [("equilibria", run) for run in self.equilibria()]
        lines = [line for number, each in enumerate(runs, 1) for line in _lines(number, *each)]
        dots = [
            self._dot(point, height)
            for point in self.points
            if (height := self.height_of(point, y)) is not None
            and not (y != "V" and point.kind in ("hopf", "fold"))
        ]
        values = [line.y for line in lines]
        return Picture(
            self.question.path, y, lines, dots, spots,
            self.frame.across, _usual_range(y, values), _LIMITS[y],
        )  # fmt: skip

    def rows(self, unit: CurrentUnit) -> Rows:
        """Return the special points as a table; unit: in which currents are shown."""
        axis, factor = axis_text(self.question.path, unit), unit.factor_of(self.question.unit)
        rows = []
        for point in self.points:
            numbers = point.voltage, point.frequency, point.period
            texts = [number_text(point.parameter, factor), *map(number_text, numbers)]
            rows.append((sentence(kind_text(point)), *texts))
        return Rows(("Point", axis, "V (mV)", "f (Hz)", "T (ms)"), rows)

    def words(self, unit: CurrentUnit) -> str:
        """Return in words what the diagram has besides points: bistability, gaps and remarks.

        unit: in which currents are shown.
        """
        parts = [
            f"Bistable from {low:.4g} to {high:.4g} {self.question.unit}."
            for low, high in self.bistable
        ]
        return unit.sentence(with_minus(" ".join([*parts, *self.sentences])))

    def _dot(self, point: SpecialPoint, height: float) -> Dot:
        numbers = [f"{point.parameter:.6g} {self.question.unit}"]
        if point.voltage is not None:
            numbers.append(f"V {point.voltage:.4f} mV")
        if point.frequency is not None:
            numbers.append(f"{point.frequency:.4g} Hz, period {point.period:.5g} ms")
        filled = 0.0 if point.criticality == "subcritical" else 1.0
        return Dot(point.parameter, height, kind_text(point), tuple(numbers), filled)

    def _gap(self, gap: Gap) -> str:
        unit = self.question.unit
        return (
            f"The cycles from {gap.start:.4g} {unit} are not followed beyond {gap.parameter:.4g} "
            f"{unit}: {gap.reason}."
        )


def cycle_words(point: CyclePoint, unit: str) -> str:
    """Return in words what a cycle is; unit: of the parameter."""
    kind = "stable" if point.cycle.is_stable else "unstable"
    return (
        f"{kind} cycle at {point.cycle.parameter:.5g} {unit}: period {point.cycle.period:.5g} ms, "
        f"V from {point.low:.1f} to {point.high:.1f} mV"
    )


def _short_words(point: CyclePoint, unit: str) -> str:
    """Return what a cycle is in one line."""
    kind = "stable" if point.cycle.is_stable else "unstable"
    return (
        f"{kind} cycle at {point.cycle.parameter:.5g} {unit}: {point.cycle.period:.5g} ms, "
        f"{point.low:.1f} to {point.high:.1f} mV"
    )


def kind_text(point: SpecialPoint) -> str:
    """Return the name of a special point: "Hopf, subcritical"."""
    name = KINDS[point.kind]
    return f"{name}, {point.criticality}" if point.criticality else name


def _lines(number: int, what: str, run: Run) -> list[Line]:
    """Return the lines to draw for a part of a branch.

    number: of the part, for the headers of its columns. what: "cycles" or "equilibria".
    """
    kind = "stable" if run.stable else "unstable"
    hue = "black" if what == "equilibria" else "green" if run.stable else "vermillion"
    ends = ("_max", "_min") if len(run.values) > 1 else ("",)
    make = partial(Line, f"{kind} {what}", hue=hue, dashed=not run.stable)
    return [
        make(column=f"{kind}_{what}_{number}{end}", x=run.parameter, y=values)
        for end, values in zip(ends, run.values, strict=True)
    ]


def _usual_range(y: str, values: list[Array]) -> Range:
    """Return the range of the y axis at first."""
    found = np.concatenate(values) if values else np.array([0.0, 1.0])
    if y == "period":
        found = found[found <= _LONG * found.min()]
    low, high = float(found.min()), float(found.max())
    if y != "V":
        return nice_range(0.0, high)
    room = 0.06 * (high - low) or 5.0
    return low - room, high + room


def _reader(y: str) -> Callable[[CyclePoint], tuple[float, ...]]:
    if y == "period":
        return lambda point: (point.cycle.period,)
    if y == "rate":
        return lambda point: (1000.0 / point.cycle.period,)
    return lambda point: (point.high, point.low)


def _stretches(stable: NDArray[np.bool_]) -> list[tuple[bool, slice]]:
    """Return the parts in which stability does not change, as slices.

    Each begins at the last point of the one before, so that lines are not interrupted.
    """
    edges = [0, *(np.flatnonzero(np.diff(stable.astype(np.int8))) + 1).tolist(), stable.size]
    return [(bool(stable[a]), slice(max(a - 1, 0), b)) for a, b in pairwise(edges) if b > a]
