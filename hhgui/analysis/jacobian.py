"""Linearise the membrane: derivatives of dV/dt and of the gates by V and by each gate.

With y = (V, x_1 ... x_n) and dy/dt = f(y), J_ij = df_i/dy_j. From Hodgkin & Huxley 1952, eqs. 26
and 7-10, by differentiating by hand:

    dV'/dV   = -sum_c g_c prod(x**p) / C                     dV'/dx_q = -(dI_c/dx_q) / C
    dx_q'/dV = r_q dx_inf/dV + (x_inf - x_q) dr_q/dV         dx_q'/dx_q = -r_q

(r = phi / tau). The injected current does not appear: it only moves the equilibrium.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.kinetics import Values, gates_at
from hhgui.model.membrane import Current, Membrane

Array = NDArray[np.float64]


def jacobian(membrane: Membrane, voltage: ArrayLike, gates: ArrayLike) -> Array:
    """Return J at one state or at many, shape (*voltage.shape, n, n), in 1/ms on the diagonal.

    n is 1 + the number of gates with a time constant; an instantaneous gate is no state, and its
    effect is included in dV'/dV. voltage: mV. gates: (gates, *voltage.shape). Raises ValueError if
    the shapes do not fit.
    """
    volts, x = np.asarray(voltage, dtype=np.float64), np.asarray(gates, dtype=np.float64)
    count = len(membrane.gates)
    if x.shape != (count, *volts.shape):
        raise ValueError(f"gates must have shape {(count, *volts.shape)}, not {x.shape}")
    return _jacobian(membrane, volts, x, gates_at(membrane, volts))


def jacobian_at_rest(membrane: Membrane, voltage: ArrayLike, found: Values | None = None) -> Array:
    """Return J with every gate at its steady state, in the shape that ``jacobian`` returns.

    voltage: mV. found: what ``gates_at(membrane, voltage)`` returned, if the caller has it already;
    otherwise it is computed.
    """
    volts = np.asarray(voltage, dtype=np.float64)
    found = gates_at(membrane, volts) if found is None else found
    return _jacobian(membrane, volts, found.steady, found)


def _jacobian(membrane: Membrane, volts: Array, x: Array, found: Values) -> Array:
    states = [q for q, gate in enumerate(membrane.gates) if not gate.instantaneous]
    matrix = np.zeros((*volts.shape, 1 + len(states), 1 + len(states)))
    matrix[..., 0, 0] = -open_conductance(membrane, x, volts) / membrane.capacitance
    slopes = gate_drives(membrane, volts, x)
    for q, gate in enumerate(membrane.gates):
        if gate.instantaneous:
            matrix[..., 0, 0] -= slopes[q] * found.steady_slope[q] / membrane.capacitance
    for row, q in enumerate(states, 1):
        lag = found.steady[q] - x[q]
        matrix[..., 0, row] = -slopes[q] / membrane.capacitance
        matrix[..., row, 0] = found.rate[q] * found.steady_slope[q] + lag * found.rate_slope[q]
        matrix[..., row, row] = -found.rate[q]
    return matrix


def open_conductance(membrane: Membrane, gates: Array, voltage: Array) -> Array:
    """Return the sum over the currents of g prod(x**p) (mS/cm²), in the shape of ``voltage``.

    gates: (gates, *voltage.shape).
    """
    total = np.zeros_like(voltage)
    for current, rows in _gates_of_currents(membrane):
        total = total + current.conductance * _open_fraction(current, gates[rows])
    return total


def open_fractions(membrane: Membrane, gates: Array) -> Array:
    """Return the open fraction prod(x**p) of every current, shape (currents, ...).

    gates: their values x, shape (gates, ...).
    """
    each = _gates_of_currents(membrane)
    return np.array([_open_fraction(current, gates[rows]) for current, rows in each])


def gate_drives(membrane: Membrane, voltage: Array, gates: Array) -> Array:
    """Return dI_ion/dx (µA/cm²) of every gate: the ionic current that opening it fully would add.

    voltage: mV. gates and the result have the shape (gates, *voltage.shape).
    """
    drives = np.zeros_like(gates)
    for current, rows in _gates_of_currents(membrane):
        driven = current.conductance * (voltage - current.reversal)
        for place, gate in enumerate(current.gates):
            power = gate.power
            own = gates[rows][place]
            inner = power * _power(own, power - 1) if power else np.zeros_like(own)
            others = _open_fraction(current, gates[rows], place)
            drives[rows.start + place] = driven * inner * others
    return drives


def _open_fraction(current: Current, gates: Array, without: int | None = None) -> Array:
    """Return the product of x**p over the gates of a current.

    gates: (gates of the current, ...). without: the index of a gate to leave out, or None.
    """
    fraction = np.ones(gates.shape[1:])
    for place, gate in enumerate(current.gates):
        if place != without:
            fraction = fraction * _power(gates[place], gate.power)
    return fraction


def _power(x: Array, power: int) -> Array:
    """Return x**power, by repeated multiplication: ten times as fast as NumPy's power."""
    product = x if power else np.ones_like(x)
    for _ in range(power - 1):
        product = product * x
    return product


def _gates_of_currents(membrane: Membrane) -> Iterator[tuple[Current, slice]]:
    """Yield each current with the slice of its gates among all gates."""
    row = 0
    for current in membrane.currents:
        yield current, slice(row, row + len(current.gates))
        row += len(current.gates)
