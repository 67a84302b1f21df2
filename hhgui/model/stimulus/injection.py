"""Compute the injected current of each time step of a run.

A method may need the mean over a step, values within it, or polynomials (see ``Rule``). A waveform
is smooth between its edges, the times at which it jumps or bends. Where an edge lies inside a step,
the mean over that step is used, so that the injected charge is right wherever the edge lies.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.polynomial.chebyshev import chebpts1
from numpy.typing import NDArray

from hhgui.model.stimulus.component import EDGE_TOLERANCE_MS, Array
from hhgui.model.stimulus.stimulus import Stimulus

Ints = NDArray[np.int64]
# A run whose stimulus repeats far faster than its steps are is sampled instead.
MOST_EDGES = 2_000_000
# How far from its ends a step is sampled, so that an edge there is on the right side.
_HAIR_MS = 10 * EDGE_TOLERANCE_MS
# Degree of the polynomials that approximate other waveforms; over ``Component.grain`` the error is
# 1e-9 of the amplitude.
DEGREE = 7


class Rule(Enum):
    """Which value of the current I(t) an integration method uses in the step from t_k to t_k+1.

    MEAN: the mean of I(t) over the step, exact in charge. START: I(t_k), as lab courses write
    forward Euler. STAGES: three values, I(t_k), one for the middle, and I(t_k+1); the middle is
    chosen so that Simpson's rule gives the mean, and so equals I(t_k + dt/2) to fourth order.
    PIECES: polynomials that are I(t) itself. In a step with an edge inside, START and STAGES use
    the mean.
    """

    MEAN = "mean"
    START = "start"
    STAGES = "stages"
    PIECES = "pieces"


@dataclass(frozen=True)
class Pieces:
    """The current as polynomials, each over a piece of a step between two edges.

    step: the index of the step to which each piece belongs, shape (pieces,). length: of each piece
    (ms). coefficients: shape (pieces, degree + 1), of powers of the fraction (0 to 1) of the piece.
    """

    step: Ints
    length: Array
    coefficients: Array


def mean_current(stimulus: Stimulus, times: Array) -> Array:
    """Return the mean current (µA/cm²) between each of ``times`` (ms) and the next.

    Returns shape (times - 1,). Noise counts with its mean.
    """
    mean = _smooth_mean(stimulus, times[:-1], times[1:])
    step, start, stop = _split(times, _inner_edges(stimulus, times))
    if step.size:
        charge = _smooth_mean(stimulus, start, stop) * (stop - start)
        first = np.flatnonzero(np.diff(step, prepend=-1))
        split = step[first]
        mean[split] = np.add.reduceat(charge, first) / (times[split + 1] - times[split])
    return mean


def start_current(stimulus: Stimulus, times: Array) -> Array:
    """Return the current (µA/cm²) at the start of each step between neighbouring ``times`` (ms).

    Steps with an edge inside have their mean instead.
    """
    current = stimulus.current_at(times[:-1])
    inside = _steps_of(times, _inner_edges(stimulus, times))
    if inside.size:
        current[inside] = mean_current(stimulus, times)[inside]
    return current


def stage_currents(stimulus: Stimulus, times: Array) -> Array:
    """Return the current (µA/cm²) at start, middle and end of each step, shape (steps, 3).

    The steps lie between neighbouring ``times`` (ms); ``Rule.STAGES`` explains the values.
    """
    mean = mean_current(stimulus, times)
    stages = np.repeat(mean[:, None], 3, axis=1)
    if stimulus.degree == 0:
        return stages
    smooth = np.ones(mean.size, dtype=np.bool_)
    smooth[_steps_of(times, _inner_edges(stimulus, times))] = False
    first = stimulus.current_at(times[:-1] + _HAIR_MS)
    last = stimulus.current_at(times[1:] - _HAIR_MS)
    stages[smooth, 0], stages[smooth, 2] = first[smooth], last[smooth]
    stages[smooth, 1] = (6.0 * mean - first - last)[smooth] / 4.0
    return stages


def pieces(stimulus: Stimulus, times: Array) -> Pieces:
    """Return the current between the first and the last of ``times`` (ms) as polynomials.

    Steps are cut at edges and where one polynomial would not be accurate. Exact for steps and
    ramps.
    """
    inner = _inner_edges(stimulus, times)
    cuts = np.union1d(times, inner) if inner.size else times
    start, stop = cuts[:-1], cuts[1:]
    parts = np.maximum(1, np.ceil((stop - start) / stimulus.grain)).astype(np.int64)
    if parts.max(initial=1) > 1:
        number = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
        length = np.repeat((stop - start) / parts, parts)
        start = np.repeat(start, parts) + number * length
    else:
        length = stop - start
    step = np.searchsorted(times, start + 0.5 * length, side="right") - 1
    degree = DEGREE if stimulus.degree is None else stimulus.degree
    nodes = 0.5 * (1.0 + chebpts1(degree + 1)) if degree else np.array([0.5])
    values = stimulus.current_at(start[:, None] + nodes * length[:, None])
    fit = np.linalg.inv(np.vander(nodes, increasing=True))
    # summed in one order whatever the number of pieces, so that blocks do not matter
    terms = (values[:, j, None] * fit[:, j] for j in range(degree + 1))
    return Pieces(step, length, sum(terms, np.zeros((start.size, degree + 1))))


def middles(stimulus: Stimulus, times: Array) -> tuple[Ints, Array, Array]:
    """Return the value in the middle of each piece between neighbouring ``times`` (ms).

    Steps are cut into pieces at every edge. Returns for each of ``times`` the index of its first
    piece, and for every piece its length (ms) and value, which is exact where the waveform is
    constant and of second order elsewhere.
    """
    inner = _inner_edges(stimulus, times)
    cuts = np.union1d(times, inner) if inner.size else times
    first = np.searchsorted(cuts, times) if inner.size else np.arange(times.size)
    return first, np.diff(cuts), stimulus.current_at(0.5 * (cuts[:-1] + cuts[1:]))


def _smooth_mean(stimulus: Stimulus, start: Array, stop: Array) -> Array:
    """Return the mean (µA/cm²) from each ``start`` to ``stop`` (ms), which have no edge between."""
    middle, half = stimulus.own_time(0.5 * (start + stop)), 0.5 * (stop - start)
    means = (c.mean_between(middle - half, middle + half) for c in stimulus.components)
    return np.asarray(stimulus.holding + sum(means, np.zeros(middle.shape)))


def _inner_edges(stimulus: Stimulus, times: Array) -> Array:
    """Return the edges (ms) inside the steps between ``times`` (ms), not those that equal one."""
    first, last = float(times[0]) - stimulus.origin, float(times[-1]) - stimulus.origin
    period = stimulus.repeat
    if period is None:
        own = [c.edges(first, last) for c in stimulus.components]
        edges = np.concatenate([np.empty(0), *own])
    else:
        own = [c.edges(0.0, period) for c in stimulus.components]
        once = np.concatenate([[0.0], *own])
        once = once[once < period]
        if (last - first) / period * once.size > MOST_EDGES:
            return np.empty(0)
        begun = np.arange(np.floor(first / period), np.ceil(last / period))
        edges = (begun[:, None] * period + once).ravel()
    edges = np.sort(edges) + stimulus.origin
    edges = edges[(edges > times[0]) & (edges < times[-1])]
    if not edges.size:
        return np.empty(0)
    # times are rounded, and far from zero by more than the tolerance of an edge
    near = EDGE_TOLERANCE_MS + 4.0 * float(np.spacing(max(abs(times[0]), abs(times[-1]))))
    after = np.searchsorted(times, edges)
    apart = (edges - times[after - 1] > near) & (times[after] - edges > near)
    distinct = np.diff(edges, prepend=-np.inf) > near
    return np.asarray(edges[apart & distinct])


def _steps_of(times: Array, edges: Array) -> Ints:
    """Return, rising and each once, the indices of the time steps in which the edges lie.

    Step n goes from ``times[n]``, which belongs to it, to ``times[n + 1]``, which does not.
    """
    return np.unique(np.searchsorted(times, edges, side="right") - 1)


def _split(times: Array, edges: Array) -> tuple[Ints, Array, Array]:
    """Cut at ``edges`` (ms) those steps between ``times`` that have edges inside.

    Returns for each piece the index of its step, its start and its stop (ms).
    """
    if not edges.size:
        return np.empty(0, dtype=np.int64), edges, edges
    steps = _steps_of(times, edges)
    start = np.sort(np.concatenate([times[steps], edges]))
    step = np.searchsorted(times, start, side="right") - 1
    last = np.diff(step, append=-1) != 0
    stop = np.append(start[1:], 0.0)
    stop[last] = times[step[last] + 1]
    return step, start, stop
