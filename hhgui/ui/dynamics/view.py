"""Handle the mouse on a phase plane: zoom both axes, move, click, drag the nullcline."""

from collections.abc import Callable

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QGraphicsSceneMouseEvent, QGraphicsSceneWheelEvent

from hhgui.ui.plots.items import ZoomViewBox


class PlaneView(ZoomViewBox):
    """A view that reports clicks and drags in units of the axes; other drags move the axes.

    ``clicked(x, y, shift)``: Emitted after a click, with whether Shift was held. ``dragged(x, y,
    first, last)``: Emitted while the nullcline is dragged, with whether the drag begins or ends.
    grabs: called when a drag begins, with the position (px); it returns whether the drag is of the
    nullcline.
    """

    clicked = Signal(float, float, bool)
    dragged = Signal(float, float, bool, bool)

    def __init__(self, grabs: Callable[[QPointF], bool]) -> None:
        super().__init__()
        self._grabs, self._grabbed = grabs, False

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        pg.ViewBox.wheelEvent(self, event, axis)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()  # its first click has already chosen a state

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or event.double():
            return
        place = self.mapToView(event.pos())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        event.accept()
        self.clicked.emit(place.x(), place.y(), shift)

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.isStart():
            self._grabbed = left and axis is None and self._grabs(event.buttonDownPos())
        if not self._grabbed:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        place = self.mapToView(event.pos())
        self.dragged.emit(place.x(), place.y(), event.isStart(), event.isFinish())
        if event.isFinish():
            self._grabbed = False
