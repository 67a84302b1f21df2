"""Voltage clamp by formula: at a fixed voltage every gate relaxes as an exponential.

    x(t) = x_inf(V1) + (x_inf(V0) - x_inf(V1)) exp(-t phi/tau(V1))
    I_c(t) = g_c prod(x(t)**p) (V1 - E_c)

after a step from V0, held for long, to V1 at t = 0 (Hodgkin & Huxley 1952, eqs. 8, 11, 17-19).
Exact: no integration. The capacitive current at the step is left out, as an ideal clamp supplies
it.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.jacobian import gate_drives
from hhgui.analysis.kinetics import relaxation_rates, steady_gates
from hhgui.analysis.roots import zeros
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
# After this many of the slowest time constants a gate is where it will stay, to 2e-9.
TIME_CONSTANTS = 20.0
FINEST_SEARCH = 100_000


@dataclass(frozen=True)
class ClampPoint:
    """One command voltage (mV) of an I-V curve.

    peak: the current (µA/cm²) where it is largest in size; peak_time: when (ms), infinite if it
    only approaches its end; steady: the current after a long time (µA/cm²).
    """

    command: float
    peak: float
    peak_time: float
    steady: float


def clamp_gates(membrane: Membrane, hold: float, command: float, time: ArrayLike) -> Array:
    """Every gate at ``time`` (ms) after a step from ``hold`` to ``command`` (mV).

    Shape (gates, *time.shape).
    """
    t = np.asarray(time, dtype=np.float64)
    shape = (-1, *(1,) * t.ndim)
    start, end, rate = (
        column.reshape(shape)
        for column in (
            steady_gates(membrane, hold),
            steady_gates(membrane, command),
            relaxation_rates(membrane, command),
        )
    )
    return np.asarray(end + (start - end) * np.exp(-rate * t))


def clamp_currents(membrane: Membrane, hold: float, command: float, time: ArrayLike) -> Array:
    """Every ionic current (µA/cm², outward positive) at ``time`` (ms) after the step.

    Shape (currents, *time.shape).
    """
    gates = clamp_gates(membrane, hold, command, time)
    return membrane.ionic_currents(np.full(np.shape(time), command), gates)


def steady_currents(membrane: Membrane, command: float) -> Array:
    """Every ionic current (µA/cm²) long after a step to ``command`` (mV), shape (currents,)."""
    return membrane.ionic_currents(command, steady_gates(membrane, command))


def clamp_point(membrane: Membrane, name: str, hold: float, command: float) -> ClampPoint:
    """Peak and steady value of current ``name`` after a step from ``hold`` to ``command`` (mV).

    The peak is where dI/dt crosses zero. KeyError if there is no such current.
    """
    row = _row(membrane, name)
    steady = float(steady_currents(membrane, command)[row])
    turning = np.append(0.0, _turning_times(membrane, row, hold, command))
    sizes = clamp_currents(membrane, hold, command, turning)[row]
    top = int(np.argmax(np.abs(sizes)))
    if abs(steady) >= abs(sizes[top]):
        return ClampPoint(command, steady, math.inf, steady)
    return ClampPoint(command, float(sizes[top]), float(turning[top]), steady)


def clamp_series(
    membrane: Membrane, name: str, hold: float, commands: Iterable[float]
) -> Iterator[ClampPoint]:
    """The I-V curve of current ``name``: one point per command voltage (mV), in their order."""
    for command in commands:
        yield clamp_point(membrane, name, hold, command)


def _row(membrane: Membrane, name: str) -> int:
    names = [current.name for current in membrane.currents]
    if name not in names:
        raise KeyError(name)
    return names.index(name)


def _turning_times(membrane: Membrane, row: int, hold: float, command: float) -> Array:
    """When (ms) dI/dt of one current is zero on its way to the steady state."""
    first = sum(len(current.gates) for current in membrane.currents[:row])
    own = slice(first, first + len(membrane.currents[row].gates))
    end = steady_gates(membrane, command)[own, np.newaxis]
    rates = relaxation_rates(membrane, command)[own]
    if rates.size == 0:
        return np.empty(0)

    def slope(time: Array) -> Array:
        gates = clamp_gates(membrane, hold, command, time)
        drives = gate_drives(membrane, np.full(time.shape, command), gates)[own]
        return np.asarray((drives * rates[:, np.newaxis] * (end - gates[own])).sum(axis=0))

    last = TIME_CONSTANTS / float(rates.min())
    return zeros(slope, 0.0, last, max(0.05 / float(rates.max()), last / FINEST_SEARCH))
