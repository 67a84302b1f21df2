"""What the kernels share: table look-up, ionic sums, recording, spikes. All inlined by LLVM."""

import math

import numba
import numpy as np
from numba import njit

from hhgui.engine.kernel_cache import kernel_cache_dir
from hhgui.engine.tables import ROWS_PER_MV, V_MAX_MV, V_MIN_MV

DONE, OFF_RANGE, STEP_BUDGET, GATE_RAN_AWAY = 0, 1, 2, 3
# A gate is a share of 0..1; beyond this it has certainly gone wrong.
GATE_LIMIT = 1000.0
_ONE = np.uint64(1)
NO_TABLE = np.zeros((2, 0))
_FOLDER = kernel_cache_dir()
if _FOLDER is not None:
    # read by every @njit below and in the files that import this one
    numba.config.CACHE_DIR = str(_FOLDER)
CACHE = _FOLDER is not None
KERNEL = {"nogil": True, "cache": CACHE, "error_model": "numpy"}
# without forceinline LLVM leaves calls in the loop and it is several times slower
INLINE = {"forceinline": True, "error_model": "numpy"}
_SCALE = float(ROWS_PER_MV)
_TOP = float((V_MAX_MV - V_MIN_MV) * ROWS_PER_MV - 1)


@njit(**INLINE)
def in_range(voltage):
    """Whether a table holds this voltage; False for NaN too."""
    return V_MIN_MV <= voltage <= V_MAX_MV


@njit(**INLINE)
def unfelt_in_bounds(state, packed):
    """Whether every gate that V does not feel is anywhere near 0..1; False for NaN too.

    One that V feels need not be watched: it takes V along.
    """
    near = True
    for n in range(packed.unfelt.size):
        near &= abs(state[1 + packed.unfelt[n]]) <= GATE_LIMIT
    return near


@njit(**INLINE)
def verdict(voltage, state, packed):
    """DONE, or why the state after a step, whose V is ``voltage``, ends the run."""
    if not in_range(voltage):
        return OFF_RANGE
    return DONE if unfelt_in_bounds(state, packed) else GATE_RAN_AWAY


@njit(**INLINE)
def locate(voltage):
    """Row of the table at or below a voltage in range, and the share of the way to the next.

    The row is unsigned, so that no index is checked for counting from the end.
    """
    position = (voltage - V_MIN_MV) * _SCALE
    position = position if position > 0.0 else 0.0  # NaN becomes 0 too
    position = position if position < _TOP else _TOP
    row = np.int32(position)
    return np.uint64(row), position - row


@njit(**INLINE)
def between(table, row, share, column):
    """Linear interpolation in one column of a table."""
    column = np.uint64(column)
    low = table[row, column]
    return low + share * (table[row + _ONE, column] - low)


@njit(**INLINE)
def relax_gates(state, target, gates, table, row, share):
    """x <- a x + b for every gate, from ``state`` into ``target``."""
    for q in range(gates):
        a = between(table, row, share, 2 * q)
        b = between(table, row, share, 2 * q + 1)
        target[1 + q] = a * state[1 + q] + b


@njit(**INLINE)
def integer_power(x, power):
    """x**power without a call, for power 0..8."""
    if power == 1:
        return x
    if power == 3:
        return x * x * x
    if power == 4:
        return (x * x) * (x * x)
    product = 1.0
    for _ in range(power):
        product *= x
    return product


@njit(**INLINE)
def open_conductance(state, packed, c):
    """Conductance of current c (mS/cm²) at the gates of ``state``."""
    g = packed.conductance[c]
    for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
        g *= integer_power(state[1 + q], packed.power[q])
    return g


@njit(**INLINE)
def ionic_sum(state, packed):
    """Sum of g (V - E) over the currents (µA/cm²)."""
    total = 0.0
    for c in range(packed.conductance.size):
        total += open_conductance(state, packed, c) * (state[0] - packed.reversal[c])
    return total


@njit(**INLINE)
def conductance_sums(state, packed):
    """Sum of g (mS/cm²) and of g E (µA/cm²) over the currents."""
    total = 0.0
    driven = 0.0
    for c in range(packed.conductance.size):
        g = open_conductance(state, packed, c)
        total += g
        driven += g * packed.reversal[c]
    return total, driven


@njit(**INLINE)
def record(out, row, state, packed, stimulus):
    """One row: V, stimulus, gates, ionic currents."""
    gates = packed.power.size
    out[0, row] = state[0]
    out[1, row] = stimulus
    for q in range(gates):
        out[2 + q, row] = state[1 + q]
    for c in range(packed.conductance.size):
        g = open_conductance(state, packed, c)
        out[2 + gates + c, row] = g * (state[0] - packed.reversal[c])


@njit(**INLINE)
def note_spike(spikes, found, k, before, after, threshold):
    """Note an upward crossing within step k by linear interpolation; the new count."""
    if before < threshold <= after:
        if found < spikes.shape[1]:
            spikes[0, found] = k
            spikes[1, found] = (threshold - before) / (after - before)
        return found + 1
    return found


@njit(**INLINE)
def relaxed_voltage(voltage, total, driven, stimulus, capacitance, dt):
    """V after dt at fixed conductances: V_inf + (V - V_inf) exp(-y), y = dt sum(g) / C.

    Written as V + dt V' (1 - exp(-y)) / y, exact too where nearly everything is closed and V_inf
    is far away.
    """
    y = dt * total / capacitance
    share = -math.expm1(-y) / y if y > 0.0 else 1.0
    return voltage + dt * (driven + stimulus - total * voltage) / capacitance * share
