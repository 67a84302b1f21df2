"""Compute a bifurcation diagram piece by piece: equilibria, limit cycles, special points, gaps.

Cycles are found by orthogonal collocation and followed by pseudo-arclength continuation from each
Hopf point (Doedel, Keller & Kernévez 1991, Int. J. Bifurcation Chaos 1:745); whether they are
stable follows from their Floquet multipliers. Hopf points are sub- or supercritical by the first
Lyapunov coefficient (Kuznetsov 2004, eq. 5.39).
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.cycles import Branch, Cycle, doubling
from hhgui.analysis.equilibrium_curve import CURRENT, EquilibriumCurve, Hopf, Segment
from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.lyapunov import first_lyapunov_coefficient
from hhgui.analysis.stability import eigenvalues
from hhgui.analysis.system import Neuron

Array = NDArray[np.float64]
Interval = tuple[float, float]
_V_SCALE, _I_SCALE = 100.0, 20.0
_TREMBLE = 2e-6
_NEAR = 0.02  # of the parameter: what is nearer is at the same place
_LAW = 0.25  # how far the law of an invariant circle may miss, of the way that is left
_MOST_FOLDS = 12
_LEFT = "left the range of the parameter"
_ENDS = ("equilibrium", "period", _LEFT, "")


@dataclass(frozen=True)
class SpecialPoint:
    """A special point of the diagram, such as a Hopf point or a fold.

    kind: its name in JSON. parameter: its value there. voltage (mV), frequency (Hz), period (ms),
    criticality ("subcritical" or "supercritical"): None where they do not apply.
    """

    kind: str
    parameter: float
    voltage: float | None = None
    frequency: float | None = None
    period: float | None = None
    criticality: str | None = None

    def entry(self) -> dict[str, float | str | None]:
        """Return the point as a JSON table of those properties that apply."""
        every: dict[str, float | str | None] = {
            "kind": self.kind, "parameter": self.parameter, "V_mV": self.voltage,
            "frequency_Hz": self.frequency, "period_ms": self.period,
            "criticality": self.criticality,
        }  # fmt: skip
        return {key: value for key, value in every.items() if value is not None}


class CyclePoint(NamedTuple):
    """A limit cycle of the diagram, with its lowest and highest V (mV).

    branch: the number of its branch, counted from 1.
    """

    branch: int
    cycle: Cycle
    low: float
    high: float


class Gap(NamedTuple):
    """Where and why a branch of cycles is lost before its natural end.

    branch: its number, from 1. start: the parameter at its Hopf point. parameter: where it is lost.
    """

    branch: int
    start: float
    parameter: float
    reason: str


class Remark(NamedTuple):
    """A sentence on something that the diagram does not show, and why."""

    text: str


class Bistable(NamedTuple):
    """The intervals of the parameter in which an equilibrium and a cycle are both stable."""

    intervals: tuple[Interval, ...]


Piece = Segment | CyclePoint | SpecialPoint | Gap | Remark | Bistable


@dataclass
class _Stable:
    """The intervals of the parameter in which equilibria and in which cycles are stable, so far."""

    equilibria: list[Interval] = field(default_factory=list)
    cycles: list[Interval] = field(default_factory=list)


def diagram(
    neuron: Neuron, first: float, last: float, longest: float,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
) -> Iterator[Piece]:  # fmt: skip
    """Yield the pieces of the diagram of a neuron along its free parameter, equilibria first.

    first, last: the range of the parameter. longest: the period (ms) at which a branch of cycles
    ends. progress: called with the fraction done. It ends early once ``cancelled()`` is true.
    Raises ModelError for a parameter along which equilibria cannot be followed, or a range that is
    not allowed.
    """
    curve = EquilibriumCurve(neuron, first, last)
    stable = _Stable()
    for segment in curve.segments():
        stable.equilibria += _stable_intervals(segment)
        yield segment
    yield from (SpecialPoint("fold", f.parameter, f.voltage) for f in curve.folds())
    starts = curve.hopf_points()
    for hopf in starts:
        state = neuron.equilibrium(hopf.voltage, hopf.parameter)
        value = first_lyapunov_coefficient(neuron, state, hopf.parameter)
        yield SpecialPoint(
            "hopf", hopf.parameter, hopf.voltage, hopf.frequency, 1000.0 / hopf.frequency,
            "subcritical" if value > 0.0 else "supercritical",
        )  # fmt: skip
    # cycles that are born beyond the range may come into it
    every = [*starts, *(h for h in curve.hopf_points(anywhere=True) if h not in starts)]
    left, number = list(every), 0
    while left and not cancelled():
        number += 1
        following = _Following(curve, left.pop(0), number, longest, stable)
        yield from following.pieces(cancelled)
        if following.end is not None:
            end = following.end
            left = [each for each in left if abs(each.parameter - end) > _near(end)]
        progress(1.0 - len(left) / len(every))
    if not every:
        yield Remark(
            "Cycles are followed from Hopf points, and there is none in the range or near it."
        )
    yield Bistable(tuple(_common(stable)))


class _Following:
    """Follows one branch of limit cycles from a Hopf point.

    end: afterwards the parameter of the Hopf point at which the branch ends, or None.
    """

    def __init__(
        self, curve: EquilibriumCurve, hopf: Hopf, number: int, longest: float, stable: _Stable
    ) -> None:
        self.end: float | None = None
        self._curve, self._hopf, self._number, self._stable = curve, hopf, number, stable
        self._before: Cycle | None = None
        self._run: list[float] = []  # parameters of the stable cycles of the present run
        # where the stability changed last, and whether it is between the last two cycles
        self._border, self._at_border = hopf.parameter, True
        self._folds = 0
        self._inside = curve.holds(hopf.parameter)
        neuron = curve.neuron
        state = neuron.equilibrium(hopf.voltage, hopf.parameter)
        values, vectors = np.linalg.eig(neuron.slopes(state[None], hopf.parameter)[0])
        place = int(np.where(values.imag > 0.0, np.abs(values.real), np.inf).argmin())
        scale = np.ones(neuron.size)
        scale[0] = _V_SCALE
        unit = _I_SCALE if neuron.path == CURRENT else 0.1 * (curve.last - curve.first)
        self._branch = Branch(
            neuron, state, hopf.parameter, vectors[:, place], float(values[place].imag),
            self._within(hopf), scale, unit, longest,
        )  # fmt: skip

    def _within(self, hopf: Hopf) -> Interval:
        """Return the range in which cycles are followed; they may leave the diagram and return.

        For the current it is three times as wide as the diagram; other numbers may not be allowed
        beyond it.
        """
        curve = self._curve
        room = curve.last - curve.first if curve.neuron.path == CURRENT else 0.0
        return (min(curve.first - room, hopf.parameter), max(curve.last + room, hopf.parameter))

    def pieces(self, cancelled: Callable[[], bool]) -> Generator[Piece, None, None]:
        """Yield the cycles of the branch, their special points, and where and why it ends."""
        for cycle in self._branch.cycles(cancelled):
            special = list(self._special(cycle))
            yield from (point for point in special if self._curve.holds(point.parameter))
            self._note_stability(cycle)
            inside, before = self._curve.holds(cycle.parameter), self._before
            if inside and before is not None and not self._inside:
                yield self._point(before)  # so that the line begins at the border
            if inside or self._inside:
                yield self._point(cycle)
            self._before, self._inside = cycle, inside
            self._folds += sum(point.kind == "fold_of_cycles" for point in special)
            if self._folds > _MOST_FOLDS:
                self._branch.reason = (
                    f"they turn around more than {_MOST_FOLDS} times, as bursts do that gain spike "
                    "after spike"
                )
                break
        yield from self._ending()

    def _point(self, cycle: Cycle) -> CyclePoint:
        return CyclePoint(self._number, cycle, *cycle.extremes())

    def _special(self, cycle: Cycle) -> Iterator[SpecialPoint]:
        """Yield the special points between the cycle before and this one."""
        before, branch = self._before, self._branch
        self._at_border = before is None
        if before is None:
            return
        if before.tangent.parameter * cycle.tangent.parameter < 0.0:
            fold = branch.fold_between(before, cycle)
            if fold is not None and _is_sharp(fold, before, cycle):
                yield self._changes("fold_of_cycles", fold)
        if doubling(before) * doubling(cycle) < 0.0:
            found = branch.doubling_between(before, cycle)
            if found is not None:
                yield self._changes("period_doubling", found)
        if before.is_stable != cycle.is_stable and not self._at_border:
            found = branch.torus_between(before, cycle)
            if found is not None:
                yield self._changes("torus", found)
            else:
                self._border = 0.5 * (before.parameter + cycle.parameter)

    def _changes(self, kind: str, cycle: Cycle) -> SpecialPoint:
        """Return the special point of this kind at a cycle, at which stability may change."""
        self._border, self._at_border = cycle.parameter, True
        return SpecialPoint(
            kind, cycle.parameter, period=cycle.period, frequency=1000.0 / cycle.period
        )

    def _note_stability(self, cycle: Cycle) -> None:
        """Extend or end the present interval of stable cycles by this cycle."""
        before = self._before
        if cycle.is_stable:
            if before is None or not before.is_stable:
                self._run = [self._border]
            self._run.append(cycle.parameter)
        elif before is not None and before.is_stable:
            self._close_run(self._border)

    def _close_run(self, last: float) -> None:
        """End the present interval of stable cycles at the parameter ``last``."""
        self._stable.cycles.append((min(*self._run, last), max(*self._run, last)))

    def _ending(self) -> Iterator[Piece]:
        """Yield the special point at which the branch ends, or the gap if it was lost."""
        last, reason = self._before, self._branch.reason
        end: float | None = None
        if last is not None and reason == "equilibrium":
            hopfs = [each.parameter for each in self._curve.hopf_points(anywhere=True)]
            end = self.end = min(hopfs, key=lambda value: abs(value - last.parameter))
        elif last is not None and reason == "period":
            endless = self._endless(last)
            end = last.parameter if endless is None else endless.parameter
            if endless is None:
                yield Remark(
                    f"The cycles from {self._hopf.parameter:.4g} are followed to a period of "
                    f"{last.period:.4g} ms at {last.parameter:.4g}; it grows on."
                )
            elif self._curve.holds(endless.parameter):
                yield endless
        if last is not None and last.is_stable and self._run:
            self._close_run(last.parameter if end is None else end)
        if last is not None and reason == _LEFT:
            yield Remark(
                f"The cycles from {self._hopf.parameter:.4g} are followed to {last.parameter:.4g}."
            )
        if reason not in _ENDS:
            at = self._hopf.parameter if last is None else last.parameter
            yield Gap(self._number, self._hopf.parameter, at, reason)

    def _endless(self, last: Cycle) -> SpecialPoint | None:
        """Return the special point at which the period of the branch grows without bound.

        last: the last cycle. It is None if the period still changes with the parameter. On an
        invariant circle the period grows as the inverse root of the distance to the fold, on the
        side of it that has no equilibria there; towards a homoclinic orbit as the logarithm of the
        distance (Kuznetsov 2004, ch. 6, 7; Rinzel & Ermentrout 1998).
        """
        along = last.tangent
        rate = along.parameter / along.period  # dp/dT
        low, high = last.extremes()
        for fold in self._curve.folds(anywhere=True):
            way = last.parameter - fold.parameter
            limit = way + 0.5 * last.period * rate
            far = abs(limit) > _LAW * abs(way) + 1e-9 * max(1.0, abs(fold.parameter))
            if low <= fold.voltage <= high and not far and way * self._curve.side(fold) <= 0.0:
                return SpecialPoint("snic", fold.parameter, fold.voltage)
        if last.period * abs(rate) > _NEAR * max(1.0, abs(last.parameter)):
            return None
        neuron = self._curve.neuron
        membrane, current = neuron.at(last.parameter)
        speeds = np.abs(neuron.linearised(last.states, last.parameter)[0])
        speeds[:, 0] /= _V_SCALE
        slow = last.states[int(speeds.max(axis=1).argmin()), 0]
        found = equilibria(membrane, current)
        growing = np.count_nonzero(eigenvalues(membrane, found).real > 0.0, axis=-1)
        saddles = found[(growing > 0) & (growing < neuron.size)].tolist()
        if not saddles:
            return None
        saddle = min(saddles, key=lambda volts: abs(volts - slow))
        return SpecialPoint("homoclinic", last.parameter, saddle, period=last.period)


def _stable_intervals(segment: Segment) -> Iterator[Interval]:
    """Yield the intervals of the parameter in which the equilibria of a segment are stable."""
    inside = np.concatenate([[False], segment.stable, [False]])
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        values = segment.parameter[a:b]
        yield float(values.min()), float(values.max())


def _is_sharp(fold: Cycle, before: Cycle, after: Cycle) -> bool:
    """Return whether the parameter really turns around at a fold of cycles.

    Near a homoclinic orbit it only fluctuates. before, after: the cycles on either side.
    """
    way = abs(fold.parameter - before.parameter) + abs(fold.parameter - after.parameter)
    return way > _TREMBLE * max(1.0, abs(fold.parameter))


def _near(parameter: float) -> float:
    """Return a distance from the parameter within which two points count as one."""
    return _NEAR * max(1.0, abs(parameter))


def _common(stable: _Stable) -> list[Interval]:
    """Return the intervals in which an equilibrium and a cycle are both stable, merged."""
    both = [
        (max(a, c), min(b, d))
        for a, b in stable.equilibria
        for c, d in stable.cycles
        if min(b, d) - max(a, c) > 1e-6
    ]
    joined: list[Interval] = []
    for low, high in sorted(both):
        if joined and low <= joined[-1][1] + 1e-9:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined
