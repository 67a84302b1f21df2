"""What experiments tell of a run's neuron: how strong a pulse it takes, and how soon the next.

From rest under the run's holding current, by the adaptive method: ``threshold.pulse_threshold``
and ``paired_pulse.refractory_period``. It takes a quarter of a second.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hhgui.analysis.fixed_points import resting_potential
from hhgui.analysis.stability import growth_rate
from hhgui.document.setup import Setup
from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.paired_pulse import refractory_period
from hhgui.experiments.pieces import Piece, RunEndedEarlyError, spike_times
from hhgui.experiments.preparation import at_rest
from hhgui.experiments.threshold import LONG_STEP_MS, WATCHED_MS, pulse_threshold
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.waveforms import Paired, Pulses, Step, Train

# Pulses that test for refractoriness: short beside the period they measure.
TEST_PULSE_MS = 0.5
# A pulse this much stronger than the weakest takes V this far beyond the spike's detection.
STRONGER, STANDS_OUT_MV = 1.01, 5.0
ABSOLUTE_FACTOR, RELATIVE_FACTOR = 4.0, 2.0
TOO_STIFF = "under so strong a pulse the adaptive method, which looks for it, gives up"
_REFRACTORY = {
    "absolute_refractory": ("absolute refractory period", ABSOLUTE_FACTOR),
    "relative_refractory": ("relative refractory period", RELATIVE_FACTOR),
}


class Finding(NamedTuple):
    """One number and its unit, None if there is none, and how it was found or why not."""

    key: str
    label: str
    value: float | None
    unit: str
    how: str


def excitability(setup: Setup, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Finding]:
    """The findings one by one; ends early once ``cancelled()`` is true.

    Keys: excitability (µA/cm², for a pulse as long as the setup's own), absolute_refractory and
    relative_refractory (ms, onset to onset of two 0.5 ms pulses of 4 and 2 times their threshold).
    """
    width, whose = _own_pulse(setup)
    try:
        membrane = _held(setup)
    except ValueError as error:
        yield Finding("excitability", "pulse threshold", None, "µA/cm²", f"none: {error}")
        for key, (label, _) in _REFRACTORY.items():
            yield Finding(key, label, None, "ms", f"none: {error}")
        return
    if not cancelled():
        yield _pulse_threshold(membrane, setup.threshold, width, whose)
    for key in _REFRACTORY:
        if not cancelled():
            yield _refractory_period(key, membrane, setup.threshold)


def _pulse_threshold(membrane: Membrane, spike: float, width: float, whose: str) -> Finding:
    how = f"the weakest pulse of {width:g} ms ({whose}) that fires from rest, by bisection"
    weakest = None
    try:
        weakest = _all_or_none(membrane, spike, width)
    except RunEndedEarlyError:
        how = f"none for a pulse of {width:g} ms ({whose}): {TOO_STIFF}"
    except ValueError as error:
        how = f"none for a pulse of {width:g} ms ({whose}): {error}"
    return Finding("excitability", "pulse threshold", weakest, "µA/cm²", how)


def _refractory_period(key: str, membrane: Membrane, spike: float) -> Finding:
    label, factor = _REFRACTORY[key]
    pulses, period = f"two pulses of {TEST_PULSE_MS:g} ms", None
    try:
        strength = factor * _all_or_none(membrane, spike, TEST_PULSE_MS)
        period = refractory_period(membrane, strength, TEST_PULSE_MS, spike=spike)
    except NoThresholdError:
        how = f"none: {pulses}, {factor:g} times their threshold, fire twice at once or not at all"
    except RunEndedEarlyError:
        how = f"none by {pulses}: {TOO_STIFF}"
    except ValueError as error:
        how = f"none by {pulses}: {error}"
    else:
        how = (
            f"the shortest interval, onset to onset, at which {pulses} and {strength:.4g} µA/cm², "
            f"{factor:g} times their threshold, fire twice from rest"
        )
    return Finding(key, label, period, "ms", how)


def _all_or_none(membrane: Membrane, spike: float, width: float) -> float:
    """The weakest pulse (µA/cm²) of ``width`` (ms) that fires a spike which stands out.

    Raises ValueError where the response is graded: just enough current barely reaches ``spike``.
    """
    try:
        weakest = pulse_threshold(membrane, width, spike=spike)
    except NoThresholdError:
        raise ValueError("it fires without a pulse, or under none") from None
    pieces = Piece(weakest * STRONGER, width), Piece(0.0, WATCHED_MS)
    if spike_times(at_rest(membrane), pieces, spike + STANDS_OUT_MV, enough=1).size == 0:
        raise ValueError(f"V passes {spike:g} mV by as much as is injected, not all or none")
    return weakest


def _own_pulse(setup: Setup) -> tuple[float, str]:
    """The width (ms) of the run's own first pulse, and whose it is."""
    for part in setup.stimulus.components:
        width = 0.0
        if isinstance(part, Step):
            width = part.stop - part.start
        elif isinstance(part, Pulses):
            width = part.span / 5.0
        elif isinstance(part, Train | Paired):
            width = part.width
        if width >= LONG_STEP_MS:
            return LONG_STEP_MS, "as good as the run's own, longer one"
        if width > 0.0:
            return width, "as long as the run's own"
    return TEST_PULSE_MS, "the run has no pulse of its own"


def _held(setup: Setup) -> Membrane:
    """The membrane with the holding current built in. Raises ValueError if it has no rest."""
    membrane, holding = setup.membrane, setup.stimulus.holding
    if holding:
        membrane = _leaking(membrane, holding)
    rest = resting_potential(membrane)
    if float(growth_rate(membrane, rest)) > 0.0:
        raise ValueError(f"the neuron does not stay at rest; {rest:.4g} mV is unstable")
    return membrane


def _leaking(membrane: Membrane, holding: float) -> Membrane:
    """The same equation with ``holding`` (µA/cm²) in the leak: g(V − E) − I = g(V − (E + I/g))."""
    for current in membrane.currents:
        if current.conductance > 0.0 and all(gate.power == 0 for gate in current.gates):
            shifted = current.reversal + holding / current.conductance
            try:
                return membrane.with_current(current.name, reversal=shifted)
            except ModelError:
                problem = "the holding current is too strong for this membrane's leak"
                raise ValueError(problem) from None
    raise ValueError("this membrane has no leak, in which a holding current could be built")
