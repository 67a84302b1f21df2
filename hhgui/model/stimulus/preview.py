"""What a stimulus looks like over a stretch of time, few enough points to draw."""

from dataclasses import dataclass, replace

import numpy as np

from hhgui.model.extremes import extreme_rows
from hhgui.model.stimulus.component import EDGE_TOLERANCE_MS, Array, Component
from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Pulses, Samples, Step, Train

POINTS = 4_000
_MOST_EDGES = 4_000
# Longer noise takes too long to make while somebody turns a knob: only its mean and sd are shown.
LONGEST_NOISE_MS = 5_000.0
_HAIR_MS = 10 * EDGE_TOLERANCE_MS


@dataclass(frozen=True)
class Course:
    """times (ms); current (µA/cm²), where noise is left out its mean; sd of what is left out."""

    times: Array
    current: Array
    sd: Array

    @property
    def noisy(self) -> bool:
        """Whether any noise is shown by its mean and standard deviation."""
        return bool(self.sd.any())

    def range(self, deviations: float) -> tuple[float, float]:
        """Lowest and highest current, noise within so many standard deviations."""
        room = deviations * self.sd
        return float((self.current - room).min()), float((self.current + room).max())

    def thinned(self, columns: int) -> tuple[Array, Array]:
        """Times and current for so many pixels: the lowest and the highest of each, in time."""
        size = -(-self.times.size // max(columns, 1))
        rows = extreme_rows(self.current[np.newaxis], size if size > 2 else 1)
        return self.times[rows], self.current[rows]


def course(stimulus: Stimulus, stop: float) -> Course:
    """The stimulus from its own time 0 until ``stop`` (ms), with the edges of every pulse."""
    parts, noises = [], []
    for component in stimulus.components:
        drawn = _drawn(component)
        parts.append(drawn)
        if drawn is not component or isinstance(component, Noise):
            noises.append(component)
    own = replace(stimulus, components=tuple(parts), origin=0.0)
    period = stop if own.repeat is None else min(own.repeat, stop)
    edges = np.concatenate([_edges(part) for part in own.components] or [np.empty(0)])
    edges = edges[(edges > 0.0) & (edges < period)]
    edges = edges[:: -(-edges.size // _MOST_EDGES) or 1]
    times = np.linspace(0.0, stop, POINTS)
    times = np.union1d(times, np.concatenate([edges - _HAIR_MS, edges]))
    return Course(times, own.current_at(times), _sd(noises, own.own_time(times)))


def _drawn(component: Component) -> Component:
    """The component, or for long smoothed noise its mean."""
    if isinstance(component, SmoothedNoise) and component.span > LONGEST_NOISE_MS:
        return Step(component.mean, 0.0, component.span)
    return component


def _sd(noises: list[Component], own: Array) -> Array:
    """Standard deviation of independent noises together."""
    variance = np.zeros(own.shape)
    for noise in noises:
        if isinstance(noise, Noise):
            variance += (noise.sd * noise.gate_at(own)) ** 2
        elif isinstance(noise, SmoothedNoise):
            variance += noise.sd**2 * (own < noise.span)
    return np.sqrt(variance)


def _edges(component: Component) -> Array:
    """Times (ms) at which the current may jump."""
    if isinstance(component, Samples):
        times, values, ends = component.arrays
        changed = np.flatnonzero((ends[:-1] != values[1:]) | (np.diff(values) != 0.0)) + 1
        jumps: Array = times[np.concatenate([[0], changed, [values.size]])]
        return jumps
    if isinstance(component, Train):
        onsets = component.start + component.interval * np.arange(component.count)
        return np.concatenate([onsets, onsets + component.width])
    if isinstance(component, Pulses):
        return component.span / 5.0 * np.arange(1.0, 5.0)
    if isinstance(component, Paired):
        first = np.array([component.start, component.start + component.interval])
        return np.concatenate([first, first + component.width])
    return np.array([component.onset, component.end])
