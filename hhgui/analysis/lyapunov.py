"""Compute the first Lyapunov coefficient, which tells whether a Hopf point starts stable cycles.

    l1 = 1/(2 w) Re[ <p, C(q, q, q*)> - 2 <p, B(q, A^-1 B(q, q*))>
                     + <p, B(q*, (2 i w - A)^-1 B(q, q))> ]

with A q = i w q, A^T p = -i w p and <p, q> = 1; A is the Jacobian of f, B and C are its second and
third derivatives (Kuznetsov, Elements of Applied Bifurcation Theory, eq. 5.39). If l1 is negative
the cycles are stable (supercritical), if positive unstable (subcritical).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.system import Dynamics

Array = NDArray[np.float64]
_STEP = 2e-3  # of a derivative's argument, whose V is 1 mV


def first_lyapunov_coefficient(system: Dynamics, state: Array, parameter: float) -> float:
    """Return l1 (per ms and mV²) at a Hopf point of ``system``.

    state: (size,), the equilibrium, V first; parameter: the value of the system's parameter.
    """
    matrix = system.slopes(state[None], parameter)[0]
    found, right = np.linalg.eig(matrix)
    place = int(np.where(found.imag > 0.0, np.abs(found.real), np.inf).argmin())
    omega, q = float(found[place].imag), right[:, place] / right[0, place]
    adjoint, left = np.linalg.eig(matrix.T)
    p = left[:, int(np.abs(adjoint + 1j * omega).argmin())]
    p = p / np.conj(np.vdot(p, q))

    def second(u: Any, v: Any) -> Any:
        """Return B(u, v), the derivative of the slopes along v applied to u."""
        total = np.zeros(state.size, dtype=np.complex128)
        for part, factor in ((v.real, 1.0), (v.imag, 1j)):
            h = _STEP / max(float(np.abs(part).max()), 1e-12)
            ends = system.slopes(np.array([state + h * part, state - h * part]), parameter)
            total += factor * ((ends[0] - ends[1]) / (2.0 * h)) @ u
        return total

    def third(u: Any) -> Any:
        """Return C(u, u, u*), from second differences of the slopes along Re u and Im u."""
        a, b = u.real, u.imag
        # C(u, u, u*) = C(a,a,a) + C(a,b,b) + i (C(a,a,b) + C(b,b,b))
        along_a, along_b = (
            _curvature(system, state, parameter, a),
            _curvature(system, state, parameter, b),
        )
        return along_a @ a + along_b @ a + 1j * (along_a @ b + along_b @ b)

    straight = second(q, np.conj(q))
    double = second(q, q)
    inner = np.linalg.solve(matrix, straight)
    twice = np.linalg.solve(2j * omega * np.eye(state.size) - matrix, double)
    value = (
        np.vdot(p, third(q))
        - 2.0 * np.vdot(p, second(q, inner))
        + np.vdot(p, second(np.conj(q), twice))
    )
    return float(value.real / (2.0 * omega))


def _curvature(system: Dynamics, state: Array, parameter: float, along: Array) -> Array:
    """Return the derivative of the Jacobian in the direction ``along`` (size,): (size, size).

    state: (size,), where; parameter: the value of the system's parameter.
    """
    size = float(np.abs(along).max())
    if size == 0.0:
        return np.zeros((state.size, state.size))
    h = 10.0 * _STEP / size
    ends = system.slopes(np.array([state + h * along, state, state - h * along]), parameter)
    return np.asarray((ends[0] - 2.0 * ends[1] + ends[2]) / h**2)
