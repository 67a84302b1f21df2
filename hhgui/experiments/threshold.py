"""Measure the pulse threshold, the weakest rectangular pulse that fires."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
from hhgui.experiments.firing import WATCH_MS, Found, PulseSearch
from hhgui.experiments.lanes import NoRestError
from hhgui.experiments.lanes import at_rest as resting_of
from hhgui.experiments.settings import number
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step


@dataclass(frozen=True)
class Threshold(Experiment):
    """The weakest rectangular pulse that fires from rest, found by bisection.

    First the whole range of strengths is tried, since a strong pulse may block what a weak one
    fires; then each change is narrowed by bisection. The neuron starts at rest under its holding
    current.
    """

    id = "threshold"
    title = "Pulse threshold"
    group = "Excitability"
    summary = "The weakest pulse of one width that fires, bisected trial by trial."
    sketch = "0,2 8,2 9,5 10,6 11,14 12,15 13,5 14,1 17,2 24,2; 8,2 9,5 11,4 14,2.5 24,2"
    findings = (Column("threshold", "µA/cm²", "pulse threshold"),)
    columns = (Column("amplitude", "µA/cm²"), Column("fired", whole=True))
    plots = (Plot("amplitude", ("fired",), log="x", style="points",
                  marks=(Mark("x", ("threshold",)),), color="fired"),)  # fmt: skip

    duration: float = number(
        "pulse width", "ms", 1.0, 0.0, 10_000.0, "How long the pulse lasts.", above=True
    )
    watch: float = number(
        "watched", "ms", WATCH_MS, 0.0, 10_000.0, "How long after the pulse a spike may still come."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        try:
            search = PulseSearch(subject, self.watch, cancelled, _TOLERANCE)
        except NoRestError as error:
            yield self._result(subject, Found(None, str(error)))
            return
        count = 0
        for step in search.trials(self.duration, at_once=min(search.at_once, 4), first_only=False):
            if isinstance(step, Found):
                yield self._result(subject, step)
                return
            for value, yes in zip(step.value.tolist(), step.yes.tolist(), strict=True):
                yield Row(count, {"amplitude": value, "fired": float(yes)})
                count += 1

    def _result(self, subject: Subject, found: Found) -> Result:
        how = (
            f"the weakest pulse of {self.duration:g} ms that fires from rest: V rises through "
            f"{subject.threshold:g} mV within {self.watch:g} ms after it; bisected"
        )
        return Result("threshold", "pulse threshold", found.value, "µA/cm²", how, found.problem)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        strength = row.values["amplitude"]
        return None if strength is None else pulse_run(subject, self.duration, strength, self.watch)


def pulse_run(subject: Subject, width: float, strength: float, watch: float) -> Setup:
    """Return the single run from rest with one pulse, which begins 5 ms after the start.

    width, watch (the time after the pulse): ms. strength: µA/cm².
    """
    holding = subject.stimulus.holding
    resting = replace(subject, membrane=resting_of(subject))
    stimulus = Stimulus((Step(strength, _LEAD_MS, _LEAD_MS + width),), holding)
    return resting.setup(stimulus, _LEAD_MS + width + watch)


_LEAD_MS = 5.0
_TOLERANCE = 1e-6
