"""Work in pieces, so that the window draws and answers between them."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot


class Turns(QObject):
    """Calls one thing after the other, each in a turn of the event loop of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._take_turn)

    @property
    def busy(self) -> bool:
        """Whether some are still to be called."""
        return bool(self._calls)

    def take(self, *calls: Callable[[], object]) -> None:
        """Call these; those that still wait are dropped, for these come after them."""
        self._calls = deque(calls)
        self._soon.start()

    @Slot()
    def _take_turn(self) -> None:
        try:
            if self._calls:
                self._calls.popleft()()
        finally:  # one that fails must not leave the rest undone
            if self._calls:
                self._soon.start()
