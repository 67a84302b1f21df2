"""Measure the shortest interval at which two equal pulses both fire."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Row
from hhgui.experiments.firing import PulseSearch
from hhgui.experiments.lanes import NoRestError, Outcomes, pulse, run_many, run_one
from hhgui.experiments.search import all_changes
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Step

Array = NDArray[np.float64]
INTERVALS, TOLERANCE = 256, 1e-5
_NEVER = "fires twice at no interval up to"
_AT_ONCE = "fires twice even where the second pulse follows the first at once: no shortest interval"
_BY_CHARGE = "no second spike is regenerative: V does not rise on after the second pulse"


@dataclass(frozen=True)
class PairedPulses(Experiment):
    """The shortest interval, onset to onset, at which two equal pulses give two spikes.

    Both pulses have a multiple of the threshold for their width, and the neuron starts at rest. The
    whole range of intervals is tried, since the second spike may be lost again at a longer one. The
    second spike may come any time while the neuron is watched; the experiment "refractory" requires
    a prompt one instead. A strong pulse carries V past the threshold of a spike by its charge
    alone; therefore the shortest interval with a regenerative second spike, in which V keeps rising
    after the pulse, is measured as well.
    """

    id = "paired-pulses"
    title = "Paired pulses"
    group = "Excitability"
    summary = "The shortest interval at which two equal pulses fire twice, over their strength."
    sketch = "0,2 3,2 4,15 5,1 8,2 14,2 15,11 16,1 19,2 24,2"
    columns = (
        Column("strength", "", "pulses over threshold"),
        Column("interval", "ms", "two spikes"),
        Column("regenerative", "ms", "regenerative"),
    )
    plots = (Plot("strength", ("interval", "regenerative"), log="x"),)

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
            both, why = self._shortest(search, strength * threshold)
            values = {"strength": strength, "interval": both[0], "regenerative": both[1]}
            yield Row(index, values, why)
            progress((index + 1) / strengths.size)

    def _shortest(
        self, search: PulseSearch, amplitude: float
    ) -> tuple[tuple[float | None, float | None], str]:
        """Return the shortest intervals (ms) at which pulses of ``amplitude`` (µA/cm²) fire twice.

        The first of the pair counts every second spike, the other only regenerative ones; None if
        there is no such interval. The text is a problem, or "".
        """
        stimulus = Stimulus((Step(amplitude, 0.0, self.duration),), search.subject.stimulus.holding)
        after = run_one(search.resting, stimulus, self.longest + 1.0, search.cancelled)
        if after.problem:
            return (None, None), after.problem

        def pulsed(intervals: Array, duration: float) -> Outcomes:
            return run_many(
                search.resting, pulse(self.duration), duration,
                np.full(intervals.size, amplitude), start=after.state_at(intervals),
                cancelled=search.cancelled,
            )  # fmt: skip

        def twice(_: object, intervals: Array) -> NDArray[np.bool_]:
            second = pulsed(intervals, self.duration + self.watch)
            return np.asarray(np.searchsorted(after.spikes, intervals) + second.count > 1)

        def rises(_: object, intervals: Array) -> NDArray[np.bool_]:
            second = pulsed(intervals, self.duration + self.watch)
            spikes = np.searchsorted(after.spikes, intervals) + second.count
            # a hair more, since both sum up the same pulse
            higher = second.highest > pulsed(intervals, self.duration).highest + 1e-9
            return np.asarray((spikes > 1) & higher)

        grids = np.geomspace(self.duration, self.longest, INTERVALS)[None, :]
        if twice(None, grids[0, :1])[0]:
            return (None, None), _AT_ONCE
        firsts: list[float | None] = []
        for answer in (twice, rises):
            found = all_changes(answer, grids, TOLERANCE, at_once=search.at_once)
            firsts.append(found[0].value if found else None)
        if firsts[0] is None:
            return (None, None), f"{_NEVER} {self.longest:g} ms"
        return (firsts[0], firsts[1]), "" if firsts[1] is not None else _BY_CHARGE

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
