"""Paints a figure on anything a QPainter paints on, in points: black axes on white."""

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen, QTransform

from hhgui.ui.figures.figure import Figure, FigureCurve
from hhgui.ui.figures.layout import (
    LEGEND_ROW,
    LINE,
    MARGIN,
    SAMPLE,
    TICK,
    TICK_GAP,
    Layout,
    PlacedPanel,
    label_room,
    placed,
)
from hhgui.ui.figures.text import Lettering
from hhgui.ui.figures.thinning import simplified, visible_points
from hhgui.ui.figures.ticks import tick_texts

INK = QColor("#1c2126")
LINE_WIDTH = 0.15  # of the font size: 1.2 pt at 8 pt
AXIS_WIDTH = 0.09
TITLE_SIZE = 1.1
# Two columns a point are finer than any line drawn here.
COLUMNS_PER_POINT = 2.0
_TOLERANCE = 0.02  # points by which a line may be straightened
# In line widths: dash, gap, dash, gap.
_PATTERNS = {"dash": [4.0, 2.0], "dash-dot": [5.0, 1.8, 1.2, 1.8], "dot": [1.2, 1.6]}
_CIRCLE, _CROSS = 0.22, 0.3  # radii, of the font size
_MOST_MARKERS = 400  # more would only be a thick line
# The raster engine's work grows with the square of a path's length, and it keeps the interpreter.
_PIECE = 4

Array = NDArray[np.float64]


def paint_figure(painter: QPainter, figure: Figure, size: QSizeF, font_size: float = 8.0) -> None:
    """Paint a figure of ``size`` from the origin, on white, in points of the painter's system.

    Curves are thinned to what can be seen, their extremes kept; lines are 0.15 font sizes wide.
    """
    text, bold = Lettering(font_size), Lettering(TITLE_SIZE * font_size, bold=True)
    layout = placed(figure, size, text, bold)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    words = [*_title(layout, text, bold), *_x_words(figure, layout, text)]
    for panel in layout.panels:
        for curve in panel.panel.curves:
            _paint_curve(painter, curve, panel, figure.x_range, font_size)
        _paint_legend(painter, panel, font_size)
        _paint_axes(painter, panel, figure, layout, font_size)
        words += _panel_words(panel, layout, text)
    for word in words:
        painter.fillPath(word, INK)


# Words


def _title(layout: Layout, text: Lettering, bold: Lettering) -> Iterator[QPainterPath]:
    baseline = MARGIN * text.size + 0.85 * bold.size
    for line in layout.title:
        yield bold.outline(line, MARGIN * text.size, baseline)
        baseline += LINE * bold.size


def _panel_words(panel: PlacedPanel, layout: Layout, text: Lettering) -> Iterator[QPainterPath]:
    """The y ticks' texts, the y label along the axis, the legend's names."""
    em, axes = text.size, panel.axes
    right = axes.left() - (TICK + TICK_GAP) * em
    for value, label in panel.ticks:
        y = _to_y(np.array([value]), panel)[0]
        yield text.outline(label, right, y + 0.35 * em, share=1.0)
    yield from _y_label(panel, layout.label_x, text)
    for _, name, at in panel.legend:
        yield text.outline(name, at.x() + (SAMPLE + 0.5) * em, at.y() + 0.95 * em)


def _y_label(panel: PlacedPanel, x: float, text: Lettering) -> Iterator[QPainterPath]:
    """The label turned upwards, in its lines; smaller where the panel is too low for it."""
    room = label_room(panel.axes, text.size)
    turned = QTransform.fromTranslate(x, panel.axes.center().y()).rotate(-90.0)
    for number, line in enumerate(panel.label):
        fitting = min(1.0, room / max(text.width(line), 1e-9))
        middle = (number - (len(panel.label) - 1) / 2.0) * LINE * text.size
        outline = text.outline(line, 0.0, 0.35 * text.size, share=0.5)
        shift = QTransform.fromTranslate(0.0, middle).scale(fitting, fitting)
        yield (shift * turned).map(outline)


def _x_words(figure: Figure, layout: Layout, text: Lettering) -> Iterator[QPainterPath]:
    em, axes = text.size, layout.panels[-1].axes
    baseline = axes.bottom() + (TICK + TICK_GAP + 0.75) * em
    for value, label in zip(layout.x_ticks, tick_texts(list(layout.x_ticks)), strict=True):
        x = _to_x(np.array([value]), axes, figure.x_range)[0]
        yield text.outline(label, x, baseline, share=0.5)
    yield text.outline(figure.x_label, axes.center().x(), baseline + 1.5 * em, share=0.5)


# Lines


def _paint_axes(
    painter: QPainter, panel: PlacedPanel, figure: Figure, layout: Layout, em: float
) -> None:
    """Left and bottom line with their ticks."""
    axes, tick, path = panel.axes, TICK * em, QPainterPath()
    path.moveTo(axes.topLeft())
    path.lineTo(axes.bottomLeft())
    path.lineTo(axes.bottomRight())
    for y in _to_y(np.array([value for value, _ in panel.ticks]), panel):
        path.moveTo(axes.left(), y)
        path.lineTo(axes.left() - tick, y)
    for x in _to_x(np.array(layout.x_ticks), axes, figure.x_range):
        path.moveTo(x, axes.bottom())
        path.lineTo(x, axes.bottom() + tick)
    pen = QPen(INK, AXIS_WIDTH * em)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.strokePath(path, pen)


def _paint_curve(
    painter: QPainter, curve: FigureCurve, panel: PlacedPanel, x_range: tuple[float, float],
    em: float,
) -> None:  # fmt: skip
    axes = panel.axes
    columns = int(axes.width() * COLUMNS_PER_POINT)
    heights = panel.panel.on_axis(curve.y)
    x, y = visible_points(curve.x, heights, x_range, panel.panel.axis_range, columns)
    x, y = _to_x(x, axes, x_range), _to_y(y, panel)
    there = np.isfinite(x) & np.isfinite(y)
    if curve.dash != "none":
        _stroke(painter, *simplified(x, y, _TOLERANCE), _pen(curve, em))
    if curve.marker and (np.count_nonzero(there) <= _MOST_MARKERS or curve.dash == "none"):
        keep = slice(None, None, -(-np.count_nonzero(there) // _MOST_MARKERS) or 1)
        _paint_markers(painter, curve, x[there][keep], y[there][keep], em)


def _stroke(painter: QPainter, x: Array, y: Array, pen: QPen) -> None:
    """A line with gaps at NaN: whole on vector devices, in short pieces on raster ones."""
    if x.size < 2:
        return
    if painter.paintEngine().type() == QPaintEngine.Type.SVG:
        painter.strokePath(pg.arrayToQPath(x, y, connect="finite"), pen)
        return
    lengths = np.hypot(np.diff(x), np.diff(y))
    run = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(lengths), lengths, 0.0))])
    dashed = pen.style() == Qt.PenStyle.CustomDashLine
    for first in range(0, x.size - 1, _PIECE):
        if dashed:
            pen.setDashOffset(run[first] / pen.widthF())
        piece = slice(first, first + _PIECE + 1)
        painter.strokePath(pg.arrayToQPath(x[piece], y[piece], connect="finite"), pen)


def _paint_markers(painter: QPainter, curve: FigureCurve, x: Array, y: Array, em: float) -> None:
    if curve.marker == "circle":
        painter.setPen(QPen(QColor("white"), 0.06 * em))
        painter.setBrush(QColor(curve.color))
        for at in map(QPointF, x, y):
            painter.drawEllipse(at, _CIRCLE * em, _CIRCLE * em)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    painter.setPen(QPen(QColor(curve.color), 0.75 * LINE_WIDTH * em))
    arm = QPointF(_CROSS * em, _CROSS * em)
    turned = QPointF(arm.x(), -arm.y())
    for at in map(QPointF, x, y):
        painter.drawLine(at - arm, at + arm)
        painter.drawLine(at - turned, at + turned)


def _paint_legend(painter: QPainter, panel: PlacedPanel, em: float) -> None:
    """A sample of each curve's line before its name."""
    for row, _, at in panel.legend:
        curve = panel.panel.curves[row]
        y = at.y() + LEGEND_ROW * em / 2.0 - 0.08 * em
        x = np.array([at.x(), at.x() + SAMPLE * em])
        if curve.dash != "none":
            _stroke(painter, x, np.array([y, y]), _pen(curve, em))
        if curve.marker:
            _paint_markers(painter, curve, x.mean(keepdims=True), np.array([y]), em)


def _pen(curve: FigureCurve, em: float) -> QPen:
    pen = QPen(QColor(curve.color), curve.width * LINE_WIDTH * em)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if curve.dash in _PATTERNS:
        pen.setDashPattern(_PATTERNS[curve.dash])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    else:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _to_x(x: Array, axes: QRectF, x_range: tuple[float, float]) -> Array:
    low, high = x_range
    return np.asarray(axes.left() + (x - low) / (high - low) * axes.width())


def _to_y(y: Array, panel: PlacedPanel) -> Array:
    low, high = panel.panel.axis_range
    return np.asarray(panel.axes.bottom() - (y - low) / (high - low) * panel.axes.height())
