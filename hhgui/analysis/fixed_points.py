"""Find equilibria: voltages at which the steady-state ionic current equals the injected current.

With every gate at x_inf(V), one equation is left: I_ss(V) = I (Hodgkin & Huxley 1952, eq. 26 with
all derivatives zero). Its solutions are where the steady-state I-V curve crosses the level I; where
that curve turns, two equilibria meet and vanish, a saddle-node or fold (Rinzel & Ermentrout 1998,
Methods in Neuronal Modeling, ch. 7).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.jacobian import gate_drives, open_conductance
from hhgui.analysis.kinetics import gates_at, steady_gates
from hhgui.analysis.roots import zeros
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
# Two equilibria closer together than this count as one.
SPACING_MV = 0.05


class Fold(NamedTuple):
    """A saddle-node of equilibria: its voltage (mV) and its injected current (µA/cm²)."""

    voltage: float
    current: float


def steady_state_current(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return I_ss, the ionic current (µA/cm², outward positive) with every gate at x_inf(V).

    voltage: mV, any shape, which is also the shape of the result.
    """
    volts = np.asarray(voltage, dtype=np.float64)
    each = membrane.ionic_currents(volts, steady_gates(membrane, volts))
    return np.asarray(each.sum(axis=0))


def slope_conductance(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return dI_ss/dV (mS/cm²), the slope of the steady-state I-V curve, at ``voltage`` (mV).

    The result has the shape of ``voltage``.
    """
    volts = np.asarray(voltage, dtype=np.float64)
    found = gates_at(membrane, volts)
    drives = gate_drives(membrane, volts, found.steady)
    opening = (drives * found.steady_slope).sum(axis=0)
    return np.asarray(open_conductance(membrane, found.steady, volts) + opening)


def equilibria(
    membrane: Membrane, current: float = 0.0, low: float = V_MIN_MV, high: float = V_MAX_MV
) -> Array:
    """Return the equilibria (mV) at a constant injected current (µA/cm²), rising, shape (n,).

    Stable and unstable ones are included; ``stability.eigenvalues`` tells which is which. They are
    found from ``low`` to ``high`` (mV) if they are at least 0.05 mV apart.
    """
    return zeros(lambda v: steady_state_current(membrane, v) - current, low, high, SPACING_MV)


def resting_potential(membrane: Membrane, current: float = 0.0) -> float:
    """Return the lowest equilibrium (mV) at a constant injected current (µA/cm²).

    This is where the neurons of the lab course rest. Raises ValueError if there is no equilibrium
    from -150 to 150 mV.
    """
    found = equilibria(membrane, current)
    if found.size == 0:
        raise ValueError(
            f"no equilibrium at {current:g} µA/cm² from {V_MIN_MV:g} to {V_MAX_MV:g} mV"
        )
    return float(found[0])


def folds(membrane: Membrane, low: float = V_MIN_MV, high: float = V_MAX_MV) -> list[Fold]:
    """Return the folds of the steady-state I-V curve by rising voltage; [] if the curve only rises.

    In a membrane with a leak the first is a maximum of the curve: the current at which the resting
    state disappears, and the onset of firing of a neuron that starts with an arbitrarily low rate
    (a saddle-node on an invariant circle).
    """
    turning = zeros(lambda v: slope_conductance(membrane, v), low, high, SPACING_MV)
    currents = steady_state_current(membrane, turning)
    return [Fold(*pair) for pair in zip(turning.tolist(), currents.tolist(), strict=True)]
