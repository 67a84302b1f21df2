"""Staggered Crank-Nicolson, order 2, the default.

Gates live at half steps. From t_k to t_k+1:
    x(t_k + dt/2) = a x(t_k - dt/2) + b     exact at fixed V(t_k)
    V(t_k+1) = (V (1 - y) + dt/C (sum(g E) + I)) / (1 + y),   y = dt sum(g) / (2 C),
with the conductances of the half step. The first step moves the gates by dt/2 only. Gates are
shown at whole steps: half a step on from where they are kept, which is second order too.
Source: Hines 1984, Int J Bio-Med Comput 15:69; Mascagni & Sherman 1998, Methods in Neuronal
Modeling, ch. 14. The method's own slot of the state is 1 once the gates are at half steps.
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
    verdict,
)
from hhgui.engine.integrators._lanes import (
    CAPACITANCE,
    CURRENT,
    DRIVEN,
    GATES,
    LANE_KERNEL,
    LANES,
    STAGGERED,
    TOTAL,
    V,
    finish_step,
    inject,
    locate_lanes,
    record_extremes,
    relax_lanes,
    sum_conductances,
    watch_unfelt,
)
from hhgui.model.membrane import Membrane

Array = _tables.Array


def tables(membrane: Membrane, dt: float) -> tuple[Array, Array]:
    """Relaxation of the gates over dt and over dt/2."""
    return _tables.relaxation_tables(membrane, dt)


@njit(**KERNEL)
def advance(state, packed, table, half_table, dt, current, current_end, n, threshold, every, phase,
            out, spikes):  # fmt: skip
    """n steps; see the package's docstring."""
    gates = packed.power.size
    staggered = 1 + gates
    shown = np.empty(1 + gates)
    rows = found = 0
    # V in a local stays in a register; dt / C divides once
    voltage = state[0]
    reach = dt / packed.capacitance
    for k in range(n):
        row, share = locate(voltage)
        if phase == 0:
            shown[0] = voltage
            if state[staggered] > 0.0:
                relax_gates(state, shown, gates, half_table, row, share)
            else:
                for q in range(gates):  # numba takes two seconds to compile a slice's assignment
                    shown[1 + q] = state[1 + q]
            record(out, rows, shown, packed, current[k])
            rows += 1
            phase = every
        phase -= 1
        before = voltage
        if state[staggered] > 0.0:
            relax_gates(state, state, gates, table, row, share)
        else:
            relax_gates(state, state, gates, half_table, row, share)
            state[staggered] = 1.0
        total, driven = conductance_sums(state, packed)
        y = 0.5 * reach * total
        voltage = (before * (1.0 - y) + reach * (driven + current[k])) / (1.0 + y)
        status = verdict(voltage, state, packed)
        if status != DONE:
            state[0] = voltage
            return k + 1, rows, found, status
        found = note_spike(spikes, found, k, before, voltage, threshold)
    state[0] = voltage
    return n, rows, found, DONE


@njit(**LANE_KERNEL)
def advance_lanes(S, K, packed, table, half_table, dt, wave, gate, n, step, threshold, noise, seed,
                  spikes, every, low, high):  # fmt: skip
    """n steps of 64 neurons; see ``_lanes``."""
    gates = packed.power.size
    width = 2 * gates
    flat = table.reshape(-1)
    half = half_table.reshape(-1)
    twice = 2.0 / dt
    for s in range(n):
        inject(S, wave, gate, s, step, noise, seed)
        locate_lanes(S, K, V, width)
        if S[STAGGERED, 0] > 0.0:
            relax_lanes(S, K, flat, gates, width)
        else:
            relax_lanes(S, K, half, gates, width)
            S[STAGGERED, :] = 1.0
        sum_conductances(S, packed, GATES)
        for i in range(LANES):
            # both sides times 2 C / dt: one division
            stiff = twice * S[CAPACITANCE, i]
            total = S[TOTAL, i]
            drive = 2.0 * (S[DRIVEN, i] + S[CURRENT, i])
            S[V, i] = (S[V, i] * (stiff - total) + drive) / (stiff + total)
        watch_unfelt(S, packed)
        finish_step(S, s, step, threshold, spikes)
        if every > 0:
            record_extremes(S, step + s, every, low, high)
