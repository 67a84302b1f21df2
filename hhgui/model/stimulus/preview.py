"""Sample a stimulus over a stretch of time, in few enough points to draw."""

from dataclasses import dataclass, replace

import numpy as np

from hhgui.model.extremes import extreme_rows
from hhgui.model.stimulus.component import EDGE_TOLERANCE_MS, Array, Component, between
from hhgui.model.stimulus.stimulus import Stimulus

POINTS = 4_000
_MOST_EDGES = 4_000
# Longer noise takes too long to make during an edit: only its mean and sd are shown.
LONGEST_NOISE_MS = 5_000.0
_HAIR_MS = 10 * EDGE_TOLERANCE_MS


@dataclass(frozen=True)
class Waveform:
    """A sampled stimulus, for the preview: arrays of shape (points,).

    times: ms. current: µA/cm², with noise at its mean. sd: the standard deviation of the noise at
    each time (µA/cm²).
    """

    times: Array
    current: Array
    sd: Array

    @property
    def noisy(self) -> bool:
        """Return whether it has noise that is shown by mean and standard deviation."""
        return bool(self.sd.any())

    def range(self, deviations: float) -> tuple[float, float]:
        """Return the lowest and highest current (µA/cm²) to show.

        deviations: how many standard deviations of the noise are added on either side of its mean.
        """
        room = deviations * self.sd
        return float((self.current - room).min()), float((self.current + room).max())

    def thinned(self, columns: int) -> tuple[Array, Array]:
        """Return times (ms) and current (µA/cm²) with two points, the extremes, per pixel column.

        columns: the number of pixel columns.
        """
        size = -(-self.times.size // max(columns, 1))
        rows = extreme_rows(self.current[np.newaxis], size if size > 2 else 1)
        return self.times[rows], self.current[rows]


def waveform(stimulus: Stimulus, stop: float) -> Waveform:
    """Return samples of the stimulus from 0 to ``stop`` (ms after its origin), with its edges.

    If it has too many edges to draw, every n-th is left out.
    """
    left_out = [c for c in stimulus.components if c.is_drawn or _is_long(c)]
    parts = tuple(c.calm if c in left_out else c for c in stimulus.components)
    own = replace(stimulus, components=parts, origin=0.0)
    period = stop if own.repeat is None else min(own.repeat, stop)
    edges = np.concatenate([np.empty(0), *(part.edges(0.0, period) for part in own.components)])
    edges = edges[(edges > 0.0) & (edges < period)]
    edges = edges[:: -(-edges.size // _MOST_EDGES) or 1]
    times = np.linspace(0.0, stop, POINTS)
    times = np.union1d(times, np.concatenate([edges - _HAIR_MS, edges]))
    return Waveform(times, own.current_at(times), _sd(left_out, own.own_time(times)))


def _is_long(component: Component) -> bool:
    """Return whether a component is noise of which too many numbers would have to be drawn.

    The preview then shows its mean and standard deviation instead.
    """
    return component.sd > 0.0 and component.end - component.onset > LONGEST_NOISE_MS


def _sd(noises: list[Component], own: Array) -> Array:
    """Return the standard deviation (µA/cm²) of the sum of several noises, shape of ``own``.

    own: times (ms) as the components count them. Different noises are independent; a noise that
    occurs several times is the same each time, so that its standard deviations add up.
    """
    together: dict[object, Array] = {}
    for number, noise in enumerate(noises):
        key = number if noise.is_drawn else replace(noise, mean=0.0, scale=0.0)  # type: ignore[type-var]
        spread = noise.sd * between(own, noise.onset, noise.end)
        together[key] = together.get(key, np.zeros(own.shape)) + spread
    return np.sqrt(sum((spread**2 for spread in together.values()), np.zeros(own.shape)))
