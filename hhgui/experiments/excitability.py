"""Measure the excitability of the neuron of a single run: pulse threshold, refractory periods.

The pulse has the width and onset of the run's own first pulse, and is applied from the run's start
state by its method. The refractory periods are those of ``refractory.py``, from rest under the
run's holding current.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.experiments.contract import MeasurementCancelled, Subject
from hhgui.experiments.firing import LONG_STEP_MS, WATCH_MS, PulseSearch
from hhgui.experiments.lanes import NoRestError
from hhgui.experiments.refractory import LONGEST_MS, RECOVERED, recovery_after
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Pulses, Step, Train

# Pulses that test for refractoriness: short beside the period they measure.
TEST_PULSE_MS = 0.5
FIRST_FACTOR, STRONGEST_FACTOR = 2.0, 30.0
# The adaptive method has no lanes; this is as good for a mark, and a hundred times as fast.
IN_LANES, IN_LANES_DT = "crank-nicolson", 0.0125
_PERIODS = {
    "absolute_refractory": "absolute refractory period",
    "relative_refractory": "relative refractory period",
}


class Finding(NamedTuple):
    """One number with its unit, and a sentence about its measurement.

    value: None if it can't be measured; ``how`` then gives the reason.
    """

    key: str
    label: str
    value: float | None
    unit: str
    how: str


def excitability(setup: Setup, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Finding]:
    """Measure the excitability of the neuron of a run and yield the findings one by one.

    Their keys are excitability (µA/cm², threshold of the run's own pulse), absolute_refractory (ms)
    and relative_refractory (ms, its end, counted from the first pulse as well). It ends early once
    ``cancelled()`` is true.
    """
    subject, by = _subject(setup)
    try:
        yield _pulse_threshold(subject, setup, cancelled, by)
        yield from _periods(subject, cancelled, by)
    except MeasurementCancelled:
        return


def _subject(setup: Setup) -> tuple[Subject, str]:
    """Return the run's neuron and integration for the searches, and the integration in words."""
    holding = Stimulus(holding=setup.stimulus.holding)
    subject = Subject(setup.membrane, holding, setup.method, setup.dt, setup.threshold, setup.rearm)
    if METHODS[setup.method].adaptive:
        subject = replace(subject, method=IN_LANES, dt=min(setup.dt, IN_LANES_DT))
        return subject, f"by {METHODS[IN_LANES].label} at dt {subject.dt:g} ms"
    return subject, "by the run's own method and dt"


def _pulse_threshold(
    subject: Subject, setup: Setup, cancelled: Callable[[], bool], by: str
) -> Finding:
    """Return the weakest pulse of the run's own width that fires; by: the integration in words."""
    width, onset, whose = _own_pulse(setup)
    pulse = f"pulse of {width:g} ms ({whose})"
    search = PulseSearch(subject, WATCH_MS, cancelled, from_start=True, onset=onset)
    found = search.threshold(width)
    how = f"the weakest {pulse} that fires from the run's start state, bisected {by}"
    if found.value is None:
        how = f"none for a {pulse}: {found.problem}"
    elif found.problem:
        how = f"{how}; {found.problem}"
    return Finding("excitability", "pulse threshold", found.value, "µA/cm²", how)


def _periods(subject: Subject, cancelled: Callable[[], bool], by: str) -> Iterator[Finding]:
    """Yield the refractory periods; by: the integration in words."""
    try:
        search = PulseSearch(subject, cancelled=cancelled)
        recovery = recovery_after(search, TEST_PULSE_MS, FIRST_FACTOR, LONGEST_MS, STRONGEST_FACTOR)
    except NoRestError as error:
        recovery = f"{error}"
    pulses = f"two pulses of {TEST_PULSE_MS:g} ms from rest, onset to onset, {by}"
    for key, label in _PERIODS.items():
        if isinstance(recovery, str):
            yield Finding(key, label, None, "ms", f"none by {pulses}: {recovery}")
            continue
        absolute = key == "absolute_refractory"
        found = recovery.absolute() if absolute else recovery.relative()
        how = (
            f"the longest interval at which no second pulse up to {STRONGEST_FACTOR:g}× what it "
            f"takes from rest fires a regenerative spike; {pulses}"
            if absolute
            else f"until {RECOVERED:g}× what it takes from rest fires again; {pulses}"
        )
        if isinstance(found, str):
            yield Finding(key, label, None, "ms", f"none: {found}; {pulses}")
        else:
            yield Finding(key, label, found, "ms", how)


def _own_pulse(setup: Setup) -> tuple[float, float, str]:
    """Return width and onset (ms) of the run's first pulse, and words that say so.

    If the run has no pulse, a usual width is taken.
    """
    for part in setup.stimulus.components:
        width = 0.0
        if isinstance(part, Step):
            width = part.stop - part.start
        elif isinstance(part, Pulses):
            width = part.span / 5.0
        elif isinstance(part, Train | Paired):
            width = part.width
        if width >= LONG_STEP_MS:
            return LONG_STEP_MS, part.onset, "as good as the run's own, longer one"
        if width > 0.0:
            return width, part.onset, "as long and as late as the run's own"
    return TEST_PULSE_MS, 0.0, "the run has no pulse of its own"
