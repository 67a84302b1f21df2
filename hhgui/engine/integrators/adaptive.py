"""Adaptive Dormand-Prince 5(4), order 5: keeps the error below a tolerance, computes rates exactly.

A sample is a time step of the recording, of length dt. Steps of the method never cross a sample or
an edge of the current; between these they are as long as the embedded fourth-order solution allows:
|error| <= ATOL + RTOL |y| in every component. Spike times and the range of V come from the
fourth-order dense output (a polynomial over each step), not from a straight line. A sample that
needs more than MAX_STEPS steps ends the run with a message. The current is I(t) itself, as
polynomials between its edges: exact for steps and ramps, to 1e-9 for sines and chirps. Source:
Dormand & Prince 1980, J Comput Appl Math 6:19; Hairer, Norsett & Wanner 1993, II.4-II.6
(coefficients, dense output). The last entry of ``state`` is the length (ms) of the step to try
next.
"""

import math
from typing import NamedTuple, Self

import numpy as np

from hhgui.engine.inline import inlined
from hhgui.engine.kernel import (
    Status,
    crosses,
    ionic_sum,
    unused_gates_in_bounds,
)
from hhgui.engine.method import Method
from hhgui.engine.packing import FORM_CODES, RATES, RATES_AT_ONCE, RELAXATION, STEADY_AT_ONCE
from hhgui.model.membrane import Membrane
from hhgui.model.rate import Form
from hhgui.model.stimulus.injection import Rule

RTOL = ATOL = 1e-9
MAX_STEPS = 20_000
# No table bounds this method; beyond this a neuron has certainly gone wrong.
V_LIMIT_MV = 10_000.0

NODES = np.array([0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0])
STAGES = np.array([
    [0, 0, 0, 0, 0, 0],
    [1 / 5, 0, 0, 0, 0, 0],
    [3 / 40, 9 / 40, 0, 0, 0, 0],
    [44 / 45, -56 / 15, 32 / 9, 0, 0, 0],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
])  # fmt: skip
ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
# Dense output of Shampine 1986: y(t + s h) = y + h sum_i k_i (P_i0 s + P_i1 s^2 + ...)
DENSE = np.array([
    [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
    [0, 0, 0, 0],
    [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
    [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
    [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
    [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
    [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
])  # fmt: skip
_EXPONENTIAL = FORM_CODES[Form.EXPONENTIAL]
_SIGMOID = FORM_CODES[Form.SIGMOID]
_EXP_LINEAR = FORM_CODES[Form.EXP_LINEAR]
_GAUSSIAN = FORM_CODES[Form.GAUSSIAN]


class DormandPrince(NamedTuple):
    """The kernel of the adaptive method: its tolerances and the most steps allowed per sample."""

    rtol: float
    atol: float
    max_steps: int

    @classmethod
    def of(cls, membrane: Membrane, dt: float) -> Self:
        """Return the kernel, which is the same for every membrane and dt; it needs no tables."""
        return cls(RTOL, ATOL, MAX_STEPS)

    def sample(self, voltage, state, packed, width, drive, k, work, threshold, rearm, watch, spikes,
               found):  # fmt: skip
        """Advance one neuron by sample k, of ``width`` ms, in steps chosen by the error.

        drive: one row per piece of a sample between edges of the current: the length of the piece
        (ms), 1 if it is the last piece of its sample, and the coefficients of the current (µA/cm²)
        as a polynomial in the fraction of the piece. found: the number of spikes so far; the step
        number and fraction of each further spike are written to ``spikes``. Returns V (mV) at the
        end of the sample, the number of spikes, and the Status. ``engine.kernel`` explains the
        other arguments.
        """
        size = 1 + packed.power.size
        slopes, trial = work[:7], work[7]
        state[0] = voltage
        h = state[size] if state[size] > 0.0 else min(width, 0.001)
        before, tries = 0.0, 0
        status = Status.DONE
        while status == Status.DONE:
            piece = int(work[8, 0])
            length, current = drive[piece, 0], drive[piece, 2:]
            done = 0.0
            exact_slope(state, packed, current[0], slopes[0])
            while True:
                tries += 1
                left = length - done
                step = min(h, left)
                worst = _try_step(self, state, packed, step, done, length, current, slopes, trial)
                if tries > self.max_steps:
                    status = Status.STEP_BUDGET
                    break
                if not worst <= 1.0:
                    shrink = 0.2 if not worst < 1e6 else max(0.2, 0.9 * worst**-0.2)
                    h = step * shrink
                    if h < 1e-12:
                        status = Status.STEP_BUDGET
                        break
                    continue
                turn = 1.0
                if slopes[0, 0] * slopes[6, 0] < 0.0:
                    turn = _turn(slopes)
                    top = _dense(state[0], slopes, step, turn)
                    if crosses(watch, top, threshold, rearm):
                        fraction = _crossing(state[0], slopes, step, threshold, turn)
                        _note(spikes, found, k, (before + done + fraction * step) / width)
                        found += 1
                if crosses(watch, trial[0], threshold, rearm):
                    fraction = _crossing(state[0], slopes, step, threshold, 1.0)
                    _note(spikes, found, k, (before + done + fraction * step) / width)
                    found += 1
                for i in range(size):
                    state[i] = trial[i]
                    slopes[0, i] = slopes[6, i]
                grown = step * (5.0 if worst < 1e-4 else min(5.0, 0.9 * worst**-0.2))
                h = max(h, grown) if step == left else grown
                if not abs(state[0]) <= V_LIMIT_MV:
                    status = Status.OFF_RANGE
                    break
                if step == left:
                    break
                done += step
            work[8, 0] = piece + 1
            before += length
            if drive[piece, 1] > 0.0:
                break
        if status == Status.DONE and not unused_gates_in_bounds(state, packed):
            status = Status.GATE_RAN_AWAY
        state[size] = h
        return state[0], found, status


@inlined
def _note(spikes, found, k, fraction):
    """Write a spike at ``fraction`` (0 to 1) of sample k as entry ``found`` of ``spikes``."""
    if found < spikes.shape[1]:
        spikes[0, found] = k
        spikes[1, found] = fraction


@inlined
def _term(form, number, voltage):
    """Return the value of one ``Rate`` of ``hhgui.model.rate`` at one voltage (mV).

    form: its form, one of FORM_CODES. number: shape (4,): rate, midpoint (mV), scale (mV), offset.
    """
    x = (voltage - number[1]) / number[2]
    value = number[0]
    if form == _EXPONENTIAL:
        value *= math.exp(x)
    elif form == _SIGMOID:
        value /= 1.0 + math.exp(-x)
    elif form == _EXP_LINEAR:
        if x != 0.0:
            value *= x / -math.expm1(-x)
    elif form == _GAUSSIAN:
        value *= math.exp(-x * x)
    return value + number[3]


@inlined
def _curve(packed, c, voltage):
    """Return the value of curve number ``c`` of a packed membrane at one voltage (mV).

    ``packed``: the membrane, see ``engine.packing``.
    """
    first = packed.first_term[c]
    value = _term(packed.form[first], packed.number[first], voltage)
    for t in range(first + 1, packed.first_term[c + 1]):
        if packed.product[c]:
            value *= _term(packed.form[t], packed.number[t], voltage)
        else:
            value += _term(packed.form[t], packed.number[t], voltage)
    if packed.shape[c, 0] != 1.0:
        value = value ** packed.shape[c, 0]
    value += packed.shape[c, 1]
    if value < packed.shape[c, 2]:
        value = packed.shape[c, 2]
    if value > packed.shape[c, 3]:
        value = packed.shape[c, 3]
    return value


@inlined
def exact_slope(y, packed, stimulus, slope):
    """Write dV/dt (mV/ms) and dx/dt (1/ms) of every gate at the state ``y`` into ``slope``.

    Both arrays have the shape (1 + gates,). stimulus: µA/cm². Instantaneous gates in ``y`` are set
    to x_inf(V) first. ``packed``: the membrane, see ``engine.packing``.
    """
    for n in range(packed.at_once.size):
        q = packed.at_once[n]
        x = _curve(packed, packed.curve[q, 0], y[0])
        if packed.kinetics[q] == RATES_AT_ONCE:
            x /= x + _curve(packed, packed.curve[q, 1], y[0])
        y[1 + q] = x
    slope[0] = (stimulus - ionic_sum(y[0], y, packed)) / packed.capacitance
    for q in range(packed.power.size):
        slope[1 + q] = 0.0
        if packed.kinetics[q] >= STEADY_AT_ONCE:
            continue
        first = _curve(packed, packed.curve[q, 0], y[0])
        second = _curve(packed, packed.curve[q, 1], y[0])
        x = y[1 + q]
        if packed.kinetics[q] == RATES:
            change = first * (1.0 - x) - second * x
        elif packed.kinetics[q] == RELAXATION:
            change = (first - x) / second
        else:
            change = (first + second) * (_curve(packed, packed.curve[q, 2], y[0]) - x)
        slope[1 + q] = packed.rate_factor[q] * change


@inlined
def _try_step(method, y, packed, h, done, length, current, slopes, trial):
    """Try one step of ``h`` ms from the state ``y``; write the new state into ``trial``.

    done: the time (ms) from the start of the piece of the current to the start of the step. length:
    of that piece (ms). current: the coefficients of its polynomial in the fraction of the piece.
    slopes: (7, 1 + gates), the slope at each stage, of which the first must be given. Returns the
    largest ratio of error to tolerance over the components; the step is good if it is at most 1.
    ``packed``: the membrane, see ``engine.packing``.
    """
    for s in range(1, 7):
        for i in range(trial.size):
            total = 0.0
            for j in range(s):
                total += STAGES[s, j] * slopes[j, i]
            trial[i] = y[i] + h * total
        exact_slope(trial, packed, _polynomial(current, (done + NODES[s] * h) / length), slopes[s])
    worst = 0.0
    for i in range(trial.size):
        error = 0.0
        for s in range(7):
            error += ERROR[s] * slopes[s, i]
        allowed = method.atol + method.rtol * max(abs(y[i]), abs(trial[i]))
        ratio = abs(h * error) / allowed
        if not ratio <= worst:  # written so that NaN counts as worse
            worst = ratio
    return worst


@inlined
def _polynomial(coefficients, x):
    value = 0.0
    for j in range(coefficients.size):
        value = value * x + coefficients[coefficients.size - 1 - j]
    return value


@inlined
def _dense(before, slopes, h, s):
    """Return V (mV) at the fraction ``s`` (0 to 1) of a step of ``h`` ms, by dense output.

    before: V (mV) at the start of the step. slopes: as in ``_try_step``.
    """
    v = before
    for i in range(7):
        inner = DENSE[i, 0] + s * (DENSE[i, 1] + s * (DENSE[i, 2] + s * DENSE[i, 3]))
        v += h * slopes[i, 0] * s * inner
    return v


@inlined
def _crossing(before, slopes, h, threshold, end):
    """Return the fraction (0 to ``end``) of a step at which V rises through ``threshold`` (mV).

    before: V (mV) at the start of the step; slopes, h: as in ``_dense``.
    """
    low, high = 0.0, end
    for _ in range(50):
        s = 0.5 * (low + high)
        if _dense(before, slopes, h, s) < threshold:
            low = s
        else:
            high = s
    return high


@inlined
def _turn(slopes):
    """Return the fraction (0 to 1) of a step at which dV/dt is 0.

    slopes: as in ``_try_step``. dV/dt must have opposite signs at the two ends of the step.
    """
    low, high = 0.0, 1.0
    for _ in range(30):
        s = 0.5 * (low + high)
        slope = 0.0
        for i in range(7):
            inner = 3.0 * DENSE[i, 2] + s * 4.0 * DENSE[i, 3]
            slope += slopes[i, 0] * (DENSE[i, 0] + s * (2.0 * DENSE[i, 1] + s * inner))
        if slope * slopes[0, 0] > 0.0:
            low = s
        else:
            high = s
    return low


METHOD = Method(
    "adaptive", "Adaptive (Dormand–Prince 5(4))", 5,
    "Chooses its own steps to keep the error below a tolerance; exact rates, no tables.",
    DormandPrince, hue="sky", rule=Rule.PIECES, rank=60, adaptive=True, aliases=("dormand-prince",),
)  # fmt: skip
