"""Measure one action potential: threshold, upstroke, peak, half width, fall and undershoot.

All functions take a sampled trace: times in ms, voltages in mV, slopes dV/dt in mV/ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.spikes import peaks

Array = NDArray[np.float64]
# A trough is over once V has risen this far above it: smaller waves in it are noise.
RECOVERED_MV = 2.0


@dataclass(frozen=True)
class Instant:
    """One moment of a trace: time (ms), voltage (mV) and slope dV/dt (mV/ms)."""

    time: float
    voltage: float
    slope: float


@dataclass(frozen=True)
class Shape:
    """The measurements of one action potential; each is None if the trace does not show it.

    threshold: where dV/dt, on the way up, last rises through the criterion. upstroke, fall: the
    steepest rise and fall. peak: the maximum. half: where V rises and falls through the voltage
    half-way from threshold to peak. undershoot: the lowest V after the spike.
    """

    threshold: Instant | None = None
    upstroke: Instant | None = None
    peak: Instant | None = None
    half: tuple[Instant, Instant] | None = None
    fall: Instant | None = None
    undershoot: Instant | None = None

    @property
    def amplitude(self) -> float | None:
        """Return the height of the peak above the threshold, in mV."""
        if self.threshold is None or self.peak is None:
            return None
        return self.peak.voltage - self.threshold.voltage

    @property
    def half_width(self) -> float | None:
        """Return the width at half the amplitude, in ms."""
        return None if self.half is None else self.half[1].time - self.half[0].time


def slopes(time: ArrayLike, voltage: ArrayLike) -> Array:
    """Return the slope dV/dt (mV/ms) of a trace at each sample, shape (samples,).

    time (ms) and voltage (mV) have the same shape. Central differences are used, whose error is of
    second order.
    """
    return np.asarray(np.gradient(np.asarray(voltage, float), np.asarray(time, float)))


def half_width_over_rest(time: ArrayLike, voltage: ArrayLike, spikes: ArrayLike) -> float:
    """Return how long (ms) V stays above half the height of the first spike.

    The height is counted from V at the first sample, which should be at rest. time (ms), voltage
    (mV): (samples,). spikes: the times (ms) at which spikes cross their detection voltage. Returns
    NaN if there is no spike or the trace ends before the first is over.
    """
    t, v = np.asarray(time, dtype=np.float64), np.asarray(voltage, dtype=np.float64)
    found = np.asarray(spikes, dtype=np.float64)
    if found.size == 0:
        return float("nan")
    stop = int(np.searchsorted(t, found[1])) if found.size > 1 else t.size
    start = int(np.searchsorted(t, found[0]))
    top = start + int(v[start:stop].argmax()) if stop > start else t.size - 1
    level = 0.5 * (v[0] + v[top])
    below = np.flatnonzero(v[:top] < level)
    fallen = top + np.flatnonzero(v[top:] < level)
    if below.size == 0 or fallen.size == 0:
        return float("nan")
    edges = [
        t[row] + (level - v[row]) / (v[row + 1] - v[row]) * (t[row + 1] - t[row])
        for row in (int(below[-1]), int(fallen[0]) - 1)
    ]
    return float(edges[1] - edges[0])


def spike_shape(
    time: ArrayLike,
    voltage: ArrayLike,
    slope: ArrayLike,
    rise: float,
    crossing: float,
    before: float = -np.inf,
    after: float = np.inf,
) -> Shape:
    """Measure the spike that crosses its detection voltage upwards at ``crossing`` (ms).

    time (ms), voltage (mV), slope (mV/ms): (samples,). rise: the slope (mV/ms) that defines the
    threshold. before, after: the times (ms) at which the spikes before and after it cross the
    detection voltage, if there are any.
    """
    trace = _Trace(*(np.asarray(x, dtype=np.float64) for x in (time, voltage, slope)))
    first = int(np.searchsorted(trace.time, before, side="right"))
    start = int(np.searchsorted(trace.time, crossing))
    stop = int(np.searchsorted(trace.time, after))
    if start >= stop:
        return Shape()
    top = start + int(trace.voltage[start:stop].argmax())
    foot = first + int(trace.voltage[first : top + 1].argmin())
    steep = foot + int(trace.slope[foot : top + 1].argmax())
    upstroke, threshold = trace.extreme_slope(steep), trace.onset(foot, steep, rise)
    if top == trace.time.size - 1:  # the run ends before V turns
        return Shape(threshold, upstroke if steep < top else None)
    peak = trace.vertex(top)
    low = top + _trough(trace.voltage[top:stop])
    fast = top + int(trace.slope[top : low + 1].argmin())
    last = trace.time.size - 1
    half = None if threshold is None else trace.halves(foot, top, stop, threshold, peak)
    return Shape(
        threshold, upstroke, peak, half,
        trace.extreme_slope(fast) if fast < last else None,
        trace.vertex(low) if low < last else None,
    )  # fmt: skip


def _trough(voltage: Array) -> int:
    """Return the index of the undershoot, the lowest of the samples of V (mV) from a peak on.

    The search ends where V is RECOVERED_MV above the lowest sample so far: later dips belong to
    something else.
    """
    over = np.flatnonzero(voltage > np.minimum.accumulate(voltage) + RECOVERED_MV)
    return int(voltage[: over[0] if over.size else voltage.size].argmin())


@dataclass(frozen=True)
class _Trace:
    """The samples of a trace: time (ms), voltage (mV) and slope (mV/ms), each (samples,)."""

    time: Array
    voltage: Array
    slope: Array

    def between(self, row: int, fraction: float) -> Instant:
        """Return the point at ``fraction`` (0 to 1) of the way from sample ``row`` to the next.

        Voltage and slope are interpolated linearly.
        """
        columns = (self.time, self.voltage, self.slope)
        return Instant(*(float(x[row] + fraction * (x[row + 1] - x[row])) for x in columns))

    def onset(self, foot: int, steep: int, rise: float) -> Instant | None:
        """Return the last point before the upstroke at which the slope rises through ``rise``.

        rise: mV/ms. foot, steep: the samples between which it lies, the lowest before the spike and
        the steepest. Returns None if the slope does not rise through it there.
        """
        below = np.flatnonzero(self.slope[foot : steep + 1] < rise)
        if below.size == 0 or self.slope[steep] < rise:
            return None
        row = foot + int(below[-1])
        fraction = (rise - self.slope[row]) / (self.slope[row + 1] - self.slope[row])
        return self.between(row, float(fraction))

    def halves(
        self, foot: int, top: int, stop: int, threshold: Instant, peak: Instant
    ) -> tuple[Instant, Instant] | None:
        """Return the points at which V rises and falls through half-way from threshold to peak.

        foot, top: the samples before and at the peak; stop: the sample after the last that may
        belong to the fall. Returns None if V does not fall through it.
        """
        level = 0.5 * (threshold.voltage + peak.voltage)
        lower = np.flatnonzero(self.voltage[foot:top] < level)
        fallen = np.flatnonzero(self.voltage[top:stop] < level)
        if lower.size == 0 or fallen.size == 0:
            return None
        return self._at(foot + int(lower[-1]), level), self._at(top + int(fallen[0]) - 1, level)

    def _at(self, row: int, level: float) -> Instant:
        """Return the point between sample ``row`` and the next at which V is ``level`` (mV)."""
        step = self.voltage[row + 1] - self.voltage[row]
        return self.between(row, float((level - self.voltage[row]) / step))

    def vertex(self, row: int) -> Instant:
        """Return the extremum of V near sample ``row``, from a parabola through 3 samples."""
        at, height = _vertex(self.time, self.voltage, row)
        return Instant(at, height, 0.0)

    def extreme_slope(self, row: int) -> Instant:
        """Return the point of steepest rise or fall near sample ``row``, from a parabola.

        V is interpolated linearly there.
        """
        at, slope = _vertex(self.time, self.slope, row)
        return Instant(at, float(np.interp(at, self.time, self.voltage)), slope)


def _vertex(time: Array, values: Array, row: int) -> tuple[float, float]:
    """Return time (ms) and value of the extremum near sample ``row``.

    It is that of a parabola through three samples, or the sample itself if no parabola fits.
    """
    near = slice(max(row - 1, 0), row + 2)
    for sign in (1.0, -1.0):
        at, height = peaks(time[near], sign * values[near])
        if at.size:
            return float(at[0]), sign * float(height[0])
    return float(time[row]), float(values[row])
