"""Define the two loops that take steps, for one neuron and for 64; importing this loads numba.

Every method has its own compiled loop: numba chooses the step by the class of the method's kernel
(``numba.extending.overload``), and keeps what it compiles on disk, which it can't do for a loop
that a factory function makes.
"""

import numpy as np
from numba import njit
from numba.extending import overload, register_jitable

from hhgui.engine.compiled import KERNEL
from hhgui.engine.inline import INLINED, LANE, SCALAR
from hhgui.engine.kernel import (
    Status,
    crosses,
    gates_in_bounds,
    in_range,
    open_conductance,
    relax_for,
    settle_gates,
    status_of,
)
from hhgui.engine.lanes import (
    OSCILLATION_LOOK_MS,
    finish_step,
    inject,
    record_extremes,
    watch_oscillations,
    watch_unused_gates,
)
from hhgui.engine.methods import METHODS  # noqa: F401  their files add to INLINED
from hhgui.engine.noise import normal
from hhgui.engine.rosenbrock import arrow_of, clamped_slope, note_step, try_rosenbrock

LANE_KERNEL = KERNEL | {"fastmath": LANE["fastmath"]}
# Rows of ``work``, the work space of a step, (WORK_ROWS, 1 + gates). The adaptive method needs
# most: seven slopes, the trial state, and the number of the next piece of the current.
WORK_ROWS = 9

for _function, _options in INLINED:
    register_jitable(**_options)(_function)


# An uncompiled loop (``advance.py_func``) calls these four; numba replaces them by the overloads.
def _step(method, *arguments):
    return getattr(type(method), "sample", _fixed_step)(method, *arguments)


def _bare_step(method, *arguments):
    return method.step(*arguments)


def _show(method, *arguments):
    return getattr(type(method), "show", _shown_as_kept)(method, *arguments)


def _lane_step(method, *arguments):
    return method.lane_step(*arguments)


def _fixed_step(
    method, voltage, state, packed, dt, drive, k, work, threshold, rearm, watch, spikes, found
):
    """Take step k of a method with fixed ``dt`` (ms).

    found: the number of spikes so far; the step and fraction of a further spike are written to
    ``spikes``. Returns V (mV), the number of spikes, and the Status. ``engine.kernel`` explains the
    other arguments.
    """
    after = _bare_step(method, voltage, state, packed, dt, drive, k, work)
    status = status_of(after, state, packed)
    if status == Status.DONE and crosses(watch, after, threshold, rearm):
        if found < spikes.shape[1]:
            spikes[0, found] = k
            spikes[1, found] = (threshold - voltage) / (after - voltage)
        found += 1
    return after, found, status


def _shown_as_kept(method, voltage, state, packed, shown):
    for q in range(packed.power.size):
        shown[1 + q] = state[1 + q]


@overload(_step, jit_options=SCALAR, strict=False)
def _choose_step(
    method, voltage, state, packed, dt, drive, k, work, threshold, rearm, watch, spikes, found
):
    return getattr(method.instance_class, "sample", _fixed_step)


@overload(_bare_step, jit_options=SCALAR, strict=False)
def _choose_bare_step(method, voltage, state, packed, dt, drive, k, work):
    return method.instance_class.step


@overload(_show, jit_options=SCALAR, strict=False)
def _choose_show(method, voltage, state, packed, shown):
    return getattr(method.instance_class, "show", _shown_as_kept)


@overload(_lane_step, jit_options=LANE, strict=False)
def _choose_lane_step(method, S, K, packed, dt):
    return method.instance_class.lane_step


@register_jitable(**SCALAR)
def record(out, row, shown, packed):
    """Write one row of a recording into column ``row`` of ``out``.

    out: (2 + gates + currents, rows): V (mV), the stimulus, the gates (0..1) and the ionic currents
    (µA/cm²); the stimulus is left to the caller. shown: (1 + gates,), V and the gates at the time
    of V. ``engine.kernel`` explains ``packed``.
    """
    gates = packed.power.size
    out[0, row] = shown[0]
    for q in range(gates):
        out[2 + q, row] = shown[1 + q]
    for c in range(packed.conductance.size):
        g = open_conductance(shown, packed, c)
        out[2 + gates + c, row] = g * (shown[0] - packed.reversal[c])


@njit(**KERNEL)
def advance(method, state, packed, dt, drive, n, threshold, rearm, every, phase, out, watch,
            spikes):  # fmt: skip
    """Advance one neuron by at most n steps; return (steps, rows, spikes, status).

    The result has the number of steps taken, of rows recorded and of spikes, and the Status; the
    run stops after a step whose Status is not DONE. method: the kernel of a method, made by its
    ``of``. dt: ms; for the adaptive method the length of a sample. drive: the current (µA/cm²) of
    each step in the form of the method's ``Rule``, (n, 1 or 3), or rows of pieces, see
    ``engine.drive``. every: record a row before every so many steps; phase: the number of steps
    before the first row, -1 for no rows. out: see ``record``. spikes: (2, most), receives the step
    (from 0) and the fraction of it at which each spike crosses the threshold. ``state`` and
    ``watch`` are changed; ``engine.kernel`` explains them and the others.
    """
    gates = packed.power.size
    work = np.zeros((WORK_ROWS, 1 + gates))
    shown = np.empty(1 + gates)
    rows = found = 0
    voltage = state[0]  # in a local it stays in a register
    for k in range(n):
        if phase == 0:
            shown[0] = voltage
            _show(method, voltage, state, packed, shown)
            record(out, rows, shown, packed)
            rows += 1
            phase = every
        phase -= 1
        voltage, found, status = _step(
            method,
            voltage,
            state,
            packed,
            dt,
            drive,
            k,
            work,
            threshold,
            rearm,
            watch,
            spikes,
            found,
        )
        if status != Status.DONE:
            state[0] = voltage
            return k + 1, rows, found, status
    state[0] = voltage
    return n, rows, found, Status.DONE


@njit(**KERNEL)
def hold(state, packed, table, command, first, length, middle, n, every, phase, out):
    """Advance the gates of a clamped neuron by n steps; return (steps, rows, status).

    The result has the number of steps taken, of rows recorded, and the Status. A step is cut into
    pieces at the jumps of the command. table: 1/tau and x_inf of each gate
    (``tables.speed_table``). command: (n + 1,), V (mV) at the start of each step and the end of the
    last. first: (n + 1,), the index of the first piece of each step. length: of each piece (ms).
    middle: the command (mV) in the middle of each piece, at which the gates relax. every, phase,
    out: see ``advance``. The gates in ``state`` are changed, V is not. ``engine.kernel`` explains
    ``state`` and ``packed``.
    """
    gates = packed.power.size
    shown = np.empty(1 + gates)
    rows = 0
    for k in range(n):
        if not in_range(command[k]):
            return k, rows, Status.OFF_RANGE
        settle_gates(command[k], state, packed, table)
        if phase == 0:
            shown[0] = command[k]
            for q in range(gates):
                shown[1 + q] = state[1 + q]
            record(out, rows, shown, packed)
            rows += 1
            phase = every
        phase -= 1
        for piece in range(first[k], first[k + 1]):
            relax_for(middle[piece], length[piece], state, packed, table)
        if not gates_in_bounds(state, packed):
            return k + 1, rows, Status.GATE_RAN_AWAY
    settle_gates(command[n], state, packed, table)
    return n, rows, Status.DONE


@njit(**LANE_KERNEL)
def advance_lanes(method, S, K, packed, dt, drive, gate, n, step, threshold, rearm, noise, seed,
                  spikes, every, low, high):  # fmt: skip
    """Advance 64 neurons by n steps of dt (ms); results go to S, ``spikes``, ``low`` and ``high``.

    method: the kernel of a method. S, K, packed: see ``engine.lanes``. drive, gate, noise, seed: as
    in ``lanes.inject``. step: the number of the first step, counted from time zero. threshold,
    rearm: mV. spikes: (64, most), as in ``lanes.finish_step``. every, low, high: as in
    ``lanes.record_extremes``; every = 0 records nothing.
    """
    look = max(1, int(OSCILLATION_LOOK_MS / dt))
    for s in range(n):
        inject(S, drive, gate, s, step, noise, seed)
        _lane_step(method, S, K, packed, dt)
        watch_unused_gates(S, packed)
        finish_step(S, s, step, threshold, rearm, spikes)
        if (step + s) % look == 0:
            watch_oscillations(S)
        if every > 0:
            record_extremes(S, step + s, every, low, high)


@njit(**KERNEL)
def advance_amplified(packed, clamp, start, commands, rises, durations, first, most, out, rows):
    """Advance sweeps behind an amplifier, each in steps of its own; return how many were completed.

    packed, clamp: as in ``engine.rosenbrock``. start: (sweeps, 1 + gates), V (mV) and gates at the
    start. commands (mV), rises (mV/ms), durations (ms): (sweeps, segments), the command at the
    start of each segment, its slope, and the length of the segment. first: the index of the sweep
    to begin with. most: the largest fraction of a segment that one step may take. out: (all, 1 + 3
    (1 + gates)), receives a row for each step and one for the end of each segment (``note_step``).
    rows: (sweeps, segments), receives their numbers. If ``out`` is full, or a step fails, the sweep
    is not counted.
    """
    size = start.shape[1]
    slope, trial, near, other, y = np.empty((5, size))
    jacobian, stages = np.empty((3, size)), np.zeros((6, size))
    full = 0
    for sweep in range(first, start.shape[0]):
        for i in range(size):
            y[i] = start[sweep, i]
        at = full
        for segment in range(commands.shape[1]):
            duration, rise = durations[sweep, segment], rises[sweep, segment]
            begin, time, h = at, 0.0, 0.0
            while True:
                if at >= out.shape[0]:
                    return sweep - first
                command = commands[sweep, segment] + time * rise
                clamped_slope(y, packed, clamp, command, slope)
                if time >= duration:
                    break
                arrow_of(y, packed, clamp, command, slope, jacobian, near, other)
                if h == 0.0:
                    quickest = abs(jacobian[0, 0])
                    for i in range(1, size):
                        quickest = max(quickest, abs(jacobian[2, i]))
                    h = 0.1 / (quickest + 1e-6)
                left = duration - time
                h = min(h, most * duration)
                while True:
                    last = h >= left
                    step = left if last else h
                    worst = try_rosenbrock(y, packed, clamp, command, rise, step, slope, jacobian,
                                           stages, trial, other)  # fmt: skip
                    if worst <= 1.0:
                        h = step * min(5.0, 0.9 * (worst + 1e-12) ** -0.25)
                        break
                    h = step * (max(0.2, 0.9 * worst**-0.25) if worst < 1e12 else 0.2)
                    if h < 1e-15 * duration:
                        return sweep - first
                note_step(out[at], time, y, stages)
                at += 1
                time = duration if last else time + step
                for i in range(size):
                    y[i] = trial[i]
            for i in range(6 * size):
                stages[i // size, i % size] = 0.0
            note_step(out[at], time, y, stages)
            at += 1
            rows[sweep, segment] = at - begin
        full = at
    return start.shape[0] - first


@njit(**KERNEL)
def ornstein_uhlenbeck(out, x, seed, first, decay, kick):
    """Write an Ornstein-Uhlenbeck process with a standard deviation of 1 into ``out`` (n,).

    x(k+1) = decay x(k) + kick normal(seed, first + k); ``x`` is x(0), the first entry. decay =
    exp(-dt/tau), kick = sqrt(1 - decay²).
    """
    key = np.uint64(seed)
    out[0] = x
    for k in range(out.size - 1):
        out[k + 1] = decay * out[k] + kick * normal(key, np.uint64(first + k))
