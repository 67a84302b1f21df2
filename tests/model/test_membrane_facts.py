"""The squid axon and its kin against ground_truth.json; each fact there names its source."""

from dataclasses import replace

import pytest
import scipy

from tests.shipped import SQUID


@pytest.fixture
def squid():
    """The axon of ground_truth.json: E_L = -54.4 mV."""
    return SQUID.with_current("L", reversal=-54.4)


def gates_by_name(membrane):
    """The membrane's gates by name."""
    return {gate.name: gate for gate in membrane.gates}


def net_current(membrane, voltage):
    """Sum of the ionic currents (µA/cm²) with every gate at its steady state."""
    steady = [gate.steady_state_at(voltage) for gate in membrane.gates]
    return float(membrane.ionic_currents(voltage, steady).sum())


@pytest.mark.parametrize("reversal", [-54.4, -54.387, -54.3])
def test_rest(squid, facts, reversal):
    """The axon rests where its currents cancel: "rest_V_EL…", 40-digit arithmetic."""
    fact = facts[f"rest_V_EL{reversal}"]
    membrane = squid.with_current("L", reversal=reversal)
    rest = scipy.optimize.brentq(lambda v: net_current(membrane, v), -70.0, -60.0, xtol=1e-12)
    assert rest == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_rest_of_the_pyramidal_cell(library, facts):
    """The pyramidal cell rests at -63.05 mV: "CORT_rest", Gerstner et al. 2014, table 2.1."""
    fact = facts["CORT_rest"]
    cell = library["cortical-pyramidal"]
    rest = scipy.optimize.brentq(lambda v: net_current(cell, v), -70.0, -55.0, xtol=1e-12)
    assert rest == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_the_leak_that_makes_rest_minus_65(squid, facts):
    """E_L + 65 = 10.5989… mV makes it rest at -65 mV: "EL_exact_zero_rest_current" (a proof)."""
    fact = facts["EL_exact_zero_rest_current"]
    without_leak = net_current(squid.with_current("L", conductance=0.0), -65.0)
    assert without_leak / 0.3 == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_gates_at_minus_65(squid, facts):
    """m∞, h∞, n∞: "gates_at_-65"; Brian 2's tests hold the same 12 digits."""
    fact = facts["gates_at_-65"]
    found = [float(gate.steady_state_at(-65.0)) for gate in squid.gates]
    assert found == pytest.approx(fact["value"], abs=fact["tolerance"])
    assert found == pytest.approx(fact["published"], abs=1e-12)


def test_rates_at_minus_65(squid, facts):
    """α and β of m, h, n: "rates_at_-65", Hodgkin & Huxley 1952."""
    fact = facts["rates_at_-65"]
    found = [float(rate) for gate in squid.gates for rate in gate.rates_at(-65.0)]
    assert found == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_time_constants_at_minus_65(squid, facts):
    """τ of m, h and n are those of "taus_at_-65"."""
    fact = facts["taus_at_-65"]
    found = [float(gate.time_constant_at(-65.0)) for gate in squid.gates]
    assert found == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_limits_at_the_removable_singularities(squid, facts):
    """α_m(-40) and α_n(-55): "removable_singularities", Hodgkin & Huxley 1952."""
    fact = facts["removable_singularities"]
    gates = gates_by_name(squid)
    found = [float(gates["m"].rates_at(-40.0)[0]), float(gates["n"].rates_at(-55.0)[0])]
    assert found == pytest.approx(fact["value"], abs=fact["tolerance"])


@pytest.mark.parametrize(("row", "name"), [(0, "m"), (1, "h"), (2, "n")])
def test_the_slowest_point_of_a_gate(squid, facts, row, name):
    """The largest τ and its voltage: "tau_max" (printed to 10 digits; a flat maximum in V)."""
    tau, voltage = facts["tau_max"]["value"][row]
    curve = gates_by_name(squid)[name].time_constant_at
    peak = scipy.optimize.minimize_scalar(
        lambda v: -float(curve(v)), bounds=(-90.0, -20.0), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    assert -peak.fun == pytest.approx(tau, abs=facts["tau_max"]["tolerance"])
    assert peak.x == pytest.approx(voltage, abs=1e-4)


def test_warmth_speeds_the_rates_up(squid, facts):
    """φ = 3^((T - 6.3)/10) at 18.5 °C: "phi_18.5", Hodgkin & Huxley 1952, p. 524."""
    fact = facts["phi_18.5"]
    warm = replace(squid, temperature=18.5)
    assert warm.rate_factor == pytest.approx(fact["value"], abs=fact["tolerance"])
    assert fact["value"] == 3.8202161018185845
