"""Measure the phase response: by how much a small pulse shifts the next spike in steady firing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Progress, Result, Row
from hhgui.experiments.lanes import Run, pulse, run_many, run_one
from hhgui.experiments.settings import Grid, grid, number
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
# The neuron is on its cycle when its last two periods differ by less than this fraction.
STEADY = 1e-3


@dataclass(frozen=True)
class PhaseResponse(Experiment):
    """The shift of the next spike against the phase at which a small pulse is given.

    Phase 0 is a spike (V crosses the threshold), 1 the next. The shift is (T - T')/T, where T is
    the period without and T' that with the pulse; it is positive if the spike comes earlier.
    """

    id = "phase-response"
    title = "Phase response"
    group = "Firing"
    summary = "The shift of the next spike against the phase of a small pulse."
    sketch = "0,8 5,7 9,4 13,6 16,12 19,13 24,8; 0,8 24,8"
    findings = (Column("period", "ms"),)
    columns = (Column("phase"), Column("shift"))
    plots = (Plot("phase", ("shift",)),)

    phases: Grid = grid("phases", "", 0.0, 0.975, 40, low=0.0, high=1.0, help="When it comes.")
    current: float = number(
        "current", "µA/cm²", 10.0, -1000.0, 1000.0, "The current under which the neuron fires."
    )
    amplitude: float = number("pulse", "µA/cm²", 2.0, -1000.0, 1000.0, "The pulse's strength.")
    duration: float = number(
        "pulse width", "ms", 0.5, 0.0, 100.0, "How long the pulse lasts.", above=True
    )
    settle: float = number(
        "settled for", "ms", 500.0, 10.0, 60_000.0, "How long the neuron fires before."
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        phases = self.phases.values
        holding = subject.stimulus.holding + self.current
        firing = replace(subject, stimulus=Stimulus(holding=holding))
        run = run_one(firing, firing.stimulus, self.settle, cancelled, counts=True)
        problem = run.problem or _not_steady(run.spikes, holding)
        if problem:
            for index, phase in enumerate(phases.tolist()):
                yield Row(index, {"phase": phase}, problem)
            yield Result("period", "period", None, "ms", "the last interspike interval", problem)
            return
        yield Progress(0.2)
        begins, ends = run.spikes[-2:].tolist()
        period = ends - begins
        yield Result("period", "period", period, "ms", "the last interspike interval")
        shifts = self._shifts(firing, run, begins, period, cancelled)
        for index, (phase, shift) in enumerate(zip(phases.tolist(), shifts, strict=True)):
            missing = "" if np.isfinite(shift) else f"at phase {phase:g}: no spike within 3 periods"
            yield Row(index, {"phase": phase, "shift": float(shift)}, missing)

    def _shifts(
        self, firing: Subject, run: Run, begins: float, period: float, cancelled: Cancelled
    ) -> Array:
        """Return the shift at each phase; runs with and without the pulse start from equal states.

        firing: the neuron in steady firing. run: its run without pulse. begins: the time (ms) of
        the spike at phase 0. period: ms.
        """
        phases = self.phases.values
        start = run.state_at(begins + phases * period)
        # run both: the unperturbed run cancels the errors of the steps
        strengths = np.concatenate([np.zeros(phases.size), np.full(phases.size, self.amplitude)])
        found = run_many(
            firing, pulse(self.duration), 3.0 * period, strengths, start=np.tile(start, 2),
            most_spikes=2, cancelled=cancelled,
        )  # fmt: skip
        without, with_pulse = found.spikes[: phases.size], found.spikes[phases.size :]
        return np.asarray((_next(without, phases) - _next(with_pulse, phases)) / period)


def _next(spikes: Array, phases: Array) -> Array:
    """Return for each phase the spike (ms) that ends the period.

    spikes: (runs, 2). At phase 0 the first spike of a run may be that which begins the period; then
    it is skipped.
    """
    again = (phases < 0.01) & (spikes[:, 0] < 0.1)
    return np.where(again, spikes[:, 1], spikes[:, 0])


def _not_steady(spikes: Array, current: float) -> str:
    """Return a sentence if the intervals between ``spikes`` (ms) are not equal, else ""."""
    if spikes.size < 4:
        return f"does not fire steadily under {current:g} µA/cm²"
    last, before = np.diff(spikes)[[-1, -2]]
    if abs(last - before) > STEADY * last:
        return f"does not fire regularly under {current:g} µA/cm² after this time"
    return ""
