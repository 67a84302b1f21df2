"""Send requests to the thread of the live simulation, and show its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from hhgui.document.differences import describe, in_words
from hhgui.document.document import Document
from hhgui.document.sweep import Sweep
from hhgui.engine.recording import Recording
from hhgui.engine.replay import Replay
from hhgui.engine.stops import Stop
from hhgui.experiments.single_run import SingleRun
from hhgui.experiments.sweep_run import sweep_run
from hhgui.jobs.runner import Outcome, Policy, Runner, Status, Work
from hhgui.jobs.simulation import SimulationWorker
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import sentence, with_minus
from hhgui.ui.editor import Editor
from hhgui.ui.live.tab import LiveTab
from hhgui.ui.tab_controller import TabController
from hhgui.ui.widgets.currents import in_unit
from hhgui.ui.window.run_bar import DEFAULT_SPEED

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow


def sweep_runs(sweeps: Sequence[Sweep]) -> Work:
    """Return the job that computes kept sweeps."""

    def work(
        cancelled: Callable[[], bool], _progress: Callable[[float], object]
    ) -> tuple[SingleRun, ...] | None:
        done: list[SingleRun] = []
        for sweep in sweeps:
            run = sweep_run(sweep, cancelled)
            if run is None:
                return None
            done.append(run)
        return tuple(done)

    return work


class LiveController(TabController):
    """Owns the worker of the live simulation, reached by signals, and a thread for sweeps."""

    membrane_requested = Signal(object)
    stimulus_requested = Signal(object)
    method_requested = Signal(str, float)
    running_requested = Signal(bool)
    rule_requested = Signal(object)

    worker: SimulationWorker

    def __init__(self, tab: LiveTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._window, self._editor = tab, window, editor
        self.worker = SimulationWorker(editor.document.membrane, editor.document.played)
        self.keeper = Runner("kept sweeps", Policy.QUEUE)
        self.runners = (self.keeper,)
        # called, not sent: it still lives in this thread
        self.worker.set_speed(DEFAULT_SPEED)
        self._send()
        self._listen()
        tab.plots.set_stimulus(editor.document.played)
        tab.set_clamped(editor.document.clamped)

    def _send(self) -> None:
        window, worker, act = self._window, self.worker, self._window.actions_by_name
        self.membrane_requested.connect(worker.set_membrane)
        self.stimulus_requested.connect(worker.set_stimulus)
        self.method_requested.connect(worker.set_method)
        self.running_requested.connect(worker.set_running)
        self.rule_requested.connect(worker.set_rule)
        window.bar.speed_changed.connect(self._tab.set_speed)
        self._tab.speed_changed.connect(worker.set_speed)
        self._tab.restored.connect(self._show_state)
        self._tab.banner.remedy_chosen.connect(self._take_remedy)
        self._tab.running_requested.connect(worker.set_running)
        self._tab.pulse_requested.connect(worker.pulse_now)
        self._tab.sweep_kept.connect(self._keep)
        self._tab.kept_sweeps_requested.connect(self._run_kept)
        act["step"].triggered.connect(worker.single_step)
        act["reset"].triggered.connect(worker.reset)
        act["restart"].triggered.connect(worker.restart)
        act["pulse"].triggered.connect(worker.pulse_now)
        act["hold.voltage"].triggered.connect(worker.hold_here)
        act["hold.current"].triggered.connect(worker.hold_current)
        self._tab.hold_voltage.clicked.connect(worker.hold_here)
        self._tab.hold_current.clicked.connect(worker.hold_current)
        act["freeze"].toggled.connect(self._tab.freeze.setChecked)
        self._tab.freeze.toggled.connect(act["freeze"].setChecked)
        act["cursors"].toggled.connect(self._tab.set_cursors_shown)
        for name, action in act.panes.items():
            action.toggled.connect(partial(self._tab.plots.set_pane_shown, name))

    def _listen(self) -> None:
        worker = self.worker
        self._editor.document_changed.connect(self._on_document_changed)
        worker.prepared.connect(self._on_prepared)
        worker.recording_started.connect(self._on_recording_started)
        worker.running_changed.connect(self._on_running_changed)
        worker.run_stopped.connect(self._on_run_stopped)
        worker.failed.connect(self._on_failed)
        worker.accuracy_found.connect(self._window.show_accuracy)
        worker.held.connect(self._on_held)
        worker.hold_refused.connect(self._on_hold_refused)

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        plots = self._tab.plots
        if before.membrane != after.membrane:
            self.membrane_requested.emit(after.membrane)
            if before.membrane.id == after.membrane.id:  # a new id starts a new recording
                plots.set_membrane(after.membrane)
        if before.played != after.played:
            self.stimulus_requested.emit(after.played)
            plots.set_stimulus(after.played)
            self._tab.set_clamped(after.clamped)
        if (before.method, before.dt) != (after.method, after.dt):
            self.method_requested.emit(after.method, after.dt)
        if before.rule != after.rule:
            self.rule_requested.emit(after.rule)
        if before.membrane.id == after.membrane.id:
            self._mark(before, after)

    def _mark(self, before: Document, after: Document) -> None:
        """Mark an edit on the time axis; one that continues, as in a drag, stays one mark."""
        start = self._editor.step_start
        goes_on = start not in (before, after)
        edits = describe(start if goes_on else before, after)
        self._tab.plots.mark_edit(in_unit(in_words(edits)), goes_on)

    @Slot(object, object)
    def _keep(self, replay: Replay, onset: float | None) -> None:
        """Compute the numbers of a sweep that the user keeps.

        onset: of its stimulus (ms), or None.
        """
        sweep = Sweep(self._editor.document.base, replay, onset)
        job = self.keeper.start(sweep_runs([sweep]), "the sweep could not be kept")
        job.finished.connect(partial(self._show_kept, sweep))

    def _show_kept(self, sweep: Sweep, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.kept_sweeps.add(sweep, *outcome.value)
        elif outcome.status is Status.FAILED:
            self._window.warn(sentence(outcome.message, "."))

    @Slot(object)
    def _run_kept(self, sweeps: Sequence[Sweep]) -> None:
        """Compute the kept sweeps of a session again."""
        job = self.keeper.start(sweep_runs(sweeps), "the kept sweeps could not be computed")
        job.finished.connect(self._show_session)

    @Slot(object)
    def _show_session(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._tab.kept_sweeps.show_runs(outcome.value)
        elif outcome.status is Status.FAILED:
            self._window.warn(sentence(outcome.message, "."))

    @Slot()
    def _show_state(self) -> None:
        """Show the settings of a session in the run bar and the View menu."""
        state, window = self._tab.state(), self._window
        window.bar.choose_speed(state.speed)  # the nearest on offer
        for name, action in window.actions_by_name.panes.items():
            action.setChecked(name in state.panes)

    @Slot()
    def _on_prepared(self) -> None:
        self._window.set_prepared()
        self.running_requested.emit(True)

    @Slot(object)
    def _on_recording_started(self, recording: Recording) -> None:
        self._window.recording = recording
        self._tab.set_recording(recording)

    @Slot(bool)
    def _on_running_changed(self, running: bool) -> None:
        self._tab.set_running(running)

    @Slot(object)
    def _on_run_stopped(self, stop: Stop) -> None:
        self._tab.banner.show_stop(stop)

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._tab.banner.show_message(
            f"The simulation failed: {message}. What was recorded is still there; Run goes on. "
            "The log file has the details."
        )

    @Slot(object)
    def _on_held(self, held: Stimulus) -> None:
        """Give the document the command, or the holding current, that keeps the neuron as it is."""
        if isinstance(held, Command):
            label = with_minus(f"hold at {held.holding:.4g} mV")
            self._editor.edit(label, clamped=True, command=replace(held, origin=0.0))
        else:
            label = with_minus(f"hold {held.holding:.4g} µA/cm²")
            self._editor.edit(label, clamped=False, stimulus=replace(held, origin=0.0))

    @Slot(str)
    def _on_hold_refused(self, problem: str) -> None:
        self._window.warn(in_unit(f"Not held: {problem}."))

    @Slot(object)
    def _take_remedy(self, stop: Stop) -> None:
        """Apply the settings that avoid a stop, and run again."""
        self._tab.plots.reset_ranges()
        document = self._editor.document
        self._editor.edit(method=stop.method or document.method, dt=stop.dt or document.dt)
        self.running_requested.emit(True)
