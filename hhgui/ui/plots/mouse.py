"""Plots that can be read with the mouse."""

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QTimer
from PySide6.QtGui import QMouseEvent

_TICK_MS = 16  # of the display


class ReadByMouse(pg.GraphicsView):
    """What a plot adds to its base class to be told where the mouse is, once a display tick.

    Not pyqtgraph's sigMouseMoved: it drops moves, maybe the last one.
    """

    def _watch_mouse(self, read: Callable[[QPoint], None], stop: Callable[[], None]) -> None:
        """Call ``read`` with the mouse's place in the widget, ``stop`` once it has left."""
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
