"""Facts about the numbers themselves: exact solutions, orders of convergence, symmetries."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.simulation import Simulation
from hhgui.experiments.preparation import held_at
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step


def voltages(membrane, method, dt):
    """V (mV) every 0.1 ms of 20 ms at 10 µA/cm²."""
    simulation = Simulation(membrane, Stimulus(holding=10.0), method, dt)
    return simulation.advance(round(20.0 / dt) + 1, every=round(0.1 / dt)).columns[0]


def test_a_passive_membrane_charges_as_rc(squid, fact):
    """τ = C/ḡ_L and V(τ) = E_L + (I/ḡ_L)(1 - 1/e), by exponential Euler (closed form)."""
    charged = fact("passive_RC")
    passive = squid.with_current("Na", conductance=0.0).with_current("K", conductance=0.0)
    tau = passive.capacitance / passive.currents[2].conductance
    stimulus = Stimulus(holding=10.0)
    simulation = Simulation(held_at(passive, -54.4), stimulus, "exponential-euler", tau / 10)
    simulation.advance(10)
    charged.compare([tau, simulation.voltage])


@pytest.mark.parametrize(
    ("method", "key", "true"),
    [("euler", "euler", ("adaptive", 0.05)),
     ("exponential-euler", "exp_euler", ("adaptive", 0.05)),
     # its tables cost seven times what its steps do: compare with steps that cost nothing
     ("rk4", "rk4", ("rk4", 0.00125))],
)  # fmt: skip
def test_errors_and_orders(squid, fact, method, key, true):
    """The error dt 0.01 makes in V(20 ms), and the order over 20 ms (an independent program's)."""
    orders = fact("convergence_orders")
    assert orders.tolerance == "factor 1.5; order +-0.15"
    error, order = orders.value[key]
    exact = voltages(squid, *true)
    coarse, fine = (voltages(squid, method, dt) - exact for dt in (0.01, 0.005))
    orders.take(abs(np.log(coarse[-1] / error)) / np.log(1.5))
    orders.take(abs(np.log2(np.linalg.norm(coarse) / np.linalg.norm(fine)) - order) / 0.15)


def test_symmetries(squid, fact):
    """Scaled, shifted and sped up, spikes come at the same times, by RK4 (algebra)."""

    def spikes(membrane, current, dt=0.025):
        stimulus = Stimulus((Step(current, 0.0, 4000 * dt),))
        return Simulation(membrane, stimulus, "rk4", dt).advance(4000).spikes

    tripled = replace(squid, capacitance=3.0, currents=tuple(
        replace(c, conductance=3.0 * c.conductance) for c in squid.currents
    ))  # fmt: skip
    shifted = squid.with_current("L", reversal=-49.4)
    fast = replace(squid, capacitance=0.5, q10=2.0, temperature=16.3)
    usual = spikes(squid, 10.0)
    others = spikes(tripled, 30.0), spikes(shifted, 8.5), 2.0 * spikes(fast, 10.0, 0.0125)
    assert usual.size == 7
    fact("symmetries").compare([np.abs(other - usual).max() for other in others])
