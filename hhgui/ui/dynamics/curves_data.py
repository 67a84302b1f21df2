"""Hold the Hopf and fold curves in the plane of two numbers, as far as they are computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.analysis.two_parameters import FOLD, HOPF, CurvePoint, Merge
from hhgui.experiments.along import unit_of_path
from hhgui.experiments.bifurcation_curves import MERGES
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.picture import Dot, Line, Picture, Range, Rows, Spots, number_text
from hhgui.ui.dynamics.question import Frame, Question, Span, axis_text, symbol

Array = NDArray[np.float64]
_LOOK = {HOPF: ("Hopf points", "blue", False), FOLD: ("folds", "orange", True)}
_ONE = {HOPF: "Hopf point", FOLD: "fold"}
_ROOM = 0.06
_MEET = 2  # curves at one point, at most
_STRAY = 10.0  # times the range of the current: points beyond do not widen it


@dataclass
class CurvesData:
    """Hopf points and folds in the plane of the two numbers of ``question``.

    frame: the ranges of both. merges: where two curves meet and vanish, or a Hopf curve ends on a
    fold.
    """

    question: Question
    frame: Frame = Frame(Span(0.0, 1.0), Span(0.0, 1.0))
    points: list[CurvePoint] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    def add(self, pieces: Iterable[CurvePoint | Merge | Frame]) -> None:
        """Add points as they are computed, by rising second number."""
        for piece in pieces:
            match piece:
                case Frame():
                    self.frame = piece
                case CurvePoint():
                    self.points.append(piece)
                case Merge():
                    self.merges.append(piece)

    def picture(self, _y: str) -> Picture:
        """Return the curves as lines to draw, and the points where they merge as dots."""
        lines = []
        for kind, (name, hue, dashed) in _LOOK.items():
            own = [point for point in self.points if point.kind == kind]
            merges = [each for each in self.merges if (each.kind == FOLD) == (kind == FOLD)]
            for number, chain in enumerate(chains(own, merges), 1):
                x, y = self._turned(np.array([each[:2] for each in chain]).T)
                lines.append(Line(name, f"{kind}_{number}", x, y, hue, dashed))
        x, y = self._turned(np.array([(p.current, p.value) for p in self.points]).reshape(-1, 2).T)
        spots = Spots(x, y[None], lambda index: self._words_of(self.points[index]))
        dots = [self._dot(each) for each in self.merges]
        return Picture(
            self.question.path,
            self.question.second,
            lines,
            dots,
            spots,
            *self._ranges(),
            (-1e9, 1e9),
        )

    def rows(self, unit: CurrentUnit) -> Rows:
        """Return the points where curves merge as a table; unit: in which currents are shown."""
        question = self.question
        heads = [axis_text(path, unit) for path in question.paths]
        rows = []
        for each in sorted(self.merges, key=lambda merge: merge.value):
            numbers = {CURRENT: unit.factor * each.current, question.beside: each.value}
            texts = [number_text(numbers[path]) for path in question.paths]
            rows.append((sentence(MERGES[each.kind][0]), *texts, number_text(each.voltage)))
        return Rows(("Point", *heads, "V (mV)"), rows)

    def words(self, unit: CurrentUnit) -> str:
        """Return in words what there is besides these points; unit: in which currents are shown."""
        path, own = self.question.beside, unit_of_path(self.question.beside)
        parts = [
            sentence(f"{MERGES[each.kind][0]} at {symbol(path)} = {each.value:.5g} {own}: "
                     f"{MERGES[each.kind][1]}", ".")
            for each in sorted(self.merges, key=lambda merge: merge.value)
        ]  # fmt: skip
        if not self.points:
            parts.append("There is neither a Hopf point nor a fold in this range.")
        return unit.sentence(with_minus(" ".join(parts)))

    def _turned(self, pair: Array) -> tuple[Array, Array]:
        """Return pairs (current, second number) as (x, y), whichever is on the x axis."""
        current, value = pair
        return (current, value) if self.question.path == CURRENT else (value, current)

    def _dot(self, merge: Merge) -> Dot:
        question = self.question
        own = unit_of_path(question.beside)
        numbers = (
            f"I {merge.current:.6g} µA/cm²",
            f"{symbol(question.beside)} {merge.value:.6g} {own}",
            f"V {merge.voltage:.4f} mV",
        )
        place = merge.current, merge.value
        x, y = place if question.path == CURRENT else place[::-1]
        filled = 1.0 if merge.kind in (HOPF, FOLD) else 0.5
        return Dot(x, y, MERGES[merge.kind][0], numbers, filled)

    def _words_of(self, point: CurvePoint) -> str:
        own = unit_of_path(self.question.beside)
        rate = "" if point.frequency is None else f"   {point.frequency:.4g} Hz"
        return (
            f"{_ONE[point.kind]}: I {point.current:.5g} µA/cm²   {symbol(self.question.beside)} "
            f"{point.value:.5g} {own}   V {point.voltage:.2f} mV{rate}"
        )

    def _ranges(self) -> tuple[Range, Range]:
        """Return the ranges of both axes.

        One of the current that was not given is chosen to fit the points.
        """
        frame, question = self.frame, self.question
        assert frame.up is not None
        spans = {question.path: frame.across, question.second: frame.up}
        asked = dict(zip(question.paths, (question.ends, question.second_ends), strict=True))
        span = spans[CURRENT]
        if self.points and asked[CURRENT].first is None:
            size = span.last - span.first
            currents = np.array([point.current for point in self.points])
            near = currents[np.abs(currents - span.first) < _STRAY * size]
            low, high = float(near.min(initial=span.first)), float(near.max(initial=span.last))
            room = _ROOM * (high - low)
            spans[CURRENT] = Span(
                low - room if low < span.first else low, high + room if high > span.last else high
            )
        return spans[question.path], spans[question.second]


Place = tuple[float, float, float]


def chains(points: Sequence[CurvePoint], merges: Sequence[Merge]) -> list[list[Place]]:
    """Join points of one kind to curves of (current, value, V) by rising value.

    Curves of a kind never change their order in V as the second number changes, so that the points
    at one value continue those at the value before in the order of V. Where their number changes,
    those that end or begin are the nearest in V to the point at which they merge.
    """
    groups = [list(group) for _, group in groupby(points, key=lambda point: point.value)]
    done: list[list[Place]] = []
    going: list[list[Place]] = []
    last = -np.inf
    for group in groups:
        between = [each for each in merges if last < each.value <= group[0].value]
        last = group[0].value
        going = _joined(going, [(p.current, p.value, p.voltage) for p in group], between, done)
    after = [each for each in merges if each.value > last]
    _joined(going, [], after, done)
    return [chain for chain in done if len(chain) > 1]


def _joined(
    going: list[list[Place]], found: list[Place], merges: list[Merge], done: list[list[Place]]
) -> list[list[Place]]:
    """Continue the curves ``going`` by the points ``found`` at the next value.

    Curves that end there are put into ``done``; merges: where curves merge between the two values.
    """
    extra = len(found) - len(going)
    if not merges:
        if extra:  # the number changes without a reason: a gap stays a gap
            done += going
            return [[place] for place in found]
        return [_put(*each) for each in zip(going, found, strict=True)]
    at = merges[-1]
    if len(merges) > 1:  # at a value between there was no point: all ended, and others began
        _joined(going, [], merges[:1], done)
        going, extra = [], len(found)
    changed = _nearest(found if extra > 0 else [chain[-1] for chain in going], abs(extra), at)
    ends = (at.current, at.value, at.voltage)
    met = changed[:_MEET]
    if extra > 0:
        rest = iter(going)
        return [
            _put(next(rest), place) if n not in changed else [ends, place] if n in met else [place]
            for n, place in enumerate(found)
        ]
    done += [
        _put(chain, ends) if n in met else chain for n, chain in enumerate(going) if n in changed
    ]
    left = [chain for n, chain in enumerate(going) if n not in changed]
    return [_put(*each) for each in zip(left, found, strict=True)]


def _put(chain: list[Place], place: Place) -> list[Place]:
    chain.append(place)
    return chain


def _nearest(places: Sequence[Place], count: int, merge: Merge) -> list[int]:
    """Return the indices of the ``count`` points whose V is nearest to that of a merge."""
    order = sorted(range(len(places)), key=lambda n: abs(places[n][2] - merge.voltage))
    return order[:count]
