"""Help → Equations prints what the kernels do: each update formula against one step."""

from pathlib import Path

import numpy as np
import pytest

from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus

PAGE = (Path(__file__).parents[2] / "resources/help/equations.md").read_text("utf-8")
DT, CURRENT = 0.02, 7.0
EULER = r"V(t + dt) = V(t) + dt\,\frac{dV}{dt}"
RELAXED_GATE = r"x(t + dt) = x_\infty + (x(t) - x_\infty)\,e^{-dt/\tau_x}"
RELAXED_V = r"V_\infty + (V(t) - V_\infty)\,e^{-dt\,g/C}, \quad V_\infty = \frac{(gE) + I}{g}"
HALF_GATE = r"x(t + \tfrac{dt}{2}) = x_\infty + (x(t - \tfrac{dt}{2}) - x_\infty)\,e^{-dt/\tau_x}"
MEAN_SLOPE = (
    r"\frac{(1 - y)\,V(t) + \frac{dt}{C}\left((gE) + I\right)}{1 + y}, \quad y = \frac{dt\,g}{2\,C}"
)


def one_step(membrane, method):
    """V and the gates before and after the second step, by the method's own state."""
    simulation = Simulation(membrane, Stimulus(holding=CURRENT), method, DT)
    simulation.advance(1)
    before = np.array(simulation.checkpoint().state)
    simulation.advance(1)
    return before, np.array(simulation.checkpoint().state)


def relaxed(membrane, voltage, gates):
    """RELAXED_GATE, and HALF_GATE, at a voltage."""
    steady = np.array([g.steady_state_at(voltage) for g in membrane.gates])
    tau = np.array([g.time_constant_at(voltage) for g in membrane.gates])
    return steady + (gates - steady) * np.exp(-DT / tau)


def conductances(membrane, gates):
    """The conductance of each current, and its product with the reversal potential."""
    each = membrane.ionic_currents(1.0, gates) - membrane.ionic_currents(0.0, gates)
    return each.sum(), float(each @ [c.reversal for c in membrane.currents])


@pytest.mark.parametrize("formula", [EULER, RELAXED_GATE, RELAXED_V, HALF_GATE, MEAN_SLOPE])
def test_the_page_prints_the_formula(formula):
    """The page contains each formula that the tests below evaluate."""
    assert formula in PAGE


def test_forward_euler(squid):
    """V and gates follow their slopes at the start of the step."""
    before, after = one_step(squid, "euler")
    slope = CURRENT - squid.ionic_currents(before[0], before[1:-1]).sum()
    assert after[0] == pytest.approx(before[0] + DT * slope, abs=1e-9)


@pytest.mark.parametrize("method", ["exponential-euler", "exponential-euler-gates-first"])
def test_exponential_euler(squid, method):
    """Gates and V relax as the equation says, from the old gates or from the new."""
    before, after = one_step(squid, method)
    gates = relaxed(squid, before[0], before[1:-1])
    assert after[1:-1] == pytest.approx(gates, abs=1e-8)
    g, driven = conductances(squid, gates if "first" in method else before[1:-1])
    steady = (driven + CURRENT) / g
    assert after[0] == pytest.approx(steady + (before[0] - steady) * np.exp(-DT * g), abs=1e-6)


def test_crank_nicolson(squid):
    """Gates relax from half step to half step, V takes the mean slope; or relaxes if stiff."""
    for membrane in (squid, squid.with_current("L", conductance=100.0)):
        before, after = one_step(membrane, "crank-nicolson")
        gates = relaxed(membrane, before[0], before[1:-1])
        assert after[1:-1] == pytest.approx(gates, abs=1e-8)
        g, driven = conductances(membrane, gates)
        y = DT * g / 2.0
        expected = ((1.0 - y) * before[0] + DT * (driven + CURRENT)) / (1.0 + y)
        if y >= 0.5:
            steady = (driven + CURRENT) / g
            expected = steady + (before[0] - steady) * np.exp(-DT * g)
        assert after[0] == pytest.approx(expected, abs=1e-6)
