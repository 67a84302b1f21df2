"""Do the chosen method and dt tell the truth here? A check at half the dt on a short window."""

from dataclasses import replace

import numpy as np

from hhgui.engine.methods import DT, METHODS
from hhgui.engine.simulation import Checkpoint, Simulation

WINDOW_MS = 200.0
# A short window of tiny steps is enough: they are accurate, or nothing is.
MOST_STEPS = 20_000
COUNT_SHARE = 0.01
SPIKE_SHIFT_MS = 0.5


def accuracy_problem(start: Checkpoint) -> str:
    """What is inaccurate about these settings from ``start`` on, or "".

    Compares 200 ms with the same at dt/2: inaccurate where the spike counts differ by more than
    1 %, or a spike's time by more than 0.5 ms. Noise is taken at its mean, since at another dt it
    would be another noise. Only a run that goes on without stopping is judged.
    """
    if METHODS[start.method].adaptive or start.dt < 2.0 * DT.minimum:
        return ""
    steady = replace(
        start,
        stimulus=start.stimulus.calm,
        noise=(),
    )
    steps = min(round(WINDOW_MS / start.dt), MOST_STEPS)
    coarse = Simulation.from_checkpoint(steady)
    fine = Simulation.from_checkpoint(steady)
    fine.set_method(start.method, start.dt / 2.0)
    these, those = coarse.advance(steps), fine.advance(2 * steps)
    if these.stop is not None or those.stop is not None:
        return ""
    return _difference(these.spikes, those.spikes, steps * start.dt)


def _difference(these: np.ndarray, those: np.ndarray, window: float) -> str:
    count, truer = these.size, those.size
    if abs(count - truer) > COUNT_SHARE * max(truer, 1):
        return f"{count} spikes in {window:g} ms, but {truer} at half the dt"
    common = min(count, truer)
    shift = float(np.abs(these[:common] - those[:common]).max(initial=0.0))
    if shift > SPIKE_SHIFT_MS:
        return f"a spike moves by {shift:.2f} ms at half the dt"
    return ""
