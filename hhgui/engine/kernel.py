"""Compute the parts of a step of one neuron: table look-up, ionic sums, relaxation.

LLVM inlines all of them. ``state``: V, the gates, and one slot for the method. A table is flat, row
after row, two numbers a gate. ``watch``: the observations of V, carried from block to block:
whether it has fallen far enough for the next spike to count, its range, and its swings without a
spike.
"""

import math
from enum import IntEnum

import numpy as np

from hhgui.engine.inline import inlined
from hhgui.engine.tables import ROWS_PER_MV, V_MAX_MV, V_MIN_MV


class Status(IntEnum):
    """The status that a kernel returns."""

    DONE = 0
    OFF_RANGE = 1
    STEP_BUDGET = 2
    GATE_RAN_AWAY = 3


# A gate is a fraction, 0..1; beyond this it has certainly gone wrong.
GATE_LIMIT = 1000.0
_SCALE = float(ROWS_PER_MV)
TOP = float((V_MAX_MV - V_MIN_MV) * ROWS_PER_MV - 1)


# The places of ``watch``: ready for a spike; range of V; last extreme of V, whether it rises since,
# the trough before; whether a spike was counted since; how many swings were without one, their
# lowest peak and highest trough.
ARMED, LOWEST, HIGHEST, TURN, RISING, TROUGH, FIRED, MISSED, PEAK, HOLLOW = range(10)
WATCHED = 10
# A rise and fall of V by as much as this is a swing.
SWING_MV = 10.0


@inlined
def crosses(watch, voltage, threshold, rearm):
    """Return whether V (mV) has risen to ``threshold`` since it was below ``rearm``."""
    if voltage < watch[LOWEST]:
        watch[LOWEST] = voltage
    if voltage > watch[HIGHEST]:
        watch[HIGHEST] = voltage
    crossed = False
    if voltage >= threshold:
        crossed = watch[ARMED] > 0.0
        watch[ARMED] = 0.0
    elif voltage < rearm:
        watch[ARMED] = 1.0
    if crossed:
        watch[FIRED] = 1.0
    if watch[RISING] > 0.0:
        if voltage > watch[TURN]:
            watch[TURN] = voltage
        elif voltage < watch[TURN] - SWING_MV:
            if watch[FIRED] == 0.0:
                watch[MISSED] += 1.0
                watch[PEAK] = min(watch[PEAK], watch[TURN])
                watch[HOLLOW] = max(watch[HOLLOW], watch[TROUGH])
            watch[RISING] = 0.0
            watch[FIRED] = 0.0
            watch[TURN] = voltage
    elif voltage < watch[TURN]:
        watch[TURN] = voltage
    elif voltage > watch[TURN] + SWING_MV:
        watch[RISING] = 1.0
        watch[TROUGH] = watch[TURN]
        watch[TURN] = voltage
    return crossed


@inlined
def in_range(voltage):
    """Return whether the tables include ``voltage`` (mV); False for NaN too."""
    return V_MIN_MV <= voltage <= V_MAX_MV


@inlined
def unused_gates_in_bounds(state, packed):
    """Return whether every unused gate is within GATE_LIMIT of 0; False for NaN too.

    A gate that V depends on needs no check, because V leaves its range with it.
    """
    near = True
    for n in range(packed.unused_gates.size):
        near &= abs(state[1 + packed.unused_gates[n]]) <= GATE_LIMIT
    return near


@inlined
def status_of(voltage, state, packed):
    """Return DONE, or why the state after a step, whose V is ``voltage`` (mV), ends the run."""
    if not in_range(voltage):
        return Status.OFF_RANGE
    return Status.DONE if unused_gates_in_bounds(state, packed) else Status.GATE_RAN_AWAY


@inlined
def locate(voltage, gates):
    """Return a voltage's place in a flat table and the fraction (0..1) to the next row.

    The place is unsigned, so that no index is checked for counting from the end.
    """
    position = (voltage - V_MIN_MV) * _SCALE
    position = position if position > 0.0 else 0.0  # NaN becomes 0 too
    position = position if position < TOP else TOP
    row = np.int32(position)
    return np.uint64(row) * np.uint64(2 * gates), position - row


@inlined
def between(table, place, fraction, gates, column):
    """Interpolate linearly in one column of a table, at ``fraction`` (0..1) after ``place``."""
    at = place + np.uint64(column)
    low = table[at]
    return low + fraction * (table[at + np.uint64(2 * gates)] - low)


@inlined
def relax_gates(voltage, state, target, packed, table):
    """Write a x + b of every gate, relaxed at fixed ``voltage``, from ``state`` to ``target``."""
    gates = packed.power.size
    place, fraction = locate(voltage, gates)
    for q in range(gates):
        a = between(table, place, fraction, gates, 2 * q)
        b = between(table, place, fraction, gates, 2 * q + 1)
        target[1 + q] = a * state[1 + q] + b


@inlined
def settle_gates(voltage, target, packed, table):
    """Write x_inf of every instantaneous gate into ``target``; it is the table's second column."""
    if packed.at_once.size > 0:
        gates = packed.power.size
        place, fraction = locate(voltage, gates)
        for n in range(packed.at_once.size):
            q = packed.at_once[n]
            target[1 + q] = between(table, place, fraction, gates, 2 * q + 1)


@inlined
def integer_power(x, power):
    """Return x**power without a call, for power 0..8."""
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


@inlined
def open_conductance(state, packed, c):
    """Return the conductance of current c (mS/cm²) at the gates of ``state``."""
    g = packed.conductance[c]
    for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
        g *= integer_power(state[1 + q], packed.power[q])
    return g


@inlined
def ionic_sum(voltage, state, packed):
    """Return the sum of g (V - E) over the currents (µA/cm²)."""
    total = 0.0
    for c in range(packed.conductance.size):
        total += open_conductance(state, packed, c) * (voltage - packed.reversal[c])
    return total


@inlined
def conductance_sums(state, packed):
    """Return the sums of g (mS/cm²) and of g E (µA/cm²) over the currents."""
    total = 0.0
    driven = 0.0
    for c in range(packed.conductance.size):
        g = open_conductance(state, packed, c)
        total += g
        driven += g * packed.reversal[c]
    return total, driven


@inlined
def relaxed_voltage(voltage, total, driven, stimulus, capacitance, dt):
    """Return V after dt at fixed conductances: V_inf + (V - V_inf) exp(-y), y = dt sum(g) / C.

    total: sum of g (mS/cm²); driven: sum of g E (µA/cm²); stimulus: µA/cm²; dt: ms. Written as V +
    dt V' (1 - exp(-y)) / y, it is exact too if nearly all channels are closed and V_inf is far
    away.
    """
    y = dt * total / capacitance
    fraction = -math.expm1(-y) / y if y > 0.0 else 1.0
    return voltage + dt * (driven + stimulus - total * voltage) / capacitance * fraction
