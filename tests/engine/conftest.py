"""Start values, plain-Python schemes and the reference axon of the engine's tests.

``exact_run`` integrates with the schemes as their sources print them and with rates computed
directly, in Python floats: slow, and independent of the tables, the kernels and the model files.
"""

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate


def x_over_1_minus_exp(x):
    """x/(1 - exp(-x)), by Taylor's series next to 0."""
    return 1.0 + x / 2.0 + x * x / 12.0 if abs(x) < 1e-5 else x / (1.0 - math.exp(-x))


# m, h, n in this order; SCIENCE.md, "Rates": Hodgkin & Huxley 1952 and Traub & Miles 1991.
SQUID = SimpleNamespace(
    rates=lambda V: (
        (x_over_1_minus_exp((V + 40) / 10), 4 * math.exp(-(V + 65) / 18)),
        (0.07 * math.exp(-(V + 65) / 20), 1 / (1 + math.exp(-(V + 35) / 10))),
        (0.1 * x_over_1_minus_exp((V + 55) / 10), 0.125 * math.exp(-(V + 65) / 80)),
    ),
    conductance=(120.0, 36.0, 0.3), reversal=(50.0, -77.0, -54.4),
)  # fmt: skip
TRAUB_MILES = SimpleNamespace(
    rates=lambda V: (
        (1.28 * x_over_1_minus_exp((V + 54) / 4), 1.4 * x_over_1_minus_exp(-(V + 27) / 5)),
        (0.128 * math.exp(-(V + 50) / 18), 4 / (1 + math.exp(-(V + 27) / 5))),
        (0.16 * x_over_1_minus_exp((V + 52) / 5), 0.5 * math.exp(-(V + 57) / 40)),
    ),
    conductance=(50.0, 10.0, 0.1), reversal=(50.0, -90.0, -65.0),
)  # fmt: skip
NEURONS = {"squid-dayan-abbott": SQUID, "traub-miles-lab3": TRAUB_MILES}


def open_conductances(neuron, gates):
    """ḡ m³h, ḡ n⁴ and the leak's (C is 1 in both neurons)."""
    m, h, n = gates
    sodium, potassium, leak = neuron.conductance
    return sodium * m**3 * h, potassium * n**4, leak


def slopes(neuron, y, current):
    """The right-hand side at y = (V, m, h, n)."""
    V, *gates = y
    flow = zip(open_conductances(neuron, gates), neuron.reversal, strict=True)
    rates = zip(neuron.rates(V), gates, strict=True)
    return (
        current - sum(g * (V - E) for g, E in flow),
        *(a * (1 - x) - b * x for (a, b), x in rates),
    )


def relaxed(neuron, V, gates, dt):
    """Each gate after dt at fixed V: x∞ + (x - x∞) exp(-dt/τ)."""
    rates = zip(neuron.rates(V), gates, strict=True)
    return [a / (a + b) + (x - a / (a + b)) * math.exp(-dt * (a + b)) for (a, b), x in rates]


def relaxed_voltage(neuron, V, gates, current, dt):
    """V after dt at fixed gates: V∞ + (V - V∞) exp(-dt Σg/C)."""
    conductances = open_conductances(neuron, gates)
    total = sum(conductances)
    drive = sum(g * E for g, E in zip(conductances, neuron.reversal, strict=True)) + current
    return drive / total + (V - drive / total) * math.exp(-dt * total)


def euler_step(neuron, y, now, after, dt):
    """A step of forward Euler, with every slope at the old state."""
    return [a + dt * b for a, b in zip(y, slopes(neuron, y, now), strict=True)]


def rk4_step(neuron, y, now, after, dt):
    """The classical stages under a current that holds for the step."""
    k1 = slopes(neuron, y, now)
    k2 = slopes(neuron, [a + dt / 2 * b for a, b in zip(y, k1, strict=True)], now)
    k3 = slopes(neuron, [a + dt / 2 * b for a, b in zip(y, k2, strict=True)], now)
    k4 = slopes(neuron, [a + dt * b for a, b in zip(y, k3, strict=True)], now)
    stages = zip(y, k1, k2, k3, k4, strict=True)
    return [a + dt / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in stages]


def exponential_euler_step(neuron, y, now, after, dt):
    """Gates and V relax, all from the old state."""
    V, *gates = y
    return [relaxed_voltage(neuron, V, gates, now, dt), *relaxed(neuron, V, gates, dt)]


def gates_first_step(neuron, y, now, after, dt):
    """Gates relax at the old V, then V at the new gates."""
    V, *gates = y
    gates = relaxed(neuron, V, gates, dt)
    return [relaxed_voltage(neuron, V, gates, now, dt), *gates]


def crank_nicolson_step(neuron, y, now, after, dt):
    """Gates from t - dt/2 to t + dt/2 at V(t), then V at those gates.

    By the trapezoidal rule, but where dt Σg/C is 1 or more by relaxation.
    """
    V, *gates = y
    gates = relaxed(neuron, V, gates, dt)
    conductances = open_conductances(neuron, gates)
    drive = sum(g * E for g, E in zip(conductances, neuron.reversal, strict=True)) + now
    share = dt / 2 * sum(conductances)
    if share >= 0.5:
        return [relaxed_voltage(neuron, V, gates, now, dt), *gates]
    return [(V * (1 - share) + dt * drive) / (1 + share), *gates]


STEPS = {
    "euler": euler_step,
    "rk4": rk4_step,
    "exponential-euler": exponential_euler_step,
    "exponential-euler-gates-first": gates_first_step,
    "crank-nicolson": crank_nicolson_step,
}


@pytest.fixture(scope="session")
def exact_run():
    """A run of a neuron of NEURONS by a scheme of STEPS: V at every step, start included."""

    def run(name, method, currents, dt):
        neuron, step = NEURONS[name], STEPS[method]
        y = [-65.0, *(a / (a + b) for a, b in neuron.rates(-65.0))]
        voltages = [y[0]]
        if method == "crank-nicolson":  # its first step moves the gates by dt/2 only
            y = [y[0], *relaxed(neuron, y[0], y[1:], -dt / 2)]
        for now, after in pairwise(currents):
            y = step(neuron, y, now, after, dt)
            voltages.append(y[0])
        return np.array(voltages)

    return run


@pytest.fixture(scope="session")
def crossings():
    """Times at which a trace rises through 0 mV, by linear interpolation."""

    def find(voltages, dt):
        before, after = voltages[:-1], voltages[1:]
        steps = np.flatnonzero((before < 0.0) & (after >= 0.0))
        return (steps + before[steps] / (before[steps] - after[steps])) * dt

    return find


@pytest.fixture(scope="session")
def squid(library):
    """The axon of ground_truth.json: E_L = -54.4 mV."""
    return library["squid-dayan-abbott"].with_current("L", reversal=-54.4)


@pytest.fixture(scope="session")
def start_at():
    """A membrane with another start voltage and start values of its gates (else steady state)."""

    def changed(membrane, voltage, **values):
        currents = tuple(
            replace(c, gates=tuple(replace(g, initial=values.get(g.name)) for g in c.gates))
            for c in membrane.currents
        )
        return replace(membrane, currents=currents, initial_voltage=voltage)

    return changed


@pytest.fixture(scope="session")
def squid_at_rest(squid, start_at):
    """The axon of ground_truth.json at its true equilibrium, as its step protocols start."""
    gates = {"m": 0.05293421762, "h": 0.59611104635, "n": 0.31768116758}
    return start_at(squid, -64.99972243, **gates)


@pytest.fixture(scope="session")
def leaky():
    """A membrane whose rates do not depend on V, so that no table hides an order."""
    gate = Gate("x", 2, Rate("constant", 0.9), Rate("constant", 0.4), initial=0.1)
    currents = (Current("a", 1.0, 20.0, (gate,)), Current("L", 0.5, -70.0))
    return Membrane("leaky", "leaky", 1.0, currents)
