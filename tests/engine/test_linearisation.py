"""The compiled linearisation of the neuron against its equations and the NumPy Jacobian."""

import numpy as np
import pytest

from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.kinetics import relaxation_rates, steady_gates
from hhgui.analysis.system import Neuron
from hhgui.model.edit import values_of
from tests.shipped import LIBRARY


def states_of(membrane, neuron):
    """Random states, V from -110 to 60 mV and gates from 0 to 1, some of them at rates' 0/0."""
    rng = np.random.default_rng(1)
    states = rng.uniform(0.02, 0.98, size=(40, neuron.size))
    states[:, 0] = rng.uniform(-110.0, 60.0, size=40)
    states[:4, 0] = -40.0, -55.0, -54.0, -27.0
    return states


@pytest.mark.parametrize("name", sorted(LIBRARY.membranes))
def test_field_and_slopes_are_those_of_the_equations(name):
    """C V' = I - sum of g prod(x**p) (V - E) and x' = phi (x_inf - x) / tau, and their slopes."""
    membrane = LIBRARY[name]
    neuron = Neuron(membrane)
    states = states_of(membrane, neuron)
    volts, gates = states[:, 0], neuron.gates(states, membrane)
    field, slopes, _ = neuron.linearised(states, 7.0)
    ionic = membrane.ionic_currents(volts, gates).sum(axis=0)
    dynamic = [q for q, gate in enumerate(membrane.gates) if not gate.instantaneous]
    moves = (
        relaxation_rates(membrane, volts)[dynamic]
        * (steady_gates(membrane, volts) - gates)[dynamic]
    )
    np.testing.assert_allclose(field[:, 0], (7.0 - ionic) / membrane.capacitance, rtol=1e-11)
    np.testing.assert_allclose(field[:, 1:].T, moves, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slopes, jacobian(membrane, volts, gates), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["golomb-ca1", "pospischil-lts", "morris-lecar-hopf"])
def test_the_slope_by_each_number_is_the_difference_quotient(name):
    """The numbers are current, conductances, reversals, capacitance and temperature."""
    membrane = LIBRARY[name]
    numbers = {f"{c.name}.{key}" for c in membrane.currents for key in ("conductance", "reversal")}
    for path in sorted(numbers | {"current", "membrane.capacitance", "membrane.temperature"}):
        value = 3.0 if path == "current" else values_of(membrane).get(path)
        if value is None:
            continue  # no temperature
        neuron = Neuron(membrane, path, 3.0)
        states, step = states_of(membrane, neuron), 1e-4 * max(1.0, abs(value))
        exact = neuron.linearised(states, value)[2]
        after, before = (neuron.linearised(states, value + s)[0] for s in (step, -step))
        size = np.abs(exact).max()
        np.testing.assert_allclose(exact, (after - before) / (2.0 * step), atol=1e-6 * size)
