"""Integrators are what they say: errors fall with dt at the order of the method."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate
from hhgui.model.stimulus.stimulus import Stimulus

FIRING = Stimulus(holding=10.0)
# dt pairs at which neither the tables' 4e-7 mV nor higher terms hide the order
PAIRS = {
    "euler": (0.0125, 0.00625),
    "exponential-euler": (0.0125, 0.00625),
    "crank-nicolson": (0.025, 0.0125),
    "rk4": (0.025, 0.0125),
}
# A membrane whose tables are exact, as its rates do not depend on voltage
SMOOTH = Membrane("smooth", "", 1.0, (
    Current("a", 3.0, 60.0, (
        Gate("x", 3, Rate("constant", 0.9), Rate("constant", 0.4), initial=0.1),
        Gate("y", 1, steady_state=Rate("constant", 0.2), time_constant=Rate("constant", 1.5),
             initial=0.9),
    )),
    Current("L", 0.5, -70.0),
))  # fmt: skip


def voltages(membrane, method, dt, duration, interval):
    """The values of V each ``interval`` ms."""
    simulation = Simulation(membrane, FIRING, method, dt)
    return simulation.advance(round(duration / dt) + 1, every=round(interval / dt)).columns[0]


def order(errors):
    """The exponent by which halving dt reduces the error."""
    return np.log2(errors[0] / errors[1])


@pytest.mark.parametrize("method", PAIRS)
def test_errors_of_the_firing_axon_fall_with_the_order(squid, method):
    """V's error over 20 ms at 10 µA/cm², root mean square: orders 1, 1, 2 and 4 ± 0.15."""
    true = voltages(squid, "adaptive", 0.05, 20.0, 0.05)
    errors = [
        np.sqrt(np.mean((voltages(squid, method, dt, 20.0, 0.05) - true) ** 2))
        for dt in PAIRS[method]
    ]
    assert order(errors) == pytest.approx(METHODS[method].order, abs=0.15)


@pytest.mark.parametrize("method", ["euler", "exponential-euler", "crank-nicolson", "rk4"])
def test_orders_without_tables(method):
    """With constant rates, which no table rounds, each order is met to ± 0.1."""
    true = voltages(SMOOTH, "adaptive", 0.05, 5.0, 0.05)
    errors = [np.abs(voltages(SMOOTH, method, dt, 5.0, 0.05) - true).max() for dt in (0.05, 0.025)]
    assert order(errors) == pytest.approx(METHODS[method].order, abs=0.1)


def test_gates_first_is_of_order_1_and_2_from_steady_gates(start_at, squid):
    """With gates half a step ahead the order is 1, but 2 for V if gates start without a slope."""
    moving = start_at(squid, -65.0, m=0.2, h=0.4, n=0.4)
    for membrane, expected in ((moving, 1), (squid, 2)):
        true = voltages(membrane, "adaptive", 0.05, 20.0, 0.05)
        runs = [
            voltages(membrane, "exponential-euler-gates-first", dt, 20.0, 0.05)
            for dt in (0.003125, 0.0015625)
        ]
        errors = [np.abs(run - true).max() for run in runs]
        assert order(errors) == pytest.approx(expected, abs=0.15)


@pytest.mark.parametrize(
    ("method", "key"), [("euler", "euler"), ("exponential-euler", "exp_euler")]
)
def test_the_error_is_the_published_one(squid, facts, method, key):
    """V(20 ms) at dt 0.01: "convergence_orders", an independent implementation's error."""
    fact = facts["convergence_orders"]
    true = facts["I10_checkpoints"]["value"]["20"][0]
    error = voltages(squid, method, 0.01, 20.0, 20.0)[-1] - true
    assert error == pytest.approx(fact["value"][key][0], rel=1e-3)


def test_rk4s_error_is_below_what_its_tables_cost(squid, facts):
    """V(20 ms) at dt 0.01 is within 1e-6 mV, of which RK4 itself makes 5e-8."""
    true = facts["I10_checkpoints"]["value"]["20"][0]
    assert voltages(squid, "rk4", 0.01, 20.0, 20.0)[-1] == pytest.approx(true, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "dt", "worst"),
    [("euler", 0.025, 0.1), ("exponential-euler-gates-first", 0.025, 0.1),
     ("crank-nicolson", 0.025, 0.04), ("rk4", 0.025, 2e-4)],
)  # fmt: skip
def test_spikes_after_200_ms_are_as_accurate_as_documented(squid, facts, method, dt, worst):
    """The last of 14 spikes at 10 µA/cm²: "I10_spike_times"."""
    spikes = Simulation(squid, FIRING, method, dt).advance(round(200.0 / dt)).spikes
    expected = facts["I10_spike_times"]["value"]
    assert spikes.size == len(expected)
    assert spikes[-1] == pytest.approx(expected[-1], abs=worst)


@pytest.mark.parametrize("method", METHODS)
def test_a_relaxing_voltage_is_solved(library, method):
    """The leak alone charges as V∞ + (V₀ - V∞)e^(-t/τ): exact where the scheme is, else close."""
    leak = replace(library["lecture6-model1"], initial_voltage=-20.0)
    times = np.arange(0.0, 5.01, 0.05)
    exact = -55.0 + 35.0 * np.exp(-times)
    error = np.abs(voltages(leak, method, 0.0125, 5.0, 0.05) - exact).max()
    assert error < {"euler": 0.1, "crank-nicolson": 2e-4}.get(method, 1e-7)
