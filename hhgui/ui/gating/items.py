"""Mark the voltage of the live neuron in the gating plots."""

from collections.abc import Sequence
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem


class Dot(NamedTuple):
    """A dot on a curve: its height in units of the axis, its colour and its radius (px)."""

    height: float
    color: QColor
    radius: float


class LiveMarker(QGraphicsItem):
    """A vertical line at the voltage of the live neuron, with a dot on every curve.

    A move, which happens in every frame, repaints two narrow strips and not the whole plot.
    """

    _HALF_STRIP = 8.0

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self._view = view
        self.voltage: float | None = None
        self.dots: Sequence[Dot] = ()
        self.line_pen, self.rim_pen = QPen(), QPen()
        self.setZValue(30)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def move_to(self, voltage: float | None, dots: Sequence[Dot]) -> None:
        """Show the marker at this voltage (mV); None hides it."""
        before = self.voltage
        self.voltage, self.dots = voltage, dots
        for each in (before, voltage):
            if each is not None:
                self.update(self._strip(each))

    def _strip(self, voltage: float) -> QRectF:
        """Return the strip (px) that the marker covers at a voltage (mV)."""
        rect = self.boundingRect()
        left = self._across(voltage) - self._HALF_STRIP
        return QRectF(left, rect.top(), 2 * self._HALF_STRIP, rect.height())

    def _across(self, voltage: float) -> float:
        """Return the x (px) of a voltage (mV)."""
        low, high = self._view.viewRange()[0]
        rect = self._view.rect()
        return rect.left() + (voltage - low) / (high - low) * rect.width()

    def paint(self, painter: QPainter, *_args: object) -> None:
        if self.voltage is None:
            return
        rect, (low, high) = self._view.rect(), self._view.viewRange()[1]
        x = self._across(self.voltage)
        if not rect.left() <= x <= rect.right():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.line_pen)
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        painter.setPen(self.rim_pen)
        for dot in self.dots:
            if low <= dot.height <= high:
                y = rect.bottom() - (dot.height - low) / (high - low) * rect.height()
                painter.setBrush(dot.color)
                painter.drawEllipse(QPointF(x, y), dot.radius, dot.radius)
