"""What workers share that compute one thing at a time, of which only the newest is wanted."""

import threading
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Signal

PROGRESS_EVERY_S = 0.1


class OneAtATime(QObject):
    """Numbers the orders. ``share_done(generation, share of the work)`` a few times a second."""

    share_done = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self._newest = 0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """End the order that runs, at once; may be called from any thread."""
        with self._lock:
            self._newest += 1

    def next_generation(self) -> int:
        """A number for a new order, which ends any other; may be called from any thread."""
        self.cancel()
        return self._newest

    def is_over(self, generation: int) -> bool:
        """Whether an order was cancelled, or a newer one came."""
        return generation != self._newest

    def progress_of(self, generation: int) -> Callable[[float], None]:
        """What tells ``share_done`` of an order, however often it is called."""
        told = 0.0

        def progress(share: float) -> None:
            nonlocal told
            if monotonic() - told > PROGRESS_EVERY_S:
                told = monotonic()
                self.share_done.emit(generation, share)

        return progress
