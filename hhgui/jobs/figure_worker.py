"""The figures' thread: paints and writes one picture or table at a time."""

import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.failures import report
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled

Job = Callable[[Callable[[], bool]], object]
CANCELLED = "cancelled; nothing was written"


class FigureWorker(QObject):
    """Runs jobs: callables that are given ``cancelled()`` and whose result is told.

    job_done(number, result) or job_failed(number, message), always one of them. Numbers rise.
    """

    job_done = Signal(int, object)
    job_failed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._ended = 0  # jobs up to this number are not wanted any more
        self._lock = threading.Lock()

    def cancel(self, number: int = sys.maxsize) -> None:
        """End job ``number`` and those before it, or all; may be called from any thread."""
        with self._lock:
            self._ended = max(self._ended, number)

    @Slot(int, object)
    def run(self, number: int, job: Job) -> None:
        """Run a job and tell how it ended."""

        def cancelled() -> bool:
            return number <= self._ended

        try:
            if cancelled():
                raise Cancelled
            result = job(cancelled)
        except Cancelled:
            self.job_failed.emit(number, CANCELLED)
        except WriteError as error:
            self.job_failed.emit(number, str(error))
        except Exception as error:  # whatever it is, the dialog must not wait for ever
            report(error, tell=False)
            self.job_failed.emit(number, f"the figure could not be made: {error!r}")
        else:
            self.job_done.emit(number, result)
