"""Simulate a voltage clamp by a real amplifier: a membrane behind a series resistance.

    C dV/dt = (V_command - V) / (R_s A) - I_ionic

V therefore follows the command with a delay and differs from it by R_s times the current (Hodgkin,
Huxley & Katz 1952; the series resistance of patch clamp). In the simulation the amplifier is an
additional leak current whose reversal potential is the command.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp import Family, Peaks
from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.kinetics import relaxation_rates
from hhgui.engine.methods import DEFAULT_METHOD, DT
from hhgui.engine.simulation import Simulation
from hhgui.experiments.contract import Cancelled, MeasurementCancelled
from hhgui.experiments.preparation import held_at
from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import CONDUCTANCE, ModelError

Array = NDArray[np.float64]
COARSEST_DT_MS, FINEST_DT_MS = 0.005, 2e-4
_MOST_STEPS = 200_000
# At the beginning of a segment: steps in the quickest time constant, and how many of the clamp's
# time constants they last.
_PER_TIME_CONSTANT, _EARLY, _FINEST_EARLY_MS = 10.0, 15.0, 1e-4
_NAME = "amplifier"
# 1 MΩ times 1 µm² is 1e-2 Ω·cm², 1e-5 kΩ·cm²: mV over that is µA/cm².
_KOHM_CM2 = 1e-5
# 1 pF times 1 mV/ms is 1 pA; 1 pA through 1 µm² is 100 µA/cm².
_DENSITY_PER_PA_PER_UM2 = 100.0


def charging_current(capacitance: float, slope: float, area: float) -> float:
    """Return the current density (µA/cm²) that charges a capacitance while the command changes.

    capacitance: pF, in front of the series resistance. slope: of the command (mV/ms). area: of the
    membrane (µm²).
    """
    return _DENSITY_PER_PA_PER_UM2 * capacitance * slope / area


@dataclass(frozen=True)
class Amplifier:
    """The amplifier between the command and the membrane.

    area: of the membrane (µm²). series_resistance: MΩ. compensation: the part of this resistance
    (%) that the amplifier compensates. Raises ModelError, whose key names the field.
    """

    area: float
    series_resistance: float
    compensation: float = 0.0

    def __post_init__(self) -> None:
        if not self.is_ideal and self.conductance > CONDUCTANCE.maximum:
            least = 1.0 / (_KOHM_CM2 * CONDUCTANCE.maximum)
            raise ModelError(
                "series_resistance",
                f"series resistance × area must be 0 or at least {least:g} MΩ·µm² after "
                f"compensation, not {self._product:g}: below, the clamp is as good as ideal",
            )

    @property
    def is_ideal(self) -> bool:
        """Return whether V equals the command at all times."""
        return self._product <= 0.0

    @property
    def conductance(self) -> float:
        """Return the conductance (mS/cm²) through which the amplifier drives the membrane."""
        return 1.0 / (_KOHM_CM2 * self._product)

    @property
    def _product(self) -> float:
        """Return uncompensated resistance times area, R_s A (MΩ µm²)."""
        left = self.series_resistance * (1.0 - self.compensation / 100.0)
        return left * self.area


@dataclass(frozen=True, eq=False)
class Segment:
    """The record of one segment of one sweep; a segment is a stretch of constant command.

    time: (rows,), ms since the segment began, its end included. voltage: (rows,), mV. currents:
    (currents, rows), µA/cm², outward positive.
    """

    time: Array
    voltage: Array
    currents: Array


class RealFamily:
    """The sweeps of a voltage-clamp family through an amplifier, integrated by the default method.

    Sweeps and segments are numbered from 0.
    """

    def __init__(
        self, ideal: Family, amplifier: Amplifier, dt: float, cancelled: Cancelled
    ) -> None:
        """Integrate every sweep with steps of at most 0.005 ms, shorter where V or a gate is fast.

        ideal: the commands. dt: the longest step (ms). Raises MeasurementCancelled once
        ``cancelled()`` is true, and ModelError if a sweep is too long or leaves the range of V.
        """
        self.ideal, self.amplifier = ideal, amplifier
        self.sweeps = ideal.sweeps
        holds = np.broadcast_to(ideal.hold, (ideal.sweeps,)).tolist()
        held = {v: _held(_behind(ideal.membrane, amplifier, v)) for v in dict.fromkeys(holds)}
        settling = ideal.membrane.capacitance / amplifier.conductance
        plan = _Steps.of(ideal, settling, dt)
        # the tables of its few steps serve all sweeps
        simulation = Simulation(held[holds[0]], method=DEFAULT_METHOD, dt=plan.step)
        self._segments = [
            list(_segments(simulation, held[hold], ideal, sweep, plan, cancelled))
            for sweep, hold in enumerate(holds)
        ]

    def segment(self, sweep: int, number: int) -> Segment:
        """Return the record of segment ``number`` of sweep ``sweep``."""
        return self._segments[sweep][number]

    def peaks(self, number: int, window: tuple[float, float] | None = None) -> Peaks:
        """Return the largest absolute currents in segment ``number``, shape (currents, sweeps).

        window: the times (ms since the segment began) between which they are sought; None: all of
        it.
        """
        low, high = (0.0, np.inf) if window is None else window
        found = [
            [_peak(*_within(part.time, current, low, high)) for current in part.currents]
            for part in (sweep[number] for sweep in self._segments)
        ]
        values = np.array(found).T  # (value or time, currents, sweeps)
        return Peaks(values[1], values[0])

    def ends(self) -> Array:
        """Return each current (µA/cm²) at the end of each segment, (currents, sweeps, segments)."""
        ends = [[segment.currents[:, -1] for segment in sweep] for sweep in self._segments]
        return np.moveaxis(np.array(ends), 2, 0)

    def end_voltages(self) -> Array:
        """Return V (mV) at the end of each segment, shape (sweeps, segments)."""
        return np.array([[segment.voltage[-1] for segment in sweep] for sweep in self._segments])

    def currents_at(self, number: int, times: Array) -> Array:
        """Return each current (µA/cm²) in segment ``number``, shape (currents, sweeps).

        times: (sweeps,), one time per sweep (ms since the segment began).
        """
        parts = [sweep[number] for sweep in self._segments]
        pairs = list(zip(times.tolist(), parts, strict=True))
        count = len(self.ideal.membrane.currents)
        return np.array([
            [np.interp(t, part.time, part.currents[c]) for t, part in pairs] for c in range(count)
        ])  # fmt: skip

    def thinned(self, number: int, points: int) -> tuple[Array, Array, Array]:
        """Return times (ms), V (mV) and currents (µA/cm²) at some rows of segment ``number``.

        points: how many rows, which lie closest together at the beginning. The shapes are (sweeps,
        points) and for the currents (currents, sweeps, points).
        """
        spaced = np.linspace(0.0, 1.0, points) ** 2
        parts = [sweep[number] for sweep in self._segments]
        rows = [np.searchsorted(p.time, spaced * p.time[-1] - 1e-9) for p in parts]
        pairs = list(zip(parts, rows, strict=True))
        return (
            np.array([part.time[at] for part, at in pairs]),
            np.array([part.voltage[at] for part, at in pairs]),
            np.stack([part.currents[:, at] for part, at in pairs], axis=1),
        )

    def voltage_at(self, number: int, times: Array) -> Array:
        """Return V (mV) of each sweep in segment ``number``, (sweeps,).

        times: (sweeps,), one time per sweep (ms since the segment began).
        """
        each = zip(times.tolist(), self._segments, strict=True)
        return np.array([np.interp(t, s[number].time, s[number].voltage) for t, s in each])


def _behind(membrane: Membrane, amplifier: Amplifier, command: float) -> Membrane:
    """Return the membrane with the amplifier as an additional current; command: mV."""
    driven = Current(_NAME, amplifier.conductance, command)
    return replace(membrane, currents=(*membrane.currents, driven))


def _held(membrane: Membrane) -> Membrane:
    """Return a membrane, amplifier included, that starts at its steady state under the command.

    If there are several steady voltages, the one nearest to the command is used.
    """
    found = equilibria(membrane)
    command = membrane.currents[-1].reversal
    if not found.size:
        problem = "no voltage is held: the series resistance is too large"
        raise ModelError("series_resistance", problem)
    return held_at(membrane, float(found[np.abs(found - command).argmin()]))


class _Steps(NamedTuple):
    """The time steps (ms) of a segment: ``fine`` during the first ``early`` ms, then ``step``.

    V, and gates that are as fast, settle at a new command within a few of their time constants.
    """

    fine: float
    early: float
    step: float

    @classmethod
    def of(cls, ideal: Family, settling: float, dt: float) -> Self:
        """Return the steps for the time constants of the clamp (``settling``, ms) and of the gates.

        dt: the longest step (ms).
        """
        rates = relaxation_rates(ideal.membrane, ideal.voltages)
        rates = rates[np.isfinite(rates)]
        quickest = min(settling, 1.0 / float(rates.max()) if rates.size else settling)
        fine = max(min(dt, COARSEST_DT_MS, quickest / _PER_TIME_CONSTANT), _FINEST_EARLY_MS)
        step = max(min(dt, COARSEST_DT_MS, settling), FINEST_DT_MS)
        return cls(min(fine, step), _EARLY * settling, step)

    def parts(self, duration: float) -> list[tuple[int, float]]:
        """Return the number and the length (ms) of the steps of each part of a segment.

        duration: of the segment (ms).
        """
        early = min(self.early, duration) if self.fine < self.step else 0.0
        lengths = ((early, self.fine), (duration - early, self.step))
        found = [(max(1, math.ceil(t / dt - 1e-9)), t) for t, dt in lengths if t > 1e-9]
        return [(count, length / count) for count, length in found] or [(1, 1e-6)]


def _segments(
    simulation: Simulation, held: Membrane, ideal: Family, sweep: int, plan: _Steps,
    cancelled: Cancelled,
) -> Iterator[Segment]:  # fmt: skip
    """Integrate one sweep and yield the record of each of its segments."""
    simulation.set_membrane(held)
    simulation.reset()
    own = len(ideal.membrane.currents)
    for command, duration in zip(ideal.voltages[sweep], ideal.durations[sweep], strict=True):
        if cancelled():
            raise MeasurementCancelled
        if duration > _MOST_STEPS * plan.step:
            longest = _MOST_STEPS * plan.step
            problem = f"with a real amplifier a step lasts at most {longest:g} ms"
            raise ModelError("duration", problem)
        simulation.set_membrane(simulation.membrane.with_current(_NAME, reversal=float(command)))
        begin, times, rows = simulation.time, [], []
        for steps, dt in plan.parts(float(duration)):
            simulation.set_method(DEFAULT_METHOD, max(dt, DT.minimum))
            block = simulation.advance(steps, every=1)
            if block.stop is not None:
                text = f"the clamp lost control: {block.stop.message}"
                raise ModelError("series_resistance", text)
            times.append(block.time)
            rows.append(block.columns)
        last = simulation.sample()
        columns = np.concatenate([*rows, last.columns], axis=1)
        first = columns.shape[0] - own - 1
        time = np.concatenate([*times, last.time]) - begin
        yield Segment(time, columns[0], columns[first:-1])


def _within(times: Array, current: Array, low: float, high: float) -> tuple[Array, Array]:
    """Return the samples with ``low`` <= time <= ``high`` (ms).

    If there are none, the one nearest to ``low`` is returned.
    """
    first = min(int(np.searchsorted(times, low - 1e-9)), times.size - 1)
    last = max(int(np.searchsorted(times, high + 1e-9)), first + 1)
    return times[first:last], current[first:last]


def _peak(times: Array, current: Array) -> tuple[float, float]:
    """Return time (ms) and value of the largest absolute current, from a parabola at the sample."""
    top = int(np.abs(current).argmax())
    if top in (0, current.size - 1):
        return float(times[top]), float(current[top])
    before, at, after = current[top - 1 : top + 2]
    bend = before - 2.0 * at + after
    gap = times[top + 1] - times[top]
    if bend == 0.0 or abs(times[top] - times[top - 1] - gap) > 1e-6 * gap:  # the steps change here
        return float(times[top]), float(at)
    shift = 0.5 * (before - after) / bend
    return (
        float(times[top] + shift * gap),
        float(at - 0.25 * (before - after) * shift),
    )
