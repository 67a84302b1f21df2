"""A neuron at rest, or held at a voltage, before a protocol."""

from dataclasses import replace

import pytest

from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.kinetics import steady_gates
from hhgui.engine.simulation import Simulation
from hhgui.experiments.preparation import at_rest, held_at
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus


def test_at_rest_nothing_moves(library):
    """After 100 ms V is unchanged, for every neuron of the lab courses that rests."""
    for membrane in library.membranes.values():
        simulation = Simulation(at_rest(membrane), method="adaptive", dt=1.0)
        start = simulation.voltage
        simulation.advance(100)
        assert simulation.voltage == pytest.approx(start, abs=1e-6), membrane.id


def test_rest_under_a_holding_current(squid):
    """The start voltage is the equilibrium of the holding current."""
    resting = at_rest(squid, 5.0)
    assert resting.initial_voltage == equilibria(squid, 5.0)[0]
    simulation = Simulation(resting, Stimulus(holding=5.0), "adaptive", 1.0)
    simulation.advance(50)
    assert simulation.voltage == pytest.approx(resting.initial_voltage, abs=1e-6)


def test_held_at_a_voltage_gates_are_steady(squid):
    """Every gate starts at its steady state there; nothing else of the membrane changes."""
    m = replace(squid.gates[0], initial=0.5)
    sodium = replace(squid.currents[0], gates=(m, squid.gates[1]))
    odd = replace(squid, currents=(sodium, *squid.currents[1:]))
    assert odd.gates[0].initial is not None
    held = held_at(odd, -40.0)
    assert held.initial_gates() == pytest.approx(steady_gates(squid, -40.0), abs=1e-15)
    assert held_at(odd, squid.initial_voltage) == squid


def test_a_voltage_out_of_range_is_refused(squid):
    """A voltage that no membrane may start at raises ModelError."""
    with pytest.raises(ModelError):
        held_at(squid, 200.0)
