"""Map one measure of the neuron against two of its numbers, from coarse to fine."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Block, Event, Row
from hhgui.experiments.measures import MAPPED, MEASURES, WHY_MISSING, driven, measured_of
from hhgui.experiments.settings import Grid, choice, grid, number, path
from hhgui.experiments.varied import column_of, with_number
from hhgui.model.parameter import ModelError

Ints = NDArray[np.int64]
# Every 16th pixel of a row and column first, then between them.
STRIDES = (16, 8, 4, 2, 1)
# The number of neurons that are measured between two events.
AT_A_TIME = 8192
MOST_PIXELS = 1_000_000


@dataclass(frozen=True)
class Map(Experiment):
    """One measure of the neuron against two of its numbers, pixel by pixel, from coarse to fine.

    The two numbers are of the neuron or of its stimulus, and the measures are the same as in the
    experiment "vary". Each run starts from the neuron's start state under the document's stimulus,
    or under a step of 10 µA/cm² if it has none.
    """

    id = "map"
    title = "Map of two numbers"
    group = "Compare"
    summary = "A heat map of one measure against two numbers."
    sketch = "1,4 8,6 14,10 23,12; 1,1 23,1 23,15 1,15 1,1; 9,1 15,4 23,6"

    x: str = path("number across", "Na.conductance", "The number along the x axis.")
    x_values: Grid = grid(
        "values across", "", 40.0, 200.0, 41, low=-1e6, high=1e6, option="x", help="Its values."
    )
    y: str = path("number up", "K.conductance", "The number along the y axis.")
    y_values: Grid = grid(
        "values up", "", 10.0, 70.0, 41, low=-1e6, high=1e6, option="y", help="Its values."
    )
    which: str = choice("measure", ("rate_Hz", *(m for m in MAPPED if m != "rate_Hz")),
                        "What is measured of each neuron.", option="measure")  # fmt: skip
    duration: float = number(
        "duration", "ms", 200.0, 0.0, 60_000.0, "How long each run is.", above=True
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        return (Column("x", "", self.x), Column("y", "", self.y), MEASURES[self.which])

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        under = driven(subject, self.duration)
        across, up = (column_of(key, under, getattr(self, key)) for key in ("x", "y"))
        return across, up, MEASURES[self.which]

    @property
    def plots(self) -> tuple[Plot, ...]:
        log = "".join(axis for axis, side in zip("xy", self.sides, strict=True) if side.log)
        color = MEASURES[self.which].key
        return (Plot("x", ("y",), log, "image", color=color, sides=self.sides),)

    @property
    def sides(self) -> tuple[Grid, Grid]:
        """Return the values along x and along y."""
        return self.x_values, self.y_values

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        across, up = (side.values for side in self.sides)
        if across.size * up.size > MOST_PIXELS:
            raise ModelError("x_values", f"a map has at most {MOST_PIXELS} pixels")
        for key, side in (("x_values", across), ("y_values", up)):
            if np.unique(side).size < side.size:
                raise ModelError(key, "the values along a side of a map must differ")
        if self.x == self.y:
            raise ModelError("y", "the numbers across and up must be different ones")
        under = driven(subject, self.duration)
        names, done = (self.which,), 0
        for pixels in _passes(across.size, up.size):
            for part in np.array_split(pixels, -(-pixels.size // AT_A_TIME)):
                x, y = across[part % across.size], up[part // across.size]
                found = measured_of(under, {self.x: x, self.y: y}, names, self.duration, cancelled)
                yield Block(part, {"x": x, "y": y, **found}, WHY_MISSING.get(self.which, ""))
                done += part.size
                progress(done / (across.size * up.size))

    @property
    def varied_paths(self) -> tuple[str, ...]:
        return self.x, self.y

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        x, y = row.values["x"], row.values["y"]
        if x is None or y is None:
            return None
        one = self.neuron(subject, x, y)
        return one.setup(one.stimulus, self.duration)

    def neuron(self, subject: Subject, x: float, y: float) -> Subject:
        """Return the subject at one pixel, its two numbers set to ``x`` and ``y``.

        Raises ModelError if it has no such numbers.
        """
        return with_number(with_number(driven(subject, self.duration), self.x, x), self.y, y)


def _passes(across: int, up: int) -> Iterator[Ints]:
    """Yield the indices of the pixels in several passes from coarse to fine.

    Pixels are counted row by row from 0; across, up: their number along x and along y.
    """
    done = np.zeros((up, across), dtype=np.bool_)
    for stride in STRIDES:
        now = np.zeros_like(done)
        now[::stride, ::stride] = True
        pixels = np.flatnonzero(now & ~done)
        if pixels.size:
            yield pixels
        done |= now
