"""The current of each step of a run, as the kernels take it, and its noise."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hhgui.model.stimulus.injection import (
    Rule,
    mean_current,
    pieces,
    stage_currents,
    start_current,
)
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]


def drive_of(rule: Rule, stimulus: Stimulus, times: Array, noise: Array | float) -> Array:
    """The current (µA/cm²) between ``times`` (ms), the drawn noise of each step added.

    (steps, 1) by MEAN and START, (steps, 3) by STAGES; by PIECES a row a piece: its length (ms), 1
    for the last one of a step, and its coefficients.
    """
    if rule is Rule.PIECES:
        parts = pieces(stimulus, times)
        parts.coefficients[:, 0] += np.broadcast_to(noise, times.size - 1)[parts.step]
        last: Array = (np.diff(parts.step, append=-1) != 0).astype(np.float64)
        rows: Array = np.column_stack([parts.length, last, parts.coefficients])
        return rows
    if rule is Rule.STAGES:
        stages: Array = stage_currents(stimulus, times) + np.reshape(noise, (-1, 1))
        return stages
    current = mean_current if rule is Rule.MEAN else start_current
    column: Array = np.reshape(current(stimulus, times) + noise, (-1, 1))
    return column


def noise_gate(stimulus: Stimulus, noise: Noise) -> Stimulus:
    """1 µA/cm² where a noise of the stimulus is on."""
    return replace(stimulus, components=(noise.gate,), holding=0.0)


def draw(
    stimulus: Stimulus, times: Array, dt: float, step: int, start: Sequence[float]
) -> tuple[list[Array], list[float]]:
    """What each noise is times its standard deviation in the steps from ``times``, gate aside.

    step: number of the first step; start: the noises' states in it, as far as there are any.
    Returns (steps,) µA/cm² each, and the states at the last of ``times``.
    """
    waves, states = [], []
    for i, (noise, key) in enumerate(stimulus.noises):
        from hhgui.engine.loop import ornstein_uhlenbeck

        decay = math.exp(-dt / noise.tau)
        wave = np.empty(times.size)
        x = start[i] if i < len(start) else 0.0
        ornstein_uhlenbeck(wave, x, key, step, decay, math.sqrt(1.0 - decay * decay))
        waves.append(noise.sd * wave[:-1])
        states.append(float(wave[-1]))
    return waves, states
