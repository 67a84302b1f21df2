"""Measure the strength-duration curve, and compare it with Lapicque's and Weiss's laws."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Experiment,
    Mark,
    Plot,
    ReportProgress,
    Subject,
)
from hhgui.experiments.events import Event, Result, Row, Rows
from hhgui.experiments.firing import LONG_STEP_MS, TOLERANCE, WATCH_MS, PulseSearch
from hhgui.experiments.lanes import NoRestError, run_many, run_one
from hhgui.experiments.search import all_changes
from hhgui.experiments.settings import Grid, grid, number
from hhgui.experiments.threshold import pulse_run
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

Array = NDArray[np.float64]
_RHEOBASE = f"the weakest step of {LONG_STEP_MS:g} ms with a spike in it, from rest; bisected"
_CHRONAXIE = "the width of the pulse whose threshold is twice the rheobase; bisected on the width"
# The number of widths that are searched side by side.
AT_ONCE = 21
_WIDTHS = np.concatenate([[1e-3], np.geomspace(0.01, LONG_STEP_MS, 12)])


@dataclass(frozen=True)
class StrengthDuration(Experiment):
    """The weakest pulse that fires from rest, against its width.

    Rheobase: the weakest 200 ms step with a spike. Chronaxie: the width whose threshold is twice
    the rheobase. Lapicque (1907): I = I_rh / (1 - 2^(-d/c)), a leak with the time constant c / ln
    2. Weiss (1901): I = I_rh (1 + c/d), a straight line in charge. Neither law has gates, and the
    axon obeys neither: the errors are those of the two laws with its rheobase and chronaxie.
    """

    id = "strength-duration"
    title = "Strength–duration curve"
    group = "Excitability"
    summary = "The weakest pulse that fires against its width; rheobase, chronaxie, two laws."
    sketch = "1,15 2,10 4,7 7,5 12,4 24,3.4; 0,2 24,2"
    findings = (
        Column("rheobase", "µA/cm²"),
        Column("chronaxie", "ms"),
    )
    columns = (
        Column("duration", "ms", "pulse width"),
        Column("threshold", "µA/cm²", "threshold"),
        Column("charge", "nC/cm²", "charge"),
        Column("lapicque", "µA/cm²", "Lapicque"),
        Column("weiss", "µA/cm²", "Weiss"),
    )
    plots = (
        Plot("duration", ("threshold", "lapicque", "weiss"), log="xy",
             marks=(Mark("y", ("rheobase",)), Mark("x", ("chronaxie",)))),
        Plot("duration", ("charge",), log="xy"),
    )  # fmt: skip

    durations: Grid = grid(
        "durations", "ms", 0.05, 20.0, 21, low=0.0, high=10_000.0, above=True, log=True,
        help="The widths of the pulses.",
    )  # fmt: skip
    watch: float = number(
        "watched", "ms", WATCH_MS, 0.0, 10_000.0, "How long after a pulse a spike may still come."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        widths = self.durations.values
        try:
            search = PulseSearch(subject, self.watch, cancelled)
        except NoRestError as error:
            for index, width in enumerate(widths.tolist()):
                yield Row(index, {"duration": width}, str(error))
            yield from _none(str(error))
            return
        long = PulseSearch(search.resting, 0.0, cancelled, from_start=True)
        weakest = long.threshold(LONG_STEP_MS)
        laws = None
        if weakest.value is None:
            yield from _none(weakest.problem)
        else:
            yield Result(
                "rheobase", "rheobase", weakest.value, "µA/cm²", _RHEOBASE, weakest.problem
            )
            chronaxie = _chronaxie(search, 2.0 * weakest.value)
            yield chronaxie
            laws = None if chronaxie.value is None else (weakest.value, chronaxie.value)
        done = 0
        for part in np.array_split(widths, -(-widths.size // AT_ONCE)):
            for width, found in zip(part.tolist(), search.thresholds(part), strict=True):
                values: dict[str, float | None] = {"duration": width, "threshold": found.value}
                if found.value is not None:
                    values["charge"] = found.value * width
                if laws:
                    values |= {"lapicque": float(lapicque(width, *laws)),
                               "weiss": float(weiss(width, *laws))}  # fmt: skip
                yield Row(done, values, found.problem)
                done += 1
            progress(done / widths.size)

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        threshold = rows.column("threshold")
        return tuple(
            _worst(key, label, rows.column("duration"), rows.column(key) / threshold - 1.0)
            for key, label in (("weiss", "Weiss"), ("lapicque", "Lapicque"))
            if np.isfinite(rows.column(key) / threshold).any()
        )

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        width, strength = row.values["duration"], row.values.get("threshold")
        if width is None or strength is None:
            return None
        return pulse_run(subject, width, 1.001 * strength, self.watch)


def lapicque(width: ArrayLike, rheobase: float, chronaxie: float) -> Array:
    """Return the threshold (µA/cm²) of pulses of ``width`` (ms) by Lapicque's law.

    rheobase: µA/cm²; chronaxie: ms.
    """
    return np.asarray(rheobase / (1.0 - np.exp2(-np.asarray(width) / chronaxie)))


def weiss(width: ArrayLike, rheobase: float, chronaxie: float) -> Array:
    """Return the threshold (µA/cm²) of pulses of ``width`` (ms) by Weiss's law.

    rheobase: µA/cm²; chronaxie: ms.
    """
    return np.asarray(rheobase * (1.0 + chronaxie / np.asarray(width)))


def _chronaxie(search: PulseSearch, strength: float) -> Result:
    """Return the width (ms) of the shortest pulse that fires at ``strength`` (µA/cm²)."""
    subject = search.resting
    step = Stimulus((Step(strength, 0.0, LONG_STEP_MS),), search.holding)
    during = run_one(subject, step, LONG_STEP_MS, search.cancelled)
    last = float(during.times[-1])
    fired = min([*during.spikes[:1].tolist(), *([last] if during.problem else []), np.inf])

    def fires(_: object, widths: Array) -> NDArray[np.bool_]:
        during_it = np.asarray(widths >= fired)
        if search.watch == 0.0:
            return during_it
        # a pulse that has ended leaves the neuron where the step has it by then
        after = run_many(
            subject, Stimulus(), search.watch, np.zeros(widths.size),
            start=during.state_at(np.minimum(widths, last)), cancelled=search.cancelled,
        )  # fmt: skip
        return np.asarray(during_it | after.fired | np.isfinite(after.stopped))

    found = all_changes(fires, _WIDTHS[None, :], TOLERANCE, at_once=search.at_once)
    value = found[0].value if found else None
    problem = "" if found else "every width or none fires at twice the rheobase"
    return Result("chronaxie", "chronaxie", value, "ms", _CHRONAXIE, problem)


def _none(problem: str) -> Iterator[Result]:
    """Yield rheobase and chronaxie without values, with this problem."""
    yield Result("rheobase", "rheobase", None, "µA/cm²", _RHEOBASE, problem)
    yield Result("chronaxie", "chronaxie", None, "ms", _CHRONAXIE, problem)


def _worst(key: str, label: str, widths: Array, errors: Array) -> Result:
    """Return the largest absolute error of a law, and at which width, as a result.

    widths: ms; errors: (widths,).
    """
    at = int(np.nanargmax(np.abs(errors)))
    how = (
        f"{label}'s law through rheobase and chronaxie against the threshold, "
        f"at {widths[at]:g} ms, where it is farthest off"
    )
    return Result(f"{key}_error", f"{label}'s error", 100.0 * float(errors[at]), "%", how)
