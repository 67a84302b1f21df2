"""Compute the bifurcation diagram in the injected current: equilibria, cycles, special points."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.cycles import Branch, Cycle
from hhgui.analysis.fixed_points import Fold, folds, steady_state_current
from hhgui.analysis.lyapunov import first_lyapunov_coefficient
from hhgui.analysis.stability import HopfPoint, growth_rate, hopf_points
from hhgui.analysis.system import Neuron
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Event,
    Experiment,
    Listing,
    Plot,
    ReportProgress,
    Result,
    Row,
    Subject,
)
from hhgui.experiments.settings import choice, number
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
Interval = tuple[float, float]
_SPACING_MV = 0.25
_V_SCALE, _I_SCALE = 100.0, 20.0
_TREMBLE = 2e-6
_LONG_REST = 8.0  # times the shortest period of a branch
_NEAR = 0.02  # of the current: a branch that ends this near to a fold ends on it


@dataclass(frozen=True)
class SpecialPoint:
    """A special point of the diagram: its kind, current (µA/cm²) and known properties."""

    kind: str
    parameter: float
    voltage: float | None = None
    frequency: float | None = None
    period: float | None = None
    criticality: str | None = None

    def entry(self) -> dict[str, float | str | None]:
        """Return the point as a JSON table without the properties that do not apply."""
        every: dict[str, float | str | None] = {
            "kind": self.kind, "parameter": self.parameter, "V_mV": self.voltage,
            "frequency_Hz": self.frequency, "period_ms": self.period,
            "criticality": self.criticality,
        }  # fmt: skip
        return {key: value for key, value in every.items() if value is not None}


@dataclass
class _Diagram:
    """The points found so far, and the intervals where equilibria and cycles are stable."""

    points: list[SpecialPoint] = field(default_factory=list)
    stable_equilibria: list[Interval] = field(default_factory=list)
    stable_cycles: list[Interval] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True)
class Bifurcation(Experiment):
    """Equilibria and limit cycles against the injected current, solid where they are stable.

    Equilibria: I = I_ss(V). Hopf points where a pair of eigenvalues is imaginary, sub- or
    supercritical by the first Lyapunov coefficient (Kuznetsov, eq. 5.39); folds where dI_ss/dV = 0.
    Cycles by orthogonal collocation and pseudo-arclength continuation from each Hopf point (Doedel,
    Keller & Kernévez 1991), stable by their Floquet multipliers. A branch whose period grows
    without bound ends at a saddle-node on an invariant circle, if at a fold, or at a homoclinic.
    """

    id = "bifurcation"
    title = "Bifurcation diagram"
    group = "Dynamics"
    summary = "Equilibria and limit cycles against the current: Hopf points, folds, bistability."
    columns = (
        Column("branch", whole=True),
        Column("current", "µA/cm²"),
        Column("V_max", "mV", "highest V"),
        Column("V_min", "mV", "lowest V"),
        Column("period", "ms"),
        Column("stable", whole=True),
    )
    plots = (
        Plot("current", ("V_max", "V_min"), style="points", color="stable"),
        Plot("current", ("period",), style="points", color="stable"),
    )

    parameter: str = choice("parameter", ("current",), "What is varied: the injected current.")
    first: float = number("from", "µA/cm²", -5.0, -10_000.0, 10_000.0, "The smallest current.")
    last: float = number("to", "µA/cm²", 200.0, -10_000.0, 10_000.0, "The largest current.")
    longest: float = number(
        "longest period", "ms", 3000.0, 10.0, 100_000.0, "At which a branch of cycles ends.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.first < self.last:
            raise ModelError("last", f"to must be above from ({self.first:g} µA/cm²)")

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        found = _Diagram()
        yield from self._equilibria(subject, found)
        neuron = Neuron(subject.membrane)
        starts = [h for h in hopf_points(subject.membrane) if self._holds(h.current)]
        fold_points = folds(subject.membrane)
        found.points += [
            SpecialPoint("fold", f.current, f.voltage)
            for f in fold_points
            if self._holds(f.current)
        ]
        for hopf in starts:
            state = neuron.equilibrium(hopf.voltage, hopf.current)
            criticality = first_lyapunov_coefficient(neuron, state, hopf.current)
            found.points.append(SpecialPoint(
                "hopf", hopf.current, hopf.voltage, hopf.frequency, 1000.0 / hopf.frequency,
                "subcritical" if criticality > 0.0 else "supercritical",
            ))  # fmt: skip
        left = list(starts)
        number_of = 1
        while left and not cancelled():
            hopf = left.pop(0)
            ended = yield from self._cycles(neuron, hopf, number_of, fold_points, found, cancelled)
            number_of += 1
            if ended is not None:
                left = [each for each in left if abs(each.current - ended) > _near(ended)]
            progress(1.0 - len(left) / len(starts))
        order = sorted(found.points, key=lambda point: point.parameter)
        yield Listing("points", tuple(point.entry() for point in order))
        yield Listing("bistable", tuple(map(list, _common(found))))

    def _equilibria(self, subject: Subject, found: _Diagram) -> Iterator[Event]:
        volts = np.arange(V_MIN_MV, V_MAX_MV + _SPACING_MV, _SPACING_MV)
        special = [h.voltage for h in hopf_points(subject.membrane)]
        special += [f.voltage for f in folds(subject.membrane)]
        volts = np.unique(np.concatenate([volts, np.array(special)]))
        current = steady_state_current(subject.membrane, volts)
        rates = growth_rate(subject.membrane, volts)
        rates[np.isin(volts, np.array(special))] = 0.0
        inside = (current >= self.first) & (current <= self.last)
        begin: float | None = None
        for v, i, rate in zip(volts[inside], current[inside], rates[inside], strict=True):
            yield self._row(found, 0, float(i), float(v), float(v), None, bool(rate <= 0.0))
        # where V rises through stable equilibria, their currents are one interval
        for v, i, rate in zip(volts, current, rates, strict=True):
            del v
            if rate <= 0.0:
                begin = float(i) if begin is None else begin
                end = float(i)
            if begin is not None and rate > 0.0:
                found.stable_equilibria.append((min(begin, end), max(begin, end)))
                begin = None
        if begin is not None:
            found.stable_equilibria.append((min(begin, end), max(begin, end)))

    def _cycles(
        self, neuron: Neuron, hopf: HopfPoint, number_of: int, fold_points: list[Fold],
        found: _Diagram, cancelled: Cancelled,
    ) -> Generator[Event, None, float | None]:  # fmt: skip
        """Follow one branch; return the current of the Hopf point where it ends, or None."""
        state = neuron.equilibrium(hopf.voltage, hopf.current)
        values, vectors = np.linalg.eig(neuron.slopes(state[None], hopf.current)[0])
        place = int(np.where(values.imag > 0.0, np.abs(values.real), np.inf).argmin())
        scale = np.ones(neuron.size)
        scale[0] = _V_SCALE
        branch = Branch(
            neuron, state, hopf.current, vectors[:, place], float(values[place].imag),
            (self.first, self.last), scale, _I_SCALE, self.longest,
        )  # fmt: skip
        before: Cycle | None = None
        run: list[float] = []
        border = hopf.current
        for cycle in branch.cycles(cancelled):
            fold = None
            if before is not None and before.tangent.parameter * cycle.tangent.parameter < 0.0:
                fold = branch.fold_between(before, cycle)
                if fold is not None and _is_sharp(fold, before, cycle):
                    found.points.append(SpecialPoint(
                        "fold_of_cycles", fold.parameter, period=fold.period,
                        frequency=1000.0 / fold.period,
                    ))  # fmt: skip
                    border = fold.parameter
            # a long rest hides small multipliers: only the first part of a branch is examined
            seen = cycle.period < _LONG_REST * branch.shortest
            if seen and before is not None and _doubles(before) != _doubles(cycle):
                at = (before.parameter + cycle.parameter) / 2.0
                found.points.append(SpecialPoint("period_doubling", at, period=cycle.period))
                border = at
            if cycle.is_stable:
                if before is None or not before.is_stable:
                    run = [border]
                run.append(cycle.parameter)
            elif before is not None and before.is_stable:
                found.stable_cycles.append((min(*run, border), max(*run, border)))
            low, high = cycle.extremes()
            yield self._row(
                found, number_of, cycle.parameter, high, low, cycle.period, cycle.is_stable
            )
            before = cycle
        hopfs = [each.current for each in hopf_points(neuron.membrane)]
        end = self._end(branch, before, hopfs, fold_points, found)
        if before is not None and before.is_stable and run:
            last = before.parameter if end is None else end
            found.stable_cycles.append((min(*run, last), max(*run, last)))
        if branch.reason not in ("equilibrium", "period", "left the range of the parameter", ""):
            at = hopf.current if before is None else before.parameter
            yield Result(
                f"branch_{number_of}", f"branch {number_of}", None, "µA/cm²",
                f"cycles from the Hopf point at {hopf.current:.6g} µA/cm²",
                f"the cycles end at {at:.6g} µA/cm²: {branch.reason}",
            )  # fmt: skip
        return end if branch.reason == "equilibrium" else None

    def _end(
        self, branch: Branch, last: Cycle | None, hopfs: list[float], fold_points: list[Fold],
        found: _Diagram,
    ) -> float | None:  # fmt: skip
        """Return the current at which a branch ends, and add its special point."""
        if last is None:
            return None
        if branch.reason == "equilibrium":
            return _nearest(hopfs, last.parameter)
        if branch.reason != "period":
            return None
        low, high = last.extremes()
        near = [
            f for f in fold_points
            if abs(f.current - last.parameter) < _near(last.parameter)
            and low - 1.0 <= f.voltage <= high
        ]  # fmt: skip
        if near:
            fold = min(near, key=lambda f: abs(f.current - last.parameter))
            found.points.append(SpecialPoint("snic", fold.current, fold.voltage))
            return fold.current
        found.points.append(SpecialPoint("homoclinic", last.parameter, period=last.period))
        return last.parameter

    def _holds(self, current: float) -> bool:
        return self.first <= current <= self.last

    def _row(
        self, found: _Diagram, branch: int, current: float, high: float, low: float,
        period: float | None, stable: bool,
    ) -> Row:  # fmt: skip
        found.rows += 1
        return Row(found.rows - 1, {
            "branch": float(branch), "current": current, "V_max": high, "V_min": low,
            "period": period, "stable": float(stable),
        })  # fmt: skip


def _is_sharp(fold: Cycle, before: Cycle, after: Cycle) -> bool:
    """Return whether the parameter turns sharply; near a homoclinic orbit it only fluctuates."""
    way = abs(fold.parameter - before.parameter) + abs(fold.parameter - after.parameter)
    return way > _TREMBLE * max(1.0, abs(fold.parameter))


def _doubles(cycle: Cycle) -> bool:
    """Return whether a multiplier is below -1, so that the period has doubled."""
    real = cycle.multipliers[np.abs(cycle.multipliers.imag) < 1e-9].real
    return bool((real < -1.0).any())


def _near(current: float) -> float:
    return _NEAR * max(1.0, abs(current))


def _nearest(values: list[float], to: float) -> float:
    return min(values, key=lambda value: abs(value - to))


def _common(found: _Diagram) -> list[Interval]:
    """Return the intervals where an equilibrium and a cycle are both stable, merged."""
    both = [
        (max(a, c), min(b, d))
        for a, b in found.stable_equilibria
        for c, d in found.stable_cycles
        if min(b, d) - max(a, c) > 1e-6
    ]
    joined: list[Interval] = []
    for low, high in sorted(both):
        if joined and low <= joined[-1][1] + 1e-9:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined
