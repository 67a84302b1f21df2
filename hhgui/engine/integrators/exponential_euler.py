"""Exponential Euler, plain form, order 1: V and gates relax from the old state.

    x(t + dt) = x_inf + (x - x_inf) exp(-dt/tau)                    at the old V
    V(t + dt) = V_inf + (V - V_inf) exp(-dt sum(g)/C),              at the old gates
    V_inf = (sum(g E) + I) / sum(g)
It never diverges but is wrong when dt is large: the squid axon at 10 uA/cm2 fires 54 spikes a
second at dt 0.5 ms instead of 69. Source: Dayan & Abbott 2001, ch. 5 appendix A, eqs. 5.46-5.49,
and the lecture-7 handout; kept as they define it. The form with gates first, in the file beside
this one, is about 40 times more accurate.
"""

from typing import NamedTuple, Self

from hhgui.engine.kernel import conductance_sums, relax_gates, relaxed_voltage, settle_gates
from hhgui.engine.lanes import (
    GATES,
    V,
    locate_lanes,
    relax_lanes,
    relax_voltage,
    settle_lanes,
    sum_conductances,
    take_relaxed,
)
from hhgui.engine.method import Method
from hhgui.engine.tables import Array, relaxation_tables
from hhgui.model.membrane import Membrane


class ExponentialEuler(NamedTuple):
    """The kernel of the method: the table (a, b) of the gates for dt."""

    relaxation: Array

    @classmethod
    def of(cls, membrane: Membrane, dt: float) -> Self:
        """Return the kernel with the table for a membrane and dt (ms)."""
        return cls(relaxation_tables(membrane, dt)[0].reshape(-1))

    def step(self, voltage, state, packed, dt, drive, k, work):
        """Take a step of gates and V, both from the old state; return the new V (mV).

        ``engine.integrators`` and ``engine.kernel`` explain the arguments.
        """
        total, driven = conductance_sums(state, packed)
        relax_gates(voltage, state, state, packed, self.relaxation)
        after = relaxed_voltage(voltage, total, driven, drive[k, 0], packed.capacitance, dt)
        settle_gates(after, state, packed, self.relaxation)
        return after

    def lane_step(self, S, K, packed, dt):
        """Take the same step for 64 neurons.

        ``engine.lanes`` explains S, K and ``packed``.
        """
        locate_lanes(S, K, packed, V)
        sum_conductances(S, packed, GATES)
        relax_lanes(S, K, self.relaxation, packed)
        relax_voltage(S, dt)
        take_relaxed(S)
        settle_lanes(S, K, self.relaxation, packed, V, GATES)


METHOD = Method(
    "exponential-euler", "Exponential Euler (plain)", 1,
    "Gates and voltage both relax from the old state, as the textbooks define it.",
    ExponentialEuler, hue="green", rank=30,
)  # fmt: skip
