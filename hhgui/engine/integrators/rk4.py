"""Runge-Kutta 4, order 4, the classical scheme: y(t + dt) = y + dt/6 (k1 + 2 k2 + 2 k3 + k4).

As in the lab courses, the current of step k is I(t_k) in the first three stages and I(t_k+1) in the
last, so a current step that begins within the run takes effect dt/6 early. Stable in the linear
sense up to dt = 2.785/|lambda|, lambda the fastest rate: 0.077 ms for the firing squid axon, which
diverges at about 0.09 ms. Source: Kutta 1901; Hairer, Norsett & Wanner 1993, II.1.
"""

from typing import NamedTuple, Self

from hhgui.engine.inline import inlined, lane_inlined
from hhgui.engine.kernel import between, in_range, ionic_sum, locate, settle_gates
from hhgui.engine.lanes import (
    CURRENT,
    DRIVEN,
    FOUND,
    GATES,
    LANES,
    PER_C,
    STAGE_V,
    TOTAL,
    V,
    gate_slopes,
    locate_lanes,
    settle_lanes,
    sum_conductances,
    work_row,
)
from hhgui.engine.method import Method
from hhgui.engine.tables import V_MAX_MV, Array, rate_table
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.injection import Rule


class RungeKutta(NamedTuple):
    """The kernel of the method: the table of alpha and beta (1/ms) of the gates."""

    rates: Array

    @classmethod
    def of(cls, membrane: Membrane, dt: float) -> Self:
        """Return the kernel for a membrane; dt does not matter."""
        return cls(rate_table(membrane).reshape(-1))

    def step(self, voltage, state, packed, dt, drive, k, work):
        """Take a step of four stages.

        Return V (mV), which is out of range if a stage left the table. ``engine.integrators`` and
        ``engine.kernel`` explain the arguments.
        """
        size = 1 + packed.power.size
        stage, slope, total = work[0], work[1], work[2]
        state[0] = voltage
        fine = _slope(state, packed, self.rates, drive[k, 0], total)
        for i in range(size):
            stage[i] = state[i] + 0.5 * dt * total[i]
        for s in range(1, 4):
            fine &= _slope(stage, packed, self.rates, drive[k, 2 if s == 3 else 1], slope)
            weight = 1.0 if s == 3 else 2.0
            reach = dt if s == 2 else 0.5 * dt
            for i in range(size):
                total[i] += weight * slope[i]
                stage[i] = state[i] + reach * slope[i]
        for i in range(1, size):
            state[i] += dt / 6.0 * total[i]
        after = voltage + dt / 6.0 * total[0] if fine else 2.0 * V_MAX_MV
        settle_gates(after, state, packed, self.rates)
        return after

    def lane_step(self, S, K, packed, dt):
        """Take the same step for 64 neurons; V is out of range if a stage left the table.

        ``engine.lanes`` explains S, K and ``packed``.
        """
        gates = packed.power.size
        stage = work_row(packed)
        total = stage + gates
        slope = total + 1 + gates
        S[FOUND, :] = 0.0
        _lane_stage(S, K, packed, self.rates, V, GATES, total, 0)
        _next_stage(S, gates, stage, total, 0.5 * dt)
        for number in range(1, 4):
            last = number == 3
            _lane_stage(S, K, packed, self.rates, STAGE_V, stage, slope, 2 if last else 1)
            weight = 1.0 if last else 2.0
            for q in range(gates + 1):
                for i in range(LANES):
                    S[total + q, i] += weight * S[slope + q, i]
            if not last:
                _next_stage(S, gates, stage, slope, dt if number == 2 else 0.5 * dt)
        for i in range(LANES):
            v = S[V, i] + dt / 6.0 * S[total, i]
            S[V, i] = v if S[FOUND, i] <= V_MAX_MV else 2.0 * V_MAX_MV
        for q in range(gates):
            for i in range(LANES):
                S[GATES + q, i] += dt / 6.0 * S[total + 1 + q, i]
        settle_lanes(S, K, self.rates, packed, V, GATES)


@inlined
def _slope(state, packed, table, stimulus, slope):
    """Write dV/dt (mV/ms) and dx/dt (1/ms) of every gate at ``state`` into ``slope``, (1 + gates,).

    stimulus: µA/cm². Returns whether V is within the table. ``engine.kernel`` explains ``packed``.
    """
    gates = packed.power.size
    settle_gates(state[0], state, packed, table)
    place, fraction = locate(state[0], gates)
    slope[0] = (stimulus - ionic_sum(state[0], state, packed)) / packed.capacitance
    for q in range(gates):
        alpha = between(table, place, fraction, gates, 2 * q)
        beta = between(table, place, fraction, gates, 2 * q + 1)
        x = state[1 + q]
        slope[1 + q] = alpha * (1.0 - x) - beta * x
    return in_range(state[0])


@lane_inlined
def _lane_stage(S, K, packed, table, voltage, gate_row, slope, number):
    """Write dV/dt (mV/ms) and dx/dt (1/ms) at one stage of the step, for 64 neurons.

    number: 0 for the start, 1 for the middle, 2 for the end of the step, which chooses the current.
    V is read from row ``voltage`` of S, the gates from the rows from ``gate_row`` on; dV/dt is
    written to row ``slope``, dx/dt to the rows after it. ``engine.lanes`` explains S, K and
    ``packed``.
    """
    settle_lanes(S, K, table, packed, voltage, gate_row)
    locate_lanes(S, K, packed, voltage)
    sum_conductances(S, packed, gate_row)
    for i in range(LANES):
        inward = S[CURRENT + number, i] + S[DRIVEN, i] - S[TOTAL, i] * S[voltage, i]
        S[slope, i] = inward * S[PER_C, i]
    for q in range(packed.power.size):
        gate_slopes(S, K, table, packed, q, gate_row + q, slope + 1 + q)


@lane_inlined
def _next_stage(S, gates, stage, slope, reach):
    """Write the state at the next stage, old state + reach * slope, for 64 neurons.

    stage: the row of S for its V, after which its gates follow; slope: the first row of the slopes;
    reach: ms. Row FOUND keeps the largest abs(V) (mV) of all stages, to notice a V out of range.
    ``engine.lanes`` explains S.
    """
    for i in range(LANES):
        v = S[V, i] + reach * S[slope, i]
        S[STAGE_V, i] = v
        S[FOUND, i] = abs(v) if abs(v) > S[FOUND, i] else S[FOUND, i]
    for q in range(gates):
        for i in range(LANES):
            S[stage + q, i] = S[GATES + q, i] + reach * S[slope + 1 + q, i]


METHOD = Method(
    "rk4", "Runge–Kutta 4", 4,
    "Four evaluations a step: very accurate until dt is too large, then it blows up.",
    RungeKutta, hue="blue", rule=Rule.STAGES, rank=50, limit=2.785293563405282,
    aliases=("runge-kutta-4",),
)  # fmt: skip
