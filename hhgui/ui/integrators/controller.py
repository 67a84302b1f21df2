"""Run a comparison of integration methods in another thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.experiments.comparison import Integrators
from hhgui.experiments.contract import Subject
from hhgui.jobs.runner import Outcome, Runner
from hhgui.ui.editor import Editor
from hhgui.ui.integrators.tab import IntegratorsTab
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow


class IntegratorsController(TabController):
    """Owns the thread for comparisons."""

    def __init__(self, tab: IntegratorsTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor = tab, editor
        self.runner = Runner("comparison")
        self.runners = (self.runner,)
        tab.compare_requested.connect(self._compare)
        tab.cancel_requested.connect(self.runner.cancel)

    @Slot(object)
    def _compare(self, experiment: Integrators) -> None:
        subject = Subject.of(self._editor.document)
        tab = self._tab
        tab.begin(experiment, subject)
        job = self.runner.start(partial(experiment.run, subject), "the comparison failed")
        job.results_ready.connect(tab.add_events)
        job.progressed.connect(tab.show_progress)
        job.finished.connect(self._finish)

    @Slot(object)
    def _finish(self, outcome: Outcome) -> None:
        self._tab.finish(outcome.message)
