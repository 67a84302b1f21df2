"""Forward Euler, order 1: y(t + dt) = y(t) + dt f(t, y(t)).

Stable in the linear sense up to dt = 2/|lambda|, lambda the fastest rate: 0.055 ms for the firing
squid axon, which then still runs, wrongly, until about 0.075 ms.
Source: Euler 1768; as the courses use it: every right-hand side at the old state, I at t_k.
"""

import numpy as np
from numba import njit

from hhgui.engine import tables as _tables
from hhgui.engine.integrators._kernel import (
    DONE,
    KERNEL,
    between,
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
    GATES,
    LANE_KERNEL,
    LANES,
    TOTAL,
    V,
    finish_step,
    inject,
    locate_lanes,
    record_extremes,
    step_gates,
    sum_conductances,
    watch_unfelt,
)
from hhgui.model.membrane import Membrane

Array = _tables.Array


def tables(membrane: Membrane, dt: float) -> tuple[Array, Array]:
    """Rates of the gates; there is no second table."""
    return _tables.rate_table(membrane), np.zeros((2, 0))


@njit(**KERNEL)
def advance(state, packed, table, half_table, dt, current, current_end, n, threshold, every, phase,
            out, spikes):  # fmt: skip
    """n steps; see the package's docstring."""
    gates = packed.power.size
    rows = found = 0
    for k in range(n):
        if phase == 0:
            record(out, rows, state, packed, current[k])
            rows += 1
            phase = every
        phase -= 1
        before = state[0]
        slope = (current[k] - ionic_sum(state, packed)) / packed.capacitance
        row, share = locate(before)
        for q in range(gates):
            alpha = between(table, row, share, 2 * q)
            beta = between(table, row, share, 2 * q + 1)
            x = state[1 + q]
            state[1 + q] = x + dt * (alpha * (1.0 - x) - beta * x)
        state[0] = before + dt * slope
        status = verdict(state[0], state, packed)
        if status != DONE:
            return k + 1, rows, found, status
        found = note_spike(spikes, found, k, before, state[0], threshold)
    return n, rows, found, DONE


@njit(**LANE_KERNEL)
def advance_lanes(S, K, packed, table, half_table, dt, wave, gate, n, step, threshold, noise, seed,
                  spikes, every, low, high):  # fmt: skip
    """n steps of 64 neurons; see ``_lanes``."""
    gates = packed.power.size
    width = 2 * gates
    flat = table.reshape(-1)
    for s in range(n):
        inject(S, wave, gate, s, step, noise, seed)
        locate_lanes(S, K, V, width)
        sum_conductances(S, packed, GATES)
        step_gates(S, K, flat, gates, width, dt)
        for i in range(LANES):
            inward = S[CURRENT, i] + S[DRIVEN, i] - S[TOTAL, i] * S[V, i]
            S[V, i] += dt * inward / S[CAPACITANCE, i]
        watch_unfelt(S, packed)
        finish_step(S, s, step, threshold, spikes)
        if every > 0:
            record_extremes(S, step + s, every, low, high)
