"""Read a clamp's sweeps: peaks and late currents of the test stair, and curves over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp import Family, Peaks
from hhgui.analysis.kinetics import steady_gates
from hhgui.experiments.amplifier import RealFamily
from hhgui.experiments.contract import Trace
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
_TRACE_POINTS = 240  # of a trace in each stair
_SAMPLED_POINTS = 4_000  # of a stair of a real amplifier, before it is read at even times
_COMPARED_POINTS = 1_000  # of a stair, among which the largest difference is looked for
_TIME_CONSTANTS = 5.0  # of the clamp, until V has come to within 1 % of a new command
_FINER = 3  # as many more where V moves


@dataclass(frozen=True, eq=False)
class Curves:
    """The sweeps over time, which is 0 ms where the holding ends.

    ``time``, ``command``, ``voltage`` (mV) and the recorded ``total`` have the shape (sweeps,
    times), the ionic ``currents`` (currents, sweeps, times); currents are in µA/cm², outward
    positive. ``total`` of an ideal clamp leaves out the charging of the membrane.
    """

    time: Array
    command: Array
    voltage: Array
    currents: Array
    total: Array


class ClampRecord:
    """The sweeps of a staircase, of which the test stair is measured."""

    def __init__(
        self,
        sweeps: Family | RealFamily,
        stairs: tuple[str, ...],
        first: int,
        pieces: int,
        ramp_ends: Array | None = None,
        *,
        membrane: Membrane,
        charging: Array,
        quarter: "ClampRecord | None" = None,
    ) -> None:
        """Create the record.

        stairs: Name of each segment's stair. first, pieces: Segments that the test stair consists
        of. ramp_ends: First and last voltage (mV) of each sweep's ramp, (2, sweeps). membrane: That
        of the user, whose currents come first among those of ``sweeps``. charging: The current
        (µA/cm²) that charges the pipette during each sweep's ramp, (sweeps,). quarter: Record of a
        quarter of the command, which is subtracted four times from the total current.
        """
        self.membrane = membrane
        self._own = len(membrane.currents)
        self._charging, self._quarter = charging, quarter
        self._sweeps, self._stairs = sweeps, stairs
        self._first, self._pieces, self._ramp_ends = first, pieces, ramp_ends

    @property
    def ideal(self) -> Family:
        """Return the sweeps of an ideal clamp."""
        return self._sweeps if isinstance(self._sweeps, Family) else self._sweeps.ideal

    @property
    def is_ideal(self) -> bool:
        """Return whether V is the command at all times."""
        return isinstance(self._sweeps, Family)

    @property
    def _settling(self) -> float:
        """Return how long (ms) V moves to a new command: five time constants of the clamp."""
        if isinstance(self._sweeps, Family):
            return 0.0
        shortest = float(self.test_duration.min())
        charging = self.membrane.capacitance / self._sweeps.amplifier.conductance
        return min(_TIME_CONSTANTS * charging, shortest)

    @property
    def commands(self) -> Array:
        """Return the command (mV) of each sweep at the beginning of its test stair, (sweeps,)."""
        return np.asarray(self.ideal.voltages[:, self._first])

    @cached_property
    def test_onset(self) -> Array:
        """Return when each sweep's test stair begins (ms after the holding), (sweeps,)."""
        return np.asarray(self.ideal.durations[:, : self._first].sum(axis=1))

    @cached_property
    def test_duration(self) -> Array:
        """Return how long each sweep's test stair lasts (ms), (sweeps,)."""
        last = self._first + self._pieces
        return np.asarray(self.ideal.durations[:, self._first : last].sum(axis=1))

    def peaks(self, window: tuple[float, float] = (0.0, np.inf), settled: bool = False) -> Peaks:
        """Return the largest absolute currents of the test stair, (currents, sweeps).

        window: Between which times (ms) since the stair began. settled: Behind an amplifier a
        current that is largest before V has begun to move, as a tail's, is that of the stair
        before; it is looked for again once V has come to the command.
        """
        found = self._of_own(self._sweeps.peaks(self._first, window))
        if isinstance(self._sweeps, Family) or not settled:
            return found
        later = max(window[0], self._settling), window[1]
        after = self._of_own(self._sweeps.peaks(self._first, later))
        before = found.time <= 0.0
        return Peaks(
            np.where(before, after.value, found.value), np.where(before, after.time, found.time)
        )

    def _of_own(self, peaks: Peaks) -> Peaks:
        return Peaks(peaks.value[: self._own], peaks.time[: self._own])

    def conditioning_peaks(self) -> Peaks | None:
        """Return the largest absolute currents of the conditioning stair, None without it."""
        there = self._stairs[0] == "conditioning"
        return self._of_own(self._sweeps.peaks(0)) if there else None

    def late(self, at: float = np.inf) -> Array:
        """Return each current (µA/cm²) at a time (ms) since the test stair began or at its end.

        The result has the shape (currents, sweeps).
        """
        times = np.minimum(max(at, 0.0), self.test_duration)
        if isinstance(self._sweeps, Family):
            return np.asarray(self._sweeps.currents(self._first, times[:, None])[: self._own, :, 0])
        return self._sweeps.currents_at(self._first, times)[: self._own]

    def voltage_at(self, times: Array) -> Array:
        """Return V (mV) of each sweep at its own time (ms) since its test stair began."""
        if isinstance(self._sweeps, Family):
            return self.commands
        return self._sweeps.voltage_at(self._first, times)

    def along_ramp(self) -> tuple[Array, Array]:
        """Return the command (n,) mV along the first sweep's ramp and each current, (currents, n).

        Raises ValueError if the test stair is no ramp.
        """
        if self._ramp_ends is None:
            raise ValueError("the test stair is no ramp")
        chosen = np.arange(self._pieces)
        command, _, currents = self._ramped(self._first, self._pieces, chosen)
        return command[0], currents[: self._own, 0]

    def traces(self, names: Sequence[str]) -> Iterator[Trace]:
        """Yield the total ionic current of each sweep, each current, and V if it is measured."""
        curves = self.curves(_TRACE_POINTS)
        for index, name in enumerate(names):
            time, currents = curves.time[index], curves.currents[:, index]
            yield Trace(index, name, time, currents.sum(axis=0), "I", "µA/cm²")
            for current, curve in zip(self.membrane.currents, currents, strict=True):
                yield Trace(index, name, time, curve, f"I_{current.name}", "µA/cm²")
            if not self.is_ideal:
                yield Trace(index, name, time, curves.voltage[index], "V", "mV")

    def sampled(self, time: Array) -> tuple[Array, Array, Array]:
        """Return V and the total current (sweeps, n) and each current (currents, sweeps, n).

        time: (n,) ms since the holding ended; behind a sweep's end all is NaN. At a step the values
        are those just after it.
        """
        ideal = self.ideal
        shape = (ideal.sweeps, time.size)
        volts, total = np.full(shape, np.nan), np.full(shape, np.nan)
        currents = np.full((len(ideal.membrane.currents), *shape), np.nan)
        by_formula = self.is_ideal and self._ramp_ends is None and self._quarter is None
        fine = None if by_formula else self.curves(_SAMPLED_POINTS)
        for sweep in range(ideal.sweeps):
            if fine is not None:
                x, inside = fine.time[sweep], time <= fine.time[sweep, -1]
                volts[sweep, inside] = np.interp(time[inside], x, fine.voltage[sweep])
                total[sweep, inside] = np.interp(time[inside], x, fine.total[sweep])
                for place, curve in enumerate(fine.currents[:, sweep]):  # those of the neuron
                    currents[place, sweep, inside] = np.interp(time[inside], x, curve)
                continue
            ends = np.cumsum(ideal.durations[sweep])
            segment = np.searchsorted(ends, time + 1e-9, side="right")
            last = np.abs(time - ends[-1]) < 1e-9
            segment[last] = ends.size - 1
            for place in np.unique(segment[segment < ends.size]):
                here = segment == place
                begin = ends[place] - ideal.durations[sweep, place]
                part = ideal.currents(place, np.maximum(time[here] - begin, 0.0))[:, sweep]
                currents[:, sweep, here] = part
                volts[sweep, here] = ideal.voltages[sweep, place]
        if fine is None:
            total = currents.sum(axis=0)
        return volts, total, currents[: self._own]

    def curves(self, points: int, before: float = 0.0) -> Curves:
        """Return the sweeps at some times of each stair, closest together at its beginning.

        points: How many times in each stair. before: How much of the holding is shown (ms).
        """
        parts = [self._held(before)] if before > 0.0 else []
        begin, place = np.zeros(self.ideal.sweeps), 0
        for _, group in groupby(self._stairs):
            count = len(list(group))
            part = self._stair(place, count, points)
            parts.append((part[0] + begin[:, None], *part[1:]))
            begin = begin + self.ideal.durations[:, place : place + count].sum(axis=1)
            place += count
        time, command, volts, currents = (
            np.concatenate([part[k] for part in parts], axis=-1) for k in range(4)
        )
        total = self._total(time, command, volts, currents)
        if self._quarter is not None:
            quarter = self._quarter.curves(points, before).total
            total = total - 4.0 * quarter + 3.0 * self._holding[:, None]
        return Curves(time, command, volts, currents[: self._own], total)

    def _total(self, time: Array, command: Array, volts: Array, currents: Array) -> Array:
        """Return the recorded current, with what charges the pipette during a ramp."""
        if isinstance(self._sweeps, Family):
            total = np.asarray(currents.sum(axis=0))
        else:
            total = self._sweeps.amplifier.conductance * (command - volts)
        if not self._charging.any():
            return total
        onset, length = self.test_onset[:, None], self.test_duration[:, None]
        during = (time > onset) & (time <= onset + length)
        return total + np.where(during, self._charging[:, None], 0.0)

    @cached_property
    def _holding(self) -> Array:
        """Return the current (µA/cm²) that holds the membrane before each sweep, (sweeps,)."""
        _, _, _, currents = self._held(1.0)
        return np.asarray(currents.sum(axis=0)[:, 0])

    def _held(self, before: float) -> tuple[Array, Array, Array, Array]:
        """Return the holding before the staircase at its two ends."""
        ideal = self.ideal
        hold = np.broadcast_to(ideal.hold, (ideal.sweeps,)).astype(np.float64)
        command = np.repeat(hold[:, None], 2, axis=1)
        time = np.broadcast_to([-before, 0.0], command.shape)
        if isinstance(self._sweeps, Family):
            volts = hold
            currents = ideal.membrane.ionic_currents(hold, steady_gates(ideal.membrane, hold))
        else:
            starts = [self._sweeps.segment(sweep, 0) for sweep in range(ideal.sweeps)]
            volts = np.array([each.voltage[0] for each in starts])
            currents = np.stack([each.currents[:, 0] for each in starts], axis=1)
        return (
            time, command, np.repeat(volts[:, None], 2, axis=1),
            np.repeat(currents[..., None], 2, axis=2),
        )  # fmt: skip

    def _stair(self, place: int, count: int, points: int) -> tuple[Array, Array, Array, Array]:
        """Return time since its beginning, command, V and currents of a stair of some segments."""
        if count > 1:
            return self._ramp(place, count, points)
        ideal = self.ideal
        if isinstance(self._sweeps, RealFamily):
            time, volts, currents = self._sweeps.thinned(place, _FINER * points)
        else:
            time = np.linspace(0.0, 1.0, points) ** 2 * ideal.durations[:, place, None]
            currents = ideal.currents(place, time)
            volts = np.broadcast_to(ideal.voltages[:, place, None], time.shape)
        return time, np.broadcast_to(ideal.voltages[:, place, None], time.shape), volts, currents

    def _ramp(self, place: int, count: int, points: int) -> tuple[Array, Array, Array, Array]:
        """Return the ramp at the ends of evenly spaced pieces."""
        chosen = np.unique(np.linspace(0, count - 1, _FINER * points).round().astype(int))
        length = self.ideal.durations[:, place : place + count].sum(axis=1)[:, None]
        command, volts, currents = self._ramped(place, count, chosen)
        return length * ((chosen + 1.0) / count), command, volts, currents

    def _ramped(
        self, place: int, count: int, chosen: NDArray[np.int64]
    ) -> tuple[Array, Array, Array]:
        """Return command, V and currents at the ends of some of a ramp's pieces."""
        assert self._ramp_ends is not None
        low, high = self._ramp_ends[:, :, None]
        command = low + (high - low) * ((chosen + 1.0) / count)
        if isinstance(self._sweeps, RealFamily):
            volts = self._sweeps.end_voltages()[:, place + chosen]
            return command, volts, self._sweeps.ends()[:, :, place + chosen]
        # in a piece the gates relax at its mean command; the command itself has gone on
        gates = self._sweeps.end_gates()[:, :, place + chosen]
        return command, command, self.membrane.ionic_currents(command, gates)


def largest_difference(first: ClampRecord, second: ClampRecord) -> tuple[float, int]:
    """Return the largest absolute total current of the first minus the second, and its sweep.

    The commands of both must be the same at all times.
    """
    own, other = (each.curves(_COMPARED_POINTS) for each in (first, second))
    change = own.total - other.total
    sweep, time = np.unravel_index(np.abs(change).argmax(), change.shape)
    return float(change[sweep, time]), int(sweep)
