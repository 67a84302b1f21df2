"""Map one measure of the neuron against two of its numbers, from coarse to fine."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Event,
    Experiment,
    Plot,
    ReportProgress,
    Row,
    Subject,
)
from hhgui.experiments.measures import MAPPED, MEASURES, Measurement, driven
from hhgui.experiments.settings import Grid, choice, grid, number, path
from hhgui.experiments.variants import Variants
from hhgui.model.edit import with_value
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
# Every 16th pixel of a row and column first, then between them.
STRIDES = (16, 8, 4, 2, 1)
# The number of neurons that are measured between two events.
AT_A_TIME = 8192
MOST_PIXELS = 1_000_000


@dataclass(frozen=True)
class Map(Experiment):
    """One measure of the neuron against two of its numbers, pixel by pixel, coarse to fine.

    Each run starts from the neuron's start state under the document's stimulus, or under a step of
    10 µA/cm² if it has none. The measures are those of ``vary``.
    """

    id = "map"
    title = "Map of two numbers"
    group = "Compare"
    summary = "A heat map of one measure against two numbers of the neuron."

    x: str = path("number across", "Na.conductance", "The number along the x axis.")
    x_values: Grid = grid(
        "values across", "", 40.0, 200.0, 50, low=-1e6, high=1e6, option="x", help="Its values."
    )
    y: str = path("number up", "K.conductance", "The number along the y axis.")
    y_values: Grid = grid(
        "values up", "", 10.0, 70.0, 50, low=-1e6, high=1e6, option="y", help="Its values."
    )
    which: str = choice("measure", ("rate_Hz", *(m for m in MAPPED if m != "rate_Hz")),
                        "What is measured of each neuron.", option="measure")  # fmt: skip
    duration: float = number(
        "duration", "ms", 200.0, 0.0, 60_000.0, "How long each run is.", above=True
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        return (Column("x", "", self.x), Column("y", "", self.y), MEASURES[self.which])

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Plot("x", ("y",), style="image", color=MEASURES[self.which].key),)

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        across, up = self.x_values.values, self.y_values.values
        if across.size * up.size > MOST_PIXELS:
            raise ModelError("x_values", f"a map has at most {MOST_PIXELS} pixels")
        if self.x == self.y:
            raise ModelError("y", "the two numbers of a map must differ")
        measurement = Measurement(driven(subject, self.duration), self.duration, cancelled, _quiet)
        key, done = MEASURES[self.which].key, 0
        for pixels in _passes(across.size, up.size):
            for first in range(0, pixels.size, AT_A_TIME):
                part = pixels[first : first + AT_A_TIME]
                x, y = across[part % across.size], up[part // across.size]
                variants = Variants.by_path(measurement.subject.membrane, {self.x: x, self.y: y})
                found = measurement.measured((self.which,), variants, part.size)[key]
                for index, left, right, value in zip(
                    part.tolist(), x.tolist(), y.tolist(), found.tolist(), strict=True
                ):
                    yield Row(index, {"x": left, "y": right, key: value})
                done += part.size
                progress(done / (across.size * up.size))

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        x, y = row.values["x"], row.values["y"]
        if x is None or y is None:
            return None
        under = driven(subject, self.duration)
        membrane = with_value(with_value(under.membrane, self.x, x), self.y, y)
        return replace(under, membrane=membrane).setup(under.stimulus, self.duration)


def _passes(across: int, up: int) -> Iterator[Ints]:
    """Yield the numbers of the pixels in passes from coarse to fine, counted row by row from 0."""
    done = np.zeros((up, across), dtype=np.bool_)
    for stride in STRIDES:
        now = np.zeros_like(done)
        now[::stride, ::stride] = True
        yield np.flatnonzero(now & ~done)
        done |= now


def _quiet(fraction: float) -> None:
    """Ignore the progress within a part of a pass."""
