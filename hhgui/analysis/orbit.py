"""Recognise that a trajectory has settled on a closed orbit, and measure its period."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_ALIKE = 1e-3
_OSCILLATION_MV = 1.0


def closed_orbit(times: Array, states: Array) -> tuple[float, int] | None:
    """Return the period (ms) and the index at which the last turn begins; None if not closed.

    times: (n,), ms. states: (variables, n), V (mV) first. The orbit is closed if its last two turns
    take the same time within a thousandth and begin at the same state.
    """
    volts = states[0]
    late = volts[volts.size // 2 :]
    if late.size == 0 or np.ptp(late) < _OSCILLATION_MV:
        return None
    middle = 0.5 * (late.min() + late.max())
    up = np.flatnonzero((volts[:-1] < middle) & (volts[1:] >= middle))
    if up.size < 3:
        return None
    rows = up[-3:]
    part = (middle - volts[rows]) / (volts[rows + 1] - volts[rows])
    crossed = times[rows] + part * (times[rows + 1] - times[rows])
    at = states[:, rows] + part * (states[:, rows + 1] - states[:, rows])
    periods = np.diff(crossed)
    same = np.abs(at[1:, 2] - at[1:, 1]).max(initial=0.0) < _ALIKE
    if not same or abs(periods[1] - periods[0]) > _ALIKE * abs(periods[1]):
        return None
    return float(abs(periods[1])), int(rows[1])
