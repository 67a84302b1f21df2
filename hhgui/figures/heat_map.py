"""Make the figure of a measure against two numbers: a heat map, filled in step by step."""

import math

import numpy as np
from numpy.typing import NDArray

from hhgui.experiments.contract import Measured, Plot
from hhgui.figures.figure import Contour, Figure, FigureImage, FigurePanel, edges_of
from hhgui.figures.labels import axis_label

Array = NDArray[np.float64]
_MOST_CONTOURS = 8
# A map with fewer pixels along a side than this has no contours.
_FEWEST = 4


def map_figure(measured: Measured, plot: Plot) -> Figure | None:
    """Return a heat map of one column of a measurement; None if it has no value yet.

    plot: gives the column and the values along both sides. Pixels are measured from coarse to fine;
    one that is missing shows the value of the next coarser pixel, and contours are those of the
    finest pixels of which none is missing.
    """
    assert plot.sides is not None
    columns = {c.key: c for c in measured.experiment.columns_for(measured.subject)}
    (x, across), (y, up) = (_rising(side.values) for side in plot.sides)
    raw = np.full(x.size * y.size, np.nan)
    there = np.zeros(raw.size, dtype=np.bool_)
    index = measured.rows.indices
    raw[index], there[index] = measured.rows.column(plot.color), True
    if not np.isfinite(raw).any():
        return None
    shape = y.size, x.size
    values, stride = _filled(raw.reshape(shape), there.reshape(shape))
    values = values[np.ix_(up, across)]
    logs = "x" in plot.log, "y" in plot.log
    contours: tuple[Contour, ...] = ()
    if stride:
        (own_x, own_across), (own_y, own_up) = (_rising(s.values[::stride]) for s in plot.sides)
        coarse = raw.reshape(shape)[::stride, ::stride][np.ix_(own_up, own_across)]
        contours = contours_of(own_x, own_y, coarse, logs)
    image = FigureImage(x, y, values, axis_label(columns[plot.color]), contours)
    (left, *_, right), (low, *_, high) = edges_of(x, logs[0]), edges_of(y, logs[1])
    panel = FigurePanel(
        axis_label(columns[plot.y[0]]), (low, high), (), logarithmic=logs[1], image=image
    )
    return Figure(
        plot.title, (panel,), axis_label(columns[plot.x]), (left, right), columns[plot.x].name,
        x_logarithmic=logs[0],
    )  # fmt: skip


def _rising(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the values in rising order, and their original indices."""
    order = np.argsort(values, kind="stable")
    return values[order], order


def _filled(values: Array, there: NDArray[np.bool_]) -> tuple[Array, int]:
    """Return the map with missing values taken from coarser pixels, and the finest whole stride.

    there: which pixels are measured. A stride n means every n-th pixel along both sides; the finest
    whole one is the smallest of which no pixel is missing, 0 if there is none.
    """
    filled, missing = values.copy(), ~there
    stride, finest = 1, 1 if there.all() else 0
    while stride < max(values.shape):
        stride *= 2
        if not finest and there[::stride, ::stride].all():
            finest = stride
        if missing.any():
            row, column = (each // stride * stride for each in np.nonzero(missing))
            filled[missing] = values[row, column]
            missing[missing] = ~there[row, column]
    return filled, finest


def contours_of(
    x: Array, y: Array, values: Array, logarithmic: tuple[bool, bool] = (False, False)
) -> tuple[Contour, ...]:
    """Return the contours of a map at a few round values.

    values: (rows, columns), at x (columns,) and y (rows,). logarithmic: whether the x and the y
    axis are.
    """
    from contourpy import contour_generator  # at the first map, not with the window

    known = values[np.isfinite(values)]
    if min(values.shape) < _FEWEST or not known.size or known.min() == known.max():
        return ()
    x_log, y_log = logarithmic
    lines = contour_generator(
        np.log(x) if x_log else x, np.log(y) if y_log else y, np.ma.masked_invalid(values)
    )
    found = []
    for level in _levels(float(known.min()), float(known.max())):
        pieces = [np.concatenate([piece, [[np.nan, np.nan]]]) for piece in lines.lines(level)]
        if pieces:
            own_x, own_y = np.concatenate(pieces).T
            found.append(Contour(
                level, np.exp(own_x) if x_log else own_x, np.exp(own_y) if y_log else own_y
            ))  # fmt: skip
    return tuple(found)


def _levels(low: float, high: float) -> list[float]:
    """Return a few round values between ``low`` and ``high``."""
    rough = (high - low) / _MOST_CONTOURS
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(each for each in (1.0, 2.0, 5.0, 10.0) if each * power >= rough * 0.999)
    first = math.floor(low / step) + 1
    levels = [round(step * number, 12) for number in range(first, math.ceil(high / step))]
    return [level for level in levels if low < level < high]
