"""Find steady firing: the limit cycle at a constant current, and the currents where it changes.

Cycles are followed as in an experiment: the current changes a little and the neuron continues from
its present state. This follows the stable branch to its end, where the stable cycle meets an
unstable one (saddle-node of limit cycles; Rinzel & Miller 1980, Math Biosci 49:27, for the squid);
below that current firing dies.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hhgui.analysis.spikes import peaks, steady_rate, troughs
from hhgui.engine.methods import REFERENCE_METHOD
from hhgui.engine.simulation import Checkpoint, Simulation
from hhgui.experiments.bisection import Bracket, NoThresholdError, bisect, narrowed
from hhgui.experiments.pieces import SAMPLE_MS, Piece, RunEndedEarlyError, run_piece
from hhgui.experiments.preparation import held_at
from hhgui.model.membrane import Membrane

SETTLE_MS = 400.0
WINDOW_MS = 200.0
# Oscillations smaller than this (mV, peak to peak) count as none.
LEAST_SWING_MV = 0.01
# A change of current is spread over this many cycles.
STAIRS = 40
# A neuron is silent when it has no spike in this many cycles.
BLOCK_PERIODS = 10.0
# The interval at which V is sampled for its peak; a parabola interpolates between samples.
PEAK_SAMPLE_MS = 0.005


@dataclass(frozen=True)
class LimitCycle:
    """A steady oscillation: its current (µA/cm²), frequency (Hz), highest and lowest V (mV)."""

    current: float
    frequency: float
    maximum: float
    minimum: float

    @property
    def period(self) -> float:
        """Return the duration of one cycle (ms)."""
        return 1000.0 / self.frequency


def settled(
    membrane: Membrane, current: float, settle: float = SETTLE_MS, start: float = 0.0
) -> Simulation:
    """Return the simulation after ``settle`` ms at a constant current (µA/cm²) from V = ``start``.

    A start (mV) far from rest reaches the cycle even if rest is stable too. Raises as
    ``run_piece``.
    """
    simulation = Simulation(held_at(membrane, start), method=REFERENCE_METHOD, dt=SAMPLE_MS)
    run_piece(simulation, Piece(current, settle))
    return simulation


def measured_cycle(
    simulation: Simulation,
    window: float = WINDOW_MS,
    method: str = REFERENCE_METHOD,
    dt: float = PEAK_SAMPLE_MS,
) -> LimitCycle | None:
    """Return the cycle of a settled simulation over ``window`` ms, or None if it rests.

    The simulation advances by ``method`` at ``dt`` (ms). The rate is that of the upward crossings
    of the middle between the extremes. Raises RunEndedEarlyError, ValueError for a window of less
    than two cycles.
    """
    simulation.set_method(method, dt)
    steps = round(window / dt)
    block = simulation.advance(steps, every=1)
    voltages = block.columns[0]
    highs, lows = peaks(block.time, voltages)[1], troughs(block.time, voltages)[1]
    if simulation.stop is not None:
        raise RunEndedEarlyError(simulation.stop)
    if np.ptp(voltages) < LEAST_SWING_MV:
        return None
    if highs.size == 0 or lows.size == 0:
        raise ValueError(f"{window:g} ms hold less than two cycles")
    high, low = float(highs.max()), float(lows.min())
    simulation.watch_for(0.5 * (high + low), rearm=0.0)
    rate = steady_rate(simulation.advance(steps).spikes)
    return LimitCycle(simulation.stimulus.holding, rate, high, low)


def current_of_peak(
    membrane: Membrane,
    level: float,
    low: float,
    high: float,
    settle: float = SETTLE_MS,
    tolerance: float = 1e-5,
) -> float:
    """Return the lowest current (µA/cm²) at which the cycle's peak is below ``level``.

    A counter with that threshold (mV) sees no spikes there while the neuron still oscillates.
    Raises NoThresholdError if the peak does not fall through the level, and as measured_cycle.
    """

    def hidden(current: float) -> bool:
        cycle = measured_cycle(settled(membrane, current, settle), window=100.0)
        return cycle is None or cycle.maximum < level

    return bisect(hidden, low, high, tolerance)


def fold_of_cycles(
    membrane: Membrane,
    firing: float,
    silent: float,
    patience: float = 10_000.0,
    tolerance: float = 1e-6,
) -> Iterator[Bracket]:
    """Yield ever narrower brackets of the lowest current (µA/cm²) with sustained firing.

    firing, silent: currents at which a firing neuron continues and stops. Firing counts as
    sustained if it lasts ``patience`` ms, each trial from the cycle of the last current that
    sustained it. Near the fold a neuron keeps firing for a time that grows as 1/sqrt(distance), so
    patience bounds the error: 10 s are 2e-6 µA/cm² for the squid. The last bracket's middle is the
    result. Raises NoThresholdError if ``firing`` has no cycle or ``silent`` has one.
    """
    simulation = settled(membrane, firing)
    cycle = measured_cycle(simulation)
    if cycle is None:
        raise NoThresholdError(f"there is no sustained firing at {firing:g} µA/cm²")
    kept = simulation.checkpoint()

    def sustained(current: float) -> bool:
        nonlocal kept
        end = _carried(kept, current, patience, cycle.period)
        kept = end or kept
        return end is not None

    if sustained(silent):
        raise NoThresholdError(f"firing is sustained at {silent:g} µA/cm²")
    yield from narrowed(sustained, silent, firing, tolerance)


def _carried(
    start: Checkpoint, current: float, patience: float, period: float
) -> Checkpoint | None:
    """Return the checkpoint of a firing neuron moved to ``current`` and held; None if it stops.

    A sudden change can leave the basin of an existing cycle, so the current moves in small steps.
    """
    simulation = Simulation.from_checkpoint(start)
    for stair in np.linspace(start.stimulus.holding, current, STAIRS + 1)[1:].tolist():
        run_piece(simulation, Piece(stair, period))
    block = Piece(current, BLOCK_PERIODS * period)
    for _ in range(max(1, round(patience / block.duration))):
        if run_piece(simulation, block).size == 0:
            return None
    return simulation.checkpoint()
