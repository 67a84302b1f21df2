"""Staggered Crank-Nicolson, order 2, the default.

Gates are computed at half steps, V at whole ones. From t_k to t_k+1:
    x(t_k + dt/2) = a x(t_k - dt/2) + b     exact at fixed V(t_k)
    V(t_k+1) = (V (1 - y) + dt/C (sum(g E) + I)) / (1 + y),   y = dt sum(g) / (2 C),
with the conductances at the half step and the mean of I over the step. Where dt sum(g) / C is 1 or
more this would oscillate from step to step, so V relaxes exponentially there instead:
    V(t_k+1) = V_inf + (V - V_inf) exp(-dt sum(g) / C),   V_inf = (sum(g E) + I) / sum(g).
V therefore never leaves the range of the reversal potentials and V_inf. The first step moves the
gates by dt/2 only. Recorded gates are those at whole steps, half a step on from where they are
kept, which is of second order too. An instantaneous gate is evaluated at V(t_k + dt/2), half-way
between the V to which it would relax from t_k and the middle of V(t_k) and V(t_k+1), whose errors
are opposite in an upstroke.
Source: Hines 1984, Int J Bio-Med Comput 15:69; Mascagni & Sherman 1998, Methods in Neuronal
Modeling, ch. 14. The last entry of ``state`` is 1 once the gates are at half steps, before it is 0.
"""

from typing import NamedTuple, Self

from hhgui.engine.inline import inlined, lane_inlined
from hhgui.engine.kernel import conductance_sums, relax_gates, relaxed_voltage, settle_gates
from hhgui.engine.lanes import (
    BEFORE,
    CAPACITANCE,
    CURRENT,
    DRIVEN,
    GATES,
    LANES,
    RELAXED,
    STAGE_V,
    STAGGERED,
    TOTAL,
    V,
    locate_lanes,
    relax_lanes,
    relax_voltage,
    settle_lanes,
    sum_conductances,
)
from hhgui.engine.method import Method
from hhgui.engine.tables import Array, relaxation_tables
from hhgui.model.membrane import Membrane


class CrankNicolson(NamedTuple):
    """The kernel of the method: the tables (a, b) of the gates for dt and for dt/2."""

    full: Array
    half: Array

    @classmethod
    def of(cls, membrane: Membrane, dt: float) -> Self:
        """Return the tables for a membrane and dt (ms)."""
        return cls(*(table.reshape(-1) for table in relaxation_tables(membrane, dt)))

    def show(self, voltage, state, packed, shown):
        """Write the gates at the time of V into ``shown``.

        Those in ``state`` are half a step behind. ``engine.kernel`` explains the arguments.
        """
        gates = packed.power.size
        if state[1 + gates] > 0.0:
            relax_gates(voltage, state, shown, packed, self.half)
        else:
            for q in range(gates):  # numba takes two seconds to compile a slice's assignment
                shown[1 + q] = state[1 + q]

    def step(self, voltage, state, packed, dt, drive, k, work):
        """Move the gates to the next half step, then return V (mV) at the end of the step.

        ``engine.integrators`` and ``engine.kernel`` explain the arguments.
        """
        staggered = 1 + packed.power.size
        if state[staggered] > 0.0:
            relax_gates(voltage, state, state, packed, self.full)
        else:
            relax_gates(voltage, state, state, packed, self.half)
            state[staggered] = 1.0
        current = drive[k, 0]
        total, driven = conductance_sums(state, packed)
        if packed.at_once.size > 0:
            half = relaxed_voltage(voltage, total, driven, current, packed.capacitance, 0.5 * dt)
            settle_gates(half, state, packed, self.full)
            total, driven = conductance_sums(state, packed)
            after = _update(voltage, total, driven, current, packed.capacitance, dt)
            half = 0.5 * half + 0.25 * (voltage + after)
            settle_gates(half, state, packed, self.full)
            total, driven = conductance_sums(state, packed)
        return _update(voltage, total, driven, current, packed.capacitance, dt)

    def lane_step(self, S, K, packed, dt):
        """Take the same step for 64 neurons.

        ``engine.lanes`` explains S, K and ``packed``.
        """
        locate_lanes(S, K, packed, V)
        if S[STAGGERED, 0] > 0.0:
            relax_lanes(S, K, self.full, packed)
        else:
            relax_lanes(S, K, self.half, packed)
            S[STAGGERED, :] = 1.0
        # a loop, so that the sums compile once: instantaneous gates settle twice on the way to V
        for left in range(2 if packed.at_once.size > 0 else 0, -1, -1):
            sum_conductances(S, packed, GATES)
            if left == 2:
                relax_voltage(S, 0.5 * dt)
                for i in range(LANES):
                    S[STAGE_V, i] = S[RELAXED, i]
            else:
                _update_lanes(S, dt)
            if left == 1:
                for i in range(LANES):
                    S[STAGE_V, i] = 0.5 * S[STAGE_V, i] + 0.25 * (S[BEFORE, i] + S[V, i])
            if left > 0:
                settle_lanes(S, K, self.full, packed, STAGE_V, GATES)


@inlined
def _update(voltage, total, driven, current, capacitance, dt):
    """Return V (mV) after a step of dt (ms) at fixed conductances, by the equations above.

    total: sum(g) (mS/cm²); driven: sum(g E) (µA/cm²); current: I (µA/cm²); capacitance: C (µF/cm²).
    """
    reach = dt / capacitance
    y = 0.5 * reach * total
    if y < 0.5:
        return (voltage * (1.0 - y) + reach * (driven + current)) / (1.0 + y)
    return relaxed_voltage(voltage, total, driven, current, capacitance, dt)


@lane_inlined
def _update_lanes(S, dt):
    """Take the same step as ``_update`` for 64 neurons: from row BEFORE of S to row V (mV).

    ``engine.lanes`` explains S.
    """
    twice = 2.0 / dt
    beyond = 0.0
    for i in range(LANES):
        # both sides times 2 C / dt: one division
        stiff = twice * S[CAPACITANCE, i]
        total = S[TOTAL, i]
        drive = 2.0 * (S[DRIVEN, i] + S[CURRENT, i])
        S[V, i] = (S[BEFORE, i] * (stiff - total) + drive) / (stiff + total)
        beyond += 1.0 if 2.0 * total >= stiff else 0.0
    if beyond > 0.0:
        relax_voltage(S, dt)
        for i in range(LANES):
            far = 2.0 * S[TOTAL, i] >= twice * S[CAPACITANCE, i]
            S[V, i] = S[RELAXED, i] if far else S[V, i]


METHOD = Method(
    "crank-nicolson", "Crank–Nicolson (staggered)", 2,
    "Gates at half steps, voltage implicit: second order, stable. The default.",
    CrankNicolson, hue="orange", rank=10, aliases=("hines",),
)  # fmt: skip
