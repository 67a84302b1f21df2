"""Run several methods on one protocol in a separate thread."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.setup import Trial
from hhgui.experiments.comparison import compare_integrators
from hhgui.jobs.runner import Outcome, Runner
from hhgui.ui.editor import Editor
from hhgui.ui.integrators.tab import IntegratorsTab
from hhgui.ui.tab import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow


class IntegratorsController(TabController):
    """Own the runner of comparisons."""

    def __init__(self, tab: IntegratorsTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor = tab, editor
        self.runner = Runner("comparison")
        self.runners = (self.runner,)
        tab.compare_requested.connect(self._compare)
        tab.cancel_requested.connect(self.runner.cancel)

    @Slot(float, object)
    def _compare(self, duration: float, trials: tuple[Trial, ...]) -> None:
        setup = replace(self._editor.document.setup(duration), trials=trials)
        tab = self._tab
        tab.begin(setup)
        job = self.runner.start(partial(compare_integrators, setup), "the comparison failed")
        job.results_ready.connect(tab.add_results)
        job.progressed.connect(tab.show_progress)
        job.finished.connect(self._finish)

    @Slot(object)
    def _finish(self, outcome: Outcome) -> None:
        self._tab.finish(outcome.message)
