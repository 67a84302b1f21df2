"""The Integrators tab: several methods on one protocol, run in a thread of their own."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.document import Document
from hhgui.document.setup import Setup, Trial
from hhgui.jobs.comparison_worker import ComparisonWorker
from hhgui.ui.editor import Editor
from hhgui.ui.integrators.tab import IntegratorsTab


class ComparisonWiring(QObject):
    """Owns the comparison worker. ``ordered``: the order to it."""

    ordered = Signal(int, object)

    def __init__(self, tab: IntegratorsTab, editor: Editor) -> None:
        super().__init__()
        self._tab, self._editor = tab, editor
        self._threshold = 0.0
        self.worker = worker = ComparisonWorker()
        tab.compare_requested.connect(self._compare)
        editor.document_changed.connect(self._on_document_changed)
        tab.cancel_requested.connect(self.cancel)
        self.ordered.connect(worker.run)
        worker.result_ready.connect(tab.add_result)
        worker.share_done.connect(tab.show_share)
        worker.comparison_finished.connect(tab.finish)

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show what a protocol compares, and run it; the document has its neuron already."""
        self._threshold = setup.threshold
        self.worker.cancel()
        self._tab.show_setup(setup)
        if runs:
            self._tab.start()

    @Slot()
    def cancel(self) -> None:
        """End what runs."""
        self.worker.cancel()

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if before.base.id != after.base.id:
            self._threshold = 0.0  # a protocol's own ends with it

    @Slot(float, object)
    def _compare(self, duration: float, trials: tuple[Trial, ...]) -> None:
        setup = replace(
            self._editor.document.setup(duration), trials=trials, threshold=self._threshold
        )
        generation = self.worker.next_generation()
        self._tab.begin(generation, setup)
        self.ordered.emit(generation, setup)
