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
    OFF_RANGE,
    conductance_sums,
    in_range,
    locate,
    note_spike,
    record,
    relax_gates,
)
from hhgui.model.membrane import Membrane

Array = _tables.Array


def tables(membrane: Membrane, dt: float) -> tuple[Array, Array]:
    """Relaxation of the gates over dt and over dt/2."""
    full = _tables.relaxation_table(membrane, dt)
    return full, _tables.relaxation_table(membrane, dt / 2.0)


@njit(**KERNEL)
def advance(state, packed, table, half_table, dt, current, current_end, n, threshold, every, phase,
            out, spikes):  # fmt: skip
    """n steps; see the package's docstring."""
    gates = packed.power.size
    staggered = 1 + gates
    shown = np.empty(1 + gates)
    rows = found = 0
    for k in range(n):
        row, share = locate(state[0])
        if phase == 0:
            shown[0] = state[0]
            if state[staggered] > 0.0:
                relax_gates(state, shown, gates, half_table, row, share)
            else:
                shown[1:] = state[1 : 1 + gates]
            record(out, rows, shown, packed, current[k])
            rows += 1
            phase = every
        phase -= 1
        before = state[0]
        if state[staggered] > 0.0:
            relax_gates(state, state, gates, table, row, share)
        else:
            relax_gates(state, state, gates, half_table, row, share)
            state[staggered] = 1.0
        total, driven = conductance_sums(state, packed)
        y = 0.5 * dt * total / packed.capacitance
        drive = dt * (driven + current[k]) / packed.capacitance
        state[0] = (before * (1.0 - y) + drive) / (1.0 + y)
        if not in_range(state[0]):
            return k + 1, rows, found, OFF_RANGE
        found = note_spike(spikes, found, k, before, state[0], threshold)
    return n, rows, found, DONE
