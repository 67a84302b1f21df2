"""Step one clamped neuron by a stiff method of order 4 whose error is held below a tolerance.

    C dV/dt = G (V_command - V) - sum over the currents of g prod(x**p) (V - E)

G (mS/cm²) is what an amplifier drives the membrane through. C/G may be a millionth of the time in
which the gates move, so the step is implicit: Rodas, of six stages, linear in each of them (no
iteration) and L-stable, with an embedded solution of order 3 and dense output. The rates are
computed exactly. A gate depends on V and itself only, so that the Jacobian is an arrow and each
stage is solved in as many operations as there are gates.
Source: Hairer & Wanner 1996, Solving ordinary differential equations II, IV.7 (coefficients:
their program RODAS).

An argument of one name means the same in all functions:

    y           (1 + gates,): V (mV) and the gates
    packed      as in ``engine.kernel``
    clamp       G (mS/cm²)
    command     V_command (mV) at the beginning of the step; it changes by ``rise`` mV/ms
    slope       (1 + gates,): dV/dt (mV/ms) and dx/dt (1/ms) at y
    jacobian    (3, 1 + gates): d(dV/dt)/dy, d(slope)/dV and d(dx/dt)/dx
    stages      (6, 1 + gates): the stages of a step
    h           ms
"""

import numpy as np

from hhgui.engine.inline import inlined
from hhgui.engine.integrators.adaptive import exact_slope
from hhgui.engine.kernel import ionic_sum
from hhgui.engine.packing import STEADY_AT_ONCE

RTOL, ATOL_MV, ATOL_GATE = 1e-6, 1e-4, 1e-10
# Numbers of a row of the record: time (ms), y, and two that the dense output needs for each of y.
ROWS_BESIDE_TIME = 3
_GAMMA = 0.25
_NODES = np.array([0.0, 0.386, 0.21, 0.63, 1.0, 1.0])
_RISES = np.array([0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0])
# Stage s begins at y + sum of _STARTS[s, j] stages[j]; the sixth also at the fifth.
_STARTS = np.array([
    [0.0, 0.0, 0.0, 0.0, 0.0],
    [1.544, 0.0, 0.0, 0.0, 0.0],
    [0.9466785280815826, 0.2557011698983284, 0.0, 0.0, 0.0],
    [3.314825187068521, 2.896124015972201, 0.9986419139977817, 0.0, 0.0],
    [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 0.0],
    [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0],
])  # fmt: skip
_COUPLING = np.array([
    [0.0, 0.0, 0.0, 0.0, 0.0],
    [-5.6688, 0.0, 0.0, 0.0, 0.0],
    [-2.430093356833875, -0.2063599157091915, 0.0, 0.0, 0.0],
    [-0.1073529058151375, -9.594562251023355, -20.47028614809616, 0.0, 0.0],
    [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160, 0.0],
    [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136,
     -6.058818238834054],
])  # fmt: skip
_DENSE = np.array([
    [10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823,
     1.025137723295662],
    [-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386,
     -6.594389125716872],
])  # fmt: skip
_SHIFT_MV, _SHIFT, _SHIFT_POWER = 1e-5, 1e-3, 1e-6  # of y, for the slopes of the Jacobian


@inlined
def clamped_slope(y, packed, clamp, command, slope):
    """Write dV/dt and dx/dt at y into ``slope``; instantaneous gates in y are set to x_inf(V).

    The module explains the other arguments.
    """
    exact_slope(y, packed, clamp * (command - y[0]), slope)


@inlined
def arrow_of(y, packed, clamp, command, slope, jacobian, near, other):
    """Write the Jacobian at y into ``jacobian``, by finite differences.

    near, other: (1 + gates,), work space. The module explains the other arguments.
    """
    for shifted in range(2):
        for i in range(y.size):
            near[i] = y[i] + (_SHIFT if shifted == 1 and i > 0 else 0.0)
        near[0] += _SHIFT_MV if shifted == 0 else 0.0
        clamped_slope(near, packed, clamp, command, other)
        for i in range(y.size):
            if shifted == 0:
                jacobian[1, i] = (other[i] - slope[i]) / _SHIFT_MV
            else:  # dx/dt is linear in x, so that no shift is too large
                jacobian[2, i] = (other[i] - slope[i]) / _SHIFT
    jacobian[0, 0] = jacobian[1, 0]
    for i in range(y.size):
        near[i] = y[i]
    ionic = ionic_sum(y[0], y, packed)
    for i in range(1, y.size):
        jacobian[0, i] = 0.0
        if packed.kinetics[i - 1] < STEADY_AT_ONCE:
            near[i] = y[i] + _SHIFT_POWER
            change = ionic_sum(y[0], near, packed) - ionic
            jacobian[0, i] = -change / (_SHIFT_POWER * packed.capacitance)
            near[i] = y[i]


@inlined
def try_rosenbrock(y, packed, clamp, command, rise, h, slope, jacobian, stages, trial, other):
    """Try one step of h from y; write the new state into ``trial`` and return the error.

    That is the largest ratio of error to tolerance over the components; the step is good if it is
    at most 1. ``slope`` and ``jacobian`` must be those at y. trial, other: (1 + gates,). The module
    explains the other arguments.
    """
    size = y.size
    own = 1.0 / (h * _GAMMA)
    pivot = own - jacobian[0, 0]
    for i in range(1, size):
        pivot -= jacobian[0, i] * jacobian[1, i] / (own - jacobian[2, i])
    for s in range(6):
        for i in range(size):
            trial[i] = y[i]
            for j in range(min(s, 5)):
                trial[i] += _STARTS[s, j] * stages[j, i]
            other[i] = slope[i]
        if s > 0:
            clamped_slope(trial, packed, clamp, command + _NODES[s] * h * rise, other)
        other[0] += _RISES[s] * h * clamp * rise / packed.capacitance
        for i in range(size):
            for j in range(s):
                other[i] += _COUPLING[s, j] / h * stages[j, i]
        total = other[0]
        for i in range(1, size):
            total += jacobian[0, i] * other[i] / (own - jacobian[2, i])
        stages[s, 0] = total / pivot
        for i in range(1, size):
            risen = other[i] + jacobian[1, i] * stages[s, 0]
            stages[s, i] = risen / (own - jacobian[2, i])
    worst = 0.0
    for i in range(size):
        trial[i] += stages[5, i]
        least = ATOL_MV if i == 0 else ATOL_GATE
        ratio = abs(stages[5, i]) / (least + RTOL * max(abs(y[i]), abs(trial[i])))
        if not ratio <= worst:  # written so that NaN counts as worse
            worst = ratio
    return worst


@inlined
def note_step(row, time, y, stages):
    """Write into ``row`` when a step began, where, and what its dense output needs.

    row: (1 + 3 (1 + gates),). time: of the start of the step (ms). stages: see the module.
    """
    size = y.size
    row[0] = time
    for i in range(size):
        row[1 + i] = y[i]
        for k in range(2):
            bend = 0.0
            for j in range(5):
                bend += _DENSE[k, j] * stages[j, i]
            row[1 + (k + 1) * size + i] = bend
