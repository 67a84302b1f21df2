"""Analyse linear stability: eigenvalues at equilibria, Hopf points and the fastest time scale.

Near an equilibrium small deviations grow or decay as exp(lambda t), lambda being the eigenvalues of
the Jacobian. Where a complex pair crosses the imaginary axis is a Hopf point: an oscillation begins
or ends there (Hassard 1978, J Theor Biol 71:401, for the squid axon; Kuznetsov 2004, ch. 3).
Equilibria are identified by their voltage, as each voltage belongs to exactly one current, I_ss(V).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.fixed_points import steady_state_current
from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.roots import zeros
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
# Two Hopf points closer together than this count as one.
SPACING_MV = 0.1
STABILITIES = ("stable node", "stable spiral", "saddle", "unstable node", "unstable spiral")
# Voltages in each finer grid around the most unstable equilibrium: all are computed at once.
FINER = 33


class HopfPoint(NamedTuple):
    """A point where a complex pair of eigenvalues is purely imaginary.

    current: µA/cm², injected; voltage: mV, of the equilibrium; frequency: Hz, of the oscillation.
    """

    current: float
    voltage: float
    frequency: float


def eigenvalues(membrane: Membrane, voltage: ArrayLike) -> ComplexArray:
    """Return the eigenvalues (1/ms) of the equilibrium at each ``voltage`` (mV).

    The shape is (*voltage.shape, 1 + gates), by rising real part. The equilibrium at V is that of
    the current I_ss(V).
    """
    matrix = jacobian(membrane, voltage, steady_gates(membrane, voltage))
    return np.sort(np.linalg.eigvals(matrix).astype(np.complex128), axis=-1)


def growth_rate(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return the largest real part of the eigenvalues (1/ms) at each ``voltage`` (mV), same shape.

    The equilibrium there is unstable if it is positive.
    """
    return np.asarray(eigenvalues(membrane, voltage).real.max(axis=-1))


def hopf_points(
    membrane: Membrane, low: float = V_MIN_MV, high: float = V_MAX_MV
) -> list[HopfPoint]:
    """Return the Hopf points of equilibria from ``low`` to ``high`` (mV), by rising voltage.

    They are zeros of the product of all sums of two eigenvalues, which vanishes when a pair is +-i
    omega (Guckenheimer, Myers & Sturmfels 1997, SIAM J Numer Anal 34:1); zeros made by a real pair
    +-k (neutral saddles) are left out.
    """
    points = []
    found = zeros(lambda v: pair_product(eigenvalues(membrane, v)), low, high, SPACING_MV)
    for voltage in found.tolist():
        omega = smallest_pair(eigenvalues(membrane, voltage))
        if omega > 0.0:
            current = float(steady_state_current(membrane, voltage))
            points.append(HopfPoint(current, voltage, 1000.0 * omega / (2.0 * np.pi)))
    return points


def leading(values: ComplexArray) -> complex:
    """Return the eigenvalue that best describes what happens near an equilibrium.

    It is one of the least damped complex pair, or without a pair the largest real eigenvalue.
    """
    pairs = values[values.imag > 0.0]
    chosen = pairs if pairs.size else values
    return complex(chosen[chosen.real.argmax()])


def stability(values: ComplexArray) -> str:
    """Return the type of an equilibrium with these eigenvalues (1/ms), one of STABILITIES."""
    growing = int(np.count_nonzero(values.real > 0.0))
    if growing == 1:
        return "saddle"
    turns = bool((values.imag != 0.0).any())
    if growing == 0:
        return "stable spiral" if turns else "stable node"
    return "unstable spiral" if turns else "unstable node"


def most_unstable(
    membrane: Membrane, low: float = V_MIN_MV, high: float = V_MAX_MV
) -> tuple[float, float]:
    """Return V (mV) of the most unstable equilibrium from ``low`` to ``high``, and its growth rate.

    The rate is in 1/ms. The range is scanned in steps of 0.1 mV, then on finer and finer grids
    around the maximum.
    """
    grid = np.linspace(low, high, int(np.ceil((high - low) / SPACING_MV)) + 1)
    while grid[-1] - grid[0] > 1e-7:
        top = int(np.argmax(growth_rate(membrane, grid)))
        grid = np.linspace(grid[max(top - 1, 0)], grid[min(top + 1, grid.size - 1)], FINER)
    voltage = float(grid[grid.size // 2])
    return voltage, float(growth_rate(membrane, voltage))


def pair_product(found: ComplexArray) -> Array:
    """Return the product over i < j of (lambda_i + lambda_j): real, and zero at a Hopf point.

    found: eigenvalues, (..., size); the result has the shape (...).
    """
    first, second = np.triu_indices(found.shape[-1], k=1)
    return np.asarray((found[..., first] + found[..., second]).prod(axis=-1).real)


def smallest_pair(found: ComplexArray) -> float:
    """Return |Im| (1/ms) of the two eigenvalues whose sum is nearest zero; 0 if they are real.

    found: (size,).
    """
    first, second = np.triu_indices(found.size, k=1)
    nearest = int(np.argmin(np.abs(found[first] + found[second])))
    return float(abs(found[first[nearest]].imag))
