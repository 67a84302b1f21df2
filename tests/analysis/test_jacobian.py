"""The linearised membrane against differences of its equations."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.kinetics import relaxation_rates, steady_gates


def slope(membrane, y):
    """dy/dt at y = (V, gates): the equations, straight from the model layer."""
    voltage, gates = y[0], y[1:]
    drift = -membrane.ionic_currents(voltage, gates).sum() / membrane.capacitance
    speed = relaxation_rates(membrane, voltage)
    return np.array([drift, *speed * (steady_gates(membrane, voltage) - gates)])


@pytest.mark.parametrize("voltage", [-82.3, -55.7, -21.1, 13.9])
def test_it_is_the_derivative_of_the_equations(membrane, voltage):
    """Every entry is right away from equilibrium, in the warmth and with another capacitance."""
    warm = replace(membrane, capacitance=2.5, temperature=20.0, reference_temperature=6.3)
    gates = np.linspace(0.2, 0.7, len(membrane.gates))
    y, step = np.array([voltage, *gates]), 1e-5
    columns = [
        (slope(warm, y + step * e) - slope(warm, y - step * e)) / (2 * step) for e in np.eye(y.size)
    ]
    found = jacobian(warm, voltage, gates)
    np.testing.assert_allclose(found, np.stack(columns, axis=1), rtol=1e-6, atol=1e-6)


def test_many_states_at_once(squid):
    """A row of voltages gives a row of matrices, each as if alone."""
    volts = np.array([-70.0, -40.0, 10.0])
    gates = steady_gates(squid, volts) * 0.9
    found = jacobian(squid, volts, gates)
    assert found.shape == (3, 4, 4)
    for k in range(3):
        alone = jacobian(squid, volts[k], gates[:, k])
        np.testing.assert_allclose(found[k], alone, rtol=1e-13)


def test_a_gate_of_power_0_moves_nothing(squid):
    """A current does not depend on its gate of power 0."""
    (m, h), sodium = squid.currents[0].gates, squid.currents[0]
    without = replace(sodium, gates=(m, replace(h, power=0)))
    other = replace(squid, currents=(without, *squid.currents[1:]))
    assert jacobian(other, -50.0, [0.1, 0.0, 0.4])[0, 2] == 0.0


def test_a_closed_gate_is_no_division_by_zero(squid):
    """At m = 0 the derivative of m³ is 0."""
    assert jacobian(squid, -50.0, [0.0, 0.5, 0.4])[0, 1] == 0.0


def test_gates_of_another_shape_are_refused(squid):
    """An array of gates whose shape does not fit is refused, not broadcast."""
    with pytest.raises(ValueError, match=r"shape \(3, 2\), not \(3,\)"):
        jacobian(squid, [-65.0, -60.0], [0.1, 0.5, 0.3])
