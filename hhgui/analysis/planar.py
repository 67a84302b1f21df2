"""Integrate the two equations of a phase plane and find its own equilibria and thresholds.

If the gates that the plane does not show are frozen, instantaneous, or functions of the shown one,
the plane is a dynamical system of two variables. The stable manifold of its saddle separates the
starting points that lead to a spike from those that do not (Strogatz 2015, Nonlinear Dynamics and
Chaos, sect. 6.4; Izhikevich 2007, sect. 4.2). Without a saddle an unstable cycle around the stable
equilibrium does so.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.nullclines import directions
from hhgui.analysis.orbit import closed_orbit
from hhgui.analysis.roots import zeros
from hhgui.analysis.slice import VOLTAGE, Slice
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV

Array = NDArray[np.float64]
_SPACING_MV = 0.25
_DIFFERENCE = 1e-5
# Dormand & Prince 1980, 5(4)
_A = (
    (1 / 5,), (3 / 40, 9 / 40), (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)  # fmt: skip
_E = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
_TOLERANCE = np.array([1e-5, 1e-7])  # of V (mV) and of a gate
_MOST_STEPS = 10_000
_LONGEST_MS = 1.0
_NEAR_MV = 0.05
_AROUND_MS, _MOST_STRETCHES = 500.0, 10


class PlanarPoint(NamedTuple):
    """An equilibrium of the plane.

    voltage: mV. gate: the value of the gate shown. values: (2,), the eigenvalues (1/ms). vectors:
    (2, 2), an eigenvector per column.
    """

    voltage: float
    gate: float
    values: NDArray[np.complex128]
    vectors: NDArray[np.complex128]

    @property
    def is_saddle(self) -> bool:
        """Return whether deviations grow in one direction and decay in another."""
        return bool((self.values.real > 0.0).sum() == 1 and (self.values.imag == 0.0).all())

    @property
    def is_stable(self) -> bool:
        """Return whether deviations decay."""
        return bool((self.values.real < 0.0).all())


class Threshold(NamedTuple):
    """The threshold in a plane: curves that separate starts with a spike from those without.

    branches: for each curve V (mV) and the gate, (n,) each. words: what the curves are, or the
    reason why there are none.
    """

    branches: tuple[tuple[Array, Array], ...]
    words: str


def upright(plane: Slice) -> Slice:
    """Return the plane with V on the x axis and the gate on the y axis.

    Raises ValueError if its axes are not V and a gate.
    """
    if VOLTAGE not in (plane.x, plane.y) or not plane.is_of_states:
        raise ValueError("a plane of V and a gate is needed")
    if plane.x == VOLTAGE:
        return plane
    return Slice(
        plane.membrane, plane.y, plane.x, plane.current, plane.state, plane.others, plane.lines
    )


def planar_equilibria(plane: Slice) -> list[PlanarPoint]:
    """Return the equilibria of a plane of V (x axis) and a gate (y axis), by rising V."""
    gate = plane.membrane.gates[plane.names.index(plane.y)]

    def net(volts: Array) -> Array:
        return directions(plane, volts, gate.steady_state_at(volts))[0]

    points = []
    for voltage in zeros(net, V_MIN_MV, V_MAX_MV, _SPACING_MV).tolist():
        x = float(gate.steady_state_at(np.array([voltage]))[0])
        values, vectors = np.linalg.eig(_slopes(plane, voltage, x))
        points.append(PlanarPoint(
            voltage, x, values.astype(np.complex128), vectors.astype(np.complex128)
        ))  # fmt: skip
    return points


def path(plane: Slice, start: tuple[float, float], duration: float) -> tuple[Array, Array, Array]:
    """Return the trajectory of the plane's own equations: times (ms), V (mV) and gate, (n,) each.

    start: V (mV) and gate. duration: ms, negative for backwards in time. It ends early where V
    leaves -150 to 150 mV or the gate 0 to 1. V must be on the x axis.
    """
    sign, end = (1.0, duration) if duration > 0.0 else (-1.0, -duration)
    now, time, step = np.array(start, dtype=np.float64), 0.0, 0.01
    times, points = [0.0], [now]
    first = _speed(plane, now, sign)
    for _ in range(_MOST_STEPS):
        if time >= end:
            break
        step = min(step, end - time, _LONGEST_MS)
        slopes = [first]
        for weights in _A:
            part = sum(w * k for w, k in zip(weights, slopes, strict=True))
            after = now + step * part
            slopes.append(_speed(plane, after, sign))
        error = step * sum(w * k for w, k in zip(_E, slopes, strict=True))
        size = float(np.abs(error / _TOLERANCE).max())
        if not np.isfinite(size):
            step /= 4.0
            continue
        if size <= 1.0:
            if not (V_MIN_MV < after[0] < V_MAX_MV and -0.01 <= after[1] <= 1.01):
                break
            now, time, first = after, time + step, slopes[-1]
            times.append(sign * time)
            points.append(now)
        step *= min(4.0, max(0.2, 0.9 * size**-0.2 if size else 4.0))
    across, up = np.array(points).T
    return np.array(times), across, up


def threshold(plane: Slice) -> Threshold:
    """Return the curves that separate starts that lead to a spike from those that do not.

    These are the stable manifolds of the saddles, integrated backwards in time; without a saddle
    the unstable cycle around a stable equilibrium, if there is one. V must be on the x axis.
    """
    points = planar_equilibria(plane)
    branches: list[tuple[Array, Array]] = []
    for point in points:
        if point.is_saddle:
            along = point.vectors[:, int(point.values.real.argmin())].real
            along = along / max(abs(along[0]), 100.0 * abs(along[1]))
            for side in (-1.0, 1.0):
                start = (point.voltage + side * _NEAR_MV * along[0],
                         point.gate + side * _NEAR_MV * along[1])  # fmt: skip
                branches.append(path(plane, start, -_AROUND_MS)[1:])
    if branches:
        return Threshold(tuple(branches), "the stable manifold of the saddle")
    for point in points:
        if point.is_stable:
            cycle = _cycle_around(plane, point)
            if cycle is not None:
                return Threshold((cycle,), "the unstable cycle around the stable point")
    return Threshold(
        (), "there is no sharp threshold: this plane has no saddle and no unstable cycle"
    )


def _cycle_around(plane: Slice, point: PlanarPoint) -> tuple[Array, Array] | None:
    """Return V (mV) and gate along the unstable cycle around a stable equilibrium, or None.

    Backwards in time trajectories converge to it.
    """
    start = point.voltage + 0.5, point.gate
    for _ in range(_MOST_STRETCHES):
        times, volts, gate = path(plane, start, -_AROUND_MS)
        if times[-1] > -_AROUND_MS:
            return None  # it has left what is possible
        found = closed_orbit(times, np.array([volts, gate]))
        if found is not None:
            turn = slice(found[1], int(np.searchsorted(-times, -times[found[1]] + found[0])) + 1)
            return volts[turn], gate[turn]
        start = float(volts[-1]), float(gate[-1])
    return None


def _speed(plane: Slice, at: Array, sign: float) -> Array:
    """Return dV/dt and dx/dt at the point ``at``, times ``sign`` (-1 for backwards in time)."""
    return sign * np.concatenate(directions(plane, at[:1], at[1:]))


def _slopes(plane: Slice, voltage: float, gate: float) -> Array:
    """Return the Jacobian of the plane's equations at a point, (2, 2), by central differences."""
    h = np.array([10.0 * _DIFFERENCE, _DIFFERENCE])
    x = voltage + h[0] * np.array([1.0, -1.0, 0.0, 0.0])
    y = gate + h[1] * np.array([0.0, 0.0, 1.0, -1.0])
    found = np.array(directions(plane, x, y))
    return np.column_stack([
        (found[:, 0] - found[:, 1]) / (2.0 * h[0]), (found[:, 2] - found[:, 3]) / (2.0 * h[1])
    ])  # fmt: skip
