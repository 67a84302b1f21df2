"""Connect the Dynamics tab with the document, the live neuron and its jobs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot

from hhgui.analysis.slice import Slice
from hhgui.document.document import Document
from hhgui.jobs.runner import Outcome, Runner, Status
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import INITIAL_VOLTAGE, ModelError
from hhgui.model.stimulus.stimulus import HOLDING
from hhgui.model.words import with_minus
from hhgui.ui.dynamics.diagram_data import Question
from hhgui.ui.dynamics.tab import DynamicsTab
from hhgui.ui.dynamics.trajectories import drawing, finding_path, finding_threshold, fitting
from hhgui.ui.editor import Editor
from hhgui.ui.gesture import begin_gesture, end_gesture
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow

Array = NDArray[np.float64]
_MOST_STARTS = 500


class DynamicsController(TabController):
    """Own the runners of trajectories, reductions and thresholds, and make the tab's edits."""

    def __init__(self, tab: DynamicsTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor, self._window = tab, editor, window
        self.walker, self.fitter = Runner("trajectory"), Runner("reduction")
        self.parter = Runner("threshold of the plane")
        self.drawer = Runner("bifurcation diagram")
        self.runners = self.walker, self.fitter, self.parter, self.drawer
        self._starts: list[tuple[Membrane, Membrane]] = []
        pages = window.pages.values()
        tab.follow(next(page for page in pages if page.shows_live and page is not tab))
        for page in pages:
            page.run_shown.connect(tab.show_run)
        tab.start_requested.connect(self._start)
        tab.drag_began.connect(begin_gesture)
        tab.holding_requested.connect(self._hold)
        tab.trajectory_requested.connect(self._follow_state)
        tab.reduction_requested.connect(self._fit)
        tab.threshold_requested.connect(self._part)
        tab.diagram_requested.connect(self._draw)
        tab.number_requested.connect(self._turn)
        tab.cancel_requested.connect(self.drawer.cancel)
        editor.document_changed.connect(self._on_document_changed)
        self._show(editor.document)

    def _show(self, document: Document) -> None:
        self._tab.set_membrane(document.membrane, document.stimulus.holding)

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if (before.membrane, before.stimulus.holding) != (after.membrane, after.stimulus.holding):
            self._show(after)
        pair = before.membrane, after.membrane
        if any(pair in (start, start[::-1]) for start in self._starts):
            self._window.actions_by_name["restart"].trigger()

    @Slot(object)
    def _start(self, state: Array) -> None:
        """Make a state the neuron's start state, and start there; undo takes both back."""
        before = self._editor.document.membrane
        after = started_at(before, state)
        if after == before:
            self._window.actions_by_name["restart"].trigger()
            return
        after = replace(self._editor.document, membrane=after).membrane  # under its name
        self._starts = [*self._starts[-_MOST_STARTS:], (before, after)]
        self._editor.edit(with_minus(f"start at {state[0]:.1f} mV"), membrane=after)

    @Slot(float, bool)
    def _hold(self, holding: float, last: bool) -> None:
        value = min(max(holding, HOLDING.minimum), HOLDING.maximum)
        self._editor.edit(stimulus=replace(self._editor.document.stimulus, holding=value))
        if last:
            end_gesture()

    @Slot(str, float, bool)
    def _turn(self, path: str, value: float, last: bool) -> None:
        """Set a number of the neuron, as far as that is allowed."""
        with suppress(ModelError):
            self._editor.edit(membrane=with_value(self._editor.document.membrane, path, value))
        if last:
            end_gesture()

    @Slot(object)
    def _draw(self, question: Question) -> None:
        self._tab.diagram.begin()
        job = self.drawer.start(drawing(question), "the diagram failed")
        job.results_ready.connect(partial(self._tab.add_pieces, question))
        job.finished.connect(self._finish_diagram)

    @Slot(object)
    def _finish_diagram(self, outcome: Outcome) -> None:
        self._tab.diagram.finish(outcome.message)

    @Slot(object, object)
    def _follow_state(self, plane: Slice, state: Array) -> None:
        job = self.walker.start(finding_path(plane, state), "the trajectory failed")
        job.finished.connect(self._show_path)

    @Slot(object)
    def _show_path(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.add_path(outcome.value)
        elif outcome.status is Status.FAILED:
            self._tab.fail(outcome.message)

    @Slot(object)
    def _fit(self, plane: Slice) -> None:
        job = self.fitter.start(fitting(plane), "the reduction failed")
        job.finished.connect(self._show_reduction)

    @Slot(object)
    def _show_reduction(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.show_reduction(outcome.value)
        elif outcome.status is Status.FAILED:
            self._tab.fail(outcome.message)

    @Slot(object)
    def _part(self, plane: Slice) -> None:
        job = self.parter.start(finding_threshold(plane), "the threshold was not found")
        job.finished.connect(self._show_threshold)

    @Slot(object)
    def _show_threshold(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.show_threshold(outcome.value)
        elif outcome.status is Status.FAILED:
            self._tab.fail(outcome.message)


def started_at(membrane: Membrane, state: Array) -> Membrane:
    """Return the membrane with ``state`` (1 + gates,), V (mV) and gates, as its start state."""
    low, high = INITIAL_VOLTAGE.minimum, INITIAL_VOLTAGE.maximum
    volts = min(max(round(float(state[0]), 3), low), high)
    found = with_value(membrane, "membrane.initial_voltage", volts)
    for gate, value in zip(membrane.gates, state[1:].tolist(), strict=True):
        if not gate.instantaneous:
            found = with_value(found, f"{gate.name}.initial", round(value, 5))
    return found
