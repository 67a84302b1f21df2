"""The Experiment tab: single runs and the marks of their spikes, in a thread of their own."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.document import Document
from hhgui.document.setup import Setup
from hhgui.experiments.single_run import SingleRun
from hhgui.jobs.experiment_worker import ExperimentWorker
from hhgui.ui.editor import Editor
from hhgui.ui.run.tab import ExperimentTab


class ExperimentWiring(QObject):
    """Owns the worker: an order ends the one before. Its own signals are the orders."""

    run_ordered = Signal(int, object)
    runs_ordered = Signal(int, object)
    marks_ordered = Signal(int, object, float, int)

    def __init__(self, tab: ExperimentTab, editor: Editor) -> None:
        super().__init__()
        self._tab, self._editor = tab, editor
        self._threshold = 0.0
        self.worker = worker = ExperimentWorker()
        tab.run_requested.connect(self._run)
        tab.marks_requested.connect(self._mark)
        tab.cancel_requested.connect(self.cancel)
        editor.document_changed.connect(self._on_document_changed)
        self.run_ordered.connect(worker.run)
        self.runs_ordered.connect(worker.run_all)
        self.marks_ordered.connect(worker.mark)
        worker.run_ready.connect(tab.show_run)
        worker.runs_ready.connect(tab.note_change)
        worker.marks_ready.connect(tab.show_marks)
        worker.marks_finished.connect(tab.finish_marks)
        worker.failed.connect(tab.fail)

    def show_setup(self, setup: Setup, _runs: bool) -> None:
        """Show and run what a protocol sets; the document has its neuron already."""
        self._threshold = setup.threshold
        self._tab.show_setup(setup)
        self._run()

    def run_all(self, setups: Sequence[Setup]) -> None:
        """Run a session's kept runs again; the worker's ``runs_ready`` has them.

        That ends the current run, if one is under way: it is run once they are there.
        """
        self.runs_ordered.emit(self.worker.next_generation(), tuple(setups))

    @Slot()
    def cancel(self) -> None:
        """End what runs."""
        self.worker.cancel()

    @Slot()
    def _run(self) -> None:
        setup = self._editor.document.setup(self._tab.duration)
        setup = replace(setup, threshold=self._threshold)
        generation = self.worker.next_generation()
        self._tab.begin(generation, setup)
        self.run_ordered.emit(generation, setup)

    @Slot(object, float, int)
    def _mark(self, run: SingleRun, rise: float, which: int) -> None:
        generation = self.worker.next_generation()
        self._tab.begin_marks(generation)
        self.marks_ordered.emit(generation, run, rise, which)

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if before.base.id != after.base.id:
            self._threshold = 0.0  # a protocol's own ends with it
        self._tab.note_change()
