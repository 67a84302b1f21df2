"""Analyse linear stability: eigenvalues at equilibria, Hopf points and the fastest time scale.

Near an equilibrium small deviations grow or decay as exp(lambda t), lambda being the eigenvalues of
the Jacobian. Where a complex pair crosses the imaginary axis is a Hopf point: an oscillation begins
or ends there (Hassard 1978, J Theor Biol 71:401, for the squid axon; Kuznetsov 2004, ch. 3).
Equilibria are identified by their voltage, as each voltage belongs to exactly one current, I_ss(V).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.fixed_points import steady_state_current
from hhgui.analysis.jacobian import jacobian_at_rest
from hhgui.analysis.roots import bracketed
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
    matrix = jacobian_at_rest(membrane, voltage)
    return np.sort(np.linalg.eigvals(matrix).astype(np.complex128), axis=-1)


def growth_rate(membrane: Membrane, voltage: ArrayLike) -> Array:
    """Return the largest real part of the eigenvalues (1/ms) at each ``voltage`` (mV), same shape.

    The equilibrium there is unstable if it is positive.
    """
    return np.asarray(eigenvalues(membrane, voltage).real.max(axis=-1))


def hopf_points(
    membrane: Membrane, low: float = V_MIN_MV, high: float = V_MAX_MV
) -> list[HopfPoint]:
    """Return the Hopf points of the equilibria from ``low`` to ``high`` (mV), by rising V.

    At a Hopf point a pair of eigenvalues is +-i omega, omega above 0.
    """
    volts = np.linspace(low, high, int(np.ceil((high - low) / SPACING_MV)) + 1)
    jacobians = partial(jacobian_at_rest, membrane)
    found, omegas = imaginary_pairs(jacobians, volts, characteristic(jacobians(volts)))
    currents = steady_state_current(membrane, found)
    points = zip(currents.tolist(), found.tolist(), omegas.tolist(), strict=True)
    return [HopfPoint(i, v, 1000.0 * omega / (2.0 * np.pi)) for i, v, omega in points]


def imaginary_pairs(
    jacobians: Callable[[Array], Array], at: Array, scanned: Array
) -> tuple[Array, Array]:
    """Return where a pair of eigenvalues is +-i omega, and omega (1/ms), shape (n,) each.

    jacobians: returns the Jacobians, (n, size, size), for values (n,) of the quantity that is
    varied, such as V; only first row, first column and diagonal may be non-zero. at: values of a
    scan of that quantity, rising, (points,). scanned: the ``characteristic`` of the Jacobians
    there.

    There the product of all sums of two eigenvalues vanishes (Guckenheimer, Myers & Sturmfels 1997,
    SIAM J Numer Anal 34:1). Its zeros that come from a real pair +-k (neutral saddles) are left
    out. In the scan the product's sign is found by Routh's scheme, without eigenvalues.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.sign(_routh(scanned)[:-1]).prod(axis=0) >= 0.0
    left = np.flatnonzero(above[:-1] != above[1:])

    def product(values: Array) -> Array:
        return pair_product(np.linalg.eigvals(jacobians(values)).astype(np.complex128))

    low, high = at[left], at[left + 1]
    if not left.size:
        return np.empty(0), np.empty(0)
    ends = product(np.concatenate([low, high])).reshape(2, -1)
    real = (ends[0] >= 0.0) != (ends[1] >= 0.0)
    if not real.any():
        return np.empty(0), np.empty(0)
    found = bracketed(product, low[real], high[real], (ends[0, real], ends[1, real]))
    every = np.linalg.eigvals(jacobians(found)).astype(np.complex128)
    omegas = np.array([smallest_pair(each) for each in every])
    return found[omegas > 0.0], omegas[omegas > 0.0]


def are_stable(jacobians: Array) -> NDArray[np.bool_]:
    """Return for each Jacobian whether all eigenvalues have a negative real part, shape (n,).

    jacobians: (n, size, size); only first row, first column and diagonal may be non-zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((_routh(characteristic(jacobians)) > 0.0).all(axis=0))


def _routh(coefficients: Array) -> Array:
    """Return the first column of Routh's scheme without its leading 1, shape (size, n).

    coefficients: of n polynomials, (size + 1, n), from the highest power down, which has 1.

    All are positive exactly where all roots have a negative real part. The product of all but the
    last has the sign of the product of the sums of two roots, and is that product but for a
    positive factor (Orlando's formula; Gantmacher 1959, The Theory of Matrices II, ch. 15).
    """
    size = coefficients.shape[0] - 1
    upper, lower = coefficients[0::2], coefficients[1::2]
    column = []
    for _ in range(size):
        column.append(lower[0])
        ratio = upper[0] / lower[0]
        following = upper[1:].copy()
        shared = min(following.shape[0], lower.shape[0] - 1)
        following[:shared] -= ratio * lower[1 : 1 + shared]
        upper, lower = lower, following
    return np.array(column)


def characteristic(jacobians: Array) -> Array:
    """Return the coefficients of det(lambda - J) from the highest power down, (size + 1, n).

    jacobians: (n, size, size); only first row, first column and diagonal may be non-zero. The first
    coefficient is 1.

    With -r_k on J's diagonal the polynomial is (lambda - J_00) P - sum of J_0k J_k0 P / (lambda +
    r_k), P being the product of all lambda + r_k.
    """
    size, n = jacobians.shape[-1], jacobians.shape[0]
    rates = -np.moveaxis(jacobians.diagonal(axis1=1, axis2=2)[:, 1:], 1, 0)
    drives = np.moveaxis(jacobians[:, 0, 1:] * jacobians[:, 1:, 0], 1, 0)
    product = np.zeros((size, n))
    product[0] = 1.0
    others = np.zeros((size, n))  # the sum, of one degree less
    for k in range(size - 1):
        # what was summed lacks a factor lambda + r_k; the new term has all factors before it
        others[1:] += rates[k] * others[:-1].copy()
        others += drives[k] * product
        product[1:] += rates[k] * product[:-1].copy()
    found = np.zeros((size + 1, n))
    found[:size] = product
    found[1:] -= jacobians[:, 0, 0] * product
    found[2:] -= others[: size - 1]
    return found


def leading(values: ComplexArray) -> complex:
    """Return the eigenvalue whose frequency and decay are displayed for an equilibrium.

    values: all eigenvalues (1/ms). If some are complex, the one with the largest real part among
    those with a positive imaginary part is returned, even if a real eigenvalue is larger. If all
    are real, the largest is. The sign of the real part therefore does not tell stability: see
    ``stability``.
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
