"""Offer the f-I curve of ``fi.py`` as an experiment; the f–I tab has a form of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from hhgui.document.fi_protocol import DURATION, OFF, ON, FiPoint, FiProtocol
from hhgui.document.setup import Setup
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Result, Row, Rows
from hhgui.experiments.fi import fi_points
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

UNCOUNTED = "V oscillates without spikes that count"


@dataclass(frozen=True)
class FrequencyCurrent(Experiment):
    """The firing rate during a step of current, against the strength of the step.

    Every run starts from the neuron's start state. The step is added to the holding current.
    """

    id = "fi"
    title = "f–I curve"
    group = "Firing"
    summary = "The rate of firing during a step against its strength."
    sketch = "0,1 8,1 9,7 12,9 17,12 24,14"
    findings = (
        Column("first_firing", "µA/cm²", "first step that fires"),
        Column("highest_rate", "Hz", "highest rate"),
    )
    columns = (
        Column("current", "µA/cm²"), Column("spike_count", "", "spikes", whole=True),
        Column("rate", "Hz"), Column("latency", "ms", "latency of the first spike"),
    )  # fmt: skip
    plots = (
        Plot("current", ("rate",), style="points"),
        Plot("current", ("spike_count",), style="points"),
        Plot("current", ("latency",), log="y"),
    )

    currents: Grid = grid(
        "currents", "µA/cm²", 0.0, 20.0, 41, low=-1000.0, high=1000.0, help="The steps' strengths."
    )
    on: float = number("step start", "ms", 50.0, ON.minimum, ON.maximum, ON.help)
    off: float = number("step stop", "ms", 550.0, OFF.minimum, OFF.maximum, OFF.help)
    duration: float = number("duration", "ms", 550.0, 0.0, DURATION.maximum, DURATION.help,
                             above=True)  # fmt: skip

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        protocol = self._spaced(subject.method, subject.dt, subject.threshold, subject.rearm)
        points = fi_points(
            subject.membrane, protocol, cancelled, progress, currents=self.currents.values,
            holding=subject.stimulus.holding,
        )  # fmt: skip
        for point in points:
            yield _row(point, protocol, subject)

    @classmethod
    def of(cls, protocol: FiProtocol) -> Self:
        """Return the experiment with the currents and times of an f–I protocol.

        Method, dt and spike rule of the protocol are not part of an experiment.
        """
        currents = Grid(protocol.first, protocol.last, protocol.points)
        return cls(currents, protocol.on, protocol.off, protocol.duration)

    def protocol(self, method: str, dt: float, threshold: float, rearm: float) -> FiProtocol:
        """Return the f–I protocol with these settings. Raises ModelError unless evenly spaced.

        dt: ms. threshold, rearm: the spike rule (mV).
        """
        found = self._spaced(method, dt, threshold, rearm)
        if found.currents.tolist() != self.currents.values.tolist():
            problem = "currents must be evenly spaced in the tab f–I curve; Measure takes any"
            raise ModelError("currents", problem)
        return found

    def _spaced(self, method: str, dt: float, threshold: float, rearm: float) -> FiProtocol:
        """Return the protocol of as many currents, evenly spaced from the first to the last.

        The arguments are those of ``protocol``.
        """
        given = self.currents
        ends = given.listed or (given.first, given.last)
        return FiProtocol(
            ends[0], ends[-1], given.points, self.on, self.off, max(self.duration, self.off),
            threshold, method, dt, rearm,
        )  # fmt: skip

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        fired = rows.column("current")[rows.column("spike_count") > 0.0]
        how = "the weakest of the steps that were tried with a spike"
        problem = "" if fired.size else "no step fires"
        value = float(fired.min()) if fired.size else None
        first = Result("first_firing", "first step that fires", value, "µA/cm²", how, problem)
        rates = rows.column("rate")[np.isfinite(rows.column("rate"))]
        highest = float(rates.max()) if rates.size else None
        of = "of the rates of the steps that were tried, spikes over the step's length"
        none = "" if rates.size else "no step has a rate"
        return first, Result("highest_rate", "highest rate", highest, "Hz", of, none)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        current = row.values["current"]
        if current is None:
            return None
        stimulus = Stimulus((Step(current, self.on, self.off),), subject.stimulus.holding)
        return subject.setup(stimulus, max(self.duration, self.off))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.off <= self.on:
            raise ModelError("off", f"step stop must be after step start ({self.on:g} ms)")


def _row(point: FiPoint, protocol: FiProtocol, subject: Subject) -> Row:
    """Return the row of the table for one point of the f–I curve."""
    values = {
        "current": point.current, "spike_count": point.count, "rate": point.rate,
        "latency": point.latency,
    }  # fmt: skip
    problem = point.problem
    if not problem and point.note(protocol):
        problem = UNCOUNTED
        subject.unseen.append(point.oscillations)
    return Row(point.index, values, problem)
