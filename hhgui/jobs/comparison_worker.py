"""The comparison's thread: iterates the integrators side by side and tells each result."""

from PySide6.QtCore import Signal, Slot

from hhgui.document.setup import Setup
from hhgui.experiments.comparison import compare_integrators
from hhgui.failures import report
from hhgui.jobs.one_at_a_time import OneAtATime
from hhgui.model.parameter import ModelError


class ComparisonWorker(OneAtATime):
    """Runs one comparison at a time.

    result_ready(generation, TrialResult); comparison_finished(generation, message), message "" when
    complete; share_done(generation, share of the work) a few times a second.
    """

    result_ready = Signal(int, object)
    comparison_finished = Signal(int, str)

    @Slot(int, object)
    def run(self, generation: int, setup: Setup) -> None:
        """Compute and tell every result, until done or cancelled."""

        def cancelled() -> bool:
            return self.is_over(generation)

        progress = self.progress_of(generation)
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
