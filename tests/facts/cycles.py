"""A steady oscillation, measured in a simulation at a constant current."""

from dataclasses import dataclass, replace

import numpy as np

from hhgui.analysis.spikes import peaks, steady_rate
from hhgui.engine.simulation import Simulation
from hhgui.experiments.preparation import held_at
from hhgui.model.stimulus.stimulus import Stimulus

# Oscillations smaller than this (mV, peak to peak) count as none.
LEAST_OSCILLATION_MV = 0.01


@dataclass(frozen=True)
class LimitCycle:
    """A cycle's frequency (Hz), highest and lowest V (mV)."""

    frequency: float
    maximum: float
    minimum: float


def settled(membrane, current, settle=400.0):
    """The simulation after ``settle`` ms at a constant current, from 0 mV, far from rest."""
    stimulus = Stimulus(holding=current)
    simulation = Simulation(held_at(membrane, 0.0), stimulus, "adaptive", 0.5)
    simulation.advance(round(settle / 0.5))
    return simulation


def measured_cycle(simulation, window=200.0, method="adaptive", dt=0.005):
    """The cycle of a settled simulation over ``window`` ms, or None if it rests.

    The rate is that of the upward crossings of the middle between the extremes.
    """
    simulation.set_method(method, dt)
    steps = round(window / dt)
    block = simulation.advance(steps, every=1)
    voltages = block.columns[0]
    assert simulation.stop is None
    if np.ptp(voltages) < LEAST_OSCILLATION_MV:
        return None
    high = float(peaks(block.time, voltages)[1].max())
    low = -float(peaks(block.time, -voltages)[1].max())
    middle = replace(simulation.checkpoint(), threshold=0.5 * (high + low), rearm=0.0, armed=None)
    simulation = Simulation.from_checkpoint(middle)
    return LimitCycle(steady_rate(simulation.advance(steps).spikes), high, low)
