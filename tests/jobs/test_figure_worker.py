"""The figures' worker: every job is answered once."""

from pathlib import Path

import pytest

from hhgui.jobs.figure_worker import CANCELLED, FigureWorker
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled


@pytest.fixture
def worker(qapp):
    """A worker in this thread, with what it told as ``told``."""
    made = FigureWorker()
    made.told = []
    made.job_done.connect(lambda number, result: made.told.append((number, result)))
    made.job_failed.connect(lambda number, message: made.told.append((number, message)))
    return made


def raising(error):
    """A job that fails."""

    def job(cancelled):
        raise error

    return job


def test_a_jobs_result_is_told(worker):
    """With the number it was ordered under."""
    worker.run(7, lambda cancelled: "result")
    assert worker.told == [(7, "result")]


def test_a_file_that_can_not_be_written_is_told_in_its_own_words(worker):
    """The message says what to do."""
    worker.run(1, raising(WriteError(Path("a.png"), "the disk is full; free some space")))
    assert worker.told == [(1, "a.png: can't be saved: the disk is full; free some space")]


def test_a_defect_in_a_job_does_not_end_the_worker(worker):
    """It is told, and the next job runs."""
    worker.run(1, raising(ZeroDivisionError("by zero")))
    worker.run(2, lambda cancelled: "next")
    assert worker.told[0][1].startswith("the figure could not be made: ZeroDivisionError")
    assert worker.told[1] == (2, "next")


def test_a_job_is_told_that_it_is_not_wanted(worker):
    """It asks while it works."""

    def job(cancelled):
        worker.cancel(1)
        if cancelled():
            raise Cancelled

    worker.run(1, job)
    assert worker.told == [(1, CANCELLED)]


def test_a_job_cancelled_before_its_turn_never_runs(worker):
    """Those before it neither; the next one does."""
    worker.cancel(2)
    for number in (1, 2, 3):
        worker.run(number, lambda cancelled: "ran")
    assert worker.told == [(1, CANCELLED), (2, CANCELLED), (3, "ran")]


def test_closing_the_window_cancels_all(worker):
    """Whatever is still to come."""
    worker.cancel()
    worker.run(1_000_000, lambda cancelled: "ran")
    assert worker.told == [(1_000_000, CANCELLED)]
