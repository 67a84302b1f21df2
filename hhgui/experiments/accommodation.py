"""Measure accommodation: a current that rises slowly enough does not fire the neuron."""

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
from hhgui.experiments.events import Event, Result, Row
from hhgui.experiments.firing import LONG_STEP_MS, WATCH_MS, PulseSearch
from hhgui.experiments.lanes import NoRestError, Run, at_rest, run_many, run_one
from hhgui.experiments.search import all_changes
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp

Array = NDArray[np.float64]
# Ends of a ramp that are tried side by side, slopes that are scanned, relative tolerance.
ENDS, SLOPES, TOLERANCE = 48, 24, 1e-4
SLOWEST_MS = 2000.0


@dataclass(frozen=True)
class Accommodation(Experiment):
    """The lowest top of a current ramp from rest that fires the neuron, against the ramp's slope.

    The current rises with a constant slope to its top, then it is off; a spike may come during the
    ramp or within the time watched after it. Minimal slope: the slowest that fires with a top of up
    to so many rheobases; the neuron accommodates to slower ramps (Hill 1936, Proc R Soc B 119:305).
    A neuron whose firing begins as its resting state disappears fires on every ramp that passes the
    rheobase.
    """

    id = "accommodation"
    title = "Accommodation"
    group = "Excitability"
    summary = "The lowest ramp that fires against its slope, and the slowest that fires."
    sketch = "0,10 13,10 14,15 15,8 18,10 24,10; 0,0 16,6 24,6"
    findings = (Column("minimal_slope", "µA/cm²/ms", "minimal slope"),)
    columns = (
        Column("slope", "µA/cm²/ms"), Column("threshold", "µA/cm²", "top of the ramp"),
        Column("rise_time", "ms", "time to the top"),
    )  # fmt: skip
    plots = (Plot("slope", ("threshold",), log="xy", marks=(Mark("x", ("minimal_slope",)),)),)

    slopes: Grid = grid(
        "slopes", "µA/cm²/ms", 0.05, 50.0, 25, low=0.0, high=1e5, above=True, log=True,
        help="How fast the current rises.",
    )  # fmt: skip
    reach: float = number(
        "ramp up to", "× rheobase", 2.0, 1.0, 1000.0,
        "The highest top for the minimal slope, in rheobases (of a 200 ms step).", above=True,
    )  # fmt: skip
    watch: float = number(
        "watched", "ms", WATCH_MS, 0.0, 10_000.0, "How long after the top a spike may still come."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        slopes = self.slopes.values
        try:
            search = PulseSearch(subject, self.watch, cancelled)
            rheobase = replace(search, watch=0.0).threshold(LONG_STEP_MS)
            value, problem = rheobase.value, rheobase.problem
        except NoRestError as error:
            value, problem = None, str(error)
        if value is None:
            for index, slope in enumerate(slopes.tolist()):
                yield Row(index, {"slope": slope}, problem)
            yield self._result(None, problem)
            return
        for index, slope in enumerate(slopes.tolist()):
            # a fast ramp must bring about the charge of a short pulse
            top = max(self.reach * value, 20.0 * np.sqrt(slope * subject.membrane.capacitance))
            found = self._lowest(search, slope, float(top))
            values = {"slope": slope, "threshold": found,
                      "rise_time": None if found is None else found / slope}  # fmt: skip
            problem = f"at {slope:g} µA/cm²/ms up to {top:.4g} µA/cm²: no ramp fires"
            yield Row(index, values, "" if found is not None else problem)
            progress((index + 1) / (slopes.size + 1))
        yield self._minimal(search, self.reach * value)

    def _lowest(self, search: PulseSearch, slope: float, top: float) -> float | None:
        """Return the lowest top (µA/cm²) of a ramp that fires, or None if none up to ``top`` does.

        slope: of the ramp (µA/cm² per ms).
        """
        run = self._ramp_run(search, slope, top)
        grids = np.concatenate([[0.0], np.geomspace(0.01 * top, top, ENDS)])[None, :]
        found = all_changes(
            lambda _, tops: self._fires(search, run, tops / slope), grids, TOLERANCE,
            at_once=search.at_once,
        )  # fmt: skip
        return found[0].value if found else None

    def _fires(self, search: PulseSearch, run: Run, ends: Array) -> NDArray[np.bool_]:
        """Return for each of ``ends`` (ms) whether the ramp of ``run`` fires if cut off there."""
        after = run_many(
            search.resting, Stimulus(), self.watch, np.zeros(ends.size),
            start=run.state_at(ends), cancelled=search.cancelled,
        )  # fmt: skip
        return (np.searchsorted(run.spikes, ends) > 0) | after.fired

    def _ramp_run(self, search: PulseSearch, slope: float, top: float) -> Run:
        """Run a ramp from rest up to ``top`` (µA/cm²) and return the run.

        slope: of the ramp (µA/cm² per ms).
        """
        duration = max(top / slope, 8.0 * search.subject.dt)
        ramp = Stimulus((Ramp(0.0, slope * duration, 0.0, duration),), search.holding)
        return run_one(search.resting, ramp, duration, search.cancelled)

    def _minimal(self, search: PulseSearch, top: float) -> Result:
        """Return the slowest slope that fires with some top up to ``top`` (µA/cm²)."""

        def fires(_: object, slopes: Array) -> NDArray[np.bool_]:
            tops = np.linspace(0.1, 1.0, 16) * top
            runs = [self._ramp_run(search, slope, top) for slope in slopes.tolist()]
            answers = [
                self._fires(search, run, tops / slope).any()
                for run, slope in zip(runs, slopes.tolist(), strict=True)
            ]
            return np.array(answers, dtype=np.bool_)

        grids = np.geomspace(top / SLOWEST_MS, 10.0 * top, SLOPES)[None, :]
        found = all_changes(fires, grids, TOLERANCE, at_once=1)
        if found:
            return self._result(found[0].value, "", top)
        whole = bool(fires(None, grids[0, :1])[0])
        problem = (
            f"no accommodation: fires even on a ramp of {SLOWEST_MS:g} ms" if whole
            else f"no ramp to {top:.4g} µA/cm² fires"
        )  # fmt: skip
        return self._result(None, problem, top)

    def _result(self, value: float | None, problem: str, top: float = 0.0) -> Result:
        how = (
            f"the slowest ramp from rest to at most {self.reach:g} rheobases ({top:.4g} µA/cm²) "
            f"that fires on the way or within {self.watch:g} ms; bisected"
        )
        return Result("minimal_slope", "minimal slope", value, "µA/cm²/ms", how, problem)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        slope, top = row.values["slope"], row.values.get("threshold")
        if slope is None or top is None:
            return None
        ramp = Ramp(0.0, 1.001 * top, 0.0, 1.001 * top / slope)
        stimulus = Stimulus((ramp,), subject.stimulus.holding)
        resting = replace(subject, membrane=at_rest(subject))
        return resting.setup(stimulus, top / slope + self.watch)
