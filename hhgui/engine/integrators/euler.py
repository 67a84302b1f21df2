"""Forward Euler, order 1: y(t + dt) = y(t) + dt f(t, y(t)).

Stable in the linear sense up to dt = 2/|lambda|, lambda the fastest rate: 0.055 ms for the firing
squid axon, which then still runs, wrongly, until about 0.075 ms.
Source: Euler 1768; as the lab courses use it: every right-hand side at the old state, I at t_k.
"""

from typing import NamedTuple, Self

from hhgui.engine.kernel import between, ionic_sum, locate, settle_gates
from hhgui.engine.lanes import (
    CAPACITANCE,
    CURRENT,
    DRIVEN,
    GATES,
    LANES,
    TOTAL,
    V,
    locate_lanes,
    settle_lanes,
    step_gates,
    sum_conductances,
)
from hhgui.engine.method import Method
from hhgui.engine.tables import Array, rate_table
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.injection import Rule


class Euler(NamedTuple):
    """The kernel of the method: the table of alpha and beta (1/ms) of the gates."""

    rates: Array

    @classmethod
    def of(cls, membrane: Membrane, dt: float) -> Self:
        """Return the kernel for a membrane; dt does not matter."""
        return cls(rate_table(membrane).reshape(-1))

    def step(self, voltage, state, packed, dt, drive, k, work):
        """Take a step, with V's and the gates' slopes at the old state; return the new V (mV).

        ``engine.integrators`` and ``engine.kernel`` explain the arguments.
        """
        gates = packed.power.size
        slope = (drive[k, 0] - ionic_sum(voltage, state, packed)) / packed.capacitance
        place, fraction = locate(voltage, gates)
        for q in range(gates):
            alpha = between(self.rates, place, fraction, gates, 2 * q)
            beta = between(self.rates, place, fraction, gates, 2 * q + 1)
            x = state[1 + q]
            state[1 + q] = x + dt * (alpha * (1.0 - x) - beta * x)
        settle_gates(voltage + dt * slope, state, packed, self.rates)
        return voltage + dt * slope

    def lane_step(self, S, K, packed, dt):
        """Take the same step for 64 neurons.

        ``engine.lanes`` explains S, K and ``packed``.
        """
        locate_lanes(S, K, packed, V)
        sum_conductances(S, packed, GATES)
        step_gates(S, K, self.rates, packed, dt)
        for i in range(LANES):
            inward = S[CURRENT, i] + S[DRIVEN, i] - S[TOTAL, i] * S[V, i]
            S[V, i] += dt * inward / S[CAPACITANCE, i]
        settle_lanes(S, K, self.rates, packed, V, GATES)


METHOD = Method(
    "euler", "Forward Euler", 1, "The simplest method; too large a dt makes it blow up.",
    Euler, hue="vermillion", rule=Rule.START, rank=40, limit=2.0, aliases=("forward-euler",),
)  # fmt: skip
