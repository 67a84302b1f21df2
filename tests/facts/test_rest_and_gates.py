"""Facts about rest and the gates: equilibria, steady states, rates, time constants."""

import numpy as np
import pytest

from hhgui.analysis.fixed_points import equilibria, resting_potential, steady_state_current
from hhgui.analysis.kinetics import gates_at, relaxation_rates, steady_gates
from hhgui.analysis.roots import zeros
from hhgui.experiments.temperature import at_temperature


@pytest.mark.parametrize("name", ["rest_V_EL-54.4", "rest_V_EL-54.387", "rest_V_EL-54.3"])
def test_rest(squid, fact, name):
    """The axon rests here and nowhere else (mpmath, 40 digits; OSB tutorial; NEURON's hh.mod)."""
    rest = fact(name)
    membrane = squid.with_current("L", reversal=rest.parameters["EL"])
    assert equilibria(membrane).size == 1
    rest.compare(resting_potential(membrane))


def test_rest_of_the_pyramidal_cell(library, fact):
    """The lowest equilibrium (Gerstner et al. 2014, Neuronal Dynamics, table 2.1)."""
    fact("CORT_rest").compare(resting_potential(library["cortical-pyramidal"]))


def test_the_leak_that_makes_rest_minus_65(squid, fact):
    """E_L + 65 for I_ss(-65) = 0 (Hendrick, hh-dynamics: a computer-assisted proof)."""
    without_leak = steady_state_current(squid.with_current("L", conductance=0.0), -65.0)
    fact("EL_exact_zero_rest_current").compare(float(without_leak) / 0.3)


def test_steady_gates(squid, fact):
    """m, h, n at -65 mV (computed; Brian 2's tests, test_rallpack3, agree to 12 digits)."""
    gates = fact("gates_at_-65")
    gates.compare(steady_gates(squid, -65.0))
    assert steady_gates(squid, -65.0) == pytest.approx(gates.published, abs=1e-12)


def test_rates(squid, fact):
    """α and β of m, h, n at -65 mV (Hodgkin & Huxley 1952, J Physiol 117:500)."""
    fact("rates_at_-65").compare([rate for g in squid.gates for rate in g.rates_at(-65.0)])


def test_time_constants(squid, fact):
    """τ of m, h, n at -65 mV (closed form)."""
    fact("taus_at_-65").compare(1.0 / relaxation_rates(squid, -65.0))


def test_removable_singularities(squid, traub_miles, library, fact):
    """α_m(-40), α_n(-55): the limit, not NaN (Hodgkin & Huxley 1952); as in the other cells."""
    limits = fact("removable_singularities")
    (m, _, n), (m_tm, _, n_tm) = squid.gates, traub_miles.gates
    m_pyramidal, _, n_pyramidal = library["cortical-pyramidal"].gates
    limits.compare([m.alpha(-40.0), n.alpha(-55.0)])
    limits.compare([m_tm.alpha(-54.0), m_tm.beta(-27.0), n_tm.alpha(-52.0)], [1.28, 1.4, 0.16])
    limits.compare([m_pyramidal.alpha(-35.0), m_pyramidal.beta(-35.0)], [1.638, 1.116])
    limits.compare([n_pyramidal.alpha(25.0), n_pyramidal.beta(25.0)], [0.18, 0.018])


def test_the_slowest_point_of_each_gate(squid, fact):
    """The largest τ of m, h, n and its voltage (computed by minimisation)."""
    found = []
    for q, gate in enumerate(squid.gates):
        (voltage,) = zeros(lambda v, q=q: gates_at(squid, v).rate_slope[q], -100.0, 0.0, 0.1)
        found.append((gate.time_constant_at(voltage), voltage))
    fact("tau_max").compare(found)


def test_warmth_speeds_every_rate_up(squid, fact):
    """φ = 3^((T - 6.3)/10) at 18.5 °C (Hodgkin & Huxley 1952; hh.mod)."""
    warm = at_temperature(squid, 18.5)
    fact("phi_18.5").compare(warm.rate_factor)
    speed = relaxation_rates(warm, -50.0) / relaxation_rates(squid, -50.0)
    assert np.allclose(speed, warm.rate_factor, rtol=1e-14)
