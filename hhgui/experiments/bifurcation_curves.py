"""Follow Hopf points and folds in the plane of the current and a second number."""

from collections.abc import Iterator
from dataclasses import dataclass

from hhgui.analysis.two_parameters import END, FOLD, HOPF, CurvePoint, curves
from hhgui.experiments.along import Along
from hhgui.experiments.contract import Cancelled, Column, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Listing, Result, Row
from hhgui.experiments.settings import number, path, whole

KINDS = (HOPF, FOLD)
# What a point is where curves end, and what that means.
MERGES = {
    HOPF: ("Hopf points merge", "beyond it rest keeps its stability at every current"),
    FOLD: ("folds merge", "beyond it two equilibria fewer"),
    END: ("a Hopf point ends on a fold", "its frequency is zero there (Bogdanov–Takens)"),
}


@dataclass(frozen=True)
class BifurcationCurves(Along):
    """Where equilibria lose their stability, in the plane of the current and a second number.

    Hopf points (a pair of imaginary eigenvalues) and folds (a zero eigenvalue) of the equilibria
    along the current, at each value of the second number; where two of them merge is found by
    bisection. The squid's Hopf points merge at 28.858 °C (Rinzel & Miller 1980; Hassard 1978).
    """

    id = "bifurcation-curves"
    title = "Hopf and fold curves"
    group = "Dynamics"
    summary = "Hopf points and folds in the current and a second number, and where they merge."
    sketch = "5,15 7,10 11,5 16,2 19,3 20,6 19,10 17,15;0,15 24,15"

    parameter: str = path(
        "second number", "membrane.temperature",
        "What is varied beside the current: membrane.temperature, K.conductance, Na.reversal.",
    )  # fmt: skip
    first: float = number(
        "from", "", 0.0, -10_000.0, 10_000.0, "Its smallest value, in its unit.", option="from"
    )
    last: float = number(
        "to", "", 35.0, -10_000.0, 10_000.0, "Its largest value, in its unit.", option="to"
    )
    points: int = whole("points", 71, 2, 2000, "How many values of it.")

    @property
    def columns(self) -> tuple[Column, ...]:
        return (
            Column("kind", words=KINDS),
            Column("current", "µA/cm²"),
            Column("parameter", self.unit, self.parameter),
            Column("V", "mV"),
            Column("frequency", "Hz"),
        )

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Plot("current", ("parameter",), style="points", color="kind"),)

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        merges, rows = [], 0
        for found in curves(
            subject.membrane, self.parameter, self.first, self.last, self.points, cancelled,
            progress,
        ):  # fmt: skip
            if isinstance(found, CurvePoint):
                yield Row(rows, {
                    "kind": float(KINDS.index(found.kind)), "current": found.current,
                    "parameter": found.value, "V": found.voltage, "frequency": found.frequency,
                })  # fmt: skip
                rows += 1
            else:
                merges.append({
                    "kind": found.kind, "parameter": found.value,
                    "current_uA_cm2": found.current, "V_mV": found.voltage,
                })  # fmt: skip
                label, meaning = MERGES[found.kind]
                yield Result(
                    f"merge_{len(merges)}", label, found.value, self.unit,
                    f"bisected, at {found.current:.5g} µA/cm², {found.voltage:.4g} mV: {meaning}",
                )  # fmt: skip
        yield Listing("merges", tuple(merges))
