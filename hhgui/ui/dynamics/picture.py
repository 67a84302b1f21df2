"""Describe what the right half of the tab draws: lines, dots and places to point at.

A diagram and the curves in the plane of two numbers each make a picture of what has come of them;
plot, table, figure and kept diagrams take it from there.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Range = tuple[float, float]


class Line(NamedTuple):
    """A line of a picture, (n,) in the units of its axes: what it is of, its hue of the theme.

    column: begins its header in a table; dashed: whether it is of what is unstable, or of folds.
    """

    name: str
    column: str
    x: Array
    y: Array
    hue: str
    dashed: bool = False


class Dot(NamedTuple):
    """A special point: its place, its name, its numbers as texts, and how it is filled."""

    x: float
    y: float
    name: str
    numbers: tuple[str, ...] = ()
    filled: float = 1.0


class Spots(NamedTuple):
    """Places to point at: ``x`` (n,) and ``y`` (k, n), all of one column of one thing."""

    x: Array
    y: Array
    words: Callable[[int], str]
    things: Sequence[object] = ()


class Picture(NamedTuple):
    """What is drawn over a number ``across``, and its usual ranges.

    up: "V", "rate", "period" or the second number; limits: the farthest that y can be moved.
    """

    across: str
    up: str
    lines: Sequence[Line]
    dots: Sequence[Dot]
    spots: Spots
    x_range: Range
    y_range: Range
    limits: Range

    @property
    def axes(self) -> tuple[str, str]:
        """Return what is drawn against what; pictures of the same axes can be laid over others."""
        return self.across, self.up

    @property
    def names(self) -> dict[str, Line]:
        """Return the first line of each name, for a key."""
        found: dict[str, Line] = {}
        for line in self.lines:
            found.setdefault(line.name, line)
        return found


class Rows(NamedTuple):
    """A table of texts: its headings and rows, a text for each column."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


def number_text(value: float | None, factor: float = 1.0) -> str:
    """Return a number of a table, "" for None."""
    return "" if value is None else f"{factor * value:.6g}"
