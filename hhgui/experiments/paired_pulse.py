"""Paired pulses: how soon after one spike a neuron can fire the next.

Two equal pulses, the second ``interval`` ms after the first, onset to onset (Hodgkin & Huxley 1952,
"Refractory period"). Strong pulses find the absolute, weak ones the relative period.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hhgui.experiments.bisection import bisect
from hhgui.experiments.pieces import Piece, spike_times
from hhgui.experiments.preparation import at_rest
from hhgui.model.membrane import Membrane

WATCHED_MS = 40.0
INTERVAL_TOLERANCE_MS = 1e-5


@dataclass(frozen=True)
class RefractoryPoint:
    """The shortest interval (ms) between two pulses of ``amplitude`` (µA/cm²) that fire twice."""

    amplitude: float
    interval: float


def paired_pulse_spikes(
    membrane: Membrane,
    amplitude: float,
    interval: float,
    width: float = 0.5,
    watched: float = WATCHED_MS,
    spike: float = 0.0,
) -> int:
    """Spikes of a neuron at rest under two pulses (µA/cm², ms) and ``watched`` ms after them.

    An interval below the width makes one longer pulse. Raises as ``at_rest`` and ``spike_times``.
    """
    pieces = _pair(amplitude, interval, width, watched)
    return int(spike_times(at_rest(membrane), pieces, spike).size)


def refractory_period(
    membrane: Membrane,
    amplitude: float,
    width: float = 0.5,
    longest: float = 100.0,
    spike: float = 0.0,
    tolerance: float = INTERVAL_TOLERANCE_MS,
) -> float:
    """The shortest interval (ms) at which two pulses give two spikes, up to ``longest`` (ms).

    Raises NoThresholdError if ``longest`` gives fewer than two, or touching pulses give two.
    """
    resting = at_rest(membrane)

    def twice(interval: float) -> bool:
        pieces = _pair(amplitude, interval, width, WATCHED_MS)
        return spike_times(resting, pieces, spike).size > 1

    return bisect(twice, width, longest, tolerance)


def refractory_curve(
    membrane: Membrane, amplitudes: Iterable[float], width: float = 0.5, spike: float = 0.0
) -> Iterator[RefractoryPoint]:
    """The refractory period of pulse after pulse strength (µA/cm²), in their order."""
    for amplitude in amplitudes:
        period = refractory_period(membrane, amplitude, width, spike=spike)
        yield RefractoryPoint(amplitude, period)


def _pair(
    amplitude: float, interval: float, width: float, watched: float
) -> tuple[Piece, Piece, Piece, Piece]:
    """Pulse, gap, pulse, silence."""
    first = min(width, interval)
    gap = Piece(0.0, interval - first)
    return Piece(amplitude, first), gap, Piece(amplitude, width), Piece(0.0, watched)
