"""Exponential Euler, plain form, order 1: everything relaxes from the old state.

    x(t + dt) = x_inf + (x - x_inf) exp(-dt/tau)                    at the old V
    V(t + dt) = V_inf + (V - V_inf) exp(-dt sum(g)/C),              at the old gates
    V_inf = (sum(g E) + I) / sum(g)
Never blows up, but lies when dt is large: the squid axon at 10 uA/cm2 fires 54 spikes a second at
dt 0.5 ms instead of 69. Source: Dayan & Abbott 2001, ch. 5 appendix A, eqs. 5.46-5.49, and the
lecture-7 handout; kept as they define it. Gates first is about 40 times more accurate (its file
says why).
"""

import numpy as np
from numba import njit

from hhgui.engine import tables as _tables
from hhgui.engine.integrators._kernel import (
    DONE,
    KERNEL,
    conductance_sums,
    locate,
    note_spike,
    record,
    relax_gates,
    relaxed_voltage,
    verdict,
)
from hhgui.engine.integrators._lanes import (
    GATES,
    LANE_KERNEL,
    V,
    finish_step,
    inject,
    locate_lanes,
    record_extremes,
    relax_lanes,
    relax_voltage,
    sum_conductances,
    watch_unfelt,
)
from hhgui.model.membrane import Membrane

Array = _tables.Array


def tables(membrane: Membrane, dt: float) -> tuple[Array, Array]:
    """Relaxation of the gates over dt; there is no second table."""
    return _tables.relaxation_tables(membrane, dt)[0], np.zeros((2, 0))


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
        row, share = locate(before)
        total, driven = conductance_sums(state, packed)
        relax_gates(state, state, gates, table, row, share)
        state[0] = relaxed_voltage(before, total, driven, current[k], packed.capacitance, dt)
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
        relax_lanes(S, K, flat, gates, width)
        relax_voltage(S, dt)
        watch_unfelt(S, packed)
        finish_step(S, s, step, threshold, spikes)
        if every > 0:
            record_extremes(S, step + s, every, low, high)
