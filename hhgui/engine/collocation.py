"""Solve the linear equations of a Newton step for a limit cycle. Importing this loads numba.

A cycle is a polynomial of degree 4 on each of N intervals (Doedel, Keller & Kernevez 1991, Int. J.
Bifurcation Chaos 1:745). ``condense`` eliminates the points inside each interval. What remains is a
closed chain with a border:

    -A_i x_i + x_(i+1) - B_i u = r_i,  i = 0 .. N - 1,  x_N = x_0,      sum_i w_i x_i + C u = c

x_i (size,) is the change at the start of interval i, u (2,) that of period and parameter. As in the
condensation of parameters of AUTO (sect. 3.4) one point after the other is eliminated; an
orthogonal transformation eliminates it, so that long chains lose no digits.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable

from hhgui.engine.compiled import KERNEL
from hhgui.engine.inline import SCALAR

_U = 2


@njit(**KERNEL)
def condense(states, h, period, values, slopes, field, jacobians, by_parameter):
    """Eliminate the points inside each interval: write them in terms of its first point, T and p.

    Returns (N, degree size, size + 3): for each point after the first of an interval the
    coefficients of the interval's first point (size), of the period, of the parameter, and the
    constant part. states: (N degree + 1, size). h: (N,), the lengths of the intervals. values,
    slopes: (Gauss points, degree + 1), of Lagrange's polynomials there. field, jacobians,
    by_parameter: f, df/dy and df/dp at the Gauss points, (N, degree, size, ...). The result is not
    finite if the equations have no unique solution.
    """
    n, degree, size = field.shape
    wide = degree * size
    columns = wide + size + 3
    out = np.empty((n, wide, size + 3))
    for i in range(n):
        rows = np.zeros((wide, columns))
        for g in range(degree):
            for a in range(size):
                row = g * size + a
                residual = -period * field[i, g, a]
                for k in range(degree + 1):
                    at = (k - 1) * size if k > 0 else wide  # the first point is a right side
                    weight = slopes[g, k] / h[i]
                    residual += weight * states[i * degree + k, a]
                    factor = -period * values[g, k]
                    for b in range(size):
                        rows[row, at + b] = factor * jacobians[i, g, a, b]
                    rows[row, at + a] += weight
                rows[row, wide + size] = -field[i, g, a]
                rows[row, wide + size + 1] = -period * by_parameter[i, g, a]
                rows[row, wide + size + 2] = residual
        _solve(rows, wide)
        for row in range(wide):
            for column in range(size + 3):
                out[i, row, column] = -rows[row, wide + column]
    return out


@njit(**KERNEL)
def close(transitions, by_u, right, weights, inner, last):
    """Solve the closed chain for k right sides; return x (N, size, k) and u (2, k).

    transitions: A (N, size, size). by_u: B (N, size, 2). right: r (N, size, k). weights: w (2, N,
    size), which are overwritten. inner: C (2, 2). last: c (2, k). Neither result is finite if the
    solution is not unique.
    """
    n, size = transitions.shape[:2]
    k = right.shape[2]
    more = _U + k
    # the equation so far: the columns of a point, x_0, the next point, u and the right sides
    pair = np.zeros((2 * size, 3 * size + more))
    kept, reflector = np.empty((n, size, 2 * size + more)), np.empty(2 * size)
    border = np.zeros((size + _U, size + more))
    for row in range(_U):
        for b in range(size):
            border[size + row, b] = weights[row, 0, b]
        for b in range(_U):
            border[size + row, size + b] = inner[row, b]
        for b in range(k):
            border[size + row, size + _U + b] = last[row, b]
    for i in range(n):
        for a in range(size):
            for b in range(size):
                # below: the equation of interval i, from its first point to its last
                pair[size + a, b] = -transitions[i, a, b]
                pair[size + a, size + b] = 0.0
                pair[size + a, 2 * size + b] = 1.0 if a == b else 0.0
            for b in range(_U):
                pair[size + a, 3 * size + b] = -by_u[i, a, b]
            for b in range(k):
                pair[size + a, 3 * size + _U + b] = right[i, a, b]
        if i > 0:
            _triangulate(pair, size, reflector)
            _back(pair, size)
            for a in range(size):
                for b in range(2 * size + more):
                    kept[i, a, b] = pair[a, size + b]
            for row in range(_U):
                # w_i x_i by what x_i depends on; the end of the chain is its beginning
                for a in range(size):
                    weight = weights[row, i, a]
                    for b in range(size):
                        border[size + row, b] -= weight * pair[a, size + b]
                        if i + 1 < n:
                            weights[row, i + 1, b] -= weight * pair[a, 2 * size + b]
                        else:
                            border[size + row, b] -= weight * pair[a, 2 * size + b]
                    for b in range(more):
                        border[size + row, size + b] -= weight * pair[a, 3 * size + b]
        for a in range(size):
            # above: what is left, from x_0 to the next point
            for b in range(size):
                first = pair[size + a, b] if i == 0 else pair[size + a, size + b]
                pair[a, b], pair[a, size + b] = pair[size + a, 2 * size + b], first
                pair[a, 2 * size + b] = 0.0
            for b in range(more):
                pair[a, 3 * size + b] = pair[size + a, 3 * size + b]
    for a in range(size):
        for b in range(size):
            border[a, b] = pair[a, b] + pair[a, size + b]
        for b in range(more):
            border[a, size + b] = pair[a, 3 * size + b]
    _solve(border, size + _U)
    points, u = np.empty((n, size, k)), np.empty((_U, k))
    for c in range(k):
        for a in range(size):
            points[0, a, c] = border[a, size + _U + c]
        for b in range(_U):
            u[b, c] = border[size + b, size + _U + c]
    for i in range(n - 1, 0, -1):
        following = (i + 1) % n
        for a in range(size):
            for c in range(k):
                value = kept[i, a, 2 * size + _U + c]
                for b in range(size):
                    value -= kept[i, a, b] * points[0, b, c]
                    value -= kept[i, a, size + b] * points[following, b, c]
                for b in range(_U):
                    value -= kept[i, a, 2 * size + b] * u[b, c]
                points[i, a, c] = value
    return points, u


@njit(**KERNEL)
def schur(transitions, sweeps):
    """Return the Schur form, as far as eigenvalues need it, of the product P of a chain.

    transitions: (N, size, size), the factors. sweeps: the number of orthogonal iterations along the
    chain, which find an orthogonal basis Q with Q^T P Q = turn R, R upper triangular and positive
    on its diagonal. Returns ``turn`` (size, size), the logarithms of R's diagonal (size,), and each
    R[b, b + 1] / R[b, b] (size,), of which the last is 0.
    """
    n, size = transitions.shape[:2]
    basis, image = np.zeros((size, size)), np.empty((size, size))
    logs, skew, turn = np.zeros(size), np.zeros(size), np.zeros((size, size))
    for b in range(size):
        basis[b, b] = 1.0
    for _ in range(sweeps):
        start = basis.copy()
        for b in range(size):
            logs[b] = skew[b] = 0.0
        for i in range(n):
            for a in range(size):
                for b in range(size):
                    value = 0.0
                    for c in range(size):
                        value += transitions[i, a, c] * basis[c, b]
                    image[a, b] = value
            above = 1.0
            for b in range(size):
                beside = 0.0
                for _ in range(2):  # once leaves what rounding brought in
                    for c in range(b):
                        part = 0.0
                        for a in range(size):
                            part += image[a, c] * image[a, b]
                        for a in range(size):
                            image[a, b] -= part * image[a, c]
                        if c == b - 1:
                            beside += part
                square = 0.0
                for a in range(size):
                    square += image[a, b] * image[a, b]
                length = math.sqrt(square) + 1e-300
                for a in range(size):
                    image[a, b] /= length
                if b > 0:
                    # the logarithm of the one before already has this interval's ``above``
                    ratio = logs[b] - (logs[b - 1] - math.log(above))
                    skew[b - 1] += beside / above * math.exp(min(ratio, 300.0))
                logs[b] += math.log(length)
                above = length
            for a in range(size):
                for b in range(size):
                    basis[a, b] = image[a, b]
        for a in range(size):
            for b in range(size):
                value = 0.0
                for c in range(size):
                    value += start[c, a] * basis[c, b]
                turn[a, b] = value
    return turn, logs, skew


@register_jitable(**SCALAR)
def _triangulate(rows, size, reflector):
    """Make the first ``size`` columns of the matrix ``rows`` upper triangular, in place.

    The Householder reflections that do so act on all columns; what they leave below the diagonal is
    rounding. A column of zeros is left as it is. reflector: work space, one entry per row of the
    matrix.
    """
    height, width = rows.shape
    for j in range(size):
        square = 0.0
        for a in range(j, height):
            square += rows[a, j] * rows[a, j]
        length = math.sqrt(square)
        if length == 0.0:
            continue
        if rows[j, j] > 0.0:
            length = -length
        for a in range(j, height):
            reflector[a] = rows[a, j]
        reflector[j] -= length
        norm = square - length * rows[j, j]  # half of the reflector's square
        for column in range(j, width):
            part = 0.0
            for a in range(j, height):
                part += reflector[a] * rows[a, column]
            part /= norm
            for a in range(j, height):
                rows[a, column] -= part * reflector[a]


@register_jitable(**SCALAR)
def _back(rows, size):
    """Solve upper triangular equations in the first ``size`` rows and columns of ``rows``.

    The other columns are the right sides, and are overwritten by the solutions.
    """
    width = rows.shape[1]
    for j in range(size - 1, -1, -1):
        inverse = 1.0 / rows[j, j]
        for column in range(size, width):
            rows[j, column] *= inverse
        for a in range(j):
            factor = rows[a, j]
            for column in range(size, width):
                rows[a, column] -= factor * rows[j, column]


@register_jitable(**SCALAR)
def _solve(rows, size):
    """Solve ``size`` equations in ``rows`` by elimination with row pivots.

    The columns after the first ``size`` are the right sides, and are overwritten by the solutions.
    """
    width = rows.shape[1]
    for j in range(size):
        best = j
        for a in range(j + 1, size):
            if abs(rows[a, j]) > abs(rows[best, j]):
                best = a
        if best != j:
            for column in range(j, width):
                rows[j, column], rows[best, column] = rows[best, column], rows[j, column]
        inverse = 1.0 / rows[j, j]
        for a in range(j + 1, size):
            factor = rows[a, j] * inverse
            if factor != 0.0:
                for column in range(j + 1, width):
                    rows[a, column] -= factor * rows[j, column]
    _back(rows, size)
