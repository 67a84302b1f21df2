"""Compute the current of each step of a run, in the form that the kernels take, with noise."""

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
    """Return the current (µA/cm²) between ``times`` (ms), including the drawn noise of each step.

    The shape is (steps, 1) for MEAN and START and (steps, 3) for STAGES. For PIECES each row is a
    piece: its length (ms), 1 if it is the last of a step, and its coefficients.
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
    """Return the stimulus that is 1 µA/cm² while ``noise`` is on and 0 otherwise."""
    return replace(stimulus, components=(noise.gate,), holding=0.0)


def draw(
    stimulus: Stimulus, steps: int, dt: float, step: int, start: Sequence[float]
) -> tuple[list[Array], list[float]]:
    """Return the noises before their gates in ``steps`` steps of ``dt`` (ms) and in the next one.

    step: number of the first step; start: the states of the noises in it, for those that have one.
    Returns (steps + 1,) µA/cm² each, and the states after the steps.
    """
    waves, states = [], []
    for i, (noise, key) in enumerate(stimulus.noises):
        from hhgui.engine.loop import ornstein_uhlenbeck

        decay = math.exp(-dt / noise.tau)
        wave = np.empty(steps + 1)
        x = start[i] if i < len(start) else 0.0
        ornstein_uhlenbeck(wave, x, key, step, decay, math.sqrt(1.0 - decay * decay))
        waves.append(noise.sd * wave)
        states.append(float(wave[-1]))
    return waves, states
