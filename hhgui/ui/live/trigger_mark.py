"""Mark the trigger of sweeps in the plot of V, where it can be dragged."""

from typing import ClassVar

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from hhgui.ui.live.state import BEFORE, LEVEL
from hhgui.ui.live.trigger import MOST_BEFORE, VOLTAGE, Trigger
from hhgui.ui.widgets.theme import LIGHT, Theme

_SIZE = 7.0  # px, half the width of a triangle
_GRIP = 4.0  # px around it where the mouse takes hold


class TriggerMark(pg.GraphicsObject):
    """A triangle above the time of the trigger, and one at the level of V that triggers.

    ``dragged(level, before)``: Emitted while the user drags a triangle, with the level (mV) and the
    time before the trigger (ms).
    """

    dragged = Signal(float, float)
    _cursors: ClassVar = {
        "time": Qt.CursorShape.SizeHorCursor,
        "level": Qt.CursorShape.SizeVerCursor,
    }

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setZValue(35)
        self._view = view
        self._trigger: Trigger | None = None
        self._window = 1.0
        self._held: str | None = None
        self._size = _SIZE
        self._bounds = QRectF()
        self.set_theme(LIGHT)
        self.hide()
        view.sigResized.connect(self._refresh)
        view.sigYRangeChanged.connect(self._refresh)

    def show_trigger(self, trigger: Trigger | None, window: float) -> None:
        """Mark a trigger, if ``window`` ms are visible; None hides the triangles."""
        self._trigger, self._window = trigger, window
        self.setVisible(trigger is not None)
        self._refresh()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set the colour; a ``scale`` above 1 enlarges the triangles."""
        self._color, self._size = QColor(theme.accent), _SIZE * scale
        self._refresh()

    @property
    def corners(self) -> dict[str, list[QPointF]]:
        """Return the corners (px of the view) of the triangles named "time" and "level"."""
        trigger, half = self._trigger, self._size
        if trigger is None:
            return {}
        x = trigger.pre_trigger(self._window) / self._window * self._view.width()
        found = {"time": [QPointF(x - half, 0.0), QPointF(x + half, 0.0), QPointF(x, 1.5 * half)]}
        if trigger.settings.source == VOLTAGE:
            low, high = self._view.viewRange()[1]
            y = (high - trigger.settings.level) / (high - low) * self._view.height()
            found["level"] = [
                QPointF(0.0, y - half), QPointF(0.0, y + half), QPointF(1.5 * half, y),
            ]  # fmt: skip
        return found

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._bounds

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        for points in self.corners.values():
            path.addRect(_around(points))
        return path

    def paint(self, painter: QPainter, *_args: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        for points in self.corners.values():
            painter.drawPolygon(QPolygonF(points))

    def hoverEvent(self, event: HoverEvent) -> None:
        held = None if event.isExit() else self._at(event.pos())
        if held is not None and event.acceptDrags(Qt.MouseButton.LeftButton):
            self.setCursor(self._cursors[held])
        else:
            self.unsetCursor()

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._trigger is None:
            event.ignore()
            return
        if event.isStart():
            self._held = self._at(event.buttonDownPos())
        if self._held is None:
            event.ignore()
            return
        event.accept()
        settings, at = self._trigger.settings, event.pos()
        level, before = settings.level, settings.before_ms
        if self._held == "time":
            fraction = min(max(at.x() / max(self._view.width(), 1.0), 0.0), MOST_BEFORE)
            before = min(round(fraction * self._window, 1), BEFORE.maximum)
        else:
            low, high = self._view.viewRange()[1]
            level = high - at.y() / max(self._view.height(), 1.0) * (high - low)
            level = min(max(round(level), LEVEL.minimum), LEVEL.maximum)
        self.dragged.emit(float(level), float(before))

    def _at(self, place: QPointF) -> str | None:
        """Return the name of the triangle at a position (px), or None."""
        found = (name for name, points in self.corners.items() if _around(points).contains(place))
        return next(found, None)

    def _refresh(self, *_args: object) -> None:
        self.prepareGeometryChange()
        # no larger than the triangles: what is not hit by a sweep's new pixels is not painted
        self._bounds = QRectF()
        for points in self.corners.values():
            self._bounds = self._bounds.united(_around(points))
        self.update()


def _around(points: list[QPointF]) -> QRectF:
    return QPolygonF(points).boundingRect().adjusted(-_GRIP, -_GRIP, _GRIP, _GRIP)
