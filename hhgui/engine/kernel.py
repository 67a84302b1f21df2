"""Compute the parts of a step of one neuron: table look-up, sums of currents, relaxation.

LLVM inlines all of them into the loop. An argument of one name means the same in every kernel of
one neuron, here, in ``engine.loop`` and in ``engine.integrators``:

    voltage     V (mV)
    state       (2 + gates,): V (mV), the gates x (0..1), and one number that the method defines
    packed      the membrane as flat arrays, ``packing.Packed``: g (mS/cm²), E (mV), C (µF/cm²)
    table       (rows * 2 * gates,): for each voltage, 0.01 mV apart from -150 to 150 mV, two
                numbers per gate: (a, b) of x <- a x + b, or alpha and beta (1/ms); (0, x_inf) of
                an instantaneous gate
    threshold, rearm   V (mV) at which a spike counts, and below which V must fall before the next
    watch       (WATCHED,): the observations of V (spikes, extremes, oscillations), carried from
                block to block; the constants ARMED, … below are its entries

The equations are C dV/dt = I(t) - sum over the currents of g prod(x**p) (V - E) and dx/dt =
alpha(V) (1 - x) - beta(V) x for every gate; currents are in µA/cm², outward positive.
"""

import math
from enum import IntEnum

import numpy as np

from hhgui.engine.inline import inlined
from hhgui.engine.tables import ROWS_PER_MV, V_MAX_MV, V_MIN_MV


class Status(IntEnum):
    """How a kernel ended: DONE, or why it stopped early."""

    DONE = 0
    OFF_RANGE = 1
    STEP_BUDGET = 2
    GATE_RAN_AWAY = 3


# A gate is a fraction, 0..1; beyond this it has certainly gone wrong.
GATE_LIMIT = 1000.0
_SCALE = float(ROWS_PER_MV)
TOP = float((V_MAX_MV - V_MIN_MV) * ROWS_PER_MV - 1)


# The places of ``watch``: whether the next crossing counts (1 or 0); lowest and highest V (mV); the
# last extreme of V (mV), whether V has risen since (1 or 0), the trough before it (mV); whether a
# spike has been counted since (1 or 0); the number of oscillations without a spike, their lowest
# peak and their highest trough (mV).
ARMED, LOWEST, HIGHEST, TURN, RISING, TROUGH, FIRED, MISSED, PEAK, HOLLOW = range(10)
WATCHED = 10
# A rise and fall of V by as much as this is an oscillation.
OSCILLATION_MV = 10.0


@inlined
def crosses(watch, voltage, threshold, rearm):
    """Update the observations in ``watch`` with a new ``voltage``; return whether it is a spike.

    It is a spike if V has reached ``threshold`` after it was below ``rearm``. The module explains
    the arguments.
    """
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
        if watch[MISSED] == 1.0:  # a single one between two spikes is due to the stimulus
            watch[MISSED], watch[PEAK], watch[HOLLOW] = 0.0, math.inf, -math.inf
    if watch[RISING] > 0.0:
        if voltage > watch[TURN]:
            watch[TURN] = voltage
        elif voltage < watch[TURN] - OSCILLATION_MV:
            if watch[FIRED] == 0.0:
                watch[MISSED] += 1.0
                watch[PEAK] = min(watch[PEAK], watch[TURN])
                watch[HOLLOW] = max(watch[HOLLOW], watch[TROUGH])
            watch[RISING] = 0.0
            watch[FIRED] = 0.0
            watch[TURN] = voltage
    elif voltage < watch[TURN]:
        watch[TURN] = voltage
    elif voltage > watch[TURN] + OSCILLATION_MV:
        watch[RISING] = 1.0
        watch[TROUGH] = watch[TURN]
        watch[TURN] = voltage
    return crossed


@inlined
def in_range(voltage):
    """Return whether ``voltage`` (mV) lies within the tables, -150 to 150 mV; NaN does not."""
    return V_MIN_MV <= voltage <= V_MAX_MV


@inlined
def unused_gates_in_bounds(state, packed):
    """Return whether every unused gate is within GATE_LIMIT of 0; a gate that is NaN is not.

    An unused gate has no effect on V. Any other gate that diverges drives V out of its range and
    needs no check. The module explains the arguments.
    """
    near = True
    for n in range(packed.unused_gates.size):
        near &= abs(state[1 + packed.unused_gates[n]]) <= GATE_LIMIT
    return near


@inlined
def status_of(voltage, state, packed):
    """Return DONE, or the reason why ``voltage`` and ``state`` after a step end the run.

    The module explains the arguments.
    """
    if not in_range(voltage):
        return Status.OFF_RANGE
    return Status.DONE if unused_gates_in_bounds(state, packed) else Status.GATE_RAN_AWAY


@inlined
def locate(voltage, gates):
    """Find ``voltage`` (mV) in a flat table of ``gates`` gates.

    Returns the index at which the table row at or below it begins, and the distance from that row
    as a fraction (0 to 1) of the distance to the next. The index is unsigned, so that numba does
    not check whether it counts from the end.
    """
    position = (voltage - V_MIN_MV) * _SCALE
    position = position if position > 0.0 else 0.0  # NaN becomes 0 too
    position = position if position < TOP else TOP
    row = np.int32(position)
    return np.uint64(row) * np.uint64(2 * gates), position - row


@inlined
def between(table, place, fraction, gates, column):
    """Return one column of ``table``, linearly interpolated between two rows.

    place, fraction: from ``locate``. column: 0 to 2 gates - 1, two per gate. The module explains
    the arguments.
    """
    at = place + np.uint64(column)
    low = table[at]
    return low + fraction * (table[at + np.uint64(2 * gates)] - low)


@inlined
def relax_gates(voltage, state, target, packed, table):
    """Relax every gate for a step at fixed V (mV): x(t + dt) = a x(t) + b.

    It reads x from ``state`` and writes to ``target``, which has the same shape and may be the same
    array. ``table`` holds a = exp(-dt/tau) and b = x_inf (1 - a). The module explains the
    arguments.
    """
    gates = packed.power.size
    place, fraction = locate(voltage, gates)
    for q in range(gates):
        a = between(table, place, fraction, gates, 2 * q)
        b = between(table, place, fraction, gates, 2 * q + 1)
        target[1 + q] = a * state[1 + q] + b


@inlined
def settle_gates(voltage, target, packed, table):
    """Write x_inf at ``voltage`` (mV) for every instantaneous gate into ``target``.

    ``target`` has the layout of ``state``; other gates in it are not changed. The module explains
    the arguments.
    """
    if packed.at_once.size > 0:
        gates = packed.power.size
        place, fraction = locate(voltage, gates)
        for n in range(packed.at_once.size):
            q = packed.at_once[n]
            target[1 + q] = between(table, place, fraction, gates, 2 * q + 1)


@inlined
def relax_for(voltage, length, state, packed, table):
    """Advance every gate by ``length`` (ms) at a fixed V (mV): x_inf + (x - x_inf) exp(-t/tau).

    ``table`` holds 1/tau (1/ms) and x_inf of each gate. The module explains the arguments.
    """
    gates = packed.power.size
    place, fraction = locate(voltage, gates)
    for q in range(gates):
        speed = between(table, place, fraction, gates, 2 * q)
        steady = between(table, place, fraction, gates, 2 * q + 1)
        state[1 + q] = steady + (state[1 + q] - steady) * math.exp(-length * speed)


@inlined
def gates_in_bounds(state, packed):
    """Return whether every gate is within GATE_LIMIT of 0; False for NaN too.

    The module explains the arguments.
    """
    near = True
    for q in range(packed.power.size):
        near &= abs(state[1 + q]) <= GATE_LIMIT
    return near


@inlined
def integer_power(x, power):
    """Return x**power for a power of 0 to 8, without a call of the C library."""
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
    """Return the present conductance g prod(x**p) (mS/cm²) of current c; x are in ``state``.

    The module explains the arguments.
    """
    g = packed.conductance[c]
    for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
        g *= integer_power(state[1 + q], packed.power[q])
    return g


@inlined
def ionic_sum(voltage, state, packed):
    """Return the total ionic current (µA/cm²): the sum of g prod(x**p) (V - E) over the currents.

    V is ``voltage``; the gates x are those in ``state``. The module explains the arguments.
    """
    total = 0.0
    for c in range(packed.conductance.size):
        total += open_conductance(state, packed, c) * (voltage - packed.reversal[c])
    return total


@inlined
def conductance_sums(state, packed):
    """Return the sums over the currents of G (mS/cm²) and of G E (µA/cm²), with G = g prod(x**p).

    The gates x are those in ``state``. The module explains the arguments.
    """
    total = 0.0
    driven = 0.0
    for c in range(packed.conductance.size):
        g = open_conductance(state, packed, c)
        total += g
        driven += g * packed.reversal[c]
    return total, driven


@inlined
def relaxed_voltage(voltage, total, driven, stimulus, capacitance, dt):
    """Return V (mV) after ``dt`` (ms) at fixed conductances.

    V(t + dt) = V_inf + (V - V_inf) exp(-y), y = dt total / C, V_inf = (driven + stimulus) / total.
    total: the sum of G (mS/cm²); driven: the sum of G E (µA/cm²), as from ``conductance_sums``;
    stimulus: µA/cm²; capacitance: C (µF/cm²). It is computed as V + dt V' (1 - exp(-y)) / y, which
    is exact also if nearly all channels are closed and V_inf is far away.
    """
    y = dt * total / capacitance
    fraction = -math.expm1(-y) / y if y > 0.0 else 1.0
    return voltage + dt * (driven + stimulus - total * voltage) / capacitance * fraction
