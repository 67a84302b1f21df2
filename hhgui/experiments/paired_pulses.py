"""Measure the shortest interval at which two equal pulses both fire."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Event,
    Experiment,
    Plot,
    ReportProgress,
    Row,
    Subject,
)
from hhgui.experiments.firing import PulseSearch
from hhgui.experiments.lanes import NoRestError, pulse, run_many, run_one
from hhgui.experiments.search import all_changes
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Step

Array = NDArray[np.float64]
INTERVALS, TOLERANCE = 128, 1e-5


@dataclass(frozen=True)
class PairedPulses(Experiment):
    """The shortest interval, onset to onset, at which two equal pulses give two spikes.

    Both pulses have k times the threshold for their width, and the neuron starts at rest. Every
    interval is tried, since the second spike may be lost again at a longer one. The second spike
    may come as late as ``watch``; ``refractory`` requires a prompt one instead.
    """

    id = "paired-pulses"
    title = "Paired pulses"
    group = "Excitability"
    summary = "The shortest interval at which two equal pulses fire twice, over their strength."
    sketch = "0,2 3,2 4,15 5,1 8,2 14,2 15,11 16,1 19,2 24,2"
    columns = (Column("strength", "", "pulses over threshold"), Column("interval", "ms"))
    plots = (Plot("strength", ("interval",), log="x"),)

    strengths: Grid = grid(
        "strengths", "", 1.5, 20.0, 16, low=1.0, high=1000.0, above=True, log=True,
        help="The strength of both pulses over their threshold.",
    )  # fmt: skip
    duration: float = number(
        "pulse width", "ms", 0.5, 0.0, 1000.0, "How long each pulse lasts.", above=True
    )
    longest: float = number(
        "longest interval", "ms", 100.0, 1.0, 10_000.0, "The longest interval that is tried."
    )
    watch: float = number(
        "watched", "ms", 40.0, 0.0, 10_000.0, "How long after the second pulse a spike may come."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        strengths = self.strengths.values
        try:
            search = PulseSearch(subject, self.watch, cancelled, TOLERANCE)
            found = search.threshold(self.duration)
            threshold, problem = found.value, found.problem
        except NoRestError as error:
            threshold, problem = None, str(error)
        for index, strength in enumerate(strengths.tolist()):
            if threshold is None:
                yield Row(index, {"strength": strength}, problem)
                continue
            interval, why = self._shortest(search, strength * threshold)
            yield Row(index, {"strength": strength, "interval": interval}, why)
            progress((index + 1) / strengths.size)

    def _shortest(self, search: PulseSearch, amplitude: float) -> tuple[float | None, str]:
        """Return the shortest interval (ms) at which pulses (µA/cm²) fire twice, and a problem."""
        stimulus = Stimulus((Step(amplitude, 0.0, self.duration),), search.subject.stimulus.holding)
        after = run_one(search.resting, stimulus, self.longest + 1.0, search.cancelled)
        if after.problem:
            return None, after.problem

        def twice(_: object, intervals: Array) -> NDArray[np.bool_]:
            second = run_many(
                search.resting, pulse(self.duration), self.duration + self.watch,
                np.full(intervals.size, amplitude), start=after.state_at(intervals),
                cancelled=search.cancelled,
            )  # fmt: skip
            return np.searchsorted(after.spikes, intervals) + second.count > 1

        grids = np.geomspace(self.duration, self.longest, INTERVALS)[None, :]
        found = all_changes(twice, grids, TOLERANCE, at_once=search.at_once)
        if found:
            return found[0].value, ""
        if twice(None, grids[0, -1:])[0]:
            return None, f"at {amplitude:.4g} µA/cm²: fires twice at every interval"
        return None, f"no interval up to {self.longest:g} ms fires twice"

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        strength, interval = row.values["strength"], row.values.get("interval")
        try:
            search = PulseSearch(subject, self.watch, tolerance=TOLERANCE)
        except NoRestError:
            return None
        threshold = search.threshold(self.duration).value
        if strength is None or interval is None or threshold is None:
            return None
        amplitude = strength * threshold
        pair = Paired(amplitude, 0.0, self.duration, interval * 1.001, amplitude)
        stimulus = replace(subject.stimulus, components=(pair,))
        return search.resting.setup(stimulus, interval + self.duration + self.watch)
