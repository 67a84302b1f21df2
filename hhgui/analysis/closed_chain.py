"""Solve the linear equations of a closed chain of intervals together with two more equations.

    -A_i x_i + x_(i+1) - B_i u = r_i,  i = 0 .. n - 1,  x_n = x_0,      sum_i w_i x_i + C u = c

These are the equations of a limit cycle after the inner points of its intervals have been
eliminated: x_i (size,) is the change at the start of interval i, u (2,) the change of period and
parameter; the two equations with w, C and c are called the border. As in the condensation of
parameters of AUTO (Doedel, Keller & Kernevez 1991, Int. J. Bifurcation Chaos 1:745, sect. 3.4),
neighbouring intervals are joined in pairs, all pairs at once, until one interval is left. An
orthogonal transformation eliminates the point between the two of a pair, so that long chains lose
no digits.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_U = 2


class Border(NamedTuple):
    """The two equations of the border, in the symbols of the module.

    weights: w, (2, n, size). inner: C, (2, 2). right: c, (2, k), for k right sides.
    """

    weights: Array
    inner: Array
    right: Array


def solve_closed_chain(
    transitions: Array, by_u: Array, right: Array, border: Border
) -> tuple[Array, Array]:
    """Solve the equations for k right sides at once; return x, (n, size, k), and u, (2, k).

    transitions: A, (n, size, size). by_u: B, (n, size, 2). right: r, (n, size, k). Raises
    numpy.linalg.LinAlgError if the solution is not unique.
    """
    n, size = transitions.shape[:2]
    # the columns of an equation: its first point, its last point, u, and the right sides
    one = np.broadcast_to(np.eye(size), transitions.shape)
    links = np.concatenate([-transitions, one, -by_u, right], axis=2)
    weights = np.concatenate([border.weights, np.zeros((2, 1, size))], axis=1)
    ends = np.concatenate([border.inner, border.right], axis=1)
    levels = []
    while links.shape[0] > 1:
        links, middles = _joined(links)
        inner = weights[:, 1 : 2 * middles.shape[0] : 2]
        part = np.einsum("bms,msc->bmc", inner, middles)
        weights = _without(weights, part[..., : 2 * size], middles.shape[0])
        ends = ends - part[..., 2 * size :].sum(axis=1)
        levels.append(middles)
    start, stop, rest = np.split(links[0], [size, 2 * size], axis=1)
    rows = np.block([[start + stop, rest], [weights.sum(axis=1), ends]])
    found = np.linalg.solve(rows[:, : size + _U], rows[:, size + _U :])
    first, u = found[:size], found[size:]
    points = np.array([first, first])
    for middles in reversed(levels):
        points = _with_middles(points, middles, u)
    return points[:n], u


def _joined(links: Array) -> tuple[Array, Array]:
    """Eliminate the point between the two intervals of each pair.

    links: (n, size, columns), the coefficients of one equation per interval. Returns the equations
    that remain, one per pair, and ``middles`` (pairs, size, columns): the point between is middles
    @ (-first, -last, -u, right sides), first and last being the outer points of the pair.
    """
    pairs, size = links.shape[0] // 2, links.shape[1]
    one, two = links[0 : 2 * pairs : 2], links[1 : 2 * pairs : 2]
    between = np.concatenate([one[..., size : 2 * size], two[..., :size]], axis=1)
    rest = np.concatenate([one, two], axis=1)
    rest[:, :size, size : 2 * size] = rest[:, size:, :size] = 0.0
    turn, upper = np.linalg.qr(between, mode="complete")
    rest = np.swapaxes(turn, 1, 2) @ rest
    middles = np.linalg.solve(upper[:, :size], rest[:, :size])
    return np.concatenate([rest[:, size:], links[2 * pairs :]]), middles


def _without(weights: Array, part: Array, pairs: int) -> Array:
    """Return the weights of the border for the points that remain after ``_joined``.

    weights: those of all points. part: the weights of the points between times their ``middles``.
    """
    size = weights.shape[2]
    left = np.concatenate([weights[:, 0 : 2 * pairs : 2], weights[:, 2 * pairs :]], axis=1)
    left[:, :pairs] -= part[..., :size]
    left[:, 1 : pairs + 1] -= part[..., size:]
    return left


def _with_middles(points: Array, middles: Array, u: Array) -> Array:
    """Return the points of the chain before its pairs were joined, with the points between."""
    pairs, size = middles.shape[:2]
    known = np.concatenate([
        -points[:pairs], -points[1 : pairs + 1], np.broadcast_to(-u, (pairs, *u.shape)),
        np.broadcast_to(np.eye(u.shape[1]), (pairs, u.shape[1], u.shape[1])),
    ], axis=1)  # fmt: skip
    all_points = np.empty((points.shape[0] + pairs, size, u.shape[1]))
    all_points[0 : 2 * pairs : 2], all_points[1 : 2 * pairs : 2] = points[:pairs], middles @ known
    all_points[2 * pairs :] = points[pairs:]
    return all_points
