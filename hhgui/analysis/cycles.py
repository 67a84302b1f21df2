"""Compute limit cycles by orthogonal collocation and continue them in a parameter.

A cycle y(t) with period T solves dy/dtau = T f(y, p), y(0) = y(1). On each of N intervals it is a
polynomial of degree 4 that obeys the equation at four Gauss points; an integral phase condition
fixes where on the cycle tau = 0 is, and a pseudo-arclength condition lets the branch turn around
folds (Doedel, Keller & Kernevez 1991, Int. J. Bifurcation Chaos 1:745). The interior points of each
interval are eliminated first, all intervals at once; the points that remain form a closed chain.
The transitions from one interval to the next give the Floquet multipliers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.closed_chain import Border, solve_closed_chain
from hhgui.analysis.system import Dynamics
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
DEGREE = 4
INTERVALS = 60
_ITERATIONS = 7
_PRECISION = 1e-8
_WELL_CONDITIONED, _SWEEPS = 1e5, 6
_SCALE_T, _SMALLEST_STEP, _LARGEST_STEP, _FIRST_STEP = 20.0, 1e-7, 0.35, 0.01
_ADAPT_EVERY = 3
_COARSE, _WRONG, _MOST_INTERVALS = 2e-5, 1e-3, 240
_POINT = 1e-6
MANY_TIMES, _VERTICAL = 20.0, 1e-7
_MOST_CYCLES = 2000


def _basis(points: Array) -> tuple[Array, Array]:
    """Return values and slopes, (points, DEGREE + 1), of Lagrange's polynomials over 0..1."""
    nodes = np.arange(DEGREE + 1) / DEGREE
    values, slopes = np.ones((points.size, DEGREE + 1)), np.zeros((points.size, DEGREE + 1))
    for k in range(DEGREE + 1):
        others = [j for j in range(DEGREE + 1) if j != k]
        below = np.prod(nodes[k] - nodes[others])
        values[:, k] = np.prod(points[:, None] - nodes[others], axis=1) / below
        for j in others:
            rest = [q for q in others if q != j]
            slopes[:, k] += np.prod(points[:, None] - nodes[rest], axis=1) / below
    return values, slopes


_GAUSS, _WEIGHTS = np.polynomial.legendre.leggauss(DEGREE)
_GAUSS, _WEIGHTS = (_GAUSS + 1.0) / 2.0, _WEIGHTS / 2.0
_VALUES, _SLOPES = _basis(_GAUSS)


@dataclass(frozen=True, eq=False)
class Cycle:
    """A limit cycle: ``states`` (N DEGREE + 1, size) at the nodes of ``mesh`` (N + 1,) in 0..1.

    ``period`` is in ms. ``multipliers`` (size,) are the Floquet multipliers, one of which is 1.
    ``tangent`` is the direction of the branch in states, period and parameter; its length is 1 in
    the branch's scale.
    """

    states: Array
    mesh: Array
    period: float
    parameter: float
    multipliers: NDArray[np.complex128]
    tangent: "Direction"

    @property
    def is_stable(self) -> bool:
        """Return whether every multiplier but the trivial one lies inside the unit circle."""
        sizes = np.abs(self.multipliers)
        trivial = int(np.abs(self.multipliers - 1.0).argmin())
        return bool((np.delete(sizes, trivial) < 1.0).all())

    @property
    def times(self) -> Array:
        """Return the times (ms) of the nodes, from 0 to the period."""
        return self.period * _nodes(self.mesh)

    def extremes(self) -> tuple[float, float]:
        """Return minimum and maximum of the first state (V in mV) of the polynomials."""
        fine = np.linspace(0.0, 1.0, 33)
        values = _basis(fine)[0] @ _local(self.states[:, 0], self.mesh.size - 1).T
        return float(values.min()), float(values.max())


@dataclass(frozen=True, eq=False)
class Direction:
    """A change of a cycle: of its states, its period and its parameter."""

    states: Array
    period: float
    parameter: float


class Branch:
    """The branch of cycles that starts at a Hopf point.

    ``reason`` says why the branch ended; ``shortest`` is the shortest period (ms) so far.
    """

    def __init__(
        self,
        system: Dynamics,
        equilibrium: Array,
        parameter: float,
        mode: NDArray[np.complex128],
        omega: float,
        within: tuple[float, float],
        scale: Array,
        parameter_scale: float,
        longest: float = 3000.0,
        intervals: int = INTERVALS,
    ) -> None:
        """Start the branch at a Hopf point.

        equilibrium: (size,); mode: (size,), the eigenvector of i omega (1/ms); within: the range of
        the parameter, at whose ends the branch stops; scale: (size,), the size of a large change of
        each state; longest: the period (ms) at which the branch stops.
        """
        self.reason = ""
        self._system, self._scale, self._p_scale = system, scale, parameter_scale
        self._within, self._longest = within, longest
        self._mesh = np.linspace(0.0, 1.0, intervals + 1)
        turn = np.exp(2j * np.pi * _nodes(self._mesh))[:, None] * (mode / abs(mode[0]))[None]
        flat = np.tile(equilibrium, (turn.shape[0], 1))
        first = self._unit(Direction(turn.real, 0.0, 0.0), 2.0 * np.pi / omega)
        one = np.ones(1, dtype=np.complex128)
        self._now = Cycle(flat, self._mesh, 2.0 * np.pi / omega, parameter, one, first)
        self._reference = flat + 1e-3 * turn.real
        self.shortest = self._now.period

    @property
    def _n(self) -> int:
        """Return the present number of intervals."""
        return self._mesh.size - 1

    def cycles(self, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Cycle]:
        """Yield the limit cycles one after another along the branch, from the Hopf point on.

        Each value of the parameter may occur several times, since the branch can turn around. When
        the branch ends, the attribute ``reason`` (text) says why. If ``cancelled()`` becomes true,
        no more cycles are computed and ``reason`` stays "".
        """
        step, count = _FIRST_STEP, 0
        while not cancelled():
            found, iterations = self._corrected(self._now, step)
            if found is None:
                step /= 2.0
                if step < _SMALLEST_STEP:
                    self.reason = "the continuation failed to converge"
                    return
                continue
            if count and (self._is_point(found) or _turned(found.states, self._now.states)):
                # at the equilibrium, or through it and back along the cycles half a turn later
                self.reason = "equilibrium"
                return
            count += 1
            self._now, self._reference = found, found.states
            self.shortest = min(self.shortest, found.period)
            yield found
            if self._ends(found, count):
                return
            if iterations <= 3:
                step = min(1.4 * step, _LARGEST_STEP)
            elif iterations >= 5:
                step = max(0.6 * step, _SMALLEST_STEP)
            if count % _ADAPT_EVERY == 0 and not self._adapt():
                many = found.period > MANY_TIMES * self.shortest
                self.reason = "period" if many else f"{_MOST_INTERVALS} intervals do not resolve it"
                return

    def fold_between(self, before: Cycle, after: Cycle) -> Cycle | None:
        """Return the cycle between two of the branch at which the parameter turns around.

        Return None if Newton's method does not converge. The branch is left unchanged.
        """
        kept = self._mesh, self._reference
        self._mesh, self._reference = before.mesh, before.states
        try:
            return self._turning(before, after)
        finally:
            self._mesh, self._reference = kept

    def _turning(self, before: Cycle, after: Cycle) -> Cycle | None:
        low, high = 0.0, self._distance(before, after)
        rate_low, rate_high = before.tangent.parameter, after.tangent.parameter
        best, side = None, 0
        for _ in range(40):
            # regula falsi, kept away from the ends; an end that stays twice counts half (Illinois)
            part = rate_low / (rate_low - rate_high)
            at = low + (high - low) * min(max(part, 0.01), 0.99)
            found, _ = self._corrected(before, at)
            if found is None:
                return best
            best, rate = found, found.tangent.parameter
            if abs(rate) < 1e-7 or high - low < 1e-10:
                break
            if (rate > 0.0) == (rate_low > 0.0):
                low, rate_low = at, rate
                rate_high *= 0.5 if side < 0 else 1.0
                side = -1
            else:
                high, rate_high = at, rate
                rate_low *= 0.5 if side > 0 else 1.0
                side = 1
        return best

    def _ends(self, cycle: Cycle, count: int) -> bool:
        low, high = self._within
        if not low <= cycle.parameter <= high:
            self.reason = "left the range of the parameter"
        elif cycle.period > self._longest or self._is_vertical(cycle):
            self.reason = "period"
        elif count >= _MOST_CYCLES:
            self.reason = f"{_MOST_CYCLES} cycles did not reach its end"
        return bool(self.reason)

    def _is_point(self, cycle: Cycle) -> bool:
        """Return whether nothing moves along the cycle, whose period is then arbitrary."""
        return bool((np.ptp(cycle.states, axis=0) < _POINT * self._scale).all())

    def _is_vertical(self, cycle: Cycle) -> bool:
        """Return whether the period grows at a constant parameter, as near a homoclinic orbit."""
        along = cycle.tangent
        if cycle.period < MANY_TIMES * self.shortest or along.period <= 0.0:
            return False
        return abs(along.parameter) * cycle.period < _VERTICAL * self._p_scale * along.period

    def _corrected(self, start: Cycle, step: float) -> tuple[Cycle | None, int]:
        """Correct a step along the tangent of ``start``; return also the number of iterations."""
        along = start.tangent
        states = start.states + step * along.states
        period = start.period + step * along.period
        parameter = start.parameter + step * along.parameter
        for iteration in range(1, _ITERATIONS + 1):
            if not (period > 0.0 and np.isfinite(states).all() and np.isfinite(parameter)):
                return None, iteration
            try:
                # an overshoot may lead where rates are infinite: it is not a cycle then
                with np.errstate(all="ignore"):
                    change, onward, transitions = self._newton(
                        states, period, parameter, start, step
                    )
            except (np.linalg.LinAlgError, ModelError):
                return None, iteration  # singular, or the parameter is beyond what is allowed
            states = states + change.states
            period, parameter = period + change.period, parameter + change.parameter
            size = max(
                float(np.abs(change.states / self._scale).max()),
                abs(change.period) / _period_scale(period), abs(change.parameter) / self._p_scale,
            )  # fmt: skip
            if size < _PRECISION:
                tangent = self._unit(onward, period)
                found = multipliers(transitions)
                return Cycle(states, self._mesh, period, parameter, found, tangent), iteration
            if size > 1e3:
                return None, iteration
        return None, _ITERATIONS

    def _newton(
        self, states: Array, period: float, parameter: float, start: Cycle, step: float
    ) -> tuple[Direction, Direction, Array]:
        """Return a Newton step, the direction of the branch and the transitions."""
        n, size = self._n, states.shape[1]
        h = np.diff(self._mesh)
        local = _local(states, n)  # (n, DEGREE + 1, size)
        at_gauss = np.einsum("gk,nks->ngs", _VALUES, local)
        slope = np.einsum("gk,nks->ngs", _SLOPES, local) / h[:, None, None]
        flat = at_gauss.reshape(-1, size)
        f = self._system.field(flat, parameter).reshape(n, DEGREE, size)
        jac = self._system.slopes(flat, parameter).reshape(n, DEGREE, size, size)
        f_p = self._system.by_parameter(flat, parameter).reshape(n, DEGREE, size)
        residual = slope - period * f
        blocks = -period * np.einsum("ngst,gk->ngskt", jac, _VALUES)
        for s in range(size):
            blocks[:, :, s, :, s] += _SLOPES[None] / h[:, None, None]
        wide = DEGREE * size
        first = blocks[:, :, :, 0].reshape(n, wide, size)
        inner = blocks[:, :, :, 1:].reshape(n, wide, wide)
        columns = np.concatenate(
            [first, -f.reshape(n, wide, 1), -period * f_p.reshape(n, wide, 1),
             residual.reshape(n, wide, 1)], axis=2,
        )  # fmt: skip
        # the nodes after the first of each interval, by its first node, T, p and the residual
        solved = -np.linalg.solve(inner, columns)
        return self._solve(solved, states, period, parameter, start, step)

    def _solve(
        self, solved: Array, states: Array, period: float, parameter: float, start: Cycle,
        step: float,
    ) -> tuple[Direction, Direction, Array]:  # fmt: skip
        size = states.shape[1]
        last = solved[:, -size:]  # the end node of each interval
        phase, arc = self._conditions(start)
        along, t_scale, p_scale = start.tangent, _period_scale(start.period), self._p_scale
        conditions = [_condition(each, solved) for each in (phase, arc)]
        weights, columns = (np.array(part) for part in zip(*conditions, strict=True))
        inner, right = columns[:, :2], np.zeros((2, 2))
        inner[1] += along.period / t_scale**2, along.parameter / p_scale**2
        right[:, 0] = -columns[:, 2]
        right[0, 0] -= float((phase * (states - self._reference)).sum())
        right[1, 0] -= (
            float((arc * (states - start.states)).sum())
            + (period - start.period) * along.period / t_scale**2
            + (parameter - start.parameter) * along.parameter / p_scale**2
            - step
        )
        right[1, 1] = 1.0
        residuals = np.stack([last[:, :, -1], np.zeros_like(last[:, :, -1])], axis=2)
        firsts, along_branch = solve_closed_chain(
            last[:, :, :size], last[:, :, size:-1], residuals,
            Border(weights, inner, right),
        )  # fmt: skip
        change = _expanded(firsts[..., 0], along_branch[:, 0], solved, with_residual=True)
        onward = _expanded(firsts[..., 1], along_branch[:, 1], solved, with_residual=False)
        return change, onward, last[:, :, :size]

    def _conditions(self, start: Cycle) -> tuple[Array, Array]:
        """Return the weights of the phase and arclength conditions, (nodes, size) each."""
        n, h = self._n, np.diff(self._mesh)
        reference = np.einsum("gk,nks->ngs", _SLOPES, _local(self._reference, n))
        tangent = np.einsum("gk,nks->ngs", _VALUES, _local(start.tangent.states, n))
        weights = _WEIGHTS[None, :, None] / self._scale**2
        phase = np.einsum("ngs,gk->nks", reference * weights, _VALUES)
        arc = np.einsum("ngs,gk->nks", tangent * weights * h[:, None, None], _VALUES)
        return _gathered(phase, n), _gathered(arc, n)

    def _unit(self, direction: Direction, period: float) -> Direction:
        n, h = self._n, np.diff(self._mesh)
        values = np.einsum("gk,nks->ngs", _VALUES, _local(direction.states, n))
        square = (values**2 * _WEIGHTS[None, :, None] * h[:, None, None] / self._scale**2).sum()
        square += (direction.period / _period_scale(period)) ** 2
        square += (direction.parameter / self._p_scale) ** 2
        length = float(np.sqrt(square))
        return Direction(
            direction.states / length, direction.period / length, direction.parameter / length
        )

    def _distance(self, before: Cycle, after: Cycle) -> float:
        """Return the distance of ``after`` along the tangent of ``before``."""
        moved = _moved(after.states, after.mesh, before.mesh)
        arc = self._conditions(before)[1]
        along = before.tangent
        return float(
            (arc * (moved - before.states)).sum()
            + (after.period - before.period) * along.period / _period_scale(before.period) ** 2
            + (after.parameter - before.parameter) * along.parameter / self._p_scale**2
        )

    def _adapt(self) -> bool:
        """Move mesh intervals to where the cycle bends most (de Boor 1974); double them if needed.

        Return whether the mesh resolves the cycle: else its extremes and multipliers are wrong.
        """
        now, n = self._now, self._n
        h = np.diff(now.mesh)
        highest = np.einsum("k,nks->ns", np.array([1.0, -4.0, 6.0, -4.0, 1.0]),
                            _local(now.states, n))  # fmt: skip
        highest = highest * DEGREE**DEGREE / h[:, None] ** DEGREE / self._scale
        jump = np.abs(np.roll(highest, -1, axis=0) - highest).sum(axis=1)
        fifth = jump / ((h + np.roll(h, -1)) / 2.0)
        # of the interpolation by polynomials of degree 4, in units of the scale
        error = float((fifth * h**5).max()) / (DEGREE**5 * 120.0)
        if error > _COARSE and n < _MOST_INTERVALS:
            n *= 2
        elif error > _WRONG:
            return False
        bend = fifth ** (1.0 / (DEGREE + 1))
        density = (bend + np.roll(bend, 1)) / 2.0
        density += 0.1 * density.mean() + 1e-12
        cumulated = np.concatenate([[0.0], np.cumsum(density * h)])
        mesh = np.interp(np.linspace(0.0, 1.0, n + 1), cumulated / cumulated[-1], now.mesh)
        mesh[0], mesh[-1] = 0.0, 1.0
        states = _moved(now.states, now.mesh, mesh)
        along = replace(now.tangent, states=_moved(now.tangent.states, now.mesh, mesh))
        self._mesh = mesh
        self._now = replace(now, states=states, mesh=mesh, tangent=self._unit(along, now.period))
        self._reference = states
        return True


def _condition(weight: Array, solved: Array) -> tuple[Array, Array]:
    """Return sum(weight * change of the states) by the first nodes, (n, size), and T, p, residual.

    weight: (nodes, size); the second part has the coefficients of T and of p and a constant, (3,).
    """
    n, size = solved.shape[0], weight.shape[1]
    inner = _local(weight, n)[:, 1:]  # each node once: the end belongs to its interval
    parts = np.einsum("nw,nwc->nc", inner.reshape(n, -1), solved)
    firsts = parts[:, :size].copy()
    firsts[0] += weight[0]
    return firsts, parts[:, size:].sum(axis=0)


def _expanded(firsts: Array, rest: Array, solved: Array, with_residual: bool) -> Direction:
    """Return the change at every node from that at the intervals' first nodes and of T and p."""
    size = firsts.shape[1]
    period, parameter = rest.tolist()
    inner = np.einsum("nws,ns->nw", solved[:, :, :size], firsts) + solved[:, :, size:-1] @ rest
    if with_residual:
        inner = inner + solved[:, :, -1]
    return Direction(np.concatenate([firsts[:1], inner.reshape(-1, size)]), period, parameter)


def multipliers(transitions: Array) -> NDArray[np.complex128]:
    """Return the Floquet multipliers, (size,), of the intervals' transitions (N, size, size).

    They are the eigenvalues of the product. Where their sizes lie so far apart that the product
    would lose the small ones, the sizes come from orthogonal iteration through the cycle, in which
    each interval's transition is applied to an orthogonal basis; all are then taken as real.
    """
    size = transitions.shape[1]
    transitions = _grouped(transitions)
    if transitions.shape[0] == 1:
        return np.asarray(np.linalg.eigvals(transitions[0]).astype(np.complex128))
    basis = np.eye(size)
    for _ in range(_SWEEPS):
        start, logs, signs = basis, np.zeros(size), np.ones(size)
        for each in transitions:
            basis, upper = np.linalg.qr(each @ basis)
            diagonal = np.diag(upper)
            logs += np.log(np.abs(diagonal) + 1e-300)
            signs *= np.sign(diagonal)
        # the directions come back as they were, or reversed
        signs *= np.sign(np.diag(start.T @ basis))
    return np.asarray((signs * np.exp(np.minimum(logs, 700.0))).astype(np.complex128))


def _grouped(transitions: Array) -> Array:
    """Return the products of neighbouring transitions, as long as these lose no digits."""
    while transitions.shape[0] > 1:
        count = transitions.shape[0] // 2
        with np.errstate(over="ignore", invalid="ignore"):  # too large a product is not used
            pairs = transitions[1 : 2 * count : 2] @ transitions[0 : 2 * count : 2]
        if not np.abs(pairs).max() < _WELL_CONDITIONED:
            break
        transitions = np.concatenate([pairs, transitions[2 * count :]])
    return transitions


def _period_scale(period: float) -> float:
    """Return the scale of a change of the period; it grows with it, so long periods grow fast."""
    return max(_SCALE_T, period / 2.0)


def _turned(states: Array, before: Array) -> bool:
    """Return whether a cycle is the previous one reflected about its middle."""
    now, then = (each[:, 0] - each[:, 0].mean() for each in (states, before))
    return bool(now @ then < 0.0)


def _nodes(mesh: Array) -> Array:
    """Return the nodes of all intervals, (N DEGREE + 1,)."""
    inner = mesh[:-1, None] + np.diff(mesh)[:, None] * (np.arange(DEGREE) / DEGREE)
    return np.append(inner.ravel(), mesh[-1])


def _local(states: Array, n: int) -> Array:
    """Return the values at the nodes of each interval, (N, DEGREE + 1, ...)."""
    places = np.arange(n)[:, None] * DEGREE + np.arange(DEGREE + 1)
    return np.asarray(states[places])


def _gathered(local: Array, n: int) -> Array:
    """Add the contributions of all intervals at shared nodes: the transpose of ``_local``."""
    out = np.zeros((n * DEGREE + 1, *local.shape[2:]))
    np.add.at(out, np.arange(n)[:, None] * DEGREE + np.arange(DEGREE + 1), local)
    return out


def _moved(states: Array, mesh: Array, new: Array) -> Array:
    """Return the collocation polynomials of ``mesh`` evaluated at the nodes of ``new``."""
    at = _nodes(new)
    n = mesh.size - 1
    interval = np.clip(np.searchsorted(mesh, at, side="right") - 1, 0, n - 1)
    values, _ = _basis((at - mesh[interval]) / np.diff(mesh)[interval])
    places = interval[:, None] * DEGREE + np.arange(DEGREE + 1)
    return np.asarray(np.einsum("pk,pks->ps", values, states[places]))
