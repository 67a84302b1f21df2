"""Steady firing: the limit cycle at a constant current, and the currents at which it changes.

Cycles are followed as an experimenter would: the current is moved a little and the neuron goes on
from where it is. So the branch that is stable is kept, and its end, where the stable cycle meets an
unstable one (saddle-node of limit cycles; Rinzel & Miller 1980, Math Biosci 49:27, for the squid),
is the current below which firing dies.
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
# How often a peak is looked at; the vertex of a parabola is taken between samples.
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
        """Time of one cycle (ms)."""
        return 1000.0 / self.frequency


def settled(
    membrane: Membrane, current: float, settle: float = SETTLE_MS, start: float = 0.0
) -> Simulation:
    """The neuron after ``settle`` ms at a constant current (µA/cm²), from V = ``start`` (mV).

    A start far from rest takes it to the cycle where rest is stable too. Raises as ``run_piece``.
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
    """The cycle a settled simulation is on, from ``window`` ms of it; None if it rests.

    Moves the simulation on, by ``method`` at ``dt`` (ms). The rate is that of the upward crossings
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
    """The current (µA/cm²) from ``low`` to ``high`` above which a cycle's peak is below ``level``.

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
    """Ever narrower brackets of the lowest current (µA/cm²) with sustained firing.

    firing, silent: currents where a firing neuron goes on, and where it falls silent. Firing
    counts as sustained if it lasts ``patience`` ms, each trial from the cycle of the last current
    that sustained it. A fold's ghost holds a neuron for a time that grows as 1/sqrt(distance), so
    patience bounds the error: 10 s are 2e-6 µA/cm² for the squid. The last bracket's middle is
    the answer. Raises NoThresholdError if ``firing`` has no cycle or ``silent`` has one.
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
    """A firing neuron brought to ``current`` and held there; None once it falls silent.

    A sudden change can throw it off a cycle that exists, so the current moves in small stairs.
    """
    simulation = Simulation.from_checkpoint(start)
    for stair in np.linspace(start.stimulus.holding, current, STAIRS + 1)[1:].tolist():
        run_piece(simulation, Piece(stair, period))
    block = Piece(current, BLOCK_PERIODS * period)
    for _ in range(max(1, round(patience / block.duration))):
        if run_piece(simulation, block).size == 0:
            return None
    return simulation.checkpoint()
