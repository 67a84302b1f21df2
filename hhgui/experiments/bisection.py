"""Find thresholds by bisection: values at which the yes-or-no result of an experiment changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Answer = Callable[[float], bool]


class NoThresholdError(ValueError):
    """Raised when the result is the same over the whole search range."""


@dataclass(frozen=True)
class Bracket:
    """A value with the result "no" and a value with the result "yes"."""

    no: float
    yes: float

    @property
    def middle(self) -> float:
        """Return the midpoint, the best estimate of the threshold."""
        return 0.5 * (self.no + self.yes)

    @property
    def width(self) -> float:
        """Return the distance between the two values."""
        return abs(self.yes - self.no)


def narrowed(answer: Answer, no: float, yes: float, tolerance: float) -> Iterator[Bracket]:
    """Yield brackets, each half as wide as the one before, until one is within ``tolerance``.

    ``answer`` is called once per bracket and not at the ends. Raises ValueError if ``tolerance`` is
    not above 0.
    """
    if not tolerance > 0.0:
        raise ValueError(f"tolerance must be above 0, not {tolerance:g}")
    bracket = Bracket(no, yes)
    while bracket.width > tolerance and bracket.middle not in (bracket.no, bracket.yes):
        middle = bracket.middle
        bracket = Bracket(bracket.no, middle) if answer(middle) else Bracket(middle, bracket.yes)
        yield bracket


def bisect(answer: Answer, no: float, yes: float, tolerance: float) -> float:
    """Return the value between ``no`` and ``yes`` at which ``answer`` changes.

    Raises NoThresholdError if it is yes at ``no`` or no at ``yes``.
    """
    if answer(no) or not answer(yes):
        raise NoThresholdError(f"the answer does not change from {no:g} to {yes:g}")
    return [Bracket(no, yes), *narrowed(answer, no, yes, tolerance)][-1].middle


def bisect_upwards(answer: Answer, guess: float, most: float, tolerance: float) -> float:
    """Return the value where ``answer`` changes from no at 0 to yes above it."""
    if answer(0.0):
        raise NoThresholdError("the answer is yes without any stimulus")
    low, high = 0.0, min(guess, most)
    while not answer(high):
        if high >= most:
            raise NoThresholdError(f"the answer is still no at {most:g}")
        low, high = high, min(2.0 * high, most)
    return [Bracket(low, high), *narrowed(answer, low, high, tolerance)][-1].middle
