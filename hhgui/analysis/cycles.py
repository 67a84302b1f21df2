"""Compute limit cycles by orthogonal collocation, and follow them along a parameter.

A cycle y(t) with period T solves dy/dtau = T f(y, p), y(0) = y(1), tau = t/T. On each of N
intervals of tau it is a polynomial of degree 4 that obeys the equation at four Gauss points. An
integral phase condition fixes where on the cycle tau = 0 is, and a pseudo-arclength condition lets
the branch of cycles turn around folds (Doedel, Keller & Kernevez 1991, Int. J. Bifurcation Chaos
1:745). ``engine.collocation`` solves the linear equations. The transitions, the matrices that lead
from the start of one interval to the next, give the Floquet multipliers.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.system import Dynamics
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
DEGREE = 4
INTERVALS = 60
_ITERATIONS = 7
_PRECISION = 1e-8
_WELL_CONDITIONED, _SWEEPS, _CONVERGED = 1e5, 6, 1e-6
_SCALE_T, _SMALLEST_STEP, _LARGEST_STEP, _FIRST_STEP = 20.0, 1e-7, 0.35, 0.01
_ADAPT_EVERY = 3
_COARSE, _WRONG, _MOST_INTERVALS = 2e-5, 1e-3, 240
_POINT, _EXACT, _NEAR_ONE, _ERRORS = 1e-6, 1e-3, 0.05, 4.0
MANY_TIMES, _VERTICAL = 20.0, 1e-7
_MOST_CYCLES = 2000


def _basis(points: Array) -> tuple[Array, Array]:
    """Return values and slopes of Lagrange's polynomials at ``points``, (points, DEGREE + 1) each.

    The polynomials have equidistant nodes in 0..1; points: (points,).
    """
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
    """A limit cycle of a system with ``size`` states, V first.

    states: (N DEGREE + 1, size), the state at each node. mesh: (N + 1,), the ends of the N
    intervals, from 0 to 1. period: ms. parameter: the value of the parameter. multipliers: (size,),
    the Floquet multipliers, one of which is 1. tangent: the direction of the branch there, of
    length 1 in the scale of the branch.
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
        return growth(self) < 0.0

    @property
    def times(self) -> Array:
        """Return the times (ms) of the nodes, from 0 to the period."""
        return self.period * _nodes(self.mesh)

    def extremes(self) -> tuple[float, float]:
        """Return the lowest and the highest value of the first state (V in mV) along the cycle."""
        fine = np.linspace(0.0, 1.0, 33)
        values = _basis(fine)[0] @ _local(self.states[:, 0], self.mesh.size - 1).T
        return float(values.min()), float(values.max())


@dataclass(frozen=True, eq=False)
class Direction:
    """A change of a cycle: of its states, (N DEGREE + 1, size), of its period and its parameter."""

    states: Array
    period: float
    parameter: float


class Branch:
    """The branch of limit cycles that starts at a Hopf point.

    reason: why the branch ended, "" before. shortest: the shortest period (ms) so far.
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
        """Prepare the branch at a Hopf point; ``cycles`` computes it.

        system: the equations. equilibrium: (size,), the state at the Hopf point. parameter: its
        value there. mode: (size,), the eigenvector of the eigenvalue i omega (omega in 1/ms).
        within: the range of the parameter, at whose ends the branch ends. scale: (size,), and
        parameter_scale: what counts as a large change of each state and of the parameter. longest:
        the period (ms) at which the branch ends. intervals: their number at first.
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
        """Return the cycle between two neighbouring ones at which the parameter turns around.

        Returns None if Newton's method does not converge, or if the turn is only an error of the
        mesh, as occurs near a homoclinic orbit, where the parameter hardly changes along the
        branch. To find out, the mesh is made twice as fine: it is an error if there is no turn
        then, or if the parameter is moved as much as the turn moves it. The branch itself is not
        changed.
        """
        with self._on(before.mesh, before.states):
            found = self._between(before, after, lambda cycle: cycle.tangent.parameter)
            if found is None or before.period < MANY_TIMES * self.shortest:
                return found
            finer = [self._refined(each) for each in (before, after)]
        if finer[0] is None or finer[1] is None or not _turns(finer[0], finer[1]):
            return None
        ends = before.parameter, after.parameter
        error = max(abs(fine.parameter - p) for fine, p in zip(finer, ends, strict=True) if fine)
        turn = min(abs(found.parameter - p) for p in ends)
        return found if turn > _ERRORS * error else None

    def doubling_between(self, before: Cycle, after: Cycle) -> Cycle | None:
        """Return the cycle between two neighbouring ones at which the period doubles, or None.

        There a Floquet multiplier is -1. The branch itself is not changed.
        """
        with self._on(before.mesh, before.states):
            found = self._between(before, after, doubling)
            if found is None or _misses(found, -1.0) > _EXACT:
                return None
            if _misses(found, 1.0) < _EXACT:
                return found
            # far along a branch errors hide the multiplier of 1, and then others change signs
            finer = self._refined(before), self._refined(after)
        if finer[0] is None or finer[1] is None or doubling(finer[0]) * doubling(finer[1]) >= 0.0:
            return None
        if max(_misses(each, 1.0) for each in finer if each) > _NEAR_ONE:
            return None
        with self._on(finer[0].mesh, finer[0].states):
            found = self._between(finer[0], finer[1], doubling)
        if found is None or _misses(found, -1.0) > _EXACT or _misses(found, 1.0) > _NEAR_ONE:
            return None
        return found

    def torus_between(self, before: Cycle, after: Cycle) -> Cycle | None:
        """Return the cycle between two neighbouring ones at which a torus branches off, or None.

        There a complex pair of Floquet multipliers has the size 1. The branch itself is not
        changed.
        """
        with self._on(before.mesh, before.states):
            found = self._between(before, after, growth)
        if found is None or abs(growth(found)) > _EXACT:
            return None
        critical = np.abs(np.abs(found.multipliers) - 1.0) < _EXACT
        return found if np.abs(found.multipliers.imag[critical]).max() > _EXACT else None

    @contextmanager
    def _on(self, mesh: Array, reference: Array) -> Iterator[None]:
        """Use another mesh inside a ``with`` block, and return to the present one afterwards.

        reference: the cycle, at the nodes of that mesh, to which the phase condition refers.
        """
        kept = self._mesh, self._reference
        self._mesh, self._reference = mesh, reference
        try:
            yield
        finally:
            self._mesh, self._reference = kept

    def _refined(self, cycle: Cycle) -> Cycle | None:
        """Return a cycle computed again on a mesh of twice as many intervals, or None."""
        old = cycle.mesh
        mesh = np.sort(np.concatenate([old, 0.5 * (old[:-1] + old[1:])]))
        states, along = (_moved(each, old, mesh) for each in (cycle.states, cycle.tangent.states))
        with self._on(mesh, states):
            tangent = self._unit(replace(cycle.tangent, states=along), cycle.period)
            start = replace(cycle, states=states, mesh=mesh, tangent=tangent)
            return self._corrected(start, 0.0)[0]

    def _between(
        self, before: Cycle, after: Cycle, measure: Callable[[Cycle], float]
    ) -> Cycle | None:
        """Return the cycle between two neighbouring ones at which ``measure`` is 0, or None.

        measure(cycle): a number with different signs at the two.
        """
        low, high = 0.0, self._distance(before, after)
        value_low, value_high = measure(before), measure(after)
        best, side = None, 0
        for _ in range(40):
            # regula falsi, kept away from the ends; an end that stays twice counts half (Illinois)
            part = value_low / (value_low - value_high)
            at = low + (high - low) * min(max(part, 0.01), 0.99)
            found, _ = self._corrected(before, at)
            if found is None:
                return best
            best, value = found, measure(found)
            if abs(value) < 1e-7 or high - low < 1e-10:
                break
            if (value > 0.0) == (value_low > 0.0):
                low, value_low = at, value
                value_high *= 0.5 if side < 0 else 1.0
                side = -1
            else:
                high, value_high = at, value
                value_low *= 0.5 if side > 0 else 1.0
                side = 1
        return best

    def _ends(self, cycle: Cycle, count: int) -> bool:
        """Return whether the branch ends at this cycle; if so, set ``reason``.

        count: the number of cycles so far.
        """
        low, high = self._within
        if not low <= cycle.parameter <= high:
            self.reason = "left the range of the parameter"
        elif cycle.period > self._longest or self._is_vertical(cycle):
            self.reason = "period"
        elif count >= _MOST_CYCLES:
            self.reason = f"{_MOST_CYCLES} cycles did not reach its end"
        return bool(self.reason)

    def _is_point(self, cycle: Cycle) -> bool:
        """Return whether the cycle has shrunk to an equilibrium; its period is arbitrary then."""
        return bool((np.ptp(cycle.states, axis=0) < _POINT * self._scale).all())

    def _is_vertical(self, cycle: Cycle) -> bool:
        """Return whether the period grows at a constant parameter, as near a homoclinic orbit."""
        along = cycle.tangent
        if cycle.period < MANY_TIMES * self.shortest or along.period <= 0.0:
            return False
        return abs(along.parameter) * cycle.period < _VERTICAL * self._p_scale * along.period

    def _corrected(self, start: Cycle, step: float) -> tuple[Cycle | None, int]:
        """Return the cycle one step along the tangent from ``start``, by Newton's method.

        step: in the scale of the branch. Returns None instead of the cycle if it does not converge;
        the second value is the number of iterations.
        """
        along, conditions = start.tangent, self._conditions(start)
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
                        states, period, parameter, start, step, conditions
                    )
            except ModelError:
                return None, iteration  # the parameter is beyond what is allowed
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
            if not size < 1e3:  # NaN too: the equations have no unique solution
                return None, iteration
        return None, _ITERATIONS

    def _newton(
        self, states: Array, period: float, parameter: float, start: Cycle, step: float,
        conditions: tuple[Array, Array],
    ) -> tuple[Direction, Direction, Array]:  # fmt: skip
        """Return a Newton step, the direction of the branch, and the transitions (N, size, size).

        states, period, parameter: the present approximation. start, step: see ``_corrected``.
        conditions: from ``_conditions``.
        """
        from hhgui.engine.collocation import condense  # numba is loaded in a worker only

        n, size = self._n, states.shape[1]
        local = _local(states, n)  # (n, DEGREE + 1, size)
        flat = np.matmul(_VALUES, local).reshape(-1, size)
        f, slopes, by_parameter = self._system.linearised(flat, parameter)
        # the nodes after the first of each interval, by its first node, T, p and the residual
        solved = condense(
            states, np.diff(self._mesh), period, _VALUES, _SLOPES, f.reshape(n, DEGREE, size),
            slopes.reshape(n, DEGREE, size, size), by_parameter.reshape(n, DEGREE, size),
        )  # fmt: skip
        return self._solve(solved, states, period, parameter, start, step, conditions)

    def _solve(
        self, solved: Array, states: Array, period: float, parameter: float, start: Cycle,
        step: float, conditions: tuple[Array, Array],
    ) -> tuple[Direction, Direction, Array]:  # fmt: skip
        """Solve the equations of a Newton step, whose inner points ``solved`` has eliminated.

        The other arguments and the result are those of ``_newton``.
        """
        from hhgui.engine.collocation import close

        size = states.shape[1]
        last = solved[:, -size:]  # the end node of each interval
        phase, arc = conditions
        along, t_scale, p_scale = start.tangent, _period_scale(start.period), self._p_scale
        parts = [_condition(each, solved) for each in conditions]
        weights, columns = (np.array(part) for part in zip(*parts, strict=True))
        inner, right = columns[:, :2].copy(), np.zeros((2, 2))
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
        transitions = np.ascontiguousarray(last[:, :, :size])
        residuals = np.stack([last[:, :, -1], np.zeros_like(last[:, :, -1])], axis=2)
        by_u = np.ascontiguousarray(last[:, :, size:-1])
        firsts, along_branch = close(transitions, by_u, residuals, weights, inner, right)
        change = _expanded(firsts[..., 0], along_branch[:, 0], solved, with_residual=True)
        onward = _expanded(firsts[..., 1], along_branch[:, 1], solved, with_residual=False)
        return change, onward, transitions

    def _conditions(self, start: Cycle) -> tuple[Array, Array]:
        """Return the weights of the phase and of the arclength condition, (nodes, size) each."""
        n, h = self._n, np.diff(self._mesh)
        reference = np.einsum("gk,nks->ngs", _SLOPES, _local(self._reference, n))
        tangent = np.einsum("gk,nks->ngs", _VALUES, _local(start.tangent.states, n))
        weights = _WEIGHTS[None, :, None] / self._scale**2
        phase = np.einsum("ngs,gk->nks", reference * weights, _VALUES)
        arc = np.einsum("ngs,gk->nks", tangent * weights * h[:, None, None], _VALUES)
        return _gathered(phase, n), _gathered(arc, n)

    def _unit(self, direction: Direction, period: float) -> Direction:
        """Return the direction scaled to length 1 in the scale of the branch; period: ms."""
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
        """Return how far cycle ``after`` is from ``before`` along the tangent of ``before``."""
        moved = _moved(after.states, after.mesh, before.mesh)
        arc = self._conditions(before)[1]
        along = before.tangent
        return float(
            (arc * (moved - before.states)).sum()
            + (after.period - before.period) * along.period / _period_scale(before.period) ** 2
            + (after.parameter - before.parameter) * along.parameter / self._p_scale**2
        )

    def _adapt(self) -> bool:
        """Move the intervals of the mesh to where the cycle bends most (de Boor 1974).

        If that is not enough, their number is doubled. Returns False if the mesh cannot resolve the
        cycle, whose extremes and multipliers would be wrong.
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


def _turns(before: Cycle, after: Cycle) -> bool:
    """Return whether the parameter turns around between two cycles of a branch."""
    return before.tangent.parameter * after.tangent.parameter < 0.0


def _misses(cycle: Cycle, value: float) -> float:
    """Return the distance of the nearest Floquet multiplier of a cycle from ``value``."""
    return float(np.abs(cycle.multipliers - value).min())


def growth(cycle: Cycle) -> float:
    """Return the logarithm of the size of the largest Floquet multiplier but the trivial one.

    It is negative if the cycle is stable.
    """
    trivial = int(np.abs(cycle.multipliers - 1.0).argmin())
    return float(np.log(np.abs(np.delete(cycle.multipliers, trivial)).max() + 1e-300))


def doubling(cycle: Cycle) -> float:
    """Return a number, of size below 1, that changes its sign where a multiplier passes -1."""
    trivial = int(np.abs(cycle.multipliers - 1.0).argmin())
    others = np.delete(cycle.multipliers, trivial) + 1.0
    # each factor by itself: their product may overflow
    return float(np.prod(others / (1.0 + np.abs(others))).real)


def _condition(weight: Array, solved: Array) -> tuple[Array, Array]:
    """Write sum(weight * change of the states) in terms of the first nodes of intervals, T and p.

    weight: (nodes, size). solved: how the other nodes depend on these. Returns the weights of the
    first nodes, (n, size), and the coefficients of T and of p and a constant, (3,).
    """
    n, size = solved.shape[0], weight.shape[1]
    inner = _local(weight, n)[:, 1:]  # each node once: the end belongs to its interval
    parts = np.einsum("nw,nwc->nc", inner.reshape(n, -1), solved)
    firsts = parts[:, :size].copy()
    firsts[0] += weight[0]
    return firsts, parts[:, size:].sum(axis=0)


def _expanded(firsts: Array, rest: Array, solved: Array, with_residual: bool) -> Direction:
    """Return the change at every node, from that of the intervals' first nodes and of T and p.

    firsts: (n, size). rest: (2,), the change of T and of p. solved: as in ``_condition``.
    with_residual: whether the constant part is added.
    """
    size = firsts.shape[1]
    period, parameter = rest.tolist()
    inner = np.einsum("nws,ns->nw", solved[:, :, :size], firsts) + solved[:, :, size:-1] @ rest
    if with_residual:
        inner = inner + solved[:, :, -1]
    return Direction(np.concatenate([firsts[:1], inner.reshape(-1, size)]), period, parameter)


def multipliers(transitions: Array) -> NDArray[np.complex128]:
    """Return the Floquet multipliers, (size,), of the transitions (N, size, size).

    They are the eigenvalues of the product of the transitions. Where their sizes differ so much
    that the product would lose the small ones, they are computed from its Schur form, which
    orthogonal iteration along the cycle finds without forming the product; what has not converged
    is taken two by two, as complex pairs are.
    """
    from hhgui.engine.collocation import schur

    transitions = _grouped(transitions)
    size = transitions.shape[1]
    if transitions.shape[0] == 1:
        return np.asarray(np.linalg.eigvals(transitions[0]).astype(np.complex128))
    turn, logs, skew = schur(transitions, _SWEEPS)
    found, place = np.empty(size, dtype=np.complex128), 0
    while place < size:
        one = slice(place, place + 1)
        if place + 1 < size and abs(turn[place + 1, place]) > _CONVERGED:
            one = slice(place, place + 2)
        ratios = np.exp(np.clip(logs[one] - logs[place], -700.0, 700.0))
        upper = np.diag(ratios)
        if one.stop - one.start == 2:
            upper[0, 1] = skew[place]
        found[one] = np.linalg.eigvals(turn[one, one] @ upper)
        found[one] *= np.exp(np.clip(logs[place], -700.0, 700.0))
        place = one.stop
    return found


def _grouped(transitions: Array) -> Array:
    """Return products of neighbouring transitions, as long as these lose no digits."""
    while transitions.shape[0] > 1:
        count = transitions.shape[0] // 2
        with np.errstate(over="ignore", invalid="ignore"):  # too large a product is not used
            pairs = transitions[1 : 2 * count : 2] @ transitions[0 : 2 * count : 2]
        if not np.abs(pairs).max() < _WELL_CONDITIONED:
            break
        transitions = np.concatenate([pairs, transitions[2 * count :]])
    return transitions


def _period_scale(period: float) -> float:
    """Return what counts as a large change of the period (ms); it grows with the period."""
    return max(_SCALE_T, period / 2.0)


def _turned(states: Array, before: Array) -> bool:
    """Return whether a cycle is the one before it, half a turn later."""
    now, then = (each[:, 0] - each[:, 0].mean() for each in (states, before))
    return bool(now @ then < 0.0)


def _nodes(mesh: Array) -> Array:
    """Return the positions (0 to 1) of the nodes of all intervals, (N DEGREE + 1,).

    mesh: (N + 1,), the ends of the intervals.
    """
    inner = mesh[:-1, None] + np.diff(mesh)[:, None] * (np.arange(DEGREE) / DEGREE)
    return np.append(inner.ravel(), mesh[-1])


def _local(states: Array, n: int) -> Array:
    """Return the values at the nodes of each of the n intervals, (n, DEGREE + 1, ...).

    states: (n DEGREE + 1, ...), at all nodes; the end of an interval is the start of the next.
    """
    places = np.arange(n)[:, None] * DEGREE + np.arange(DEGREE + 1)
    return np.asarray(states[places])


def _gathered(local: Array, n: int) -> Array:
    """Add the contributions of all intervals at shared nodes: the transpose of ``_local``."""
    out = np.zeros((n * DEGREE + 1, *local.shape[2:]))
    np.add.at(out, np.arange(n)[:, None] * DEGREE + np.arange(DEGREE + 1), local)
    return out


def _moved(states: Array, mesh: Array, new: Array) -> Array:
    """Return the states, given at the nodes of ``mesh``, at the nodes of the mesh ``new``."""
    at = _nodes(new)
    n = mesh.size - 1
    interval = np.clip(np.searchsorted(mesh, at, side="right") - 1, 0, n - 1)
    values, _ = _basis((at - mesh[interval]) / np.diff(mesh)[interval])
    places = interval[:, None] * DEGREE + np.arange(DEGREE + 1)
    return np.asarray(np.einsum("pk,pks->ps", values, states[places]))
