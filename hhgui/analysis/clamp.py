"""Compute an ideal voltage clamp: at a fixed voltage every gate relaxes exponentially.

    x(t) = x_inf(V1) + (x_inf(V0) - x_inf(V1)) exp(-t phi/tau(V1))
    I_c(t) = g_c prod(x(t)**p) (V1 - E_c)

after a step from V0 to V1 at t = 0 (Hodgkin & Huxley 1952, eqs. 8, 11, 17-19). It is exact: nothing
is integrated. The capacitive current at a step is left out, as an ideal clamp supplies it. Currents
are outward positive.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.kinetics import relaxation_rates, steady_gates
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
_LOOKS = 401  # times at which a current is looked at before its peak is refined
_CLOSER_LOOKS = 17  # in each refinement, which makes the bracket an eighth
_REFINEMENTS = 10  # of the bracket, to 1e-9 of its width


@dataclass(frozen=True, eq=False)
class Peaks:
    """The largest absolute currents: ``value`` (µA/cm²) at ``time`` (ms) since the step."""

    value: Array
    time: Array


@dataclass(frozen=True, eq=False)
class Family:
    """The sweeps of an ideal voltage clamp; each goes through several segments of constant voltage.

    hold: the voltage (mV) before the first segment, one number or one per sweep; it was held for so
    long that every gate is at its steady state. voltages (mV), durations (ms): shape (sweeps,
    segments). Segments are numbered from 0. Raises ValueError if the shapes differ or a duration is
    negative.
    """

    membrane: Membrane
    hold: float | Array
    voltages: Array
    durations: Array

    def __post_init__(self) -> None:
        if self.voltages.ndim != 2 or self.voltages.shape != self.durations.shape:
            raise ValueError("voltages and durations must be (sweeps, segments), equally many")
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
        start, end, rate = (part[:, :, None] for part in self._relaxation(segment))
        times = np.broadcast_to(np.asarray(time, dtype=np.float64), self._shape(time))
        return np.asarray(end + (start - end) * _decay(rate, times))

    def currents(self, segment: int, time: ArrayLike) -> Array:
        """Return each ionic current (µA/cm²) in a segment, shape (currents, sweeps, times).

        time: ms since ``segment`` began, shape (times,) or (sweeps, times).
        """
        gates = self.gates(segment, time)
        volts = np.broadcast_to(self.voltages[:, segment, None], gates.shape[1:])
        if not len(gates):  # a membrane without gates has no shape of its own
            volts = np.broadcast_to(self.voltages[:, segment, None], self._shape(time))
        return self.membrane.ionic_currents(volts, gates)

    def peaks(self, segment: int, window: tuple[float, float] | None = None) -> Peaks:
        """Return the largest absolute value of each current in a segment, shape (currents, sweeps).

        window: the times (ms since the segment began) between which it is sought, ends included;
        None: the whole segment. The beginning means the instant just after the step.
        """
        lengths = self.durations[:, segment, None]
        first, last = (0.0, np.inf) if window is None else window
        start, stop = np.minimum(max(first, 0.0), lengths), np.minimum(max(last, 0.0), lengths)
        looks = start + np.linspace(0.0, 1.0, _LOOKS) ** 2 * (stop - start)
        found = np.abs(self.currents(segment, looks)).argmax(axis=2)
        rows = np.arange(self.sweeps)
        begin = looks[rows, np.maximum(found - 1, 0)]
        end = looks[rows, np.minimum(found + 1, _LOOKS - 1)]
        return self._largest(segment, begin, end)

    def ends(self) -> Array:
        """Return each current (µA/cm²) at the end of each segment, (currents, sweeps, segments)."""
        return self.membrane.ionic_currents(self.voltages, self.end_gates())

    def end_gates(self) -> Array:
        """Return every gate at the end of each segment, shape (gates, sweeps, segments)."""
        return self._gates[..., 1:]

    def _largest(self, segment: int, begin: Array, end: Array) -> Peaks:
        """Return the largest absolute currents from ``begin`` to ``end`` (ms), (currents, sweeps).

        begin, end: (sweeps,). Each of several refinements computes the currents at some times of a
        bracket, its ends included, and keeps the two times beside the largest as the next bracket.
        """
        places = np.linspace(0.0, 1.0, _CLOSER_LOOKS)
        ends = np.stack([begin, end], axis=2)
        for _ in range(_REFINEMENTS):
            times = begin[..., None] + places * (end - begin)[..., None]
            values = self._each(segment, times)
            top = np.abs(values).argmax(axis=2)[..., None]
            begin = np.take_along_axis(times, np.maximum(top - 1, 0), axis=2)[..., 0]
            end = np.take_along_axis(times, np.minimum(top + 1, _CLOSER_LOOKS - 1), axis=2)[..., 0]
        # an end of the first bracket is exact, where no other current is larger
        times = np.concatenate([ends, np.take_along_axis(times, top, axis=2)], axis=2)
        values = self._each(segment, times)
        best = np.abs(values).argmax(axis=2)[..., None]
        value, time = (np.take_along_axis(each, best, axis=2)[..., 0] for each in (values, times))
        return Peaks(value, time)

    def _each(self, segment: int, time: Array) -> Array:
        """Return each current (µA/cm²) at times (ms) of its own, both (currents, sweeps, times)."""
        count, sweeps, times = time.shape
        every = self.currents(segment, np.moveaxis(time, 0, 1).reshape(sweeps, count * times))
        own = np.arange(count)
        return np.asarray(every.reshape(count, sweeps, count, times)[own, :, own])

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
            aim = aims[..., place]
            found[..., place + 1] = aim + (found[..., place] - aim) * left[..., place]
        return found

    def _shape(self, time: ArrayLike) -> tuple[int, int]:
        """Return (sweeps, times) for times given as (times,) or (sweeps, times)."""
        return self.sweeps, np.asarray(time).shape[-1]


def _decay(rate: Array, time: Array) -> Array:
    """Return exp(-rate time); 0 for an instantaneous gate, whose rate is infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(rate), 0.0, np.exp(-rate * time))


def family(
    membrane: Membrane, hold: float | Array, voltages: ArrayLike, durations: ArrayLike
) -> Family:
    """Return the family of sweeps in which voltages (mV) and durations (ms) are repeated as needed.

    Arrays of shape (sweeps, 1), (1, segments) or (segments,) are repeated for all sweeps or
    segments, as NumPy broadcasts them. hold: mV, one number or one per sweep.
    """
    volts, times = np.broadcast_arrays(
        np.asarray(voltages, dtype=np.float64), np.asarray(durations, dtype=np.float64)
    )
    return Family(membrane, hold, np.atleast_2d(volts), np.atleast_2d(times))
