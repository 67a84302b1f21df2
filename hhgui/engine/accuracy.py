"""Check the accuracy of a method and dt by repeating the run at half the dt."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import DT, METHODS
from hhgui.engine.simulation import Checkpoint, Simulation

WINDOW_MS = 200.0
# A short window of tiny steps is enough: they are accurate, or nothing is.
MOST_STEPS = 20_000
SPIKE_SHIFT_MS = 0.5
RANGE_MV = 1.5
CHARGE_FRACTION = 0.02
_BLOCK = 20_000


@dataclass(frozen=True)
class Seen:
    """The compared measurements of a run: spikes (ms), range of V (mV), charges (nC/cm²).

    stopped: the run left its range and is not compared.
    """

    spikes: NDArray[np.float64]
    lowest: float
    highest: float
    charge: NDArray[np.float64]
    stopped: bool


def accuracy_problem(
    start: Checkpoint, duration: float = WINDOW_MS, most_steps: int = MOST_STEPS
) -> str:
    """Return what is inaccurate about these settings for ``duration`` ms from ``start`` on, or "".

    The run is compared with the same at dt/2: spike count, spike times to 0.5 ms, the lowest and
    highest V to 1.5 mV, and the charge that flows through each current to 2 %. Noise is taken at
    its mean, since at another dt it would be different noise. A run that stops is not compared. The
    adaptive method needs no check: it keeps its own error far below these limits, follows the
    current exactly, and finds spikes and extremes between its samples.
    """
    if METHODS[start.method].adaptive or start.dt < 2.0 * DT.minimum:
        return ""
    steady = replace(start, stimulus=start.stimulus.calm, noise=())
    steps = min(max(1, round(duration / start.dt)), most_steps)
    coarse = Simulation.from_checkpoint(steady)
    fine = Simulation.from_checkpoint(steady)
    fine.set_method(start.method, start.dt / 2.0)
    these, those = look(coarse, steps), look(fine, 2 * steps)
    if these.stopped or those.stopped:
        return ""
    names = [current.name for current in start.membrane.currents]
    return next(_differences(these, those, names, steps * start.dt), "")


def look(simulation: Simulation, steps: int) -> Seen:
    """Advance ``simulation`` by ``steps`` and return the measurements to compare."""
    gates = len(simulation.membrane.gates)
    spikes, low, high = [], math.inf, -math.inf
    charge = np.zeros(len(simulation.membrane.currents))
    left = steps
    while left > 0 and simulation.stop is None:
        block = simulation.advance(min(_BLOCK, left), every=1)
        left -= block.steps
        spikes.append(block.spikes)
        low, high = min(low, block.lowest), max(high, block.highest)
        charge += simulation.dt * block.columns[2 + gates :].sum(axis=1)
    return Seen(np.concatenate(spikes), low, high, charge, simulation.stop is not None)


def _differences(these: Seen, those: Seen, names: list[str], window: float) -> Iterator[str]:
    """Yield the differences, the most important first."""
    count, truer = these.spikes.size, those.spikes.size
    if count != truer:
        yield f"{count} spikes in {window:g} ms, but {truer} at half the dt"
    common = min(count, truer)
    shift = float(np.abs(these.spikes[:common] - those.spikes[:common]).max(initial=0.0))
    if shift > SPIKE_SHIFT_MS:
        yield f"a spike moves by {shift:.2f} ms at half the dt"
    for which in ("highest", "lowest"):
        one, other = getattr(these, which), getattr(those, which)
        if abs(one - other) > RANGE_MV:
            yield f"the {which} V is {one:.1f} mV, but {other:.1f} mV at half the dt"
    scale = float(np.abs(those.charge).max(initial=0.0))
    for name, one, other in zip(names, these.charge, those.charge, strict=True):
        if abs(one - other) > CHARGE_FRACTION * max(abs(other), 0.1 * scale):
            percent = 100.0 * abs(one - other) / max(abs(other), 0.1 * scale)
            yield f"the charge through {name} differs by {percent:.0f} % at half the dt"
