"""Compute an ideal voltage clamp: at a fixed voltage every gate relaxes exponentially.

    x(t) = x_inf(V1) + (x_inf(V0) - x_inf(V1)) exp(-t phi/tau(V1))
    I_c(t) = g_c prod(x(t)**p) (V1 - E_c)

after a step from V0 to V1 at t = 0 (Hodgkin & Huxley 1952, eqs. 8, 11, 17-19). It is exact: nothing
is integrated. A ramp is followed in many small steps, extrapolated to none. The capacitive current
of a step or a ramp is left out, as an ideal clamp supplies it. Currents are outward positive.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.kinetics import relaxation_rates, steady_gates
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
_LOOKS = 401  # times at which a current is looked at before its peak is refined
_CLOSER_LOOKS = 17  # in each refinement, which makes the bracket an eighth
_REFINEMENTS = 7  # of the bracket, to 5e-7 of its width
_FINEST_RAMP_MS, _FEWEST_PIECES, _MOST_PIECES = 0.02, 1_000, 4_000  # of a ramp


@dataclass(frozen=True, eq=False)
class Peaks:
    """The largest absolute currents: ``value`` (µA/cm²) at ``time`` (ms) since the step."""

    value: Array
    time: Array


@dataclass(frozen=True, eq=False)
class Family:
    """The sweeps of an ideal voltage clamp; each goes through several steps or ramps of voltage.

    hold: the voltage (mV) before the first segment, one number or one per sweep; it was held for so
    long that every gate is at its steady state. voltages (mV) at the beginnings of the segments,
    durations (ms), rises (mV/ms): shape (sweeps, segments); a segment that rises is a ramp; None:
    there is none. Segments are numbered from 0. Raises ValueError if the shapes differ or a
    duration is negative.
    """

    membrane: Membrane
    hold: float | Array
    voltages: Array
    durations: Array
    rises: Array | None = None

    def __post_init__(self) -> None:
        same = self.rises is None or self.rises.shape == self.voltages.shape
        if self.voltages.ndim != 2 or self.voltages.shape != self.durations.shape or not same:
            raise ValueError("voltages and durations must be (sweeps, segments), and so rises")
        if not (self.durations >= 0.0).all():
            raise ValueError("a segment can't last less than 0 ms")

    @property
    def sweeps(self) -> int:
        """Return the number of sweeps."""
        return int(self.voltages.shape[0])

    def gates(self, segment: int, time: ArrayLike) -> Array:
        """Return every gate at ``time`` (ms) since ``segment`` began, shape (gates, sweeps, times).

        ``time`` has the shape (times,), or (sweeps, times) if it differs between the sweeps.
        """
        times = np.broadcast_to(np.asarray(time, dtype=np.float64), self._shape(time))
        if self._is_ramp(segment):
            return self._on_path(segment, times)
        start, end, rate = (part[:, :, None] for part in self._relaxation(segment))
        return np.asarray(end + (start - end) * _decay(rate, times))

    def volts(self, segment: int, time: ArrayLike) -> Array:
        """Return the command (mV) in ``segment``, which V equals, at times (ms since it began).

        time: (times,) or (sweeps, times). The result has the shape (sweeps, times).
        """
        volts = np.broadcast_to(self.voltages[:, segment, None], self._shape(time))
        if self.rises is None or not self._is_ramp(segment):
            return volts
        return np.asarray(volts + self.rises[:, segment, None] * np.asarray(time))

    def times(self, segment: int, points: int) -> Array:
        """Return times (ms) at which a segment is drawn, closest at a step, (sweeps, points)."""
        places = np.linspace(0.0, 1.0, points)
        closest = places if self._is_ramp(segment) else places**2
        return np.asarray(closest * self.durations[:, segment, None])

    def read(self, segment: int, time: ArrayLike) -> tuple[Array, Array]:
        """Return V (mV) and every ionic current (µA/cm²) in ``segment``.

        time: ms since it began, as for ``gates``.
        """
        volts = self.volts(segment, time)
        return volts, self.membrane.ionic_currents(volts, self.gates(segment, time))

    def currents(self, segment: int, time: ArrayLike) -> Array:
        """Return each ionic current (µA/cm²) in a segment, shape (currents, sweeps, times).

        time: ms since ``segment`` began, shape (times,) or (sweeps, times).
        """
        return self.read(segment, time)[1]

    def peaks(self, segment: int, window: tuple[float, float] | None = None) -> Peaks:
        """Return the largest absolute value of each current in a segment, shape (currents, sweeps).

        window: the times (ms since the segment began) between which it is sought, ends included;
        None: the whole segment. The beginning means the instant just after the step.
        """
        start, stop = within(self.durations[:, segment], window)
        looks = start[:, None] + np.linspace(0.0, 1.0, _LOOKS) ** 2 * (stop - start)[:, None]
        return largest(partial(self.currents, segment), looks)

    def ends(self) -> Array:
        """Return each current (µA/cm²) at every segment's end: (currents, sweeps, segments)."""
        rises = 0.0 if self.rises is None else self.rises
        volts = self.voltages + rises * self.durations
        return self.membrane.ionic_currents(volts, self._gates[..., 1:])

    def _relaxation(self, segment: int) -> tuple[Array, Array, Array]:
        """Return start, end and rate (1/ms) of every gate in a segment, each (gates, sweeps)."""
        aims, rates = self._aims
        return self._gates[..., segment], aims[..., segment], rates[..., segment]

    @cached_property
    def _aims(self) -> tuple[Array, Array]:
        """Return steady state and rate (1/ms) of every gate, each (gates, sweeps, segments)."""
        membrane, volts = self.membrane, self.voltages
        return steady_gates(membrane, volts), relaxation_rates(membrane, volts)

    @cached_property
    def _gates(self) -> Array:
        """Return the gates at the start and after each segment, (gates, sweeps, segments + 1)."""
        aims, rates = self._aims
        left = _decay(rates, self.durations)
        found = np.empty((*aims.shape[:2], aims.shape[2] + 1))
        found[..., 0] = steady_gates(self.membrane, np.broadcast_to(self.hold, (self.sweeps,)))
        for place in range(aims.shape[2]):
            begin, aim = found[..., place], aims[..., place]
            if self._is_ramp(place):
                self._paths[place] = self._followed(place, begin)
                found[..., place + 1] = self._paths[place][..., -1]
            else:
                found[..., place + 1] = aim + (begin - aim) * left[..., place]
        return found

    # Ramps

    def _is_ramp(self, segment: int) -> bool:
        return self.rises is not None and bool(self.rises[:, segment].any())

    @cached_property
    def _paths(self) -> dict[int, Array]:
        """Hold every gate along each ramp, (gates, sweeps, pieces + 1)."""
        return {}

    def _followed(self, segment: int, begin: Array) -> Array:
        """Return every gate at evenly spaced times of a ramp, (gates, sweeps, pieces + 1).

        segment: the index of the ramp.
        """
        longest = float(self.durations[:, segment].max())
        count = int(np.clip(longest / _FINEST_RAMP_MS, _FEWEST_PIECES, _MOST_PIECES))
        coarse, fine = (self._in_pieces(segment, begin, n) for n in (count, 2 * count))
        found = (4.0 * fine[..., ::2] - coarse) / 3.0
        at_once = [gate.instantaneous for gate in self.membrane.gates]
        if any(at_once):
            time = np.linspace(0.0, 1.0, count + 1) * self.durations[:, segment, None]
            found[at_once] = steady_gates(self.membrane, self.volts(segment, time))[at_once]
        return np.asarray(found)

    def _in_pieces(self, segment: int, begin: Array, count: int) -> Array:
        lengths = self.durations[:, segment, None] / count
        volts = self.volts(segment, (np.arange(count) + 0.5) * lengths)
        left = _decay(relaxation_rates(self.membrane, volts), lengths)
        added = steady_gates(self.membrane, volts) * (1.0 - left)
        reach = 1
        while reach < count:  # each piece takes in the ``reach`` pieces before it
            added[..., reach:] += left[..., reach:] * added[..., :-reach]
            left[..., reach:] *= left[..., :-reach].copy()
            reach *= 2
        return np.concatenate([begin[..., None], left * begin[..., None] + added], axis=2)

    def _on_path(self, segment: int, times: Array) -> Array:
        """Return every gate at times (sweeps, times) of a ramp, by cubics between its pieces.

        segment: the index of the ramp.
        """
        assert self._gates is not None  # it has made the path
        path = self._paths[segment]
        length = self.durations[:, segment, None] / (path.shape[2] - 1)
        place = np.clip(times / length, 0.0, path.shape[2] - 1.0)
        at = np.minimum(place.astype(np.int64), path.shape[2] - 2)
        s, rows = place - at, np.arange(self.sweeps)[:, None]
        ends, slopes = [], []
        for k in (at, at + 1):
            volts = self.volts(segment, k * length)
            ends.append(path[:, rows, k])
            rates = relaxation_rates(self.membrane, volts)
            still = np.isinf(rates)
            rates = np.where(still, 0.0, rates)
            slopes.append(length * rates * (steady_gates(self.membrane, volts) - ends[-1]))
        rise = ends[1] - ends[0]
        found = (1.0 - s) * ends[0] + s * ends[1] + s * (1.0 - s) * (
            (1.0 - s) * (slopes[0] - rise) - s * (slopes[1] - rise)
        )  # fmt: skip
        for q, gate in enumerate(self.membrane.gates):
            if gate.instantaneous:
                found[q] = gate.steady_state_at(self.volts(segment, times))
        return np.asarray(found)

    def _shape(self, time: ArrayLike) -> tuple[int, int]:
        """Return (sweeps, times) for times given as (times,) or (sweeps, times)."""
        return self.sweeps, np.asarray(time).shape[-1]


def within(durations: Array, window: tuple[float, float] | None) -> tuple[Array, Array]:
    """Return a window (ms) cut to segments of these durations: its ends, (sweeps,) each."""
    first, last = (0.0, np.inf) if window is None else window
    return np.minimum(max(first, 0.0), durations), np.minimum(max(last, 0.0), durations)


def largest(currents: Callable[[Array], Array], looks: Array) -> Peaks:
    """Return the largest absolute currents, shape (currents, sweeps).

    currents: returns each current at times (ms) of the shape (sweeps, times), which it has behind
    that of the currents. looks: (sweeps, times) ms, rising, so close together that between two of
    them beside the largest current there is one maximum. Each refinement looks at some times of the
    bracket, both its ends among them, and keeps the two beside the largest current.
    """
    found = np.abs(currents(looks)).argmax(axis=2)
    rows = np.arange(looks.shape[0])
    begin = looks[rows, np.maximum(found - 1, 0)]
    end = looks[rows, np.minimum(found + 1, looks.shape[1] - 1)]
    places = np.linspace(0.0, 1.0, _CLOSER_LOOKS)
    # one of the looks is exact, where no other current is larger
    sure = np.stack([begin, looks[rows, found], end], axis=2)
    for _ in range(_REFINEMENTS):
        times = begin[..., None] + places * (end - begin)[..., None]
        top = np.abs(_each(currents, times)).argmax(axis=2)[..., None]
        begin = np.take_along_axis(times, np.maximum(top - 1, 0), axis=2)[..., 0]
        end = np.take_along_axis(times, np.minimum(top + 1, _CLOSER_LOOKS - 1), axis=2)[..., 0]
    times = np.concatenate([sure, np.take_along_axis(times, top, axis=2)], axis=2)
    values = _each(currents, times)
    best = np.abs(values).argmax(axis=2)[..., None]
    value, time = (np.take_along_axis(each, best, axis=2)[..., 0] for each in (values, times))
    return Peaks(value, time)


def _each(currents: Callable[[Array], Array], time: Array) -> Array:
    """Return each current at its own times; both have the shape (currents, sweeps, times)."""
    count, sweeps, times = time.shape
    every = currents(np.moveaxis(time, 0, 1).reshape(sweeps, count * times))
    own = np.arange(count)
    return np.asarray(every.reshape(count, sweeps, count, times)[own, :, own])


def _decay(rate: Array, time: Array) -> Array:
    """Return exp(-rate time); 0 for an instantaneous gate, whose rate is infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(rate), 0.0, np.exp(-rate * time))


def family(
    membrane: Membrane, hold: float | Array, voltages: ArrayLike, durations: ArrayLike,
    rises: ArrayLike | None = None,
) -> Family:  # fmt: skip
    """Return the family of sweeps in which voltages (mV) and durations (ms) are repeated as needed.

    Arrays of shape (sweeps, 1), (1, segments) or (segments,) are repeated for all sweeps or
    segments, as NumPy broadcasts them. hold: the voltage before, in mV, one number or one per
    sweep. rises: the slopes of ramps (mV/ms), None if there are none.
    """
    given = [voltages, durations, 0.0 if rises is None else rises]
    volts, times, slopes = map(np.atleast_2d, np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in given)
    ))  # fmt: skip
    return Family(membrane, hold, volts, times, None if rises is None else slopes)
