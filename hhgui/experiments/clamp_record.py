"""Read the sweeps of a voltage clamp: peak and late currents of the test stair, and curves.

A stair is a stretch of constant command (or a ramp); the test stair is the one that is measured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp import Family, Peaks
from hhgui.analysis.kinetics import steady_gates
from hhgui.experiments.amplifier import RealFamily
from hhgui.experiments.events import Trace
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
_TRACE_POINTS = 240  # of a trace in each stair
_COMPARED_POINTS = 1_000  # of a stair, among which the largest difference is looked for
_TIME_CONSTANTS = 5.0  # of the clamp, until V has come to within 1 % of a new command
_FINER = 2  # as many more where V moves
_SAME_MS = 1e-9


@dataclass(frozen=True, eq=False)
class Curves:
    """The sweeps of a voltage clamp over time.

    time, command (mV), voltage (mV), total (µA/cm²): (sweeps, times). currents: (currents, sweeps,
    times), µA/cm². time is in ms, 0 where the holding ends. Currents are outward positive. total:
    the recorded current, which for an ideal clamp leaves out the charging of the membrane.
    """

    time: Array
    command: Array
    voltage: Array
    currents: Array
    total: Array


class ClampRecord:
    """The sweeps of a staircase of commands, with what is measured on their test stair."""

    def __init__(
        self,
        sweeps: Family | RealFamily,
        stairs: tuple[str, ...],
        *,
        membrane: Membrane,
        charging: Array,
        quarter: "ClampRecord | None" = None,
    ) -> None:
        """Prepare the record of sweeps that are already computed.

        stairs: the name of each segment. membrane: that of the user, whose currents come first
        among those of ``sweeps``. charging: (sweeps,), the current (µA/cm²) that charges the
        pipette during each sweep's ramp. quarter: the record of a quarter of the command, which is
        subtracted four times from the total current (P/4), or None.
        """
        self.membrane = membrane
        self._own = len(membrane.currents)
        self._charging, self._quarter = charging, quarter
        self._sweeps, self._stairs = sweeps, stairs
        self._test = stairs.index("test")

    @property
    def ideal(self) -> Family:
        """Return the sweeps as those of an ideal clamp."""
        return self._sweeps if isinstance(self._sweeps, Family) else self._sweeps.ideal

    @property
    def is_ideal(self) -> bool:
        """Return whether V equals the command at all times."""
        return isinstance(self._sweeps, Family)

    @property
    def _settling(self) -> float:
        """Return how long (ms) V takes to reach a new command: five time constants of the clamp."""
        if isinstance(self._sweeps, Family):
            return 0.0
        shortest = float(self.test_duration.min())
        charging = self.membrane.capacitance / self._sweeps.amplifier.conductance
        return min(_TIME_CONSTANTS * charging, shortest)

    @property
    def commands(self) -> Array:
        """Return the command (mV) of each sweep at the start of its test stair, shape (sweeps,)."""
        return np.asarray(self.ideal.voltages[:, self._test])

    @property
    def test_onset(self) -> Array:
        """Return when each sweep's test stair begins (ms after the holding), shape (sweeps,)."""
        return np.asarray(self.ideal.durations[:, : self._test].sum(axis=1))

    @property
    def test_duration(self) -> Array:
        """Return how long (ms) the test stair of each sweep lasts, shape (sweeps,)."""
        return np.asarray(self.ideal.durations[:, self._test])

    def peaks(self, window: tuple[float, float] = (0.0, np.inf), settled: bool = False) -> Peaks:
        """Return the largest absolute currents during the test stair, shape (currents, sweeps).

        window: the times (ms since the stair began) between which they are sought. settled: whether
        a current that is largest before V has begun to move (a tail current behind an amplifier,
        which still belongs to the stair before) is sought again once V has reached the command.
        """
        found = self._of_own(self._sweeps.peaks(self._test, window))
        if isinstance(self._sweeps, Family) or not settled:
            return found
        later = max(window[0], self._settling), window[1]
        after = self._of_own(self._sweeps.peaks(self._test, later))
        before = found.time <= 0.0
        return Peaks(
            np.where(before, after.value, found.value), np.where(before, after.time, found.time)
        )

    def _of_own(self, peaks: Peaks) -> Peaks:
        return Peaks(peaks.value[: self._own], peaks.time[: self._own])

    def conditioning_peaks(self) -> Peaks | None:
        """Return the largest absolute currents of the conditioning stair; None if there is none."""
        there = self._stairs[0] == "conditioning"
        return self._of_own(self._sweeps.peaks(0)) if there else None

    def late(self, at: float = np.inf) -> Array:
        """Return each current (µA/cm²) late in the test stair, shape (currents, sweeps).

        at: the time (ms since the stair began); a time after the stair means its end.
        """
        times = np.minimum(max(at, 0.0), self.test_duration)
        return self.currents_at(times)

    def voltage_at(self, times: Array) -> Array:
        """Return V (mV) of each sweep at one time per sweep (ms since its test stair began)."""
        return self._sweeps.read(self._test, times[:, None])[0][:, 0]

    def currents_at(self, times: Array) -> Array:
        """Return each current (µA/cm²) at one time per sweep (ms since its test stair began).

        The shape is (currents, sweeps).
        """
        return self._sweeps.currents(self._test, times[:, None])[: self._own, :, 0]

    def conditioned(self) -> Array | None:
        """Return every gate at the end of the conditioning stair, (gates, sweeps).

        None: there is no such stair. The gates are those of an ideal clamp.
        """
        if self._stairs[0] != "conditioning":
            return None
        return self.ideal.gates(0, self.ideal.durations[:, :1])[..., 0]

    def ramp_errors(self, commands: Array) -> Array:
        """Return how far (mV) V is from commands (n,) mV that the first sweep's ramp passes."""
        return self._along(commands)[0] - commands

    def along_ramp(self, commands: Array) -> Array:
        """Return each current (µA/cm²) where the first sweep's ramp passes ``commands`` (n,) mV.

        The shape is (currents, n). Raises ValueError if the test stair is not a ramp.
        """
        return self._along(commands)[1][: self._own]

    def _along(self, commands: Array) -> tuple[Array, Array]:
        rises = self.ideal.rises
        if rises is None:
            raise ValueError("the test stair is no ramp")
        times = (commands - self.commands[0]) / rises[0, self._test]
        volts, currents = self._sweeps.read(self._test, times)
        return volts[0], currents[:, 0]

    def traces(self, names: Sequence[str]) -> Iterator[Trace]:
        """Yield the total ionic current of each sweep, then each of its currents.

        If the clamp is not ideal, V follows. names: of the sweeps.
        """
        curves = self.curves(_TRACE_POINTS)
        for index, name in enumerate(names):
            time, currents = curves.time[index], curves.currents[:, index]
            yield Trace(index, name, time, currents.sum(axis=0), "I", "µA/cm²")
            for current, curve in zip(self.membrane.currents, currents, strict=True):
                yield Trace(index, name, time, curve, f"I_{current.name}", "µA/cm²")
            if not self.is_ideal:
                yield Trace(index, name, time, curves.voltage[index], "V", "mV")

    def sampled(self, time: Array) -> tuple[Array, Array, Array]:
        """Return V and the total current, (sweeps, n), and each current, (currents, sweeps, n).

        time: (n,), ms since the holding ended. After the end of a sweep all are NaN. At a step the
        values are those just after it.
        """
        ideal = self.ideal
        ends = np.cumsum(ideal.durations, axis=1)
        place = (time[None, :, None] + _SAME_MS >= ends[:, None]).sum(axis=2)
        place[np.abs(time - ends[:, -1:]) < _SAME_MS] = ends.shape[1] - 1
        volts, total = np.full((2, *place.shape), np.nan)
        currents = np.full((self._own, *place.shape), np.nan)
        for number in range(ends.shape[1]):
            here = place == number
            columns = here.any(axis=0)
            begin = (ends - ideal.durations)[:, number, None]
            local = np.clip(time[columns] - begin, 0.0, ideal.durations[:, number, None])
            found, here = self._read(number, local), here[:, columns]
            for whole, part in (
                (volts, found.voltage), (total, found.total),
                *zip(currents, found.currents, strict=True),
            ):  # fmt: skip
                whole[:, columns] = np.where(here, part, whole[:, columns])
        return volts, total, currents

    def curves(self, points: int, before: float = 0.0) -> Curves:
        """Return the sweeps at some times of each stair, closest together where V moves.

        points: how many times in each stair. before: how much of the holding is included (ms).
        """
        count = points if self.is_ideal else _FINER * points
        parts = [self._held(before)] if before > 0.0 else []
        begin = np.zeros((self.ideal.sweeps, 1))
        for place, name in enumerate(self._stairs):
            often = _FINER * points if name == "test" and self.ideal.rises is not None else count
            part = self._read(place, self._sweeps.times(place, often))
            parts.append(replace(part, time=part.time + begin))
            begin = begin + self.ideal.durations[:, place, None]
        return Curves(*(
            np.concatenate([getattr(part, each.name) for part in parts], axis=-1)
            for each in fields(Curves)
        ))  # fmt: skip

    def _read(self, place: int, time: Array) -> Curves:
        """Return the segment with index ``place`` at times (ms since it began), (sweeps, times)."""
        command = self.ideal.volts(place, time)
        volts, currents = self._sweeps.read(place, time)
        total = self._recorded(command, volts, currents)
        if self._stairs[place] == "test":
            total = total + self._charging[:, None]
        if self._quarter is not None:
            quarter = self._quarter._read(place, time).total
            total = total - 4.0 * quarter + 3.0 * self._holding[:, None]
        return Curves(time, command, volts, currents[: self._own], total)

    def _recorded(self, command: Array, volts: Array, currents: Array) -> Array:
        """Return the recorded current, which the amplifier gives to membrane and seal.

        The shape is that of ``volts``.
        """
        if isinstance(self._sweeps, Family):
            return np.asarray(currents.sum(axis=0))
        return self._sweeps.amplifier.conductance * (command - volts)

    @cached_property
    def _holding(self) -> Array:
        """Return the current (µA/cm²) at the holding voltage before each sweep, shape (sweeps,)."""
        return self._held(1.0).total[:, 0]

    def _held(self, before: float) -> Curves:
        """Return time, command, V and currents at the two ends of the holding that is shown.

        before: its length (ms).
        """
        ideal = self.ideal
        hold = np.broadcast_to(ideal.hold, (ideal.sweeps,)).astype(np.float64)
        volts = hold if isinstance(self._sweeps, Family) else self._sweeps.start[:, 0]
        gates = steady_gates(ideal.membrane, volts)
        currents = ideal.membrane.ionic_currents(volts, gates)
        total = self._recorded(hold, volts, currents)
        time = np.broadcast_to([-before, 0.0], (ideal.sweeps, 2))
        command, voltage, current = (
            np.repeat(each[:, None], 2, axis=1) for each in (hold, volts, total)
        )
        own = np.repeat(currents[: self._own, :, None], 2, axis=2)
        return Curves(time, command, voltage, own, current)


def largest_difference(first: ClampRecord, second: ClampRecord) -> tuple[float, int]:
    """Return the largest absolute difference of the total currents (µA/cm²), and in which sweep.

    The commands of both must be the same at all times.
    """
    own, other = (each.curves(_COMPARED_POINTS) for each in (first, second))
    change = own.total - other.total
    sweep, time = np.unravel_index(np.abs(change).argmax(), change.shape)
    return float(change[sweep, time]), int(sweep)
