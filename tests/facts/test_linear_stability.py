"""Facts of linear analysis: eigenvalues, Hopf points, folds, the limits of explicit methods."""

import re

import numpy as np
import pytest

from hhgui.analysis.fixed_points import equilibria, folds, steady_state_current
from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.stability import (
    eigenvalues,
    growth_rate,
    hopf_points,
    most_unstable,
)
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.experiments.temperature import at_temperature, merging_temperature
from hhgui.model.stimulus.stimulus import Stimulus


def test_eigenvalues_at_rest(squid, fact):
    """A fast, a slow and an oscillating decay at -65 mV with the exact E_L (numpy eig)."""
    listed = fact("rest_eigenvalues")
    fast, pair, slow = listed.value
    real, imaginary = map(float, re.fullmatch(r"(-[\d.]+)\+-([\d.]+)i", pair).groups())
    expected = [float(fast), real - 1j * imaginary, real + 1j * imaginary, float(slow)]
    axon = squid.with_current("L", reversal=listed.parameters["EL"])
    listed.compare(eigenvalues(axon, -65.0), expected)


@pytest.mark.parametrize(
    ("place", "name"), [(0, "Hopf_lower_EL-54.387"), (1, "Hopf_upper_EL-54.387")]
)
def test_hopf_points(proven_squid, fact, place, name):
    """Within the proven interval of 1e-12 µA/cm² (Hendrick, hh-dynamics)."""
    points = hopf_points(proven_squid)
    assert len(points) == 2
    fact(name).compare(points[place].current)
    low, high = map(float, fact(name).published.strip("[]").split(","))
    assert low - 1e-12 < points[place].current < high + 1e-12


def test_hopf_points_move_with_temperature(squid, fact):
    """Lower and upper point at 10, 18.5, 25 and 28 °C (eigenvalues)."""
    listed = fact("hopf_vs_T")
    for temperature, currents in listed.value.items():
        warm = at_temperature(squid, float(temperature))
        listed.compare([point.current for point in hopf_points(warm)], currents)


def test_hopf_points_meet_in_warmth(squid, fact):
    """Above 28.858 °C no equilibrium is unstable; they meet at 75.029 µA/cm² (max Re λ = 0)."""
    temperature = merging_temperature(squid, 20.0, 40.0)
    fact("T_no_hopf").compare(temperature)
    voltage, _ = most_unstable(at_temperature(squid, temperature))
    assert voltage == pytest.approx(-48.646, abs=5e-4)
    assert steady_state_current(squid, voltage) == pytest.approx(75.029, abs=5e-4)


def test_rest_vanishes_in_a_fold(traub_miles, fact):
    """The I-V curve's first maximum is the onset of firing (params: Börgers 2017; fold)."""
    onset = fact("RTM_Ic")
    first = folds(traub_miles)[0]
    onset.compare(first.current)
    assert equilibria(traub_miles, first.current - 0.01).size == 3
    assert equilibria(traub_miles, first.current + 0.01).size == 1


def test_depolarisation_block(squid, resting_squid, fact):
    """At 160 µA/cm² the oscillation dies away on a stable equilibrium (Hendrick, hh-dynamics)."""
    block = fact("depolarisation_block")
    simulation = Simulation(resting_squid, Stimulus(holding=160.0), "adaptive", 0.5)
    voltages = simulation.advance(6000, every=1).columns[0]
    assert np.ptp(voltages[-200:]) < 1e-5
    block.compare(voltages[-1])
    (there,) = equilibria(squid, 160.0)
    block.compare(there)
    assert growth_rate(squid, there) < 0.0


def test_how_fast_the_firing_axon_moves(squid, fact):
    """max |λ| at 10 µA/cm² from -65 mV on, and the largest dt of Euler and RK4 (Jacobian).

    The first spike, the highest, is the fastest; the cycle it settles on reaches 27 per ms.
    """
    simulation = Simulation(squid, Stimulus(holding=10.0), "adaptive", 0.005)
    columns = simulation.advance(4000, every=1).columns
    fastest = np.abs(np.linalg.eigvals(jacobian(squid, columns[0], columns[2:5]))).max()
    steps = [METHODS[method].limit / fastest for method in ("euler", "rk4")]
    fact("Euler_stability_limit").compare([fastest, *steps])


@pytest.mark.parametrize(("method", "dt"), [("euler", 0.08), ("rk4", 0.10)])
def test_beyond_the_limit_it_blows_up(squid, method, dt):
    """Within 1 s at 10 µA/cm², as Euler_stability_limit notes; at the limit it bears."""
    assert Simulation(squid, Stimulus(holding=10.0), method, dt).advance(round(1000 / dt)).stop
    limit = {"euler": 0.054, "rk4": 0.076}[method]
    assert Simulation(squid, Stimulus(holding=10.0), method, limit).advance(10_000).stop is None
