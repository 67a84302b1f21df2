"""Compute the injected current of each step of a run, noise included, in the form kernels take."""

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
    """Return the current (µA/cm²) in each step between ``times`` (ms), with the noise added.

    The shape is (steps, 1) for the rules MEAN and START and (steps, 3) for STAGES. For PIECES each
    row is one piece of a step: its length (ms), 1 if it is the last piece of the step and else 0,
    and the coefficients of its polynomial. noise: µA/cm², shape (steps,), or 0.
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
    """Return a stimulus that is 1 µA/cm² while ``noise``, a part of ``stimulus``, is on, else 0."""
    return replace(stimulus, components=(noise.gate,), holding=0.0)


def draw(
    stimulus: Stimulus, steps: int, dt: float, step: int, start: Sequence[float]
) -> tuple[list[Array], list[float]]:
    """Draw the noises of ``stimulus`` for ``steps`` steps of ``dt`` (ms) and the step after them.

    step: the number of the first step, counted from time zero. start: the state of each noise in
    that step (its current divided by its sd); noises beyond its length begin at 0. Returns for each
    noise its current (µA/cm²) in each step, shape (steps + 1,), as if it were always on, and its
    state after the steps.
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
