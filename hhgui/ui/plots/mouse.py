"""Provide plots that show values at the mouse."""

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QTimer
from PySide6.QtGui import QMouseEvent

_TICK_MS = 16  # of the display


class ReadByMouse(pg.GraphicsView):
    """A plot that receives the position of the mouse, at most once per frame of the display.

    pyqtgraph's sigMouseMoved is not used because it can leave out moves, even the last one.
    """

    def _watch_mouse(self, read: Callable[[QPoint], None], stop: Callable[[], None]) -> None:
        """Call ``read`` with the position in the widget, ``stop`` when the mouse has left it."""
        self._read, self._stop_reading = read, stop
        self._mouse = QPoint()
        self._mouse_timer = QTimer(self, interval=_TICK_MS, singleShot=True)
        self._mouse_timer.timeout.connect(self._read_now)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._mouse = event.position().toPoint()
        if not self._mouse_timer.isActive():
            self._mouse_timer.start()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse_timer.stop()
        self._stop_reading()

    def _read_now(self) -> None:
        self._read(self._mouse)
