"""Find every value in a range at which a yes-or-no result changes, many ranges side by side.

Bisection alone assumes a single change. Thresholds need not have one: a strong current blocks
firing, and a long one fires only in an interval. Therefore the whole range is scanned first, and
each change is then narrowed; the values of all ranges are tried together.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# answer(problem, value): for each pair whether the result is yes, both of shape (tried,)
Answer = Callable[[NDArray[np.int64], Array], NDArray[np.bool_]]
LANES = 64


@dataclass(frozen=True)
class Change:
    """One change of the result, between two neighbouring values that were tried.

    problem: the index of the range. before, after: the two values. rises: whether the result goes
    from no to yes as the value rises.
    """

    problem: int
    before: float
    after: float
    rises: bool

    @property
    def value(self) -> float:
        """Return the midpoint of the two values, the best estimate."""
        return 0.5 * (self.before + self.after)


@dataclass(frozen=True)
class Asked:
    """Values that were tried together, and their results, as arrays of one shape.

    problem: the index of the range to which each belongs. value: the value. yes: its result.
    """

    problem: NDArray[np.int64]
    value: Array
    yes: NDArray[np.bool_]


def changes(
    answer: Answer,
    grids: Array,
    tolerance: float,
    *,
    at_once: int = LANES,
    first_only: bool = True,
) -> Iterator[Asked | tuple[Change, ...]]:
    """Search every change of a yes-or-no result over one or more ranges of values.

    answer(problem, value): returns the result for each value of a range. grids: (problems, values),
    the rising values to scan in each range; two changes between neighbouring values are not seen.
    tolerance: the relative accuracy to which a change is narrowed. at_once: how many values are
    tried together; 1 means bisection. first_only: whether to look only for the lowest change from
    no to yes in each range. Yields the trials, and last the changes.
    """
    problems, size = grids.shape
    numbers = np.repeat(np.arange(problems), size)
    yes = answer(numbers, grids.ravel())
    yield Asked(numbers, grids.ravel(), yes)
    found = list(_seen(grids, yes.reshape(grids.shape), first_only))
    while wide := [i for i, change in enumerate(found) if _is_wide(change, tolerance)]:
        inside = max(1, at_once // len(wide)) if at_once > 1 else 1
        if at_once > 1:
            inside = max(inside, 3)
        values = np.array([
            np.linspace(found[i].before, found[i].after, inside + 2)[1:-1] for i in wide
        ])  # fmt: skip
        numbers = np.repeat([found[i].problem for i in wide], inside)
        yes = answer(numbers, values.ravel())
        yield Asked(numbers, values.ravel(), yes)
        for place, asked, answers in zip(wide, values, yes.reshape(values.shape), strict=True):
            found[place] = _narrowed(found[place], asked, answers)
    yield tuple(found)


def all_changes(
    answer: Answer, grids: Array, tolerance: float, *, at_once: int = LANES,
    first_only: bool = True,
) -> tuple[Change, ...]:  # fmt: skip
    """Return only the changes that ``changes`` finds, which explains the arguments."""
    last: Asked | tuple[Change, ...] = ()
    for step in changes(answer, grids, tolerance, at_once=at_once, first_only=first_only):
        last = step
    assert isinstance(last, tuple)
    return last


def _seen(grids: Array, yes: NDArray[np.bool_], first_only: bool) -> Iterator[Change]:
    """Yield the changes between neighbouring values of the scan.

    grids, yes: the values and their results, (problems, values). first_only: as in ``changes``.
    """
    for problem, (values, answers) in enumerate(zip(grids, yes, strict=True)):
        for at in np.flatnonzero(answers[1:] != answers[:-1]).tolist():
            rises = bool(answers[at + 1])
            if rises or not first_only:
                yield Change(problem, float(values[at]), float(values[at + 1]), rises)
            if rises and first_only:
                break


def _is_wide(change: Change, tolerance: float) -> bool:
    """Return whether a change must be narrowed further; tolerance: as in ``changes``."""
    middle = change.value
    if middle in (change.before, change.after):
        return False
    return change.after - change.before > tolerance * max(abs(change.after), abs(change.before))


def _narrowed(change: Change, values: Array, yes: NDArray[np.bool_]) -> Change:
    """Return the change narrowed to the first part of its interval that has such a change.

    values, yes: values tried within the interval, and their results.
    """
    edges = np.concatenate([[change.before], values, [change.after]])
    answers = np.concatenate([[not change.rises], yes, [change.rises]])
    at = int(np.flatnonzero((answers[1:] == change.rises) & (answers[:-1] != change.rises))[0])
    return Change(change.problem, float(edges[at]), float(edges[at + 1]), change.rises)
