"""Exponential Euler, gates first, order 1: like the plain form, but V relaxes at the *new* gates.

In a step the gates follow a voltage that is half a step too old, and then V follows gates that are
half a step too new, so that the leading errors nearly cancel in spike times: about 40 times more
accurate than the plain form for the same work. Source of the splitting: Rush & Larsen 1978, IEEE
Trans Biomed Eng 25:389.
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


class GatesFirst(NamedTuple):
    """The kernel of the method: the table (a, b) of the gates for dt."""

    relaxation: Array

    @classmethod
    def of(cls, membrane: Membrane, dt: float) -> Self:
        """Return the kernel with the table for a membrane and dt (ms)."""
        return cls(relaxation_tables(membrane, dt)[0].reshape(-1))

    def step(self, voltage, state, packed, dt, drive, k, work):
        """Take a step of the gates at the old V, then of V at the new gates; return V (mV).

        ``engine.integrators`` and ``engine.kernel`` explain the arguments.
        """
        relax_gates(voltage, state, state, packed, self.relaxation)
        total, driven = conductance_sums(state, packed)
        after = relaxed_voltage(voltage, total, driven, drive[k, 0], packed.capacitance, dt)
        settle_gates(after, state, packed, self.relaxation)
        return after

    def lane_step(self, S, K, packed, dt):
        """Take the same step for 64 neurons.

        ``engine.lanes`` explains S, K and ``packed``.
        """
        locate_lanes(S, K, packed, V)
        relax_lanes(S, K, self.relaxation, packed)
        sum_conductances(S, packed, GATES)
        relax_voltage(S, dt)
        take_relaxed(S)
        settle_lanes(S, K, self.relaxation, packed, V, GATES)


METHOD = Method(
    "exponential-euler-gates-first", "Exponential Euler, gates first", 1,
    "Each gate relaxes exactly, then the voltage with the new gates. Never blows up.",
    GatesFirst, hue="purple", rank=20, aliases=("rush-larsen",),
)  # fmt: skip
