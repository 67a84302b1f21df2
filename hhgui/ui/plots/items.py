"""What every plot is made of: a view that the wheel zooms, an axis, grid lines, a curve, type."""

import math
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QFont, QPainter, QPen, QTransform
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
)

# The spread of a Stroke that looks about three pixels wide.
THICK = 0.8


def scaled_font(scale: float) -> QFont:
    """The application's type, so many times as large."""
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    return font


class ZoomViewBox(pg.ViewBox):
    """A view whose wheel zooms x; over the value axis it zooms values. A double click resets."""

    reset_asked = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        super().wheelEvent(event, 0 if axis is None else axis)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reset_asked.emit()
        event.accept()


class GridLines(QGraphicsItem):
    """Faint lines across a view: one item, where a line item each would cost a third of a frame.

    shares: where the lines are, from 0 at the top of the view to 1 at its bottom.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view)
        self._view = view
        self.pen = pg.mkPen("#888888")
        self.shares: list[float] = []
        self.setZValue(-50)  # above the view's background, below its curves

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, *_args: object) -> None:
        rect = self._view.rect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen)
        for share in self.shares:
            y = rect.top() + share * rect.height()
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))


class PlainAxis(pg.AxisItem):
    """An axis that writes large numbers out: 3 512 400, not 3.5124e+06."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not values or max(abs(v) for v in values) < 10_000.0:
            return super().tickStrings(values, scale, spacing)
        digits = max(0, math.ceil(-math.log10(spacing * scale)))
        return [f"{v * scale:,.{digits}f}".replace(",", "\u202f") for v in values]


class LogAxis(PlainAxis):
    """An axis that, where it is logarithmic, labels 1, 2 and 5 of each decade as plain numbers."""

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        return [f"{10.0**v:.4g}" if _is_labelled(10.0**v) else "" for v in values]


def _is_labelled(value: float) -> bool:
    leading = value / 10.0 ** math.floor(math.log10(value) + 1e-9)
    return any(abs(leading - digit) < 1e-6 for digit in (1.0, 2.0, 5.0))


class Stroke(NamedTuple):
    """A pen one pixel wide, and how far apart (pixels) it draws to look thick; 0: once."""

    pen: QPen
    spread: float = 0.0


class StrokedCurve(pg.PlotCurveItem):
    """A curve that looks thick by strokes of a 1-pixel pen beside each other.

    A wide antialiased pen costs twenty times as much, and a dash pattern even more: too much where
    the curve, or what lies over it, is painted in every frame.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.spread = 0.0

    def set_stroke(self, stroke: Stroke) -> None:
        """Draw with this from now on."""
        self.spread = stroke.spread
        self.setPen(stroke.pen)

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
