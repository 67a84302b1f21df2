"""Compute the parts of a step of 64 neurons side by side; every inner loop is over the lanes.

A lane is the place of one neuron among the 64, a column of S. An argument of one name means the
same in every kernel of 64 neurons, here, in ``engine.loop`` and in ``engine.integrators``; the
equations are those of ``engine.kernel``:

    S           (rows_of(gates, currents), 64): the whole state of each neuron, a row for each
                quantity and a column for each neuron, so that a run can be cut anywhere: V (mV);
                amplitude and offset (µA/cm²) of I = offset + amplitude (drive + noise); C (µF/cm²);
                results (spike count; first and last spike in steps from time zero; lowest and
                highest V in mV; the step at which V left its range and was held, or -1); the
                noise; from GATES on the gates, then g (mS/cm²) and E (mV) of each current; the rest
                is work space. The constants in capitals below (V, TOTAL, …) are row numbers of S
    K           (64,) uint32: work space for the index in ``table`` at which each neuron reads
    packed      the arrays that all neurons have in common, ``engine.packing.Packed``
    table       as in ``engine.kernel``; if the neurons have different gates, their tables follow
                each other, and row TABLE of S holds the first table row of each neuron
    source, target, gate_row, voltage, slope   numbers of rows of S to read from or write to
    dt          ms

So that LLVM vectorises a loop over the lanes, it loads before it compares and chooses between
values: a load or a store of one branch only would be masked, which costs AVX2 many times as much.
"""

import math

import numpy as np

from hhgui.engine.inline import lane_inlined
from hhgui.engine.kernel import GATE_LIMIT, OSCILLATION_MV, TOP
from hhgui.engine.noise import normal
from hhgui.engine.tables import ROWS_PER_MV, V_MAX_MV, V_MIN_MV

LANES = 64
# The rows of S: parameters and results, then work space.
V, AMPLITUDE, OFFSET, CAPACITANCE, NOISE, STAGGERED, TABLE = range(7)
COUNT, FIRST, LAST, LOWEST, HIGHEST, STOPPED = range(7, 13)
CURRENT, MIDDLE_CURRENT, LAST_CURRENT = range(13, 16)
FRACTION, TOTAL, DRIVEN, OPEN, BEFORE, FOUND, STAGE_V, PER_C = range(16, 24)
# The observations of V, as in ``engine.kernel``, except that RISING is 1 or -1.
ARMED, TURN, RISING, TROUGH, FIRED, MISSED, PEAK, HOLLOW = range(24, 32)
RELAXED = 32
GATES = 33
# V is examined for oscillations this often (model time).
OSCILLATION_LOOK_MS = 0.2
_SCALE = float(ROWS_PER_MV)


def rows_of(gates: int, currents: int) -> int:
    """Return the number of rows of S for a neuron with so many gates and currents.

    The rows include work space for three states, (V, gates) each, as Runge-Kutta needs.
    """
    return GATES + gates + 2 * currents + 3 * (gates + 1)


@lane_inlined
def conductance_row(packed):
    """Return the number of the row of S that holds g (mS/cm²) of the first current.

    The g of the other currents follow, then E (mV) of each current, then work space. The module
    explains ``packed``.
    """
    return GATES + packed.power.size


@lane_inlined
def work_row(packed):
    """Return the number of the first row of S that is free for use as work space.

    The module explains ``packed``.
    """
    return GATES + packed.power.size + 2 * packed.conductance.size


@lane_inlined
def locate_lanes(S, K, packed, source):
    """Find where in ``table`` each neuron's voltage lies: V (mV) is read from row ``source`` of S.

    Writes the index of the table row at or below V into K, and the distance from it, as a fraction
    (0 to 1) of the distance to the next row, into row FRACTION of S. The module explains S, K and
    ``packed``.
    """
    width = 2 * packed.power.size
    for i in range(LANES):
        position = (S[source, i] - V_MIN_MV) * _SCALE
        position = position if position > 0.0 else 0.0  # NaN becomes 0 too
        position = position if position < TOP else TOP
        row = np.int32(position)
        K[i] = np.uint32((row + np.int32(S[TABLE, i])) * width)
        S[FRACTION, i] = position - row


@lane_inlined
def relax_lanes(S, K, table, packed):
    """Relax every gate at fixed V, x <- a x + b, in the rows from GATES on.

    (a, b) are interpolated in ``table`` where ``locate_lanes``, called before, has written K and
    row FRACTION. The module explains S, K and ``packed``.
    """
    gates = packed.power.size
    width = 2 * gates
    for q in range(gates):
        row = GATES + q
        a0 = np.uint64(2 * q)
        b0 = np.uint64(2 * q + 1)
        a1 = np.uint64(2 * q + width)
        b1 = np.uint64(2 * q + 1 + width)
        for i in range(LANES):
            k = np.uint64(K[i])
            w = S[FRACTION, i]
            a = table[k + a0]
            b = table[k + b0]
            S[row, i] = (a + w * (table[k + a1] - a)) * S[row, i] + (b + w * (table[k + b1] - b))


@lane_inlined
def settle_lanes(S, K, table, packed, source, target):
    """Set every instantaneous gate to x_inf at the V (mV) in row ``source``.

    The gates are the rows of S from ``target`` on. The other gates keep their values. The module
    explains S, K and ``packed``.
    """
    if packed.at_once.size > 0:
        locate_lanes(S, K, packed, source)
        width = np.uint64(2 * packed.power.size)
        for n in range(packed.at_once.size):
            q = packed.at_once[n]
            column = np.uint64(2 * q + 1)
            for i in range(LANES):
                k = np.uint64(K[i]) + column
                b = table[k]
                S[target + q, i] = b + S[FRACTION, i] * (table[k + width] - b)


@lane_inlined
def gate_slopes(S, K, table, packed, q, source, target):
    """Write dx/dt = alpha (1 - x) - beta x (1/ms) of gate number ``q``, for all 64 neurons.

    x is read from row ``source`` of S and dx/dt written to row ``target``; alpha and beta come from
    ``table`` where ``locate_lanes``, called before, has found V. The module explains S, K and
    ``packed``.
    """
    width = 2 * packed.power.size
    a0 = np.uint64(2 * q)
    b0 = np.uint64(2 * q + 1)
    a1 = np.uint64(2 * q + width)
    b1 = np.uint64(2 * q + 1 + width)
    for i in range(LANES):
        k = np.uint64(K[i])
        w = S[FRACTION, i]
        a = table[k + a0]
        b = table[k + b0]
        alpha = a + w * (table[k + a1] - a)
        beta = b + w * (table[k + b1] - b)
        S[target, i] = alpha - (alpha + beta) * S[source, i]


@lane_inlined
def step_gates(S, K, table, packed, dt):
    """Advance every gate, in the rows from GATES on, by Euler's step: x <- x + dt dx/dt.

    Call ``locate_lanes`` before it. Row OPEN is used as work space. The module explains S, K and
    ``packed``.
    """
    for q in range(packed.power.size):
        gate_slopes(S, K, table, packed, q, GATES + q, OPEN)
        for i in range(LANES):
            S[GATES + q, i] += dt * S[OPEN, i]


@lane_inlined
def multiply_power(S, target, factor, source, power):
    """Multiply a row of S by a power of another: S[target] = S[factor] * S[source]**power.

    power: 0 to 8. ``target`` and ``factor`` may be the same row. The module explains S.
    """
    if power == 1:
        for i in range(LANES):
            S[target, i] = S[factor, i] * S[source, i]
    elif power == 3:
        for i in range(LANES):
            x = S[source, i]
            S[target, i] = S[factor, i] * (x * x * x)
    elif power == 4:
        for i in range(LANES):
            x = S[source, i] * S[source, i]
            S[target, i] = S[factor, i] * (x * x)
    else:
        for i in range(LANES):
            S[target, i] = S[factor, i]
        for _ in range(power):
            for i in range(LANES):
                S[target, i] *= S[source, i]


@lane_inlined
def sum_conductances(S, packed, gate_row):
    """Sum over the currents of each neuron: G into row TOTAL of S, and G E into row DRIVEN.

    G = g prod(x**p) (mS/cm²) is the present conductance of one current and E (mV) its reversal
    potential, so that the ionic current is TOTAL * V - DRIVEN (µA/cm²). g and E are read from the
    rows of S from ``conductance_row`` on, the gates x from the rows from ``gate_row`` on (GATES, or
    a state in the work space); ``packed`` says which gates belong to which current and their powers
    p. The module explains S and ``packed``.
    """
    first = conductance_row(packed)
    currents = packed.conductance.size
    for i in range(LANES):
        S[TOTAL, i] = 0.0
        S[DRIVEN, i] = 0.0
    for c in range(currents):
        product = first + c
        for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
            # two calls: LLVM vectorises where it knows that two rows are one or that they are two
            if product == OPEN:
                multiply_power(S, OPEN, OPEN, gate_row + q, packed.power[q])
            else:
                multiply_power(S, OPEN, product, gate_row + q, packed.power[q])
                product = OPEN
        for i in range(LANES):
            S[TOTAL, i] += S[product, i]
            S[DRIVEN, i] += S[product, i] * S[first + currents + c, i]


@lane_inlined
def inject(S, drive, gate, s, step, noise, seed):
    """Write the injected current (µA/cm²) of step ``s`` of a block, and advance the noise.

    drive: (steps, 1) or (steps, 3), the unit waveform in each step, or at its start, middle and
    end. The results go to row CURRENT of S, or to it and the next two rows; V before the step is
    kept in row BEFORE. gate: (steps,), 1 while the noise is on, else 0. step: the number, counted
    from time zero, of the first step of ``drive``. noise: (sd, decay, kick); the noise is sd * x
    with x <- decay x + kick normal(seed, step + s), held over the step; decay < 0 means that there
    is none. seed: (64,) uint64. A neuron's amplitude scales its waveform and its noise. The module
    explains S.
    """
    wave = drive[s, 0]
    for i in range(LANES):
        S[BEFORE, i] = S[V, i]
        S[CURRENT, i] = S[OFFSET, i] + S[AMPLITUDE, i] * wave
    for j in range(1, drive.shape[1]):
        wave = drive[s, j]
        for i in range(LANES):
            S[CURRENT + j, i] = S[OFFSET, i] + S[AMPLITUDE, i] * wave
    if noise[1] >= 0.0:
        for j in range(drive.shape[1]):
            for i in range(LANES):
                S[CURRENT + j, i] += S[AMPLITUDE, i] * noise[0] * S[NOISE, i] * gate[s]
        for i in range(LANES):
            S[NOISE, i] = noise[1] * S[NOISE, i] + noise[2] * normal(seed[i], np.uint64(step + s))


@lane_inlined
def relax_voltage(S, dt):
    """Write V after a step of dt (ms) at fixed conductances into row RELAXED of S.

    It reads V from row BEFORE, the sums of G and G E from rows TOTAL and DRIVEN, and I from row
    CURRENT, and computes V + dt V' (1 - exp(-y)) / y with y = dt sum(G) / C. There is no call of
    exp, so that the loop vectorises: exp(z) - 1 at z = -y/32 is Pade's approximation of order (4,
    4), then doubled five times by exp(2 z) - 1 = (exp(z) - 1) (exp(z) + 1). It is exact to 1e-13
    for y <= 16; beyond y = 80 nothing of the old V is left anyway. The module explains S.
    """
    for i in range(LANES):
        total = S[TOTAL, i]
        y = dt * total / S[CAPACITANCE, i]
        z = (y if y < 80.0 else 80.0) * -0.03125
        z2 = z * z
        odd = z * (840.0 + 20.0 * z2)
        e = 2.0 * odd / (1680.0 + z2 * (180.0 + z2) - odd)
        e *= e + 2.0
        e *= e + 2.0
        e *= e + 2.0
        e *= e + 2.0
        e *= e + 2.0
        fraction = -e / y if y > 1e-12 else 1.0
        slope = (S[CURRENT, i] + S[DRIVEN, i] - total * S[BEFORE, i]) / S[CAPACITANCE, i]
        S[RELAXED, i] = S[BEFORE, i] + dt * slope * fraction


@lane_inlined
def take_relaxed(S):
    """Copy row RELAXED of S, the result of ``relax_voltage``, to row V.

    The module explains S.
    """
    for i in range(LANES):
        S[V, i] = S[RELAXED, i]


@lane_inlined
def watch_unused_gates(S, packed):
    """Set V out of range for a neuron of which an unused gate has grown beyond GATE_LIMIT.

    An unused gate has no effect on V, so its divergence would not be noticed otherwise; V out of
    range makes ``finish_step`` stop the neuron, as ``kernel.status_of`` stops a single one.
    ``packed.unused_gates`` lists the gates that are unused in some of the neurons; if it is empty,
    nothing is checked. The module explains S and ``packed``.
    """
    if packed.unused_gates.size > 0:
        first = conductance_row(packed)
        for c in range(packed.conductance.size):
            for q in range(packed.first_gate[c], packed.first_gate[c + 1]):
                unused = packed.power[q] == 0
                for i in range(LANES):
                    near = abs(S[GATES + q, i]) <= GATE_LIMIT
                    used = (not unused) & (S[first + c, i] != 0.0)
                    S[V, i] = S[V, i] if near | used else 2.0 * V_MAX_MV


@lane_inlined
def finish_step(S, s, step, threshold, rearm, spikes):
    """Update extremes of V and spikes after step ``s`` of a block; hold neurons out of range.

    A neuron whose V has left the tables is marked in row STOPPED and keeps its last V. step: the
    number, counted from time zero, of the first step of the block. threshold, rearm: mV, see
    ``engine.kernel``. spikes: (64, most), receives the first spike times of each neuron in steps
    from time zero, by linear interpolation of V. The module explains S.
    """
    crossings = 0.0
    now = float(step + s + 1)
    for i in range(LANES):
        v = S[V, i]
        before = S[BEFORE, i]
        stopped = S[STOPPED, i]
        lowest = S[LOWEST, i]
        highest = S[HIGHEST, i]
        inside = (v >= V_MIN_MV) & (v <= V_MAX_MV)
        alive = stopped < 0.0
        leaves = 1.0 if alive & (not inside) else 0.0
        S[STOPPED, i] = stopped + leaves * (now - stopped)
        ok = alive & inside
        above = v >= threshold
        armed = S[ARMED, i]
        S[FOUND, i] = armed if ok & above else 0.0
        S[ARMED, i] = 0.0 if above else (1.0 if v < rearm else armed)
        crossings += S[FOUND, i]
        S[LOWEST, i] = v if ok & (v < lowest) else lowest
        S[HIGHEST, i] = v if ok & (v > highest) else highest
        S[V, i] = v if ok else before
    if crossings > 0.0:
        for i in range(LANES):
            if S[FOUND, i] > 0.0:
                before = S[BEFORE, i]
                time = step + s + (threshold - before) / (S[V, i] - before)
                if S[COUNT, i] == 0.0:
                    S[FIRST, i] = time
                S[LAST, i] = time
                number = int(S[COUNT, i])
                if number < spikes.shape[1]:
                    spikes[i, number] = time
                S[COUNT, i] += 1.0
                S[FIRED, i] = 1.0
                if S[MISSED, i] == 1.0:  # as in engine.kernel.crosses
                    S[MISSED, i], S[PEAK, i], S[HOLLOW, i] = 0.0, math.inf, -math.inf


@lane_inlined
def watch_oscillations(S):
    """Count oscillations of V without a spike in each lane, as ``engine.kernel.crosses`` does.

    The observations are in the rows of S from ARMED on. Numbers are used instead of branches, so
    that the loop vectorises. The module explains S.
    """
    for i in range(LANES):
        v = S[V, i]
        turn = S[TURN, i]
        direction = S[RISING, i]
        trough = S[TROUGH, i]
        peak = S[PEAK, i]
        hollow = S[HOLLOW, i]
        further = direction * (v - turn)
        turned = 1.0 if further < -OSCILLATION_MV else 0.0
        peaked = turned if direction > 0.0 else 0.0
        missed = peaked * (1.0 - S[FIRED, i])
        S[MISSED, i] += missed
        S[PEAK, i] = turn if (missed > 0.0) & (turn < peak) else peak
        S[HOLLOW, i] = trough if (missed > 0.0) & (trough > hollow) else hollow
        S[TROUGH, i] = turn if turned > peaked else trough
        S[FIRED, i] *= 1.0 - peaked
        S[TURN, i] = v if max(further, turned) > 0.0 else turn
        S[RISING, i] = direction * (1.0 - 2.0 * turned)


@lane_inlined
def record_extremes(S, s, every, low, high):
    """Update the lowest and highest V (mV) of each interval of ``every`` steps.

    low, high: (64, intervals), of which interval s // every is written; a later one is ignored. s:
    the number of the present step, counted from time zero. The module explains S.
    """
    at = s // every
    if at < low.shape[1]:
        if s % every == 0:
            for i in range(LANES):
                low[i, at] = S[V, i]
                high[i, at] = S[V, i]
        else:
            for i in range(LANES):
                low[i, at] = min(low[i, at], S[V, i])
                high[i, at] = max(high[i, at], S[V, i])
