"""Measure adaptation: the change of the firing rate during a current step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.spikes import steady_rate
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
from hhgui.experiments.lanes import NoRestError, at_rest, run_one
from hhgui.experiments.settings import number
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.model.words import counted

Array = NDArray[np.float64]
# The number of last interspike intervals that give the steady rate.
LAST_INTERVALS = 5
LEAD_MS = 10.0
# Silence of more than so many of its last intervals at the end of a step: the firing has stopped.
SILENT_INTERVALS = 2.0


@dataclass(frozen=True)
class Adaptation(Experiment):
    """The instantaneous rate, 1 / interspike interval, over time during a current step.

    The neuron starts at rest under the holding current. First rate: that of the first interval.
    Steady rate: that of the last five intervals. Adaptation: by how much the rate falls from the
    first to the steady one.
    """

    id = "adaptation"
    title = "Adaptation"
    group = "Firing"
    summary = "The instantaneous rate during a step, the first and the steady one."
    sketch = "0,15 2,11 5,8 9,6.5 24,6; 0,6 24,6"
    findings = (
        Column("first_rate", "Hz", "first rate"),
        Column("steady_rate", "Hz", "steady rate"),
        Column("adaptation", "%"),
    )
    columns = (Column("time", "ms", "time after the onset"), Column("rate", "Hz"))
    plots = (
        Plot("time", ("rate",), style="points", marks=(Mark("y", ("first_rate",)),
                                                       Mark("y", ("steady_rate",)))),
        Plot("time", ("V",), style="family"),
    )  # fmt: skip

    current: float = number(
        "step", "µA/cm²", 10.0, -1000.0, 1000.0, "The strength of the step, added to the holding."
    )
    duration: float = number(
        "step length", "ms", 500.0, 0.0, 60_000.0, "How long the step lasts.", above=True
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        try:
            resting = replace(subject, membrane=at_rest(subject))
        except NoRestError as error:
            yield from self._results(np.empty(0), str(error))
            return
        run = run_one(resting, self._step(subject), LEAD_MS + self.duration, cancelled, counts=True)
        name = f"{self.current:g} µA/cm²"
        yield Trace(0, name, run.times - LEAD_MS, run.voltage)
        spikes = run.spikes[run.spikes >= LEAD_MS] - LEAD_MS
        middles, rates = 0.5 * (spikes[1:] + spikes[:-1]), 1000.0 / np.diff(spikes)
        for index, (time, rate) in enumerate(zip(middles.tolist(), rates.tolist(), strict=True)):
            yield Row(index, {"time": time, "rate": rate})
        yield from self._results(spikes, run.problem)

    def _results(self, spikes: Array, problem: str) -> Iterator[Result]:
        first = change = None
        steady, why = rate_at_the_end(spikes, self.duration)
        if spikes.size > 1:
            first = float(1000.0 / (spikes[1] - spikes[0]))
            change = None if steady is None else 100.0 * (1.0 - steady / first)
        yield Result("first_rate", "first rate", first, "Hz", "one over the first interspike "
                     "interval of the step", problem or ("" if first else why))  # fmt: skip
        problem = problem or why
        last = f"from the last {LAST_INTERVALS} interspike intervals, or as many as there are"
        yield Result("steady_rate", "steady rate", steady, "Hz", last, problem)
        yield Result("adaptation", "adaptation", change, "%", "how much the steady rate is below "
                     "the first", problem)  # fmt: skip

    def _step(self, subject: Subject) -> Stimulus:
        step = Step(self.current, LEAD_MS, LEAD_MS + self.duration)
        return Stimulus((step,), subject.stimulus.holding)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        try:
            resting = replace(subject, membrane=at_rest(subject))
        except NoRestError:
            return None
        return resting.setup(self._step(subject), LEAD_MS + self.duration)


def rate_at_the_end(spikes: Array, end: float) -> tuple[float | None, str]:
    """Return the steady rate (Hz) in a current step, or None with the reason.

    spikes: ms. end: of the step (ms). It is the rate of the last five interspike intervals, or of
    all if there are fewer, if the neuron still fires at the end.
    """
    if spikes.size < 2:
        return None, f"{counted(spikes.size, 'spike')} during the step: a rate needs two"
    silence = end - float(spikes[-1])
    if silence > SILENT_INTERVALS * float(spikes[-1] - spikes[-2]):
        return None, f"silent for the last {silence:.4g} ms of the step: no steady rate"
    return steady_rate(spikes[-LAST_INTERVALS - 1 :]), ""
