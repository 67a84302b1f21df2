"""The Integrators tab: several methods on one protocol, run in a thread of their own."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Slot

from hhgui.document.document import Document
from hhgui.document.setup import Setup, Trial
from hhgui.experiments.comparison import compare_integrators
from hhgui.jobs.runner import Outcome, Runner
from hhgui.ui.editor import Editor
from hhgui.ui.integrators.tab import IntegratorsTab


class ComparisonWiring(QObject):
    """Owns the runner of comparisons."""

    def __init__(self, tab: IntegratorsTab, editor: Editor) -> None:
        super().__init__()
        self._tab, self._editor = tab, editor
        self._threshold = 0.0
        self.runner = Runner("comparison")
        tab.compare_requested.connect(self._compare)
        tab.cancel_requested.connect(self.runner.cancel)
        editor.document_changed.connect(self._on_document_changed)

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show what a protocol compares, and run it; the document has its neuron already."""
        self._threshold = setup.threshold
        self.runner.cancel()
        self._tab.show_setup(setup)
        if runs:
            self._tab.start()

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if before.base.id != after.base.id:
            self._threshold = 0.0  # a protocol's own ends with it

    @Slot(float, object)
    def _compare(self, duration: float, trials: tuple[Trial, ...]) -> None:
        setup = replace(
            self._editor.document.setup(duration), trials=trials, threshold=self._threshold
        )
        tab = self._tab
        tab.begin(setup)
        job = self.runner.start(partial(compare_integrators, setup), "the comparison failed")
        job.results_ready.connect(tab.add_results)
        job.progressed.connect(tab.show_progress)
        job.finished.connect(self._finish)

    @Slot(object)
    def _finish(self, outcome: Outcome) -> None:
        self._tab.finish(outcome.message)
