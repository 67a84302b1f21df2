"""Split long work into several calls, so that the window can draw and respond between them."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget


class DeferredCalls(QObject):
    """Makes a sequence of calls, each in a pass of the event loop of its own.

    If ``parent`` is deleted, the remaining calls are not made.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._run_next)

    @property
    def busy(self) -> bool:
        """Return whether any calls remain to be made."""
        return bool(self._calls)

    def run(self, *calls: Callable[[], object]) -> None:
        """Schedule these calls; calls that remain from before are dropped."""
        self._calls = deque(calls)
        if calls:
            self._soon.start()
        else:
            self._soon.stop()

    @Slot()
    def _run_next(self) -> None:
        try:
            if self._calls:
                self._calls.popleft()()
        finally:  # the remaining calls run even if one raises
            if self._calls:
                self._soon.start()


def paint_again(window: QWidget) -> None:
    """Let a window be painted again after ``setUpdatesEnabled(False)``.

    Not by update(): if one was under way as updates were switched off, Qt still waits for it and
    the window would never be painted again.
    """
    window.setUpdatesEnabled(True)
    window.repaint()
