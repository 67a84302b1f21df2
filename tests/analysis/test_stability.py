"""Eigenvalues at equilibria, and Hopf points."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.fixed_points import folds, steady_state_current
from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.stability import (
    are_stable,
    characteristic,
    eigenvalues,
    growth_rate,
    hopf_points,
    most_unstable,
)
from hhgui.engine.simulation import Simulation
from hhgui.experiments.preparation import at_rest
from hhgui.model.stimulus.stimulus import Stimulus


def with_gates(membrane, values, voltage):
    """The membrane with these start values of its gates, in order, and this start voltage."""
    left = iter(values.tolist())
    currents = tuple(
        replace(c, gates=tuple(replace(g, initial=next(left)) for g in c.gates))
        for c in membrane.currents
    )
    return replace(membrane, currents=currents, initial_voltage=voltage)


def test_a_leak_decays_with_its_time_constant(library):
    """The only eigenvalue of a leak is −g/C."""
    leak = replace(library["lecture6-model1"], capacitance=4.0)
    assert eigenvalues(leak, -65.0) == pytest.approx([-0.25])
    assert growth_rate(leak, -65.0) == pytest.approx(-0.25)


def test_a_small_deviation_goes_as_the_eigenvalues_say(squid):
    """y(t) = Σ c_k v_k exp(λ_k t) for 0.001 mV: each of ten ms, to a thousandth of it."""
    resting = at_rest(squid)
    rest = resting.initial_voltage
    values, vectors = np.linalg.eig(jacobian(squid, rest, resting.initial_gates()))
    parts = np.linalg.solve(vectors, np.array([1e-3, 0.0, 0.0, 0.0], dtype=complex))
    times = np.arange(11.0)
    linear = (vectors[0] * parts * np.exp(np.outer(times, values))).sum(axis=1).real
    moved = with_gates(resting, resting.initial_gates(), rest + 1e-3)
    simulation = Simulation(moved, Stimulus(), "adaptive", 1.0)
    found = simulation.advance(11, every=1).columns[0] - rest
    np.testing.assert_allclose(found, linear, rtol=0, atol=1e-6)


def test_shapes(squid):
    """A grid of voltages gives a grid of spectra."""
    assert eigenvalues(squid, np.zeros((2, 3))).shape == (2, 3, 4)
    assert growth_rate(squid, np.zeros((2, 3))).shape == (2, 3)


def test_at_a_hopf_point_a_pair_is_imaginary(squid):
    """Re λ = 0 to 1e-9, and the frequency is its imaginary part's."""
    for point in hopf_points(squid):
        found = eigenvalues(squid, point.voltage)
        pair = found[np.abs(found.imag) > 0.0]
        assert pair.real == pytest.approx([0.0, 0.0], abs=1e-9)
        assert abs(pair.imag[0]) == pytest.approx(2 * np.pi * point.frequency / 1000.0)
        assert steady_state_current(squid, point.voltage) == pytest.approx(point.current)


def test_between_the_hopf_points_rest_is_unstable(squid):
    """The fixed point is unstable between the Hopf points and stable outside them."""
    lower, upper = (point.voltage for point in hopf_points(squid))
    assert growth_rate(squid, 0.5 * (lower + upper)) > 0.0
    assert np.all(growth_rate(squid, np.array([lower - 1.0, upper + 1.0])) < 0.0)


def test_small_oscillations_have_the_hopf_points_frequency(squid):
    """Just below it a disturbed neuron rings at that frequency."""
    point = hopf_points(squid)[0]
    near = replace(squid, initial_voltage=point.voltage + 0.1)
    stimulus = Stimulus(holding=point.current - 0.05)
    ringing = Simulation(near, stimulus, "adaptive", 0.5, point.voltage, rearm=0.0)
    spikes = ringing.advance(200).spikes
    assert 1000.0 / np.diff(spikes)[-3:].mean() == pytest.approx(point.frequency, rel=0.01)


@pytest.mark.parametrize("name", ["lecture6-model1", "lecture6-model2", "lecture6-model3"])
def test_membranes_that_never_oscillate_have_no_hopf_point(library, name):
    """None is found, and a membrane with a single state raises no error."""
    assert hopf_points(library[name]) == []


def test_a_fold_is_no_hopf_point(library):
    """A real eigenvalue crosses zero there; neutral saddles next to it are left out too."""
    cell = library["traub-miles-lab3"]
    assert growth_rate(cell, folds(cell)[0].voltage) == pytest.approx(0.0, abs=1e-9)
    assert [round(p.current) for p in hopf_points(cell)] == [85]


def test_the_most_unstable_equilibrium(squid):
    """The growth rate of the chosen equilibrium is larger than that of any other."""
    voltage, rate = most_unstable(squid)
    assert rate == growth_rate(squid, voltage) > 0.0
    assert np.all(growth_rate(squid, np.linspace(-100.0, 0.0, 2001)) <= rate)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
def test_rouths_scheme_knows_which_matrices_are_stable(size):
    """Routh's scheme agrees with the eigenvalues of NumPy without computing one."""
    rng = np.random.default_rng(size)
    matrices = np.zeros((300, size, size))
    matrices[:, 0, :], matrices[:, :, 0] = rng.normal(size=(2, 300, size))
    matrices[:, 0, 0] -= 1.0
    for k in range(1, size):
        matrices[:, k, k] = -rng.lognormal(size=300)
    growth = np.linalg.eigvals(matrices).real.max(axis=1)
    assert are_stable(matrices).tolist() == (growth < 0.0).tolist()
    wanted = np.array([np.poly(matrix) for matrix in matrices]).T
    np.testing.assert_allclose(characteristic(matrices), wanted, rtol=1e-8, atol=1e-8)
