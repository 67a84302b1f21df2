"""The experiment's worker: every order is answered, and an order that is over ends."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from hhgui.document.setup import Setup
from hhgui.jobs import experiment_worker
from hhgui.jobs.experiment_worker import CANCELLED, ExperimentWorker
from hhgui.jobs.threads import WorkerThread
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

STEP = Stimulus((Step(10.0, 10.0, 40.0),))


class Orders(QObject):
    """Orders from the window's thread."""

    run_ordered = Signal(int, object)


@pytest.fixture
def setup(library):
    """The squid under a step of 10 µA/cm²."""
    squid = library["squid-dayan-abbott"]
    return Setup(squid, squid, STEP)


@pytest.fixture
def worker(qapp):
    """A worker in this thread, with everything it told."""
    made = ExperimentWorker()
    made.told = []
    for name in ("run_ready", "runs_ready", "marks_ready", "marks_finished", "failed"):
        signal = getattr(made, name)
        signal.connect(lambda *args, name=name: made.told.append((name, *args)))
    return made


def test_a_run_is_told_with_its_generation(worker, setup):
    """It covers the setup's duration."""
    generation = worker.next_generation()
    worker.run(generation, setup)
    [(name, number, run)] = worker.told
    assert (name, number) == ("run_ready", generation)
    assert run.setup is setup
    assert run.times[-1] == pytest.approx(50.0)


def test_a_column_lies_in_one_piece_of_memory(worker, setup):
    """The window reads columns, many times a second."""
    worker.run(worker.next_generation(), setup)
    assert worker.told[0][2].column("V").flags.c_contiguous


def test_several_runs_come_together(worker, setup):
    """In their order, whatever is ordered meanwhile."""
    generation = worker.next_generation()
    worker.next_generation()
    worker.run_all(generation, (setup, replace(setup, duration=20.0)))
    [(name, number, runs)] = worker.told
    assert (name, number) == ("runs_ready", generation)
    assert [run.times[-1] for run in runs] == pytest.approx([50.0, 20.0])


def test_marks_are_told_twice(worker, setup):
    """What the trace tells at once, then with what experiments tell."""
    worker.run(worker.next_generation(), setup)
    run = worker.told.pop()[2]
    generation = worker.next_generation()
    worker.mark(generation, run, 20.0, 0)
    (first, number, fast), (last, same, whole) = worker.told
    assert (first, last, number, same) == ("marks_ready", "marks_finished", generation, generation)
    assert fast.mark("peak").value == pytest.approx(np.max(run.column("V")), abs=0.5)
    assert fast.mark("excitability") is None
    assert whole.mark("excitability").value > 0.0


@pytest.mark.parametrize("order", ["run", "mark", "run_all"])
def test_cancelling_is_answered(worker, setup, order):
    """What waits in the queue ends at once."""
    worker.run(worker.next_generation(), setup)
    run = worker.told.pop()[2]
    generation = worker.next_generation()
    worker.cancel()
    args = {"run": (setup,), "mark": (run, 20.0, 0), "run_all": ((setup,),)}[order]
    getattr(worker, order)(generation, *args)
    assert worker.told == [("failed", generation, CANCELLED)]


def test_a_newer_order_ends_an_older_one(worker, setup):
    """Each is answered."""
    old, new = worker.next_generation(), worker.next_generation()
    worker.run(old, setup)
    worker.run(new, setup)
    assert [(name, number) for name, number, _ in worker.told] == [
        ("failed", old), ("run_ready", new)]  # fmt: skip


def test_after_a_cancel_the_next_order_runs(worker, setup):
    """A cancel is for what was ordered before it."""
    worker.next_generation()
    worker.cancel()
    worker.run(worker.next_generation(), setup)
    assert worker.told[0][0] == "run_ready"


@pytest.mark.parametrize("order", ["run", "mark", "run_all"])
def test_an_exception_is_told(worker, setup, monkeypatch, order):
    """Whatever it is, nobody waits for ever."""

    def broken(*_args):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(experiment_worker, "run_once", broken)
    monkeypatch.setattr(experiment_worker, "mark_action_potential", broken)
    generation = worker.next_generation()
    args = {"run": (setup,), "mark": (None, 20.0, 0), "run_all": ((setup,),)}[order]
    getattr(worker, order)(generation, *args)
    [(name, number, message)] = worker.told
    assert (name, number) == ("failed", generation)
    assert "ZeroDivisionError" in message


def test_a_long_run_ends_soon_after_a_cancel(qtbot, setup):
    """From another thread, in the middle of the run."""
    worker, orders = ExperimentWorker(), Orders()
    thread = WorkerThread(worker, "experiment")
    orders.run_ordered.connect(worker.run)
    generation = worker.next_generation()
    thread.start()
    told = []
    worker.failed.connect(lambda *answer: told.append(answer))
    orders.run_ordered.emit(generation, replace(setup, duration=1e5, dt=0.0001))
    qtbot.wait(100)
    worker.cancel()
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    thread.finish()
    assert told == [(generation, CANCELLED)]
