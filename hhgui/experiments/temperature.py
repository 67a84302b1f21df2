"""Find how temperature moves the Hopf points, and where it ends steady oscillation.

Temperature multiplies every gate's rates by phi = Q10**((T - T_ref)/10). It does not move
equilibria but changes their stability.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hhgui.analysis.action_potential import half_width_over_rest
from hhgui.analysis.stability import hopf_points, most_unstable
from hhgui.document.setup import Setup
from hhgui.experiments.adaptation import rate_at_the_end
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Experiment,
    Plot,
    ReportProgress,
    Subject,
    never,
)
from hhgui.experiments.events import Event, Result, Row, Trace
from hhgui.experiments.firing import PulseSearch
from hhgui.experiments.lanes import NoRestError, pulse, run_many, run_one
from hhgui.experiments.settings import Grid, grid, number
from hhgui.experiments.threshold import pulse_run
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step


def at_temperature(membrane: Membrane, temperature: float) -> Membrane:
    """Return a copy of the membrane at ``temperature`` (°C).

    Raises ValueError if it has no reference temperature, ModelError outside -20 to 60 °C.
    """
    if membrane.temperature is None:
        raise ValueError(f"{membrane.name}: without a reference temperature warmth has no effect")
    return replace(membrane, temperature=temperature)


def merging_temperature(
    membrane: Membrane, low: float, high: float, cancelled: Cancelled = never
) -> float | None:
    """Return the temperature (°C) above which no equilibrium is unstable, or None.

    At this temperature the last two Hopf points merge; it is found by bisection to 1e-7 °C between
    ``low`` and ``high``. None if the equilibria do not become stable in that range, or if
    cancelled.
    """

    def is_stable(temperature: float) -> bool:
        return most_unstable(at_temperature(membrane, temperature))[1] < 0.0

    if is_stable(low) or not is_stable(high):
        return None
    while high - low > 1e-7:
        if cancelled():
            return None
        middle = 0.5 * (low + high)
        low, high = (low, middle) if is_stable(middle) else (middle, high)
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Temperature(Experiment):
    """Spike height, half width, threshold, firing rate and Hopf points against temperature.

    At each temperature the neuron starts from rest, or at its start state if it fires without a
    stimulus. Measured are: the weakest pulse that fires; the spike under a multiple of this pulse
    (height: peak over rest; half width: at half that height); the steady rate under a step, from
    its last five interspike intervals; and the lowest and the highest Hopf point, between which the
    equilibrium is unstable.
    """

    id = "temperature"
    title = "Temperature"
    group = "Compare"
    summary = "Spike, threshold, rate of firing and Hopf points against temperature."
    sketch = "0,2 3,2 5,15 9,1 12,2; 12,2 15,2 16,10 18,1 20,2 24,2"
    columns = (
        Column("temperature", "°C"), Column("amplitude", "mV", "spike height"),
        Column("half_width", "ms", "half width"), Column("threshold", "µA/cm²"),
        Column("rate", "Hz", "steady rate"), Column("hopf_low", "µA/cm²", "lower Hopf point"),
        Column("hopf_high", "µA/cm²", "upper Hopf point"),
    )  # fmt: skip
    plots = (
        Plot("temperature", ("amplitude",)),
        Plot("temperature", ("half_width",)),
        Plot("temperature", ("threshold",)),
        Plot("temperature", ("rate",)),
        Plot("temperature", ("hopf_low", "hopf_high")),
        Plot("time", ("V",), style="family", color="temperature"),
    )

    temperatures: Grid = grid(
        "temperatures", "°C", 0.0, 30.0, 16, low=-20.0, high=60.0, help="The temperatures."
    )
    duration: float = number(
        "pulse width", "ms", 0.5, 0.0, 1000.0, "How long the pulse lasts.", above=True
    )
    strength: float = number(
        "pulse", "× threshold", 1.5, 1.0, 100.0, "How strong the pulse is that evokes the spike.",
        above=True,
    )  # fmt: skip
    current: float = number(
        "step", "µA/cm²", 10.0, -1000.0, 1000.0, "The step under which the rate is measured."
    )
    step: float = number(
        "step length", "ms", 500.0, 0.0, 60_000.0, "How long that step lasts.", above=True
    )

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        temperatures = self.temperatures.values
        for index, temperature in enumerate(temperatures.tolist()):
            try:
                membrane = at_temperature(subject.membrane, temperature)
            except ValueError as error:
                raise ModelError("temperature", str(error)) from None
            warm = replace(subject, membrane=membrane)
            yield from self._at(index, temperature, warm, cancelled)
            progress((index + 1) / temperatures.size)
        low, high = float(temperatures.min()), float(temperatures.max())
        merging = merging_temperature(subject.membrane, low, high, cancelled)
        if cancelled():
            return
        how = "where the largest growth rate of all equilibria falls through zero"
        problem = f"the equilibria do not become stable between {low:g} and {high:g} °C"
        yield Result(
            "merging", "Hopf points merge", merging, "°C", how, problem if merging is None else ""
        )

    def _at(
        self, index: int, temperature: float, subject: Subject, cancelled: Cancelled
    ) -> Iterator[Event]:
        """Yield the trace and the row of one temperature (°C).

        index: of the row, from 0.
        """
        values: dict[str, float | None] = {"temperature": temperature}
        hopfs = [point.current for point in hopf_points(subject.membrane)]
        values["hopf_low"], values["hopf_high"] = min(hopfs, default=None), max(hopfs, default=None)
        try:
            search = PulseSearch(subject, cancelled=cancelled)
        except NoRestError as error:
            values["rate"], why = self._rate(subject, cancelled)
            problem = "; ".join(filter(None, (str(error), why)))
            yield Row(index, values, f"at {temperature:g} °C: {problem}")
            return
        values["rate"], why = self._rate(search.resting, cancelled)
        found = search.threshold(self.duration)
        values["threshold"] = found.value
        if found.value is None:
            problem = "; ".join(filter(None, (found.problem, why)))
            yield Row(index, values, f"at {temperature:g} °C: {problem}")
            return
        strength = self.strength * found.value
        stimulus = Stimulus((Step(strength, 0.0, self.duration),), subject.stimulus.holding)
        run = run_one(search.resting, stimulus, self.duration + search.watch, cancelled)
        stop = int(np.searchsorted(run.times, run.spikes[1])) if run.spikes.size > 1 else None
        values["amplitude"] = float(run.voltage[:stop].max()) - float(search.state[0])
        values["half_width"] = half_width_over_rest(run.times, run.voltage, run.spikes)
        yield Trace(index, f"{temperature:g} °C", run.times, run.voltage)
        problem = "; ".join(filter(None, (run.problem, why)))
        yield Row(index, values, problem and f"at {temperature:g} °C: {problem}")

    def _rate(self, subject: Subject, cancelled: Cancelled) -> tuple[float | None, str]:
        """Return the steady rate (Hz) under the step, 0 without a spike, or None and why."""
        out = run_many(
            subject, pulse(self.step), self.step, self.current, most_spikes=4096,
            cancelled=cancelled, counts=True,
        )  # fmt: skip
        spikes = out.spikes[0][np.isfinite(out.spikes[0])]
        return rate_at_the_end(spikes, self.step) if spikes.size else (0.0, "")

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        temperature, threshold = row.values["temperature"], row.values.get("threshold")
        if temperature is None or threshold is None:
            return None
        warm = replace(subject, membrane=at_temperature(subject.membrane, temperature))
        return pulse_run(warm, self.duration, self.strength * threshold, 40.0)
