"""Runge-Kutta 4, order 4, the classical scheme.

y(t + dt) = y + dt/6 (k1 + 2 k2 + 2 k3 + k4). As in the courses, the current of step k is I(t_k) in
the first three stages and I(t_k+1) in the last, so a step that begins within the run comes dt/6
early. Stable in the linear sense up to dt = 2.785/|lambda|: 0.077 ms for the firing squid axon,
which blows up at about 0.09 ms. Source: Kutta 1901; Hairer, Norsett & Wanner 1993, II.1.
"""

import numpy as np
from numba import njit

from hhgui.engine import tables as _tables
from hhgui.engine.integrators._kernel import (
    DONE,
    INLINE,
    KERNEL,
    OFF_RANGE,
    between,
    in_range,
    ionic_sum,
    locate,
    note_spike,
    record,
    verdict,
)
from hhgui.engine.integrators._lanes import (
    CAPACITANCE,
    CURRENT,
    DRIVEN,
    FOUND,
    GATES,
    LANE_INLINE,
    LANE_KERNEL,
    LANES,
    NEXT_CURRENT,
    PER_C,
    STAGE_V,
    TOTAL,
    V,
    finish_step,
    gate_slopes,
    inject,
    locate_lanes,
    record_extremes,
    sum_conductances,
    watch_unfelt,
    work_row,
)
from hhgui.engine.tables import V_MAX_MV
from hhgui.model.membrane import Membrane

Array = _tables.Array


def tables(membrane: Membrane, dt: float) -> tuple[Array, Array]:
    """Rates of the gates; there is no second table."""
    return _tables.rate_table(membrane), np.zeros((2, 0))


@njit(**INLINE)
def _slope(state, packed, table, stimulus, slope):
    """dy/dt at ``state`` into ``slope``; whether its V is in the table's range."""
    row, share = locate(state[0])
    slope[0] = (stimulus - ionic_sum(state, packed)) / packed.capacitance
    for q in range(packed.power.size):
        alpha = between(table, row, share, 2 * q)
        beta = between(table, row, share, 2 * q + 1)
        x = state[1 + q]
        slope[1 + q] = alpha * (1.0 - x) - beta * x
    return in_range(state[0])


@njit(**KERNEL)
def advance(state, packed, table, half_table, dt, current, current_end, n, threshold, every, phase,
            out, spikes):  # fmt: skip
    """n steps; see the package's docstring."""
    size = 1 + packed.power.size
    stage = np.empty(size)
    slope = np.empty(size)
    total = np.empty(size)
    rows = found = 0
    for k in range(n):
        if phase == 0:
            record(out, rows, state, packed, current[k])
            rows += 1
            phase = every
        phase -= 1
        fine = _slope(state, packed, table, current[k], total)
        for i in range(size):
            stage[i] = state[i] + 0.5 * dt * total[i]
        for s in range(1, 4):
            fine &= _slope(stage, packed, table, current[k + 1 if s == 3 else k], slope)
            weight = 1.0 if s == 3 else 2.0
            reach = dt if s == 2 else 0.5 * dt
            for i in range(size):
                total[i] += weight * slope[i]
                stage[i] = state[i] + reach * slope[i]
        before = state[0]
        for i in range(size):
            state[i] += dt / 6.0 * total[i]
        status = verdict(state[0], state, packed) if fine else OFF_RANGE
        if status != DONE:
            return k + 1, rows, found, status
        found = note_spike(spikes, found, k, before, state[0], threshold)
    return n, rows, found, DONE


@njit(**LANE_INLINE)
def _lane_stage(S, K, packed, flat, voltage, gate_row, slope, current):
    """dV/dt and dx/dt at the state in rows ``voltage`` and ``gate_row``, into ``slope`` on."""
    gates = packed.power.size
    locate_lanes(S, K, voltage, 2 * gates)
    sum_conductances(S, packed, gate_row)
    for i in range(LANES):
        inward = S[current, i] + S[DRIVEN, i] - S[TOTAL, i] * S[voltage, i]
        S[slope, i] = inward * S[PER_C, i]
    for q in range(gates):
        gate_slopes(S, K, flat, q, 2 * gates, gate_row + q, slope + 1 + q)


@njit(**LANE_INLINE)
def _next_stage(S, gates, stage, slope, reach):
    """The next stage: the old state plus ``reach`` times the slope; FOUND is its largest abs(V).

    A stage that is not a number makes V one too, so it is found in the end.
    """
    for i in range(LANES):
        v = S[V, i] + reach * S[slope, i]
        S[STAGE_V, i] = v
        S[FOUND, i] = abs(v) if abs(v) > S[FOUND, i] else S[FOUND, i]
    for q in range(gates):
        for i in range(LANES):
            S[stage + q, i] = S[GATES + q, i] + reach * S[slope + 1 + q, i]


@njit(**LANE_KERNEL)
def advance_lanes(S, K, packed, table, half_table, dt, wave, gate, n, step, threshold, noise, seed,
                  spikes, every, low, high):  # fmt: skip
    """n steps of 64 neurons; see ``_lanes``."""
    gates = packed.power.size
    flat = table.reshape(-1)
    stage = work_row(packed)
    total = stage + gates
    for i in range(LANES):
        S[PER_C, i] = 1.0 / S[CAPACITANCE, i]
    for s in range(n):
        inject(S, wave, gate, s, step, noise, seed)
        S[FOUND, :] = 0.0
        _lane_stage(S, K, packed, flat, V, GATES, total, CURRENT)
        _next_stage(S, gates, stage, total, 0.5 * dt)
        for number in range(1, 4):
            last = number == 3
            current = NEXT_CURRENT if last else CURRENT
            slope = total + 1 + gates
            _lane_stage(S, K, packed, flat, STAGE_V, stage, slope, current)
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
        watch_unfelt(S, packed)
        finish_step(S, s, step, threshold, spikes)
        if every > 0:
            record_extremes(S, step + s, every, low, high)
