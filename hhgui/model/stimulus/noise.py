"""Define noisy currents (µA/cm²); the same seed gives the same noise."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np

from hhgui.model.parameter import Parameter
from hhgui.model.stimulus.component import (
    EDGE_TOLERANCE_MS,
    LIMIT,
    START,
    STOP,
    Array,
    Component,
    between,
    density,
    duration,
)
from hhgui.model.stimulus.waveforms import Step

SEED = Parameter(
    "seed", "seed", "seed", "", 0, 2**31 - 1, 1, 0, "The same seed gives the same noise.",
    whole=True,
)  # fmt: skip


@dataclass(frozen=True)
class Noise(Component):
    """Ornstein-Uhlenbeck current: dI = (mean - I) dt/tau + sd sqrt(2/tau) dW (Uhlenbeck 1930).

    mean, sd: µA/cm²; tau, start, stop: ms. The engine draws the random numbers from ``seed`` step
    by step, and each value holds for a step; ``current_at`` gives only the mean. Components with
    the same seed in one stimulus get different numbers.
    """

    kind = "noise"
    rank = 1
    is_drawn = True
    degree = 0
    label = "Noise (Ornstein–Uhlenbeck)"
    text = "{mean:g} ± {sd:g} µA/cm² · τ {tau:g} ms · {start:g}–{stop:g} ms"
    parameters = (
        density("mean", "mean", "Average current density."),
        Parameter("sd", "sd", "standard deviation", "µA/cm²", 0.0, LIMIT, 0.5, 3,
                  "How far the current strays from its mean."),
        duration("tau", "correlation time τ", "How long the current remembers itself.", True),
        SEED,
        START,
        STOP,
    )  # fmt: skip
    mean: float = 5.0
    sd: float = 3.0
    tau: float = 5.0
    seed: int = 1
    start: float = 0.0
    stop: float = 1000.0

    def current_at(self, time: Array) -> Array:
        return np.where(between(time, self.start, self.stop), self.mean, 0.0)

    @property
    def calm(self) -> "Noise":
        return replace(self, sd=0.0)

    @property
    def gate(self) -> Step:
        """Return a waveform that is 1 µA/cm² while the noise is on, else 0."""
        return Step(1.0, self.start, self.stop)


def _kernel() -> Array:
    """Return the smoothing kernel exp(-t²/5 ms²), t from -10 to 10 ms, divided by its sum."""
    lag = np.arange(-10.0, 10.0, SmoothedNoise.HOLD_MS)
    kernel: Array = np.exp(-(lag**2) / 5.0)
    kernel /= kernel.sum()
    return kernel


@lru_cache(maxsize=4)
def _smoothed(seed: int, samples: int) -> Array:
    """Return ``samples`` values of white noise, smoothed twice with ``_kernel``.

    This is the lecture-7 handout's program; the white noise is standard normal.
    """
    white = np.random.RandomState(seed).normal(size=samples)
    kernel = _kernel()
    once = np.convolve(white, kernel, mode="same")
    smooth: Array = np.convolve(once, kernel, mode="same")
    return smooth


@dataclass(frozen=True)
class SmoothedNoise(Component):
    """Noise of lecture 7: mean + scale * smooth(smooth(white)), each value held for 0.1 ms.

    smooth: convolution with exp(-t²/5 ms²), t from -10 to 10 ms, normalised. white: standard normal
    numbers of NumPy's RandomState(seed), one per 0.1 ms. mean, scale: µA/cm². span: its duration
    (ms). The same seed and span give the same numbers.
    """

    HOLD_MS: ClassVar[float] = 0.1
    kind = "smoothed-noise"
    rank = 1
    degree = 0
    label = "Smoothed noise (lecture 7)"
    text = "{mean:g} + {scale:g} × noise µA/cm² · 0–{span:g} ms"
    parameters = (
        density("mean", "mean", "Average current density."),
        density("scale", "scale", "Current density per unit of the smoothed noise."),
        SEED,
        Parameter("span", "span", "span", "ms", 20.0, 100_000.0, 100.0, 1,
                  "How long the noise is; off afterwards."),
    )  # fmt: skip
    mean: float = 30.0
    scale: float = 30.0
    seed: int = 123
    span: float = 1000.0

    @property
    def sd(self) -> float:
        """Return the standard deviation (µA/cm²), which is 0.112 times ``scale``."""
        kernel = _kernel()
        return abs(self.scale) * float(np.linalg.norm(np.convolve(kernel, kernel)))

    @property
    def calm(self) -> Step:
        return Step(self.mean, 0.0, self.span)

    def edges(self, start: float, stop: float) -> Array:
        first, last = np.clip((start, stop), 0.0, self.span) / self.HOLD_MS
        return np.arange(np.ceil(first), np.floor(last) + 1.0) * self.HOLD_MS

    def current_at(self, time: Array) -> Array:
        wave = _smoothed(self.seed, round(self.span / self.HOLD_MS))
        place = np.floor((time + EDGE_TOLERANCE_MS) / self.HOLD_MS).astype(np.int64)
        held = self.mean + self.scale * wave[np.clip(place, 0, wave.size - 1)]
        return np.where((place >= 0) & (place < wave.size), held, 0.0)
