"""Simulate a voltage clamp by a real amplifier: a membrane behind a series resistance.

    C dV/dt = (V_command - V) / (R_s A) - I_ionic

V therefore follows the command late and differs from it by R_s times the current (Hodgkin, Huxley &
Katz 1952; the series resistance of patch clamp).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.clamp import Family, Peaks, largest, within
from hhgui.analysis.fixed_points import SPACING_MV, slope_conductance, steady_state_current
from hhgui.analysis.kinetics import steady_gates
from hhgui.engine.packing import pack
from hhgui.engine.rosenbrock import ROWS_BESIDE_TIME
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.experiments.contract import Cancelled, MeasurementCancelled
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
# Steps of a sweep, which take a tenth of a second: so soon a cancel is answered.
_MOST_ROWS = 65_536
_LONGEST_STEP = 0.05  # of a segment
_LOOKS = 2  # in a step, for the largest current
_NEWTON_STEPS = 6  # from a bracket of 0.05 mV to the last digit
# Below, R_s times any current is less than 1e-6 mV.
_IDEAL_MOHM_UM2 = 1e-6
# 1 MΩ times 1 µm² is 1e-2 Ω·cm², 1e-5 kΩ·cm²: mV over that is µA/cm².
_KOHM_CM2 = 1e-5
# 1 pF times 1 mV/ms is 1 pA; 1 pA through 1 µm² is 100 µA/cm².
_DENSITY_PER_PA_PER_UM2 = 100.0


def charging_current(capacitance: float, slope: float, area: float) -> float:
    """Return the current density (µA/cm²) that charges a capacitance while the command changes.

    capacitance: pF, that of the pipette, which lies before the series resistance. slope: of the
    command (mV/ms). area: of the membrane (µm²).
    """
    return _DENSITY_PER_PA_PER_UM2 * capacitance * slope / area


@dataclass(frozen=True)
class Amplifier:
    """The amplifier between the command and the membrane.

    ``area`` of the membrane (µm²), ``series_resistance`` (MΩ), ``compensation`` (%): the fraction
    of the resistance that the amplifier compensates.
    """

    area: float
    series_resistance: float
    compensation: float = 0.0

    @property
    def is_ideal(self) -> bool:
        """Return whether V equals the command at all times."""
        return self._product < _IDEAL_MOHM_UM2

    @property
    def conductance(self) -> float:
        """Return the conductance (mS/cm²) through which the amplifier drives the membrane."""
        return 1.0 / (_KOHM_CM2 * self._product)

    @property
    def _product(self) -> float:
        """Return uncompensated resistance times area, R_s A (MΩ µm²)."""
        left = self.series_resistance * (1.0 - self.compensation / 100.0)
        return left * self.area


class RealFamily:
    """The sweeps of a family through an amplifier, integrated by ``engine.rosenbrock``.

    It answers what ``Family`` does, and V: each sweep has steps of its own, whose dense output is
    read at any time.
    """

    def __init__(self, ideal: Family, amplifier: Amplifier, cancelled: Cancelled) -> None:
        """Integrate every sweep.

        Raises MeasurementCancelled, and ModelError if a sweep needs too many steps or can't be held
        at the beginning.
        """
        self.ideal, self.amplifier = ideal, amplifier
        self.sweeps = ideal.sweeps
        self._size = 1 + len(ideal.membrane.gates)
        self._count = np.zeros(ideal.durations.shape, dtype=np.int64)
        record = np.concatenate(list(self._integrate(cancelled)))
        self._time = record[:, 0].copy()
        self._steps = np.ascontiguousarray(
            record[:, 1:].reshape(-1, ROWS_BESIDE_TIME, self._size).transpose(1, 2, 0)
        )
        self._first = np.cumsum(self._count).reshape(self._count.shape) - self._count

    def _integrate(self, cancelled: Cancelled) -> Iterator[Array]:
        """Yield the rows of the sweeps, in order, and note how many each segment has."""
        from hhgui.engine.loop import advance_amplified

        ideal = self.ideal
        clamp, packed = self.amplifier.conductance, pack(ideal.membrane)
        rises = np.zeros(ideal.voltages.shape) if ideal.rises is None else ideal.rises
        program = [np.ascontiguousarray(each) for each in (ideal.voltages, rises, ideal.durations)]
        room = np.empty((_MOST_ROWS, 1 + ROWS_BESIDE_TIME * self._size))
        done = 0
        while done < self.sweeps:
            if cancelled():
                raise MeasurementCancelled
            ended = advance_amplified(
                packed, clamp, self.start, *program, done, _LONGEST_STEP, room, self._count
            )
            if not ended:
                raise ModelError(
                    "series_resistance",
                    f"V does not settle: a sweep takes more than {_MOST_ROWS} steps; compensate or "
                    "lower the series resistance, clamp a smaller area, or shorten the steps",
                )
            yield room[: self._count[done : done + ended].sum()].copy()
            done += ended

    @cached_property
    def start(self) -> Array:
        """Return V (mV) and gates of each sweep before its first segment, (sweeps, 1 + gates).

        They are those of a membrane that was held for long behind the amplifier. If there are
        several steady voltages, it is the one nearest to the command.
        """
        membrane, conductance = self.ideal.membrane, self.amplifier.conductance
        holds = np.broadcast_to(self.ideal.hold, (self.sweeps,))
        grid = np.linspace(V_MIN_MV, V_MAX_MV, round((V_MAX_MV - V_MIN_MV) / SPACING_MV) + 1)
        steady = steady_state_current(membrane, grid)
        found = {}
        for hold in set(holds.tolist()):
            above = steady >= conductance * (hold - grid)
            left = grid[:-1][above[:-1] != above[1:]]
            if not left.size:
                problem = f"no voltage is held at {hold:g} mV: the series resistance is too large"
                raise ModelError("series_resistance", problem)
            found[hold] = left[np.abs(left - hold).argmin()] + 0.5 * SPACING_MV
        volts = np.array([found[hold] for hold in holds.tolist()])
        for _ in range(_NEWTON_STEPS):
            excess = steady_state_current(membrane, volts) - conductance * (holds - volts)
            volts = volts - excess / (slope_conductance(membrane, volts) + conductance)
        return np.ascontiguousarray(np.concatenate([volts[None], steady_gates(membrane, volts)]).T)

    def states(self, segment: int, time: ArrayLike) -> Array:
        """Return V (mV) and every gate at times (ms) since ``segment`` began.

        time: (times,) or (sweeps, times). The result has the shape (1 + gates, sweeps, times).
        """
        times = np.broadcast_to(time, (self.sweeps, np.shape(time)[-1]))
        first, count = self._first[:, segment], self._count[:, segment]
        at = np.array([
            start + np.searchsorted(self._time[start : start + rows - 1], own, side="right")
            for start, rows, own in zip(first.tolist(), count.tolist(), times, strict=True)
        ])  # fmt: skip
        last = np.maximum(at - 1, first[:, None])
        after = np.minimum(last + 1, (first + count - 1)[:, None])
        length = self._time[after] - self._time[last]
        with np.errstate(invalid="ignore", divide="ignore"):
            s = np.where(length > 0.0, (times - self._time[last]) / length, 0.0)
        s = np.clip(s, 0.0, 1.0)
        begin, bend, twist = self._steps[:, :, last]
        end = self._steps[0][:, after]
        states = (1.0 - s) * begin + s * (end + (1.0 - s) * (bend + s * twist))
        for place, gate in enumerate(self.ideal.membrane.gates, 1):
            if gate.instantaneous:
                states[place] = gate.steady_state_at(states[0])
        return np.asarray(states)

    def read(self, segment: int, time: ArrayLike) -> tuple[Array, Array]:
        """Return V (mV) and every ionic current (µA/cm²) in ``segment``, as ``Family.read``."""
        states = self.states(segment, time)
        return states[0], self.ideal.membrane.ionic_currents(states[0], states[1:])

    def currents(self, segment: int, time: ArrayLike) -> Array:
        """Return every ionic current (µA/cm²) in ``segment``, as ``Family.currents`` does."""
        return self.read(segment, time)[1]

    def peaks(self, segment: int, window: tuple[float, float] | None = None) -> Peaks:
        """Return the largest absolute currents in ``segment``, as ``Family.peaks`` does."""
        start, stop = within(self.ideal.durations[:, segment], window)
        return largest(partial(self.currents, segment), self._looks(segment, start, stop))

    def _looks(self, segment: int, start: Array, stop: Array) -> Array:
        """Return some times in each step between ``start`` and ``stop`` (ms), (sweeps, times).

        start, stop: (sweeps,).
        """
        first, count = self._first[:, segment], self._count[:, segment]
        looks = np.repeat(stop[:, None], _LOOKS * int(count.max()) + 1, axis=1)
        places = np.arange(_LOOKS) / _LOOKS
        for sweep, (row, rows) in enumerate(zip(first.tolist(), count.tolist(), strict=True)):
            own = self._time[row : row + rows]
            finer = (own[:-1, None] + places * np.diff(own)[:, None]).ravel()
            looks[sweep, : finer.size] = finer
        return np.clip(looks, start[:, None], stop[:, None])

    def times(self, segment: int, points: int) -> Array:
        """Return ``points`` times (ms) at which to draw a segment, (sweeps, points).

        They are spread evenly over the steps, whose lengths follow V and the gates; sweeps of one
        duration have the same times.
        """
        first, count = self._first[:, segment], self._count[:, segment]
        spans = [slice(at, at + rows) for at, rows in zip(first, count, strict=True)]
        steps = [self._time[span] for span in spans]
        durations = self.ideal.durations[:, segment]
        if (durations == durations[0]).all():
            steps = [np.unique(np.concatenate(steps))] * self.sweeps
        places = np.linspace(0.0, 1.0, points)
        return np.array([
            np.interp(places * (own.size - 1), np.arange(own.size), own) for own in steps
        ])  # fmt: skip
