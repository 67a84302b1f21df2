"""Connect the Dynamics tab with the document, the live neuron and its jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.analysis.slice import Slice
from hhgui.document.document import Document
from hhgui.jobs.runner import Outcome, Policy, Runner, Status
from hhgui.model.edit import with_value
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import INITIAL_VOLTAGE, ModelError
from hhgui.model.stimulus.stimulus import HOLDING
from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.question import Question
from hhgui.ui.dynamics.tab import DynamicsTab
from hhgui.ui.dynamics.trajectories import (
    Work,
    drawing,
    drawing_kept,
    finding_paths,
    finding_threshold,
    fitting,
)
from hhgui.ui.editor import Editor
from hhgui.ui.gesture import begin_gesture, end_gesture
from hhgui.ui.tab_controller import TabController

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow

Array = NDArray[np.float64]
_MOST_STARTS = 500


class DynamicsController(TabController):
    """Owns the threads that compute what the tab shows, and makes the edits of its drags."""

    def __init__(self, tab: DynamicsTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor, self._window = tab, editor, window
        self.walker, self.fitter = Runner("trajectory", Policy.QUEUE), Runner("reduction")
        self.parter = Runner("threshold of the plane")
        self.drawer, self.restorer = Runner("bifurcation diagram"), Runner("kept diagrams")
        self.runners = self.walker, self.fitter, self.parter, self.drawer, self.restorer
        self._starts: list[tuple[Membrane, Membrane]] = []
        pages = window.pages.values()
        tab.follow(next(page for page in pages if page.shows_live and page is not tab))
        for page in pages:
            page.run_shown.connect(tab.show_run)
        phase = tab.phase
        phase.start_requested.connect(self._start)
        phase.trajectories_requested.connect(self._follow_states)
        phase.reduction_requested.connect(self._fit)
        phase.threshold_requested.connect(self._find_threshold)
        tab.drag_began.connect(begin_gesture)
        tab.turned.connect(self._turn)
        tab.diagram_requested.connect(self._draw)
        tab.kept_requested.connect(self._draw_kept)
        tab.cancel_requested.connect(self.drawer.cancel)
        editor.document_changed.connect(self._on_document_changed)
        self._show(editor.document)

    def _show(self, document: Document) -> None:
        self._tab.set_neuron(document.membrane, document.base, document.stimulus.holding)

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if (before.membrane, before.stimulus.holding) != (after.membrane, after.stimulus.holding):
            self._show(after)
        pair = before.membrane, after.membrane
        if any(pair in (start, start[::-1]) for start in self._starts):
            self._window.actions_by_name["restart"].trigger()

    @Slot(object)
    def _start(self, state: Array) -> None:
        """Make ``state`` the neuron's start state and restart it there; one undo reverts both."""
        before = self._editor.document.membrane
        after = started_at(before, state)
        if after == before:
            self._window.actions_by_name["restart"].trigger()
            return
        after = replace(self._editor.document, membrane=after).membrane  # under its name
        self._starts = [*self._starts[-_MOST_STARTS:], (before, after)]
        self._editor.edit(with_minus(f"start at {state[0]:.1f} mV"), membrane=after)

    @Slot(object, bool)
    def _turn(self, numbers: dict[str, float], last: bool) -> None:
        """Give numbers of the neuron the values to which the mark in the diagram is dragged.

        numbers: values by path; the path "current" stands for the holding current (µA/cm²), which
        is limited to its range. Any other value that is not allowed is left out. last: whether the
        drag has ended.
        """
        membrane, stimulus = self._editor.document.membrane, self._editor.document.stimulus
        for path, value in numbers.items():
            if path == CURRENT:
                holding = min(max(value, HOLDING.minimum), HOLDING.maximum)
                stimulus = replace(stimulus, holding=holding)
            else:
                with suppress(ModelError):
                    membrane = with_value(membrane, path, value)
        self._editor.edit(membrane=membrane, stimulus=stimulus)
        if last:
            end_gesture()

    # Jobs

    @Slot(object)
    def _draw(self, question: Question) -> None:
        """Compute a diagram."""
        self._tab.diagram.begin()
        job = self.drawer.start(drawing(question), "the diagram failed")
        job.results_ready.connect(partial(self._tab.add_pieces, question))
        job.finished.connect(self._finish_diagram)

    @Slot(object)
    def _finish_diagram(self, outcome: Outcome) -> None:
        self._tab.finish_diagram(outcome.message)

    @Slot(object)
    def _draw_kept(self, questions: Sequence[Question]) -> None:
        """Compute the kept diagrams of a session again.

        Those of an earlier session are given up.
        """
        self.restorer.cancel()
        if questions:
            job = self.restorer.start(drawing_kept(questions), "kept diagrams failed")
            job.results_ready.connect(self._tab.diagram.show_kept)
            job.finished.connect(self._end_drawing_kept)

    @Slot(object)
    def _end_drawing_kept(self, outcome: Outcome) -> None:
        """Say which kept diagrams of a session could not be computed again."""
        problems = outcome.value if outcome.status is Status.COMPLETE else ()
        for problem in (*problems, *([outcome.message] if outcome.status is Status.FAILED else ())):
            self._window.warn(sentence(f"a diagram of the session: {problem}", "."))

    @Slot(object)
    def _follow_states(self, wanted: Sequence[tuple[Slice, Array]]) -> None:
        job = self.walker.start(finding_paths(wanted), "the trajectory failed")
        job.results_ready.connect(self._tab.phase.add_paths)
        job.finished.connect(self._note_failure)

    @Slot(object)
    def _fit(self, plane: Slice) -> None:
        """Fit the reduction for a plane."""
        self._find(
            self.fitter, fitting(plane), self._tab.phase.show_reduction, "the reduction failed"
        )

    @Slot(object)
    def _find_threshold(self, plane: Slice) -> None:
        """Find in a phase plane the curve that separates starts with a spike from those without."""
        self._find(
            self.parter, finding_threshold(plane), self._tab.phase.show_threshold,
            "the threshold was not found",
        )  # fmt: skip

    def _find(
        self, runner: Runner, work: Work, show: Callable[[Any], object], failure: str
    ) -> None:
        """Start work that has one result; show it with ``show``, or say why it failed.

        failure: the beginning of the message if it fails unexpectedly.
        """
        job = runner.start(work, failure)
        job.finished.connect(partial(self._show_found, show))

    def _show_found(self, show: Callable[[Any], object], outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            show(outcome.value)
        self._note_failure(outcome)

    @Slot(object)
    def _note_failure(self, outcome: Outcome) -> None:
        if outcome.status is Status.FAILED:
            self._tab.phase.fail(outcome.message)


def started_at(membrane: Membrane, state: Array) -> Membrane:
    """Return a copy of the membrane that starts at ``state``, (1 + gates,): V (mV) and gates."""
    low, high = INITIAL_VOLTAGE.minimum, INITIAL_VOLTAGE.maximum
    volts = min(max(round(float(state[0]), 3), low), high)
    found = with_value(membrane, "membrane.initial_voltage", volts)
    for gate, value in zip(membrane.gates, state[1:].tolist(), strict=True):
        if not gate.instantaneous:
            found = with_value(found, f"{gate.name}.initial", round(value, 5))
    return found
