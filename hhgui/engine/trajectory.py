"""Integrate the full neuron from any state, forwards or backwards in time, at a constant current.

It uses Runge-Kutta 4 with a small step, which may be negative. Backwards in time the gates grow as
fast as they decay forwards, so a trajectory soon leaves the range of possible states; it ends
there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.drive import drive_of
from hhgui.engine.kernel import WATCHED
from hhgui.engine.methods import METHODS
from hhgui.engine.packing import pack
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
STEP_MS = 0.01
_LEAST, _MOST = -0.2, 1.2  # of a gate, a little beyond closed and open
MOST_STEPS = 1_000_000


def trajectory(
    membrane: Membrane, current: float, state: Sequence[float], duration: float,
    step: float = STEP_MS,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the trajectory from ``state``: times (n,) in ms, and V (mV) and gates, (1 + gates, n).

    current: the injected current (µA/cm²). duration: ms; negative for a trajectory backwards, whose
    times are negative. step: of the integration (ms). It ends early where V leaves -150 to 150 mV
    or a gate the range of possible values. Raises ValueError for more than a million steps.
    """
    from hhgui.engine.loop import advance

    steps = round(abs(duration) / step)
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"a trajectory takes from 1 to {MOST_STEPS} steps, not {steps}")
    dt = step if duration > 0.0 else -step
    method, gates = METHODS["rk4"], len(membrane.gates)
    times: Array = dt * np.arange(steps + 1, dtype=np.float64)
    drive = drive_of(method.rule, Stimulus(holding=current), np.abs(times), 0.0)
    now = np.array([*state, 0.0])
    out = np.empty((2 + gates + len(membrane.currents), steps))
    _, rows, _, _ = advance(
        method.kernel.of(membrane, step), now, pack(membrane), dt, drive, steps, 1e9, -1e9, 1, 0,
        out, np.zeros(WATCHED), np.empty((2, 2)),
    )  # fmt: skip
    states = np.delete(out[:, :rows], 1, axis=0)[: 1 + gates]
    possible = np.isfinite(states).all(axis=0)
    possible &= ((states[1:] > _LEAST) & (states[1:] < _MOST)).all(axis=0)
    rows = int(possible.argmin()) if not possible.all() else rows
    return times[:rows], states[:, :rows]
