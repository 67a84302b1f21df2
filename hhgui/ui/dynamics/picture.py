"""Describe what a diagram draws: lines, dots, and spots that can be pointed at.

Both a bifurcation diagram and the curves in the plane of two numbers are made into a picture; plot,
table, figure and kept diagrams use only that.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Range = tuple[float, float]


class Line(NamedTuple):
    """A line of a picture, (n,) in units of its axes.

    name: what it is, in the legend. column: the beginning of its headers in a table. hue: the name
    of its colour in the theme. dashed: whether it is of something unstable, or of folds.
    """

    name: str
    column: str
    x: Array
    y: Array
    hue: str
    dashed: bool = False


class Dot(NamedTuple):
    """A special point of a picture.

    numbers: its numbers as texts. filled: the part of its disc that is filled, 0 to 1.
    """

    x: float
    y: float
    name: str
    numbers: tuple[str, ...] = ()
    filled: float = 1.0


class Spots(NamedTuple):
    """Positions that can be pointed at: x (n,) and y (k, n), a column per thing.

    words: returns the text for the thing with an index. things: what they are, such as cycles.
    """

    x: Array
    y: Array
    words: Callable[[int], str]
    things: Sequence[object] = ()


class Picture(NamedTuple):
    """What a diagram draws over the number ``across``, and its usual ranges.

    up: what its y axis is: "V", "rate", "period" or a second number. limits: the range beyond which
    y cannot be moved.
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
        """Return what the two axes are.

        Pictures with the same axes can be drawn over each other.
        """
        return self.across, self.up

    @property
    def names(self) -> dict[str, Line]:
        """Return the first line of each name, for a legend."""
        found: dict[str, Line] = {}
        for line in self.lines:
            found.setdefault(line.name, line)
        return found


class Rows(NamedTuple):
    """A table of texts: its headings, and for each row a text per column."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


def number_text(value: float | None, factor: float = 1.0) -> str:
    """Return ``factor`` times a number as the text of a cell, "" for None."""
    return "" if value is None else f"{factor * value:.6g}"
