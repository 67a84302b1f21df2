"""Draw the lines of the measuring cursors over all plots, as one item that is cheap to draw.

A line is placed at a fraction of the plots' width, not at a time, so that it stands still while
traces run.
"""

from collections.abc import Sequence

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QApplication

from hhgui.ui.widgets.theme import LIGHT, Theme

NAMES = ("A", "B")
_GRIP = 5.0  # pixels beside a line where the mouse takes hold of it


class CursorLines(pg.GraphicsObject):
    """Draws a line for each cursor through every plot, with its name on a flag at the top.

    ``dragged(which, fraction)``: Emitted while the user drags a line, with the index of the cursor
    and the fraction (0 to 1) of the width.
    """

    dragged = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(1000)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._views: list[pg.ViewBox] = []
        self._rects: list[QRectF] = []
        self._fractions = [0.0, 0.0]
        self._held: int | None = None
        self._font = QFont()
        self.set_theme(LIGHT)

    def set_views(self, views: Sequence[pg.ViewBox]) -> None:
        """Set the views that the lines cross, from top to bottom."""
        self._views = list(views)
        self.fit()

    def fit(self, *_args: object) -> None:
        """Update the lines after the plots have been moved or resized."""
        rects = [view.sceneBoundingRect() for view in self._views]
        if rects != self._rects:
            self.prepareGeometryChange()
            self._rects = rects
            self.update()

    def set_fractions(self, fractions: Sequence[float]) -> None:
        """Place the lines at these fractions of the width; lines outside 0 to 1 are hidden."""
        if list(fractions) != self._fractions:
            self._fractions = list(fractions)
            self.update()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set the colours of lines and flags; a ``scale`` above 1 makes them thicker."""
        self._color, self._ink = QColor(theme.accent), QColor(theme.plot_background)
        self._width = 2 if scale > 1.0 else 1
        self._font = QApplication.font()
        self._font.setPointSizeF(self._font.pointSizeF() * 0.9 * scale)
        self._font.setBold(True)
        self.update()

    def fraction_at(self, position: QPointF) -> float | None:
        """Return the fraction (0 to 1) of the width at a position of the scene.

        Outside the plots it is None.
        """
        if not any(rect.contains(position) for rect in self._rects):
            return None
        return self._fraction_of(position)

    def line_at(self, position: QPointF) -> int | None:
        """Return the index of the line that can be dragged at a position of the scene, or None."""
        reach = {abs(self._x(at) - position.x()): i for i, at in enumerate(self._fractions)}
        distance = min(reach)
        inside = self._rects and self.boundingRect().contains(position)
        return reach[distance] if inside and distance <= _GRIP else None

    def boundingRect(self) -> QRectF:  # noqa: N802
        whole = QRectF()
        for rect in self._rects:
            whole = whole.united(rect)
        return whole

    def shape(self) -> QPainterPath:
        path, whole = QPainterPath(), self.boundingRect()
        for fraction in self._fractions:
            if self._rects and 0.0 <= fraction <= 1.0:
                path.addRect(self._x(fraction) - _GRIP, whole.top(), 2.0 * _GRIP, whole.height())
        return path

    def paint(self, painter: QPainter, *_args: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        dashes = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
        for fraction, name, dash in zip(self._fractions, NAMES, dashes, strict=True):
            if 0.0 <= fraction <= 1.0:
                painter.setPen(QPen(self._color, self._width, dash))
                x = round(self._x(fraction))
                for rect in self._rects:
                    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
                self._paint_flag(painter, x, name)

    def hoverEvent(self, event: HoverEvent) -> None:
        if not event.isExit() and self.line_at(event.scenePos()) is not None:
            event.acceptDrags(Qt.MouseButton.LeftButton)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if event.isStart():
            self._held = self.line_at(event.buttonDownScenePos())
        if self._held is None:
            event.ignore()
            return
        event.accept()
        self.dragged.emit(self._held, min(max(self._fraction_of(event.scenePos()), 0.0), 1.0))

    def _paint_flag(self, painter: QPainter, x: float, name: str) -> None:
        """Draw the flag with the cursor's name; x: of its line (px)."""
        metrics = QFontMetricsF(self._font)
        width, height = metrics.horizontalAdvance(name) + 8.0, metrics.height()
        top = self._rects[0].top()
        left = min(x, self._rects[0].right() - width)  # the last one would stick out
        flag = QRectF(left, top, width, height)
        painter.fillRect(flag, self._color)
        painter.setFont(self._font)
        painter.setPen(self._ink)
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, name)

    def _x(self, fraction: float) -> float:
        """Return the x (px) of a fraction of the width."""
        rect = self._rects[0] if self._rects else QRectF()
        return rect.left() + fraction * rect.width()

    def _fraction_of(self, position: QPointF) -> float:
        """Return the fraction of the width at a position of the scene; it may be outside 0 to 1."""
        rect = self._rects[0] if self._rects else QRectF()
        return (position.x() - rect.left()) / (rect.width() or 1.0)
