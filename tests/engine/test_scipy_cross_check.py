"""Membranes of every form and power against SciPy's DOP853, right-hand side written out here."""

import math

import numpy as np
import pytest
import scipy

from hhgui.engine.simulation import Simulation
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate
from hhgui.model.stimulus.stimulus import Stimulus

FORMS = {
    "exponential": math.exp,
    "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)),
    "exp_linear": lambda x: x / (1.0 - math.exp(-x)),
    "gaussian": lambda x: math.exp(-x * x),
    "constant": lambda x: 1.0,
}
POWERS = (0, 2, 5, 8)
DURATION = 20.0


def random_rate(rng, form):
    """A positive rate of that form, of the order of 1 between -120 and 60 mV."""
    scale = rng.uniform(30, 60) * rng.choice([-1, 1])
    return Rate(form, rng.uniform(0.2, 2), rng.uniform(-70, -30), scale, rng.uniform(0.05, 0.3))


def random_membrane(form, relaxing):
    """Two gated currents with the four powers, gates of ``form``, and a leak."""
    rng = np.random.default_rng(list(form.encode()))
    gates = []
    for name, power in zip("abcd", POWERS, strict=True):
        if relaxing:
            steady = Rate("sigmoid", 0.9, rng.uniform(-60, -40), rng.uniform(-20, 20), 0.05)
            pair = {"steady_state": steady, "time_constant": random_rate(rng, form)}
        else:
            pair = {"alpha": random_rate(rng, form), "beta": random_rate(rng, "sigmoid")}
        gates.append(Gate(name, power, **pair, initial=rng.uniform(0.2, 0.9)))
    return Membrane("random", "", rng.uniform(0.5, 2), (
        Current("p", rng.uniform(2, 5), 60.0, tuple(gates[:3])), Current("L", 0.4, -60.0),
        Current("q", rng.uniform(2, 5), -90.0, (gates[3],)),
    ), temperature=12.0, reference_temperature=6.3, q10=2.5)  # fmt: skip


def value(rate, V):
    """A rate by its formula."""
    return rate.rate * FORMS[rate.form]((V - rate.midpoint) / rate.scale) + rate.offset


def right_hand_side(t, y, membrane, current):
    """C dV/dt = I - Σ ḡ Π x^p (V - E), dx/dt of both ways to write a gate, times φ."""
    V, values = y[0], dict(zip([g.name for g in membrane.gates], y[1:], strict=True))
    phi = 2.5 ** ((12.0 - 6.3) / 10.0)
    flow = [
        c.conductance * math.prod(values[g.name] ** g.power for g in c.gates) * (V - c.reversal)
        for c in membrane.currents
    ]
    slopes = [(current - sum(flow)) / membrane.capacitance]
    for gate in membrane.gates:
        x = values[gate.name]
        if gate.alpha is not None:
            slopes.append(phi * (value(gate.alpha, V) * (1 - x) - value(gate.beta, V) * x))
        else:
            slopes.append(phi * (value(gate.steady_state, V) - x) / value(gate.time_constant, V))
    return slopes


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("relaxing", [False, True], ids=["alpha and beta", "steady and tau"])
def test_any_form_and_power_is_integrated(form, relaxing):
    """V and gates over 20 ms: adaptive to 1e-6, RK4 through its tables to 1e-4."""
    membrane = random_membrane(form, relaxing)
    start = [-65.0, *membrane.initial_gates()]
    times = np.arange(0.0, DURATION, 0.5)
    true = scipy.integrate.solve_ivp(
        right_hand_side, (0.0, DURATION), start, "DOP853", times, rtol=1e-11, atol=1e-11,
        args=(membrane, 8.0),
    ).y  # fmt: skip
    assert np.ptp(true[0]) > 3.0
    for method, dt, tolerance in (("adaptive", 0.5, 1e-6), ("rk4", 0.005, 1e-4)):
        simulation = Simulation(membrane, Stimulus(holding=8.0), method, dt)
        block = simulation.advance(round(DURATION / dt), every=round(0.5 / dt))
        np.testing.assert_allclose(block.columns[[0, 2, 3, 4, 5]], true, rtol=0, atol=tolerance)
