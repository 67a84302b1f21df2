"""Measure hysteresis with slow ramps up and down: where firing begins and where it ends."""

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
from hhgui.experiments.lanes import NoRestError, at_rest, run_one
from hhgui.experiments.settings import number
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp

Array = NDArray[np.float64]
DOWN, UP = 0.0, 1.0
# How long after the ramp a neuron is watched that may go on firing (ms).
TAIL_MS = 500.0
MOST_STEPS = 5_000_000


@dataclass(frozen=True)
class Hysteresis(Experiment):
    """The firing rate on a slow current ramp up and down again, from rest.

    Where rest and firing are both stable the way up and the way down differ. On the way up a slow
    ramp fires later than rest loses its stability, since the state lingers near it (delayed
    bifurcation; Baer, Erneux & Rinzel 1989, SIAM J Appl Math 49:55). How much later depends on the
    smallest disturbance, and the last spike on the way down depends on the phase of firing at which
    the ramp reaches the end of firing.
    """

    id = "hysteresis"
    title = "Hysteresis"
    group = "Firing"
    summary = "The rate of firing on a slow ramp of current, up and down again."
    sketch = "0,1 15,1 15,11 24,13; 6,1 6,8 15,11"
    findings = (
        Column("onset", "µA/cm²"),
        Column("offset", "µA/cm²"),
    )
    columns = (
        Column("current", "µA/cm²"), Column("rate", "Hz"),
        Column("direction", words=("down", "up")),
    )  # fmt: skip
    plots = (
        Plot("current", ("rate",), style="points", color="direction",
             marks=(Mark("x", ("onset",)), Mark("x", ("offset",)))),
    )  # fmt: skip

    top: float = number(
        "ramp up to", "µA/cm²", 15.0, 0.0, 1000.0, "The strongest current.", above=True
    )
    slope: float = number(
        "slope", "µA/cm²/ms", 0.005, 0.0, 10.0, "How fast the current rises and falls.",
        above=True, decimals=5,
    )  # fmt: skip

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        length = self.top / self.slope
        if 2.0 * length / subject.dt > MOST_STEPS:
            problem = f"the ramp must take at most {MOST_STEPS} steps of dt: choose a steeper slope"
            raise ModelError("slope", problem)
        try:
            resting = replace(subject, membrane=at_rest(subject))
        except NoRestError as error:
            yield from self._results(np.empty(0), str(error))
            return
        ramp = self._ramp(subject)
        run = run_one(resting, ramp, 2.0 * length + TAIL_MS, cancelled, counts=True)
        spikes = run.spikes[run.spikes < 2.0 * length]
        same_way = (spikes[1:] < length) == (spikes[:-1] < length)
        middles = (0.5 * (spikes[1:] + spikes[:-1]))[same_way]
        rates = 1000.0 / np.diff(spikes)[same_way]
        for index, (at, rate) in enumerate(zip(middles.tolist(), rates.tolist(), strict=True)):
            direction = UP if at < length else DOWN
            values = {"current": self._current(at), "rate": rate, "direction": direction}
            yield Row(index, values)
        yield from self._results(run.spikes, run.problem)

    def _results(self, spikes: Array, problem: str) -> Iterator[Result]:
        """Yield the currents at which firing begins on the way up and ends on the way down.

        spikes: ms. problem: why the run ended early, or "".
        """
        length = self.top / self.slope
        up, down = spikes[spikes < length], spikes[spikes >= length]
        never = problem or f"no spike on this way of a ramp to {self.top:g} µA/cm²"
        lasts = "" if not down.size or down[-1] < 2.0 * length else (
            "fires on when the ramp is over, at the holding current: no last spike"
        )  # fmt: skip
        ramp = f"of a ramp of {self.slope:g} µA/cm²/ms to {self.top:g} µA/cm² and back, from rest"
        for key, label, found, how, missing in (
            ("onset", "first spike on the way up", up[:1], f"the first spike {ramp}", ""),
            ("offset", "last spike on the way down", down[-1:], f"the last spike {ramp}",
             lasts or problem),
        ):  # fmt: skip
            value = self._current(float(found[0])) if found.size and not missing else None
            why = missing or ("" if found.size else never)
            yield Result(key, label, value, "µA/cm²", how, why)

    def _current(self, time: float) -> float:
        """Return the current (µA/cm²) of the ramp at ``time`` (ms)."""
        return self.top - self.slope * abs(time - self.top / self.slope)

    def _ramp(self, subject: Subject) -> Stimulus:
        """Return the ramp up and down as a stimulus."""
        length = self.top / self.slope
        parts = Ramp(0.0, self.top, 0.0, length), Ramp(self.top, 0.0, length, 2.0 * length)
        return Stimulus(parts, subject.stimulus.holding)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        try:
            resting = replace(subject, membrane=at_rest(subject))
        except NoRestError:
            return None
        return resting.setup(self._ramp(subject), 2.0 * self.top / self.slope)
