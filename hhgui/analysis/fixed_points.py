"""Equilibria: voltages at which the ionic currents of resting gates balance the injected current.

Every gate at x_inf(V) leaves one equation, I_ss(V) = I (Hodgkin & Huxley 1952, eq. 26 with all
derivatives zero). Its solutions are the crossings of the steady-state I-V curve with a level; where
that curve turns, two equilibria meet and vanish, a saddle-node (Rinzel & Ermentrout 1998, Methods
in Neuronal Modeling, ch. 7).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.jacobian import gate_drives, open_conductance
from hhgui.analysis.kinetics import steady_gates, steady_state_slope
from hhgui.analysis.roots import zeros
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
# Two equilibria closer together than this are not told apart.
SPACING_MV = 0.05


class Fold(NamedTuple):
    """A saddle-node of equilibria: its voltage (mV) and injected current (µA/cm²)."""

    voltage: float
    current: float


def steady_state_current(membrane: Membrane, voltage: ArrayLike) -> Array:
    """I_ss: the ionic current (µA/cm², outward positive) with every gate at x_inf(V).

    voltage: mV, any shape; the answer has the same.
    """
    volts = np.asarray(voltage, dtype=np.float64)
    each = membrane.ionic_currents(volts, steady_gates(membrane, volts))
    return np.asarray(each.sum(axis=0))


def slope_conductance(membrane: Membrane, voltage: ArrayLike) -> Array:
    """dI_ss/dV (mS/cm²), the slope of the steady-state I-V curve; voltage's shape."""
    volts = np.asarray(voltage, dtype=np.float64)
    gates = steady_gates(membrane, volts)
    slope = open_conductance(membrane, gates, volts)
    drives = gate_drives(membrane, volts, gates)
    for gate, drive in zip(membrane.gates, drives, strict=True):
        slope = slope + drive * steady_state_slope(gate, volts)
    return slope


def equilibria(
    membrane: Membrane, current: float = 0.0, low: float = V_MIN_MV, high: float = V_MAX_MV
) -> Array:
    """Voltages (mV) of the equilibria at a constant injected current (µA/cm²), rising, shape (n,).

    Stable or not; ``stability.eigenvalues`` tells. Only those from ``low`` to ``high`` (mV), and
    at least 0.05 mV apart, are found.
    """
    return zeros(lambda v: steady_state_current(membrane, v) - current, low, high, SPACING_MV)


def resting_potential(membrane: Membrane, current: float = 0.0) -> float:
    """The lowest equilibrium (mV) at a constant injected current (µA/cm²).

    For the neurons of the course it is where they rest without stimulus. Raises ValueError if
    there is no equilibrium in the range of the tables (-150..150 mV).
    """
    found = equilibria(membrane, current)
    if found.size == 0:
        raise ValueError(
            f"no equilibrium at {current:g} µA/cm² from {V_MIN_MV:g} to {V_MAX_MV:g} mV"
        )
    return float(found[0])


def folds(membrane: Membrane, low: float = V_MIN_MV, high: float = V_MAX_MV) -> list[Fold]:
    """Where the steady-state I-V curve turns, by rising voltage; empty if it only rises.

    With a leak the first is a maximum, the current at which rest disappears: the onset of firing
    of a neuron that starts at an arbitrarily low rate (a saddle-node on an invariant circle).
    """
    turning = zeros(lambda v: slope_conductance(membrane, v), low, high, SPACING_MV)
    currents = steady_state_current(membrane, turning)
    return [Fold(*pair) for pair in zip(turning.tolist(), currents.tolist(), strict=True)]
