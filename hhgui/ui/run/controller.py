"""Run single runs, check their accuracy and measure them, in other threads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.document import Document
from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.experiments.marked import MarkedPotential, mark_action_potential, mark_by_experiment
from hhgui.experiments.single_run import SingleRun, run_once
from hhgui.experiments.warnings import setup_inaccuracy
from hhgui.jobs.runner import Outcome, Runner, Status, Work
from hhgui.model.words import sentence
from hhgui.ui.editor import Editor
from hhgui.ui.run.tab import ExperimentTab
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow


def marks(run: SingleRun, rise: float, which: int) -> Work:
    """Return the job that measures spike ``which`` (from 0) of a run.

    It yields what can be read from the trace, then returns that with the results of experiments.
    rise: the slope dV/dt (mV/ms) that defines the threshold.
    """

    def work(
        cancelled: Callable[[], bool], _progress: Callable[[float], object]
    ) -> Generator[MarkedPotential, None, MarkedPotential | None]:
        marked = mark_action_potential(run, rise, which)
        yield marked
        return mark_by_experiment(marked, cancelled)

    return work


def runs(setups: Sequence[Setup]) -> Work:
    """Return the job that runs several setups, in order."""

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> tuple[SingleRun, ...] | None:
        done: list[SingleRun] = []
        for setup in setups:
            run = run_once(setup, cancelled)
            if run is None:
                return None
            done.append(run)
            progress(len(done) / len(setups))
        return tuple(done)

    return work


class RunController(TabController):
    """Owns the threads for single runs and their measurements, for kept runs, and for the check."""

    def __init__(self, tab: ExperimentTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor, self._window = tab, editor, window
        self.runner, self.restorer = Runner("single run"), Runner("kept runs")
        self.judge = Runner("run accuracy")
        self.runners = self.runner, self.restorer, self.judge
        tab.run_requested.connect(self._run)
        tab.run_shown.connect(self._judge)
        tab.marks_requested.connect(self._mark)
        tab.kept_runs_requested.connect(self._run_kept)
        tab.cancel_requested.connect(self.runner.cancel)
        editor.document_changed.connect(self._on_document_changed)
        window.stimulus.duration_fitted.connect(tab.set_duration)
        self._take_common()
        tab.note_change()  # it runs once the tab is looked at

    @Slot(object, object)
    def _on_document_changed(self, _before: Document, _after: Document) -> None:
        self._take_common()
        self._tab.note_change()

    def _take_common(self) -> None:
        """Give the tab the method and dt of the document."""
        document = self._editor.document
        self._tab.set_common_method(Trial(document.method, document.dt))

    @Slot(object)
    def _run_kept(self, setups: Sequence[Setup]) -> None:
        """Compute the kept runs of a session again."""
        job = self.restorer.start(runs(setups), "the kept runs failed")
        job.finished.connect(self._show_kept)

    @Slot(object)
    def _show_kept(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.show_kept_runs(outcome.value)
        elif outcome.status is Status.FAILED:  # the next run would hide it in the tab
            self._window.warn(sentence(f"the kept runs of the session: {outcome.message}", "."))

    @Slot()
    def _run(self) -> None:
        setup = self._editor.document.setup(self._tab.duration)
        setup = replace(setup, **vars(self._tab.trial))
        self._tab.begin()
        job = self.runner.start(partial(run_once, setup), "the run failed")
        job.progressed.connect(self._tab.show_progress)
        job.finished.connect(self._finish_run)

    @Slot(object)
    def _finish_run(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.show_run(outcome.value)
        else:
            self._tab.fail(outcome.message)

    @Slot(object)
    def _judge(self, run: SingleRun | None) -> None:
        """Check the accuracy of the run on the screen by repeating it at half its dt."""
        if run is None:
            return
        setup = run.setup
        job = self.judge.start(
            lambda cancelled, _progress: setup_inaccuracy(setup, cancelled), "the check failed"
        )
        job.finished.connect(self._show_inaccuracy)

    @Slot(object)
    def _show_inaccuracy(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.show_inaccuracy(outcome.value)

    @Slot(object, float, int)
    def _mark(self, run: SingleRun, rise: float, which: int) -> None:
        self._tab.marking.begin()
        job = self.runner.start(marks(run, rise, which), "the marks failed")
        job.results_ready.connect(self._show_marks)
        job.finished.connect(self._finish_marks)

    @Slot(object)
    def _show_marks(self, found: Sequence[MarkedPotential]) -> None:
        self._tab.marking.show(found[-1])

    @Slot(object)
    def _finish_marks(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.marking.finish(outcome.value)
        else:
            self._tab.fail(outcome.message)
