"""Clamp the neuron of the document in the Voltage clamp tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.document import Document
from hhgui.experiments.clamp_fitting import FitRequest, fit_family
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.contract import MeasurementCancelled
from hhgui.jobs.runner import Outcome, Runner, Status, Work
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.ui.clamp.clamped import Clamped, clamped_by
from hhgui.ui.clamp.edits import Clamping, words_of
from hhgui.ui.clamp.tab import ClampTab
from hhgui.ui.editor import Editor
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow

FAILURE = "the clamp failed"
Wanted = tuple[ClampStaircase, Membrane]


def clamping(wanted: Sequence[Wanted]) -> Work:
    """Return the job that computes families; its value is these, or the error that refuses one."""

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> list[Clamped] | ModelError | None:
        done: list[Clamped] = []
        try:
            for each in wanted:
                done.append(clamped_by(*each, cancelled))
                progress(len(done) / len(wanted))
        except MeasurementCancelled:
            return None
        except ModelError as error:
            return error
        return done

    return work


class ClampController(TabController):
    """Gives the tab the neuron of the document, and computes families behind an amplifier."""

    def __init__(self, tab: ClampTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor = tab, editor
        self._window = window
        self.runner, self.restorer = Runner("clamp"), Runner("kept families")
        self.fitter = Runner("clamp fit")
        self.runners = self.runner, self.restorer, self.fitter
        editor.document_changed.connect(self._follow)
        tab.record_requested.connect(self._request)
        tab.families_requested.connect(self._restore)
        tab.fit_requested.connect(self._fit)
        tab.fitted_neuron.connect(self._run_fitted)
        tab.edited.connect(self._note)
        tab.set_neuron(editor.document.membrane, editor.document.dt)

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        if (before.membrane, before.dt) != (after.membrane, after.dt):
            self._tab.set_neuron(after.membrane, after.dt)

    @Slot(object, object)
    def _note(self, before: Clamping, after: Clamping) -> None:
        """Make an edit of the tab's settings a step of undo."""
        keys = after.edited_since(before)
        self._editor.note(words_of(keys), keys, before, after, self._show)

    def _show(self, clamping: Clamping) -> None:
        """Show the tab with the settings to which undo or redo returns."""
        self._window.show_tab("clamp")
        self._tab.show_clamping(clamping)

    @Slot()
    def _request(self) -> None:
        """Compute the family that the tab wants, now or when the present one is done."""
        self.runner.follow(self._begin)

    def _wanted(self) -> Wanted | None:
        """Return what the tab wants from here: nothing while its clamp is ideal, which it shows."""
        wanted = self._tab.wanted
        return None if wanted is None or wanted[0].amplifier.is_ideal else wanted

    def _begin(self) -> None:
        wanted = self._wanted()
        if wanted is not None:
            job = self.runner.start(clamping([wanted]), FAILURE)
            job.finished.connect(self._show_outcome)

    @Slot(object)
    def _show_outcome(self, outcome: Outcome) -> None:
        if self._wanted() is None:
            return  # the amplifier has been switched off since
        if isinstance(outcome.value, ModelError):
            self._tab.show_problem(str(outcome.value), outcome.value.key)
        elif outcome.status is Status.COMPLETE:
            self._tab.show_clamped(outcome.value[0])
        elif outcome.status is Status.FAILED:
            self._tab.show_problem(outcome.message)

    @Slot(object)
    def _restore(self, families: Sequence[Wanted]) -> None:
        """Compute the kept families of a session again."""
        job = self.restorer.start(clamping(families), FAILURE)
        job.finished.connect(self._show_kept)

    @Slot(object)
    def _show_kept(self, outcome: Outcome) -> None:
        if isinstance(outcome.value, ModelError) or outcome.status is Status.FAILED:
            self._tab.fail_kept(str(outcome.value or outcome.message))
        elif outcome.status is Status.COMPLETE:
            self._tab.show_kept(outcome.value)

    @Slot(object)
    def _fit(self, request: FitRequest) -> None:
        """Fit the gates to a family; a fit that is still running is cancelled."""
        self._tab.fitting.begin()
        job = self.fitter.start(partial(fit_family, request), "the fit failed")
        job.progressed.connect(self._tab.fitting.show_progress)
        job.finished.connect(self._show_fit)

    @Slot(object)
    def _show_fit(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.fitting.show_fit(outcome.value)
        else:
            self._tab.fitting.show_problem(outcome.message)

    @Slot(object)
    def _run_fitted(self, membrane: Membrane) -> None:
        """Run the fitted neuron in Live, over a kept sweep of the original one if there is one."""
        live = self._window.pages["live"]
        if live.can_keep:
            live.keep()
        own = self._editor.document.membrane
        gates = {gate.name: gate for gate in membrane.gates}
        fitted = replace(own, currents=tuple(
            replace(each, gates=tuple(gates[gate.name] for gate in each.gates))
            for each in own.currents
        ))  # fmt: skip
        self._editor.edit("my fit", membrane=fitted)
        self._window.show_tab("live")
