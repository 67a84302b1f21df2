"""Run f–I sweeps in another thread, on request or after every edit."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.document import Document
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.experiments.fi import fi_points
from hhgui.experiments.fi_accuracy import fi_accuracy_problem
from hhgui.jobs.runner import Outcome, Runner, Status, Work
from hhgui.model.membrane import Membrane
from hhgui.ui.editor import Editor
from hhgui.ui.fi.tab import FiTab
from hhgui.ui.tab_controller import TabController, open_run

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow

FAILURE = "the sweep failed"
# One core is the window's, whatever else runs.
THREADS = max(1, (os.cpu_count() or 1) - 1)


def sweep(membrane: Membrane, protocol: FiProtocol) -> Work:
    """Return the job that yields the points of a curve, and returns what is inaccurate, or ""."""

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> Generator[FiPoint, None, str | None]:
        points = []
        for point in fi_points(membrane, protocol, cancelled, progress, THREADS):
            points.append(point)
            yield point
        return None if cancelled() else fi_accuracy_problem(membrane, protocol, points)

    return work


class FiController(TabController):
    """Owns the thread for sweeps."""

    def __init__(self, tab: FiTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor, self._window = tab, editor, window
        self._followed: list[FiPoint] = []
        self.runner = Runner("sweep")
        self.runners = (self.runner,)
        tab.sweep_requested.connect(self._start_sweep)
        tab.cancel_requested.connect(self.runner.cancel)
        tab.follow_requested.connect(self._follow)
        tab.open_requested.connect(self._open)
        editor.document_changed.connect(self._on_document_changed)
        tab.set_common_method(Trial(editor.document.method, editor.document.dt))

    @Slot(object)
    def _open(self, setup: Setup) -> None:
        """Open the single run behind a point in its tab."""
        open_run(self._window, self._editor, setup, "run of the f–I curve")

    @Slot(object)
    def _start_sweep(self, protocol: FiProtocol) -> None:
        tab, membrane = self._tab, self._editor.document.membrane
        tab.begin(membrane, protocol)
        job = self.runner.start(sweep(membrane, protocol), FAILURE)
        job.results_ready.connect(tab.add_points)
        job.progressed.connect(tab.show_progress)
        job.finished.connect(self._finish_sweep)

    @Slot(object)
    def _finish_sweep(self, outcome: Outcome) -> None:
        self._tab.finish(outcome.message, outcome.value or "")

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        protocol = self._tab.protocol
        self._tab.set_common_method(Trial(after.method, after.dt))
        if before.membrane != after.membrane or self._tab.protocol != protocol:
            self._follow()

    @Slot()
    def _follow(self) -> None:
        """Measure again after an edit, as soon as no sweep is running."""
        if self._tab.following:
            self.runner.follow(self._measure_again)

    def _measure_again(self) -> None:
        """Measure the present neuron.

        When done, replace all points of the followed curve at once.
        """
        tab, membrane = self._tab, self._editor.document.membrane
        protocol = tab.protocol
        if not tab.following:
            return
        tab.begin_following(membrane, protocol)
        self._followed.clear()
        job = self.runner.start(sweep(membrane, protocol), FAILURE)
        job.results_ready.connect(self._followed.extend)
        job.finished.connect(self._finish_following)

    @Slot(object)
    def _finish_following(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.replace_points(self._followed, outcome.value)
        elif outcome.status is Status.FAILED:
            self._tab.show_problem(outcome.message)
