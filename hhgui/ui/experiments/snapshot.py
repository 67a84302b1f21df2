"""Prepare plots, results and problems of a running experiment, in its thread."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from time import monotonic

from hhgui.engine.spikes import SpikeRule
from hhgui.experiments.contract import Experiment, Measured, Subject
from hhgui.experiments.events import Result
from hhgui.experiments.time_step import time_step_warnings
from hhgui.figures.figure import Figure
from hhgui.figures.measured import figure_of
from hhgui.model.words import sentence, with_minus

# How often (s) the plots are made anew while rows come.
INTERVAL_S = 0.1
_MOST_PROBLEMS = 4
Work = Callable[[Callable[[], bool], Callable[[float], object]], object]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a measurement has found at one moment.

    measured: all data so far, which the thread goes on changing until the last snapshot. figures:
    the plots that have content. rows: the number of rows. remedy: a spike rule with which
    oscillations would count, or None.
    """

    measured: Measured
    figures: tuple[Figure, ...]
    results: tuple[Result, ...]
    problem: str
    rows: int
    remedy: SpikeRule | None = None


def measuring(
    experiment: Experiment, subject: Subject, superseded: Callable[[], bool] = lambda: False
) -> Work:
    """Return the job that yields snapshots, and returns what is inaccurate about the time step.

    superseded: returns whether a newer measurement is waiting, in which case that check is left
    out.
    """

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> Generator[Snapshot, None, str]:
        measured = Measured(experiment, subject)
        shown = monotonic()
        for event in experiment.run(subject, cancelled, progress):
            measured.put(event)
            if monotonic() - shown > INTERVAL_S:
                yield snapshot_of(measured)
                shown = monotonic()
        yield snapshot_of(measured)
        if superseded():
            return ""

        def unwanted() -> bool:
            return cancelled() or superseded()

        return "; ".join(time_step_warnings(experiment, subject, unwanted))

    return work


def snapshot_of(measured: Measured) -> Snapshot:
    """Return a snapshot of the measurement as it is now."""
    plots = measured.experiment.plots_for(measured.subject)
    figures = tuple(f for plot in plots if (f := figure_of(measured, plot)) is not None)
    return Snapshot(
        measured, figures, measured.results, _problem(measured.problems), len(measured.rows),
        measured.remedy,
    )  # fmt: skip


def _problem(problems: tuple[str, ...]) -> str:
    """Return the first few problems, one per line, and how many more there are."""
    lines = [with_minus(sentence(text, ".")) for text in problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        lines.append(f"… and {len(problems) - _MOST_PROBLEMS} more")
    return "\n".join(lines)
