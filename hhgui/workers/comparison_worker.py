"""The comparison's thread: iterates the integrators side by side and tells each result."""

import threading
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.experiments.comparison import compare_integrators
from hhgui.experiments.setup import Setup
from hhgui.failures import report
from hhgui.model.parameter import ModelError

PROGRESS_EVERY_S = 0.1


class ComparisonWorker(QObject):
    """Runs one comparison at a time.

    result_ready(generation, TrialResult); comparison_finished(generation, message), message "" when
    complete; share_done(generation, share of the work) a few times a second.
    """

    result_ready = Signal(int, object)
    comparison_finished = Signal(int, str)
    share_done = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self._newest = 0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """End the comparison that runs, at once; may be called from any thread."""
        with self._lock:
            self._newest += 1

    def next_generation(self) -> int:
        """A number for a new comparison, which ends any other; may be called from any thread."""
        self.cancel()
        return self._newest

    @Slot(int, object)
    def run(self, generation: int, setup: Setup) -> None:
        """Compute and tell every result, until done or cancelled."""

        def cancelled() -> bool:
            return generation != self._newest

        told = 0.0

        def progress(share: float) -> None:
            nonlocal told
            if monotonic() - told > PROGRESS_EVERY_S:
                told = monotonic()
                self.share_done.emit(generation, share)

        try:
            for result in compare_integrators(setup, cancelled, progress):
                if cancelled():
                    break
                self.result_ready.emit(generation, result)
        except ModelError as error:
            self.comparison_finished.emit(generation, str(error))
            return
        except Exception as error:  # whatever it is, the tab must not wait for ever
            report(error, tell=False)
            self.comparison_finished.emit(generation, f"the comparison failed: {error!r}")
            return
        self.comparison_finished.emit(generation, "cancelled" if cancelled() else "")
