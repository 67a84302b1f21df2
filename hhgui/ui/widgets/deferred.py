"""Split long work into several calls, so that the window can draw and respond between them."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget


class _Passes:
    """Grants passes of the event loop, so that no two pieces of work fall into the same.

    Timeouts of several timers come in one pass, which they would together keep busy for too long.
    The pass after a granted one is left to painting.
    """

    def __init__(self) -> None:
        self._to_wait = 0

    def take(self) -> bool:
        """Return whether the caller may work in this pass; if not, it asks in the next one."""
        if self._to_wait:
            return False
        self._to_wait = 2
        QTimer.singleShot(0, self._count)
        return True

    def _count(self) -> None:
        self._to_wait -= 1
        if self._to_wait:
            QTimer.singleShot(0, self._count)


_PASSES = _Passes()  # those of the only event loop that draws


class DeferredCalls(QObject):
    """Makes a sequence of calls, each in its own pass of the event loop.

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
    def finish(self) -> None:
        """Make the remaining calls at once, before something that depends on all of them."""
        while self._calls:
            self._calls.popleft()()

    @Slot()
    def _run_next(self) -> None:
        try:
            if self._calls and _PASSES.take():
                self._calls.popleft()()
        finally:  # the remaining calls run even if one raises
            if self._calls:
                self._soon.start()


class DrawingTimer(QTimer):
    """Tells a plot to draw, a little later and once for all that changes until then.

    ``due()``: Emitted in a pass of the event loop in which nothing else is drawn.
    """

    due = Signal()

    def __init__(self, parent: QObject, delay: int) -> None:
        """Create a timer that does not run yet; delay: at least so long (ms) until the drawing."""
        super().__init__(parent, singleShot=True)
        self._delay = delay
        self.timeout.connect(self._try)

    def begin(self) -> None:
        """Start the timer unless it runs already."""
        if not self.isActive():
            self.start(self._delay)

    @Slot()
    def _try(self) -> None:
        if _PASSES.take():
            self.due.emit()
        else:
            self.start(0)


def paint_again(window: QWidget) -> None:
    """Let a window be painted again after ``setUpdatesEnabled(False)``.

    Not by update(): if one was under way as updates were switched off, Qt still waits for it and
    the window would never be painted again.
    """
    window.setUpdatesEnabled(True)
    window.repaint()


def lay_out_now() -> None:
    """Handle the layouts and updates that wait, so that what has just been shown is painted once.

    A painting that is due already would come before them, and all would be painted again.
    """
    for kind in (QEvent.Type.LayoutRequest, QEvent.Type.UpdateLater):
        QCoreApplication.sendPostedEvents(None, kind)
