"""Compute a bifurcation diagram: equilibria, cycles and special points against one number."""

from collections.abc import Iterator
from dataclasses import dataclass

from hhgui.analysis.equilibrium_curve import CURRENT, Segment
from hhgui.analysis.system import Neuron
from hhgui.experiments.along import Along
from hhgui.experiments.contract import Cancelled, Column, Plot, ReportProgress, Subject
from hhgui.experiments.diagram import Bistable, CyclePoint, Gap, Remark, SpecialPoint, diagram
from hhgui.experiments.events import Event, Listing, Result, Row
from hhgui.experiments.settings import choice_of_path, number


@dataclass(frozen=True)
class Bifurcation(Along):
    """Equilibria and limit cycles against the current or a number, solid where they are stable.

    Against the current: I = I_ss(V). Hopf points where a pair of eigenvalues is imaginary, sub- or
    supercritical by the first Lyapunov coefficient (Kuznetsov, eq. 5.39); folds where an eigenvalue
    is zero. Cycles by orthogonal collocation and pseudo-arclength continuation from each Hopf point
    (Doedel, Keller & Kernévez 1991), stable by their Floquet multipliers. A branch whose period
    grows without bound ends at a saddle-node on an invariant circle, if at a fold, or at a
    homoclinic. Against another number the holding current of the stimulus is injected.
    """

    id = "bifurcation"
    title = "Bifurcation diagram"
    group = "Dynamics"
    summary = "Equilibria and limit cycles: Hopf points, folds, bistability, against one number."
    sketch = "0,4 10,6 24,9; 10,6 12,11 16,14 24,15; 10,6 12,2 16,1 24,1"

    parameter: str = choice_of_path(
        "parameter", CURRENT,
        "What is varied: current, Na.conductance, K.reversal, membrane.capacitance, "
        "membrane.temperature.",
    )  # fmt: skip
    first: float = number(
        "from", "", -5.0, -10_000.0, 10_000.0, "The smallest value, in the unit of what is varied.",
        option="from",
    )  # fmt: skip
    last: float = number(
        "to", "", 200.0, -10_000.0, 10_000.0, "The largest value, in that unit.", option="to"
    )
    longest: float = number(
        "longest period", "ms", 3000.0, 10.0, 100_000.0, "At which a branch of cycles ends.",
        option="longest-period",
    )  # fmt: skip

    @property
    def columns(self) -> tuple[Column, ...]:
        return (
            Column("branch", whole=True),
            Column(self._key, self.unit, "" if self.parameter == CURRENT else self.parameter),
            Column("V_max", "mV", "highest V"),
            Column("V_min", "mV", "lowest V"),
            Column("period", "ms"),
            Column("stable", whole=True),
        )

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (
            Plot(self._key, ("V_max", "V_min"), style="points", color="stable"),
            Plot(self._key, ("period",), style="points", color="stable"),
        )

    @property
    def _key(self) -> str:
        """Return the key of the column of the number that is varied."""
        return "current" if self.parameter == CURRENT else "parameter"

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        neuron = Neuron(subject.membrane, self.parameter, subject.stimulus.holding)
        points: list[SpecialPoint] = []
        rows = 0
        found = diagram(neuron, self.first, self.last, self.longest, cancelled, progress)
        for piece in found:
            match piece:
                case Segment():
                    yield from self._rows_of(piece, rows)
                    rows += piece.parameter.size
                case CyclePoint(branch, cycle, low, high):
                    stable = float(cycle.is_stable)
                    yield self._row(rows, branch, cycle.parameter, high, low, cycle.period, stable)
                    rows += 1
                case SpecialPoint():
                    points.append(piece)
                case Gap():
                    yield self._gap(piece)
                case Remark(text):
                    yield Result("cycles", "cycles", None, "", "from Hopf points", text)
                case Bistable():
                    order = sorted(points, key=lambda point: point.parameter)
                    yield Listing("points", tuple(point.entry() for point in order))
                    yield Listing("bistable", tuple(map(list, piece.intervals)))

    def _rows_of(self, segment: Segment, first: int) -> Iterator[Row]:
        """Yield a row for each equilibrium of a segment; ``first``: the index of the first row."""
        columns = zip(
            segment.parameter.tolist(), segment.voltage.tolist(), segment.stable.tolist(),
            strict=True,
        )  # fmt: skip
        for index, (value, volts, stable) in enumerate(columns, start=first):
            yield self._row(index, 0, value, volts, volts, None, float(stable))

    def _row(
        self, index: int, branch: int, value: float, high: float, low: float,
        period: float | None, stable: float,
    ) -> Row:  # fmt: skip
        """Return one row.

        index: of the row. branch: 0 for equilibria, else the number of the branch of cycles. value:
        of the varied number. high, low: V (mV). period: ms, None for equilibria. stable: 1 or 0.
        """
        return Row(index, {
            "branch": float(branch), self._key: value, "V_max": high, "V_min": low,
            "period": period, "stable": stable,
        })  # fmt: skip

    def _gap(self, gap: Gap) -> Result:
        """Return the place at which a branch of cycles is lost, as a result with its problem."""
        return Result(
            f"branch_{gap.branch}", f"branch {gap.branch}", None, self.unit,
            f"cycles from the Hopf point at {gap.start:.6g} {self.unit}",
            f"the cycles end at {gap.parameter:.6g} {self.unit}: {gap.reason}",
        )  # fmt: skip
