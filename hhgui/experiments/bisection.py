"""Thresholds by bisection: where a yes-or-no answer of an experiment changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Answer = Callable[[float], bool]


class NoThresholdError(ValueError):
    """The answer is the same over the whole range that was searched."""


@dataclass(frozen=True)
class Bracket:
    """A value at which the answer was no, and one at which it was yes."""

    no: float
    yes: float

    @property
    def middle(self) -> float:
        """The best guess: half-way."""
        return 0.5 * (self.no + self.yes)

    @property
    def width(self) -> float:
        """How far apart the two values are."""
        return abs(self.yes - self.no)


def narrowed(answer: Answer, no: float, yes: float, tolerance: float) -> Iterator[Bracket]:
    """Ever narrower brackets, each half the one before, until one is within ``tolerance``.

    ``answer`` is asked once per bracket and believed at the ends. Raises ValueError if
    ``tolerance`` is not above 0.
    """
    if not tolerance > 0.0:
        raise ValueError(f"tolerance must be above 0, not {tolerance:g}")
    bracket = Bracket(no, yes)
    while bracket.width > tolerance and bracket.middle not in (bracket.no, bracket.yes):
        middle = bracket.middle
        bracket = Bracket(bracket.no, middle) if answer(middle) else Bracket(middle, bracket.yes)
        yield bracket


def bisect(answer: Answer, no: float, yes: float, tolerance: float) -> float:
    """Where ``answer`` changes between ``no`` and ``yes``, within ``tolerance`` / 2.

    Raises NoThresholdError if it is yes at ``no`` or no at ``yes``.
    """
    if answer(no) or not answer(yes):
        raise NoThresholdError(f"the answer does not change from {no:g} to {yes:g}")
    return [Bracket(no, yes), *narrowed(answer, no, yes, tolerance)][-1].middle


def bisect_upwards(answer: Answer, guess: float, most: float, tolerance: float) -> float:
    """Where ``answer`` turns from no at 0 to yes above it, as ``bisect``.

    An upper bound is found by doubling ``guess``, up to ``most``. Raises NoThresholdError if the
    answer is yes at 0, or still no at ``most``.
    """
    if answer(0.0):
        raise NoThresholdError("the answer is yes without any stimulus")
    low, high = 0.0, min(guess, most)
    while not answer(high):
        if high >= most:
            raise NoThresholdError(f"the answer is still no at {most:g}")
        low, high = high, min(2.0 * high, most)
    return [Bracket(low, high), *narrowed(answer, low, high, tolerance)][-1].middle
