"""Provide the parts of every plot: a view that can be zoomed, grid lines, curves and fonts."""

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Signal
from PySide6.QtGui import QFont, QPainter, QPen, QTransform
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneResizeEvent,
    QGraphicsSceneWheelEvent,
)

# The spread of a Stroke that looks about three pixels wide.
THICK = 0.8


def scaled_font(scale: float) -> QFont:
    """Return the application's font with its size multiplied by ``scale``."""
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    return font


class ZoomViewBox(pg.ViewBox):
    """A view that zooms x with the wheel, and y with the wheel over the value axis.

    A double click resets both.
    """

    reset_requested = Signal()

    def __init__(self) -> None:
        self._bounds = QRectF()
        super().__init__(enableMenu=False)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._bounds  # Qt asks some ten times in each frame

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        self._bounds = super().boundingRect()
        super().resizeEvent(event)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        super().wheelEvent(event, 0 if axis is None else axis)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reset_requested.emit()
        event.accept()


class GridLines(QGraphicsItem):
    """Faint lines across a view as one item, since separate items cost a third of a frame.

    fractions: where the lines are, as fractions of the height, from 0 (top) to 1 (bottom).
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        # Not the constructor's parent: the view's itemChange, which is Python, would be given an
        # item that is not yet made, and PySide would keep a second owner of it.
        self.setParentItem(view)
        self._view = view
        self.pen = pg.mkPen("#888888")
        self.fractions: list[float] = []
        self._lines: list[QLineF] = []
        self._lines_for: tuple[QRectF, list[float]] = QRectF(), []
        self.setZValue(-50)  # above the view's background, below its curves

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, *_args: object) -> None:
        rect = self._view.rect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen)
        if (rect, self.fractions) != self._lines_for:  # they stand still in most frames
            self._lines_for = rect, self.fractions
            places = [rect.top() + fraction * rect.height() for fraction in self.fractions]
            self._lines = [QLineF(rect.left(), y, rect.right(), y) for y in places]
        painter.drawLines(self._lines)


class Stroke(NamedTuple):
    """How a curve is drawn: a pen of one pixel, and the distance (px) at which it is repeated.

    A distance of 0 means a single line.
    """

    pen: QPen
    spread: float = 0.0


class StrokedCurve(pg.PlotCurveItem):
    """A curve whose thick line is drawn as several lines of one pixel beside each other.

    A wide antialiased pen costs twenty times as much, and a dash pattern even more, which is too
    much if the curve, or anything above it, is painted in every frame.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.spread = 0.0

    def set_stroke(self, stroke: Stroke) -> None:
        """Set the stroke and redraw the curve."""
        self.spread = stroke.spread
        self.setPen(stroke.pen)

    def dataBounds(  # noqa: N802
        self, ax: int, frac: float = 1.0, orthoRange: object = None
    ) -> tuple[float | None, float | None]:
        """Return the lowest and highest value along an axis, None for a curve of NaN alone.

        Of such a curve pyqtgraph lets NumPy warn, and silences it in a way that another thread can
        undo.
        """
        values = self.getData()[ax]
        if values is None or not np.isfinite(values).any():
            return None, None
        return super().dataBounds(ax, frac, orthoRange)

    def paint(self, painter: QPainter, *args: object) -> None:
        if self.spread == 0.0:
            super().paint(painter, *args)
            return
        transform = painter.transform()
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            shift = QTransform.fromTranslate(dx * self.spread, dy * self.spread)
            painter.setTransform(transform * shift)
            super().paint(painter, *args)
        painter.setTransform(transform)
