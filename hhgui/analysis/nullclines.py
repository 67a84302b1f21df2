"""Compute the nullclines and the direction field of a phase plane, as explicit formulas.

Each ionic current is a product of powers of gates, so that along the V-nullcline

    x**p = (I - the other currents) / (g prod(other gates**q) (V - E))

for the current with gate x. Every branch is drawn; there is a gap where the right side has a pole
or is outside 0 to 1, the range of a gate (for the squid with m instantaneous and h frozen at rest
from -34.9 to 5.9 mV at I = 0). A gate's nullcline is x = x_inf(V) (Hodgkin & Huxley 1952, eqs. 7-10
with dx/dt = 0).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.kinetics import gates_at
from hhgui.analysis.slice import IONIC, SLOPE, VOLTAGE, Others, Slice

Array = NDArray[np.float64]
Range = tuple[float, float]
POINTS = 501
_ROOTS, _POLISH, _NEAR = 81, 4, 1e-3
_REFINEMENTS, _PARTS = 2, 16


class Curve(NamedTuple):
    """A curve in the plane: x and y (n,) in the units of its axes, NaN in gaps."""

    x: Array
    y: Array


def voltage_nullcline(plane: Slice, x_range: Range, y_range: Range) -> Curve:
    """Return where dV/dt = 0 in the plane; an empty curve if it is 0 nowhere.

    x_range, y_range: the visible ranges of the axes, in their units.
    """
    level = {SLOPE: 0.0, IONIC: plane.current}
    if plane.x in level:
        return Curve(np.full(2, level[plane.x]), np.array(y_range))
    if plane.y in level:
        return Curve(np.array(x_range), np.full(2, level[plane.y]))
    if plane.y == VOLTAGE:  # every formula gives a gate
        turned = _turned(plane)
        return _swapped(voltage_nullcline(turned, y_range, x_range))
    along = np.linspace(*x_range, POINTS)
    if plane.others is Others.REDUCED and plane.lines:
        return _by_roots(plane, along)
    return _by_formula(plane, along, y_range)


def gate_nullclines(plane: Slice, x_range: Range, y_range: Range) -> dict[str, Curve]:
    """Return for each gate on an axis of the plane, by name, the curve on which dx/dt = 0.

    x_range, y_range: the visible ranges of the axes, in their units.
    """
    found: dict[str, Curve] = {}
    for name in plane.shown_gates if plane.is_of_states else ():
        place = plane.names.index(name)
        if VOLTAGE in (plane.x, plane.y):
            flat = plane.x == VOLTAGE
            volts = np.linspace(*(x_range if flat else y_range), POINTS)
            steady = plane.membrane.gates[place].steady_state_at(volts)
            found[name] = Curve(volts, steady) if flat else Curve(steady, volts)
        else:
            steady = plane.membrane.gates[place].steady_state_at(plane.state[:1])
            level = np.full(2, float(steady[0]))
            found[name] = (
                Curve(level, np.array(y_range)) if plane.x == name
                else Curve(np.array(x_range), level)
            )  # fmt: skip
    return found


def relation(plane: Slice, x_range: Range, y_range: Range) -> Curve | None:
    """Return dV/dt or the total ionic current as a function of the state on the other axis.

    This is for planes with one of these on one axis and V or a gate on the other: a current-voltage
    relation at this instant, or at steady state, as the plane treats the other gates. Returns None
    for other planes. x_range, y_range: the visible ranges of the axes.
    """
    if plane.x in (SLOPE, IONIC):
        if plane.y in (SLOPE, IONIC):
            return None
        return _swapped(relation(_turned(plane), y_range, x_range))
    if plane.y not in (SLOPE, IONIC):
        return None
    along = np.linspace(*x_range, POINTS)
    ionic = _ionic(plane, along, along)
    if plane.y == IONIC:
        return Curve(along, ionic)
    return Curve(along, (plane.current - ionic) / plane.membrane.capacitance)


def directions(plane: Slice, x: Array, y: Array) -> tuple[Array, Array]:
    """Return dx/dt and dy/dt (per ms) at points (x, y) of a plane of two states, in their shape."""
    volts, gates = plane.states(x, y)
    steady, _, rates, _ = gates_at(plane.membrane, volts)

    def speed(name: str) -> Array:
        if name == VOLTAGE:
            ionic = plane.membrane.ionic_currents(volts, gates).sum(axis=0)
            return np.asarray((plane.current - ionic) / plane.membrane.capacitance)
        q = plane.names.index(name)
        with np.errstate(invalid="ignore"):
            return np.asarray(rates[q] * (steady[q] - gates[q]))

    return speed(plane.x), speed(plane.y)


def current_through(plane: Slice, x: float, y: float) -> float:
    """Return the injected current (µA/cm²) for which the V-nullcline passes through (x, y)."""
    return float(_ionic(plane, np.array([x]), np.array([y]))[0])


def _ionic(plane: Slice, x: Array, y: Array) -> Array:
    """Return the total ionic current (µA/cm²) at points of the plane, shape (n,)."""
    volts, gates = plane.states(x, y)
    return np.asarray(plane.membrane.ionic_currents(volts, gates).sum(axis=0))


def _turned(plane: Slice) -> Slice:
    """Return the plane with its axes exchanged."""
    return Slice(
        plane.membrane, plane.y, plane.x, plane.current, plane.state, plane.others, plane.lines
    )


def _swapped(curve: Curve | None) -> Curve:
    """Return the curve with x and y exchanged."""
    assert curve is not None
    return Curve(curve.y, curve.x)


def _by_formula(plane: Slice, along: Array, y_range: Range) -> Curve:
    """Return the V-nullcline of a plane of V (x axis) and a gate (y axis) by the formula.

    along: (n,), voltages (mV). It ends where the gate reaches 0 or 1.
    """
    power, above, below = _parts(plane, along)
    if power == 0 or not below.any():
        return _uprights(along, above, y_range)
    # the line ends where the gate would be less than closed or more than open
    ends = np.concatenate(
        [_ends(plane, along, above, 0.0), _ends(plane, along, above - below, 1.0)]
    )
    along = np.sort(np.concatenate([along, ends]))
    power, above, below = _parts(plane, along)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above / below
        ratio = np.where(np.isin(along, ends), np.round(ratio), ratio)
        gate = np.where((ratio >= 0.0) & (ratio <= 1.0), np.abs(ratio) ** (1.0 / power), np.nan)
    poles = np.flatnonzero(np.sign(below[:-1]) * np.sign(below[1:]) < 0.0)
    return Curve(np.insert(along, poles + 1, along[poles]), np.insert(gate, poles + 1, np.nan))


def _parts(plane: Slice, along: Array) -> tuple[int, Array, Array]:
    """Return the power p of the gate on the y axis, numerator and denominator of y**p (n,).

    along: (n,), voltages (mV).
    """
    volts, gates = plane.states(along, np.ones_like(along))
    each = plane.membrane.ionic_currents(volts, gates)
    own, power = next(
        (row, gate.power)
        for row, current in enumerate(plane.membrane.currents)
        for gate in current.gates
        if gate.name == plane.y
    )
    below = each[own]
    return power, plane.current - (each.sum(axis=0) - below), below


def _crossings(along: Array, values: Array) -> Array:
    """Return the places on ``along`` at which ``values`` change sign, interpolated linearly."""
    left = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0.0)
    part = values[left] / (values[left] - values[left + 1])
    return np.asarray(along[left] + part * (along[left + 1] - along[left]))


def _ends(plane: Slice, along: Array, values: Array, level: float) -> Array:
    """Return the voltages (mV) at which the gate's power y**p equals ``level``, 0 or 1.

    values: numerator - level * denominator of y**p at the voltages ``along``; its changes of sign
    are the first approximation.
    """
    found = _crossings(along, values)
    for _ in range(2 if found.size else 0):
        near = np.array([found - _NEAR, found + _NEAR])
        _, above, below = _parts(plane, near.ravel())
        low, high = (above - level * below).reshape(near.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = found + _NEAR * np.nan_to_num((low + high) / (low - high)).clip(-50.0, 50.0)
    return found


def _uprights(along: Array, net: Array, y_range: Range) -> Curve:
    """Return vertical lines where ``net`` changes sign: the V-nullcline if V does not depend on y.

    along: voltages (mV); net: the net current there (µA/cm²).
    """
    places = _crossings(along, net)
    x = np.repeat(places, 3)
    y = np.tile(np.array([*y_range, np.nan]), places.size)
    return Curve(x, y)


def _by_roots(plane: Slice, along: Array) -> Curve:
    """Return the V-nullcline of a plane in which several currents depend on the gate shown.

    This is so in a reduction, whose other gates follow the shown one. Each current is a factor that
    depends on V times a polynomial of the gate. At each V (``along``) all roots from 0 to 1 are
    found by their changes of sign, and refined by regula falsi. Where their number changes, a
    branch ends or turns, and V is resolved more finely.
    """
    for _ in range(_REFINEMENTS):
        at, _ = _roots(plane, along, polish=False)
        counts = np.bincount(at, minlength=along.size)
        ends = np.flatnonzero(np.diff(counts))
        parts = np.linspace(0.0, 1.0, _PARTS + 1)[1:-1]
        more = along[ends, None] + parts * (along[ends + 1] - along[ends])[:, None]
        along = np.sort(np.concatenate([along, more.ravel()]))
    return _joined(along, *_roots(plane, along))


def _roots(plane: Slice, along: Array, polish: bool = True) -> tuple[NDArray[np.intp], Array]:
    """Return all roots (m,): for each the index of its V in ``along``, and the gate's value.

    Both are ordered by V and then by value. polish: whether the values are refined.
    """
    volts, gates = plane.states(along, np.ones_like(along))
    follows = {plane.y, *dict(plane.lines)}
    gates[np.array([name in follows for name in plane.names])] = 1.0
    factors = plane.membrane.ionic_currents(volts, gates)  # (currents, along)

    grid = np.linspace(0.0, 1.0, _ROOTS)
    values = factors.T @ _open(plane, grid) - plane.current
    at, cell = np.nonzero((values[:, :-1] < 0.0) != (values[:, 1:] < 0.0))
    low, high = grid[cell], grid[cell + 1]
    before, after = values[at, cell], values[at, cell + 1]
    for _ in range(_POLISH if polish else 0):
        middle = low + (high - low) * np.clip(before / (before - after), 0.02, 0.98)
        value = (factors[:, at] * _open(plane, middle)).sum(axis=0) - plane.current
        left = (value < 0.0) == (before < 0.0)
        low, before = np.where(left, middle, low), np.where(left, value, before)
        high, after = np.where(left, high, middle), np.where(left, after, value)
    return at, low + (high - low) * before / (before - after)


def _open(plane: Slice, gate: Array) -> Array:
    """Return the part of each current's open fraction that follows the gate shown, (currents, n).

    gate: (n,), values of that gate (0 to 1).
    """
    lines = dict(plane.lines)
    rows = []
    for current in plane.membrane.currents:
        product = np.ones_like(gate)
        for each in current.gates:
            if each.name == plane.y:
                product = product * gate**each.power
            elif each.name in lines:
                line = lines[each.name]
                product = product * (line.constant + line.slope * gate) ** each.power
        rows.append(product)
    return np.array(rows)


def _joined(along: Array, at: NDArray[np.intp], root: Array) -> Curve:
    """Join the roots at neighbouring voltages into branches, which end where their number changes.

    at, root: from ``_roots``.
    """
    counts = np.bincount(at, minlength=along.size)
    starts = np.flatnonzero(np.diff(counts, prepend=-1))
    first = np.concatenate([[0], np.cumsum(counts)])
    gap = np.array([np.nan])
    xs: list[Array] = []
    ys: list[Array] = []
    for start, stop in zip(starts, [*starts[1:], along.size], strict=True):
        number = counts[start]
        branches = root[first[start] : first[stop]].reshape(stop - start, number)
        for branch in range(number):
            xs += [along[start:stop], gap]
            ys += [branches[:, branch], gap]
    if not xs:
        return Curve(np.empty(0), np.empty(0))
    return Curve(np.concatenate(xs), np.concatenate(ys))
