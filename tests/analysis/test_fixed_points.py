"""Equilibria of membranes, and the folds at which two of them meet."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.fixed_points import (
    equilibria,
    folds,
    resting_potential,
    slope_conductance,
    steady_state_current,
)
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus


def test_a_leak_rests_where_its_current_balances(library):
    """V = E + I/g: -65 mV, and -55 mV under 10 µA/cm²."""
    leak = library["lecture6-model1"]
    assert resting_potential(leak) == pytest.approx(-65.0, abs=1e-12)
    assert resting_potential(leak, 10.0) == pytest.approx(-55.0, abs=1e-12)


def test_no_current_flows_at_an_equilibrium(membrane):
    """I_ss is the injected current there, to rounding."""
    for current in (0.0, 0.7):
        found = equilibria(membrane, current)
        assert found.size >= 1
        np.testing.assert_allclose(steady_state_current(membrane, found), current, atol=1e-9)


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "traub-miles-lab3", "lecture6-model5"])
def test_left_alone_a_neuron_settles_at_rest(library, name):
    """The engine goes where the analysis says."""
    membrane = library[name]
    simulation = Simulation(membrane, Stimulus(), "adaptive", 0.5)
    simulation.advance(1200)
    assert simulation.voltage == pytest.approx(resting_potential(membrane), abs=1e-6)


def test_a_bistable_membrane_has_three_equilibria(library):
    """In order; the middle one is a threshold, where the curve falls."""
    cell = library["lecture6-model5"]
    found = equilibria(cell)
    assert found.size == 3
    assert list(np.sign(slope_conductance(cell, found))) == [1.0, -1.0, 1.0]


def test_slope_conductance_is_the_slope(membrane):
    """The slope conductance equals finite differences of the steady-state I-V curve."""
    volts, step = np.linspace(-120.0, 60.0, 61) + 0.0123, 1e-4
    rise = steady_state_current(membrane, volts + step) - steady_state_current(
        membrane, volts - step
    )
    found = slope_conductance(membrane, volts)
    np.testing.assert_allclose(found, rise / (2 * step), rtol=1e-6, atol=1e-8)


def test_two_equilibria_meet_in_a_fold(library):
    """A little below its current there are three, a little above one is left."""
    cell = library["traub-miles-lab3"]
    fold = folds(cell)[0]
    assert slope_conductance(cell, fold.voltage) == pytest.approx(0.0, abs=1e-12)
    assert equilibria(cell, fold.current - 0.001).size == 3
    assert equilibria(cell, fold.current + 0.001).size == 1


def test_the_squid_has_no_fold(squid):
    """The squid's I-V curve only rises, so its firing does not begin at a saddle-node."""
    assert folds(squid) == []


def test_outside_the_range_there_is_no_rest(library):
    """A current that drives V beyond the tables is refused, not clamped."""
    with pytest.raises(ValueError, match="no equilibrium at 1000 µA/cm² from -150 to 150 mV"):
        resting_potential(library["lecture6-model1"], 1000.0)


def test_a_dead_membrane_has_no_rest(library):
    """Without conductances no voltage is better than another."""
    dead = library["lecture6-model1"]
    dead = replace(dead, currents=tuple(replace(c, conductance=0.0) for c in dead.currents))
    assert equilibria(dead).size == 0
