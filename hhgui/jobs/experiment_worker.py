"""The experiment's thread: runs a setup once, and marks its action potential."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.setup import Setup
from hhgui.experiments.marked import mark_action_potential, mark_by_experiment
from hhgui.experiments.single_run import SingleRun, run_once
from hhgui.failures import report

CANCELLED = "cancelled"


class ExperimentWorker(QObject):
    """One order at a time. Each is answered, whatever happens: with its result or ``failed``.

    run_ready(generation, SingleRun); runs_ready(generation, tuple of SingleRun);
    marks_ready(generation, MarkedPotential): what the trace tells;
    marks_finished(generation, MarkedPotential): with what experiments tell, and the last;
    failed(generation, message): ``CANCELLED``, or what went wrong.
    """

    run_ready = Signal(int, object)
    runs_ready = Signal(int, object)
    marks_ready = Signal(int, object)
    marks_finished = Signal(int, object)
    failed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._newest = 0
        self._cancelled = 0  # this generation and every one before it
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """End what runs and what waits, at once; may be called from any thread."""
        with self._lock:
            self._cancelled = self._newest

    def next_generation(self) -> int:
        """A number for a new order, which ends the one that runs; may be called from any thread."""
        with self._lock:
            self._newest += 1
            return self._newest

    @Slot(int, object)
    def run(self, generation: int, setup: Setup) -> None:
        """Run a setup from its start state and tell it whole."""

        def work() -> None:
            run = run_once(setup, lambda: self._is_over(generation))
            if run is None or self._is_over(generation):
                self.failed.emit(generation, CANCELLED)
            else:
                self.run_ready.emit(generation, _row_by_row(run))

        self._answer(generation, "the run failed", work)

    @Slot(int, object)
    def run_all(self, generation: int, setups: Sequence[Setup]) -> None:
        """Run several setups, as a session's kept ones; only ``cancel`` ends them."""

        def cancelled() -> bool:
            return generation <= self._cancelled

        def work() -> None:
            runs: list[SingleRun] = []
            for setup in setups:
                run = run_once(setup, cancelled)
                if run is None or cancelled():
                    self.failed.emit(generation, CANCELLED)
                    return
                runs.append(_row_by_row(run))
            self.runs_ready.emit(generation, tuple(runs))

        self._answer(generation, "the kept runs failed", work)

    @Slot(int, object, float, int)
    def mark(self, generation: int, run: SingleRun, rise: float, which: int) -> None:
        """Mark spike number ``which`` of a run: at once from its trace, later by experiments.

        rise: dV/dt (mV/ms) at which the upstroke begins.
        """

        def cancelled() -> bool:
            return self._is_over(generation)

        def work() -> None:
            if cancelled():
                self.failed.emit(generation, CANCELLED)
                return
            marked = mark_action_potential(run, rise, which)
            self.marks_ready.emit(generation, marked)
            whole = mark_by_experiment(marked, cancelled)
            if whole is None or cancelled():
                self.failed.emit(generation, CANCELLED)
            else:
                self.marks_finished.emit(generation, whole)

        self._answer(generation, "the marks failed", work)

    def _is_over(self, generation: int) -> bool:
        return generation != self._newest or generation <= self._cancelled

    def _answer(self, generation: int, failure: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the tab must not wait for ever
            report(error, tell=False)
            self.failed.emit(generation, f"{failure}: {error!r}")


def _row_by_row(run: SingleRun) -> SingleRun:
    """The run with each column's values side by side in memory: drawn ten times as fast."""
    return replace(run, values=np.ascontiguousarray(run.values))
