"""Analyse traces and spike trains: peaks, intervals and the steady rate.

Traces are voltages (mV) sampled at even or uneven times (ms).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def peaks(time: ArrayLike, voltage: ArrayLike, above: float = -np.inf) -> tuple[Array, Array]:
    """Return times (ms) and heights (mV) of the local maxima above ``above`` (mV), shapes (n,).

    Each is the vertex of the parabola through its sample and the two beside it: a squid spike's
    height is right to 4e-5 mV where samples are 0.005 ms apart, to 2e-3 at 0.02 ms. A flat top
    counts once. time, voltage: shape (samples,). Raises ValueError if their shapes differ.
    """
    t, v = _trace(time, voltage)
    at = 1 + np.flatnonzero((v[1:-1] > v[:-2]) & (v[1:-1] >= v[2:]))
    before, after = t[at - 1] - t[at], t[at + 1] - t[at]
    rise, fall = (v[at - 1] - v[at]) / before, (v[at + 1] - v[at]) / after
    bend = (fall - rise) / (after - before)
    slope = rise - bend * before
    times, heights = t[at] - slope / (2.0 * bend), v[at] - slope * slope / (4.0 * bend)
    kept = heights > above
    return times[kept], heights[kept]


def instantaneous_rate(spikes: Sequence[float], now: float, since: float | None = None) -> float:
    """Return the firing rate (Hz) at ``now`` (ms) from the last two spikes: 1 / their interval.

    spikes: times (ms), rising. It is 0 if there are fewer than two, or if no spike has come for
    twice that interval, so that the neuron has stopped firing. since: the time (ms) of the last
    change of the stimulus, or None; an interval that began before does not count.
    """
    if len(spikes) < 2 or (since is not None and spikes[-2] < since):
        return 0.0
    interval = spikes[-1] - spikes[-2]
    return 1000.0 / interval if now - spikes[-1] <= 2.0 * interval else 0.0


def intervals(spikes: ArrayLike) -> Array:
    """Return the inter-spike intervals (ms) of rising spike times (ms), shape (spikes - 1,)."""
    return np.diff(np.asarray(spikes, dtype=np.float64))


def steady_rate(spikes: ArrayLike) -> float:
    """Return the mean rate (Hz): the number of intervals divided by the time they span.

    spikes: times (ms), rising. Raises ValueError for fewer than two.
    """
    times = np.asarray(spikes, dtype=np.float64)
    if times.size < 2:
        raise ValueError("a rate needs at least two spikes")
    return float(1000.0 * (times.size - 1) / (times[-1] - times[0]))


def _trace(time: ArrayLike, voltage: ArrayLike) -> tuple[Array, Array]:
    """Return time and voltage as arrays. Raises ValueError if their shapes differ."""
    t, v = np.asarray(time, dtype=np.float64), np.asarray(voltage, dtype=np.float64)
    if t.ndim != 1 or t.shape != v.shape:
        raise ValueError(f"a trace needs one voltage per time, not {v.shape} for {t.shape}")
    return t, v
