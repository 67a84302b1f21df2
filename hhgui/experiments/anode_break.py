"""Measure anode break: a neuron that fires when a hyperpolarisation ends."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.spikes import peaks
from hhgui.document.setup import Setup
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Result, Row, Trace
from hhgui.experiments.firing import PulseSearch, strengths_to_try
from hhgui.experiments.lanes import NoRestError, run_one
from hhgui.experiments.preparation import held_at
from hhgui.experiments.search import Asked, Change, changes
from hhgui.experiments.settings import number
from hhgui.experiments.threshold import pulse_run
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

Array = NDArray[np.float64]
STRONGEST, TOLERANCE = 1000.0, 1e-5
_AFTER_RELEASE = ("peak", "peak after release", "mV"), ("peak_time", "time of that peak", "ms")


@dataclass(frozen=True)
class AnodeBreak(Experiment):
    """The weakest hyperpolarising step whose end fires, and the response to release from a clamp.

    The step removes inactivation and closes the potassium gates; when it ends the neuron is more
    excitable than at rest, and fires (Hodgkin & Huxley 1952, "Anode break excitation", fig. 22).
    The whole range of strengths is tried. In addition V is clamped below rest until the gates are
    steady, then released; the peak of V and its time are measured.
    """

    id = "anode-break"
    title = "Anode break"
    group = "Excitability"
    summary = "The weakest hyperpolarising step whose end fires; release from a held voltage."
    sketch = "0,8 4,8 5,2 13,2 14,8 15,9 16,15 17,5 19,7 24,8"
    findings = (
        Column("threshold", "µA/cm²", "anode-break threshold"),
        Column("peak", "mV", "peak after release"),
        Column("peak_time", "ms", "time of that peak"),
    )
    columns = (
        Column("amplitude", "µA/cm²"), Column("fired", whole=True),
        Column("size", "µA/cm²", "hyperpolarising current"),
    )  # fmt: skip
    plots = (
        Plot("size", ("fired",), log="x", style="points", color="fired"),
        Plot("time", ("V",), style="family"),
    )  # fmt: skip

    duration: float = number(
        "step", "ms", 20.0, 0.0, 10_000.0, "How long the hyperpolarising step lasts.", above=True
    )
    held: float = number(
        "held below rest", "mV", 30.0, 0.0, 80.0, "How far below rest V is held, then let go."
    )
    watch: float = number(
        "watched", "ms", 40.0, 1.0, 10_000.0, "How long after the end a spike may still come."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        try:
            search = PulseSearch(subject, self.watch, cancelled)
        except NoRestError as error:
            yield self._result(None, str(error))
            for key, label, unit in _AFTER_RELEASE:
                yield Result(key, label, None, unit, "none", str(error))
            return
        yield from self._released(search)
        if search.starts_above:
            yield self._result(None, search.starts_above)
            return
        count, lost = 0, np.inf  # the weakest step that took V off its range

        def fires(_: object, values: Array) -> NDArray[np.bool_]:
            nonlocal lost
            out = search.outcomes(self.duration, -values)
            lost = min([lost, *values[np.isfinite(out.stopped)].tolist()])
            return out.fired

        for step in changes(
            fires, strengths_to_try(STRONGEST)[None, :], TOLERANCE, at_once=min(4, search.at_once),
            first_only=False,
        ):  # fmt: skip
            if not isinstance(step, Asked):
                yield self._found(step, lost, self._why_lost(search, lost))
                return
            for value, yes in zip(step.value.tolist(), step.yes.tolist(), strict=True):
                if value > 0.0:
                    known = None if value >= lost else float(yes)
                    yield Row(count, {"amplitude": -value, "fired": known, "size": value})
                    count += 1

    def _why_lost(self, search: PulseSearch, lost: float) -> str:
        """Return a sentence on which steps have no answer because their runs end early, or "".

        lost: the weakest of these steps (µA/cm²).
        """
        if not np.isfinite(lost):
            return ""
        stimulus = Stimulus((Step(-lost, 0.0, self.duration),), search.holding)
        run = run_one(search.resting, stimulus, self.duration + self.watch, search.cancelled)
        why = f": {run.problem.rstrip('.')}" if run.problem else ""
        return f"steps from −{lost:.4g} µA/cm² on can't be followed{why}"

    def _found(self, found: tuple[Change, ...], lost: float, unknown: str) -> Result:
        """Return the weakest step whose end fires, as a result, or why there is none.

        found: the changes between firing and not firing, by rising strength. lost: the weakest step
        (µA/cm²) without an answer. unknown: a sentence about such steps, or "".
        """
        falls = [change.value for change in found if not change.rises and change.after < lost]
        rises = [change.value for change in found if change.rises and change.after < lost]
        if not rises:
            strongest = min(STRONGEST, lost)
            none = f"no step down to −{strongest:.4g} µA/cm² fires at its end"
            return self._result(None, "; ".join(filter(None, (none, unknown))))
        ranges = " and ".join(
            f"from −{low:.4g} to −{high:.4g}" for low, high in zip(rises, falls, strict=False)
        )
        open_end = len(rises) > len(falls)
        more = f" and beyond −{rises[-1]:.4g}" if open_end else "" if unknown else ", not beyond"
        where = f"the end of a step fires {ranges} µA/cm²{more}" if falls else ""
        return self._result(-rises[0], "; ".join(filter(None, (where, unknown))))

    def _result(self, value: float | None, problem: str) -> Result:
        how = (
            f"the weakest hyperpolarising step of {self.duration:g} ms, from rest, after which V "
            f"crosses the threshold of a spike within {self.watch:g} ms; bisected"
        )
        return Result("threshold", "anode-break threshold", value, "µA/cm²", how, problem)

    def _released(self, search: PulseSearch) -> Iterator[Event]:
        """Yield the trace of V after release from the clamp, and the results measured on it."""
        below = held_at(search.resting.membrane, float(search.state[0]) - self.held)
        released = replace(search.resting, membrane=below)
        stimulus = Stimulus(holding=search.subject.stimulus.holding)
        run = run_one(released, stimulus, self.watch, search.cancelled)
        yield Trace(0, f"held {self.held:g} mV below rest", run.times, run.voltage)
        times, heights = peaks(run.times, run.voltage)
        fired = run.spikes.size > 0
        top = int(np.argmax(heights)) if heights.size else 0
        how = f"after V was held {self.held:g} mV below rest until the gates were steady"
        problem = "" if fired else f"no spike {how}"
        for (key, label, unit), values in zip(_AFTER_RELEASE, (heights, times), strict=True):
            value = float(values[top]) if fired and values.size else None
            yield Result(key, label, value, unit, how, problem)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        amplitude = row.values["amplitude"]
        if amplitude is None:
            return None
        return pulse_run(subject, self.duration, amplitude, self.watch)
