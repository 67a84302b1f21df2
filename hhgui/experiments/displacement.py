"""Measure the response to sudden displacements of the voltage from rest, as by a short shock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
from hhgui.experiments.events import Event, Result, Row, Trace
from hhgui.experiments.firing import FIRES_BY_ITSELF, STRONGER, PulseSearch, is_graded
from hhgui.experiments.lanes import NoRestError, run_many, run_one, started
from hhgui.experiments.search import all_changes
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
SHIFTS, TOLERANCE = 64, 1e-6


@dataclass(frozen=True)
class Displacement(Experiment):
    """The response to a sudden shift of V from rest, with gates unchanged (HH 1952, fig. 12).

    A charge of shift times C causes the shift. Threshold: the smallest depolarisation that fires. A
    shift that starts V above the threshold of a spike is not counted as a spike by itself.
    """

    id = "displacement"
    title = "Sudden displacement"
    group = "Excitability"
    summary = "The traces after sudden displacements of V, and the smallest that fires."
    sketch = "0,8 3,10 5,15 7,14 10,3 14,6 24,7; 0,7.5 4,8 8,6.5 24,7"
    findings = (Column("threshold", "mV", "displacement threshold"),)
    columns = (
        Column("displacement", "mV"), Column("peak", "mV", "highest V"),
        Column("fired", whole=True),
    )  # fmt: skip
    plots = (
        Plot("time", ("V",), style="family", color="displacement"),
        Plot("displacement", ("peak",), marks=(Mark("x", ("threshold",)),)),
    )

    displacements: Grid = grid(
        "displacements", "mV", 2.0, 20.0, 10, low=-100.0, high=100.0,
        help="The sudden shifts of V whose traces are drawn.",
    )  # fmt: skip
    watch: float = number(
        "watched", "ms", 40.0, 1.0, 10_000.0, "How long after the shift a spike may still come."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        shifts = self.displacements.values
        try:
            search = PulseSearch(subject, self.watch, cancelled)
        except NoRestError as error:
            for index, shift in enumerate(shifts.tolist()):
                yield Row(index, {"displacement": shift}, str(error))
            yield self._result(subject, None, str(error))
            return
        for index, shift in enumerate(shifts.tolist()):
            run = run_one(
                self._displaced(search, shift), Stimulus(holding=subject.stimulus.holding),
                self.watch, cancelled,
            )  # fmt: skip
            yield Trace(index, f"{shift:+g} mV", run.times, run.voltage)
            values = {"displacement": shift, "peak": float(run.voltage.max()),
                      "fired": float(run.spikes.size > 0)}  # fmt: skip
            yield Row(index, values, run.problem)
            progress((index + 1) / (shifts.size + 1))
        yield self._threshold(search)

    def _threshold(self, search: PulseSearch) -> Result:
        """Return the smallest depolarisation (mV) from rest that fires, as a result."""
        if search.starts_above:
            return self._result(search.subject, None, search.starts_above)
        room = search.subject.threshold - float(search.state[0])
        tops: dict[float, float] = {}

        def fires(_: object, shifts: Array) -> NDArray[np.bool_]:
            start = np.repeat(search.state[:, None], shifts.size, axis=1)
            start[0] += shifts
            found = run_many(
                search.resting, Stimulus(), self.watch, np.zeros(shifts.size), start=start,
                cancelled=search.cancelled,
            )  # fmt: skip
            tops.update(zip(shifts.tolist(), found.highest.tolist(), strict=True))
            return found.fired

        grids = np.linspace(0.0, room * (1.0 - 1e-9), SHIFTS)[None, :]
        found = all_changes(fires, grids, TOLERANCE, at_once=search.at_once)
        if not found:
            whole = bool(fires(None, grids[0, :1])[0])
            problem = FIRES_BY_ITSELF if whole else f"no shift up to {room:.4g} mV fires"
            return self._result(search.subject, None, problem)
        value = found[0].value
        above = STRONGER * value
        fires(None, np.array([above]))
        if is_graded(value, above, tops[above] - search.subject.threshold, room):
            problem = "graded response: the peak grows with the shift"
            return self._result(search.subject, None, problem)
        return self._result(search.subject, value, "")

    def _result(self, subject: Subject, value: float | None, problem: str) -> Result:
        how = (
            f"the smallest sudden shift of V from rest, gates unchanged, after which V rises "
            f"through {subject.threshold:g} mV within {self.watch:g} ms; bisected"
        )
        return Result("threshold", "displacement threshold", value, "mV", how, problem)

    def _displaced(self, search: PulseSearch, shift: float) -> Subject:
        """Return the subject at rest with V shifted by ``shift`` (mV)."""
        state = search.state.copy()
        state[0] += shift
        return replace(search.resting, membrane=started(search.resting.membrane, state))

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        shift = row.values["displacement"]
        try:
            search = PulseSearch(subject, self.watch)
        except NoRestError:
            return None
        stimulus = Stimulus(holding=subject.stimulus.holding)
        return None if shift is None else self._displaced(search, shift).setup(stimulus, self.watch)
