"""Thresholds of excitation: rheobase, strength-duration curve, chronaxie, displacement.

A neuron at rest gets one rectangular pulse; its strength (or width, or the shock that displaces V)
is bisected between no spike and a spike. Lapicque 1907 named rheobase and chronaxie; Hodgkin &
Huxley 1952, fig. 12, shows the squid's threshold of displacement.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hhgui.document.setup import Setup
from hhgui.experiments.bisection import bisect, bisect_upwards
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Event,
    Experiment,
    Mark,
    Plot,
    ReportProgress,
    Result,
    Row,
    Subject,
)
from hhgui.experiments.firing import WATCH_MS, Found, PulseSearch
from hhgui.experiments.lanes import NoRestError
from hhgui.experiments.lanes import at_rest as resting_of
from hhgui.experiments.pieces import Piece, spike_times
from hhgui.experiments.preparation import at_rest, displaced
from hhgui.experiments.settings import number
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import HOLDING, Stimulus
from hhgui.model.stimulus.waveforms import Step

# How long after a pulse a spike may still come.
WATCHED_MS = 40.0
# A step this long is as good as endless for a single spike.
LONG_STEP_MS = 200.0
AMPLITUDE_TOLERANCE = 1e-6
DURATION_TOLERANCE_MS = 1e-5
SHIFT_TOLERANCE_MV = 1e-6


@dataclass(frozen=True)
class ThresholdPoint:
    """One point of a strength-duration curve: width (ms), strength (µA/cm²), charge (nC/cm²)."""

    duration: float
    amplitude: float

    @property
    def charge(self) -> float:
        """What the threshold pulse carries: amplitude times duration (nC/cm²)."""
        return self.amplitude * self.duration


def pulse_threshold(
    membrane: Membrane,
    duration: float,
    watched: float = WATCHED_MS,
    spike: float = 0.0,
    tolerance: float = AMPLITUDE_TOLERANCE,
) -> float:
    """The weakest pulse (µA/cm²) of ``duration`` (ms) that fires a spike from rest.

    watched: ms without current after it; spike: mV to be crossed. Raises NoThresholdError if no
    pulse up to 10,000 µA/cm² does, or the neuron fires by itself; ValueError if it has no rest.
    """
    resting = at_rest(membrane)

    def fires(amplitude: float) -> bool:
        return _fires(resting, amplitude, duration, watched, spike)

    return bisect_upwards(fires, 1.0, HOLDING.maximum, tolerance)


def rheobase(
    membrane: Membrane,
    duration: float = LONG_STEP_MS,
    spike: float = 0.0,
    tolerance: float = AMPLITUDE_TOLERANCE,
) -> float:
    """The weakest long step (µA/cm²) that fires at least one spike; raises as pulse_threshold."""
    return pulse_threshold(membrane, duration, 0.0, spike, tolerance)


def strength_duration(
    membrane: Membrane, durations: Iterable[float], watched: float = WATCHED_MS, spike: float = 0.0
) -> Iterator[ThresholdPoint]:
    """The strength-duration curve, point by point in the order of ``durations`` (ms)."""
    for duration in durations:
        yield ThresholdPoint(duration, pulse_threshold(membrane, duration, watched, spike))


def chronaxie(
    membrane: Membrane,
    watched: float = WATCHED_MS,
    spike: float = 0.0,
    tolerance: float = DURATION_TOLERANCE_MS,
) -> float:
    """The width (ms) of a pulse whose threshold is twice the rheobase; raises as pulse_threshold.

    Bisected on the width at that strength, which is one search instead of one per width.
    """
    resting, strength = at_rest(membrane), 2.0 * rheobase(membrane, spike=spike)

    def fires(duration: float) -> bool:
        return _fires(resting, strength, duration, watched, spike)

    return bisect_upwards(fires, 1.0, LONG_STEP_MS, tolerance)


def displacement_threshold(
    membrane: Membrane,
    limit: float = 100.0,
    watched: float = WATCHED_MS,
    spike: float = 0.0,
    tolerance: float = SHIFT_TOLERANCE_MV,
) -> float:
    """The smallest sudden depolarisation from rest (mV) that fires a spike, up to ``limit`` (mV).

    The gates stay where they were at rest and no current flows afterwards. Raises as ``bisect``;
    a shift beyond ``spike`` itself is no threshold crossing and counts as no spike.
    """
    resting = at_rest(membrane)
    room = spike - resting.initial_voltage

    def fires(shift: float) -> bool:
        return _fires(displaced(resting, shift), 0.0, watched, 0.0, spike)

    return bisect(fires, 0.0, min(limit, room), tolerance)


def _fires(
    membrane: Membrane, amplitude: float, duration: float, watched: float, spike: float
) -> bool:
    """Whether a pulse, and ``watched`` ms after it, holds a spike."""
    pieces = (Piece(amplitude, duration), Piece(0.0, watched))
    return spike_times(membrane, pieces, spike, enough=1).size > 0


@dataclass(frozen=True)
class Threshold(Experiment):
    """The weakest rectangular pulse that fires from rest, found by bisection.

    All strengths are looked at first, since a strong pulse may block what a weak one fires; then
    each change is bisected. The neuron starts at rest under its holding current.
    """

    id = "threshold"
    title = "Pulse threshold"
    group = "Excitability"
    summary = "The weakest pulse of one width that fires, bisected trial by trial."
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
    """The single run, from rest, of one pulse that begins 5 ms after the start."""
    holding = subject.stimulus.holding
    resting = replace(subject, membrane=resting_of(subject))
    stimulus = Stimulus((Step(strength, _LEAD_MS, _LEAD_MS + width),), holding)
    return resting.setup(stimulus, _LEAD_MS + width + watch)


_LEAD_MS = 5.0
_TOLERANCE = 1e-6
