"""The runner: order, generations, cancel, progress, failure, rate of emission, follow mode, end."""

import threading
from pathlib import Path

import pytest

from hhgui import failures
from hhgui.jobs.runner import Policy, Runner, Status
from hhgui.model.parameter import ModelError
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled


class Heard:
    """What a job emitted: its batches of results, its fractions, its outcomes."""

    def __init__(self, job):
        self.job = job  # its signals end with it
        self.batches, self.fractions, self.outcomes = [], [], []
        job.results_ready.connect(self.batches.append)
        job.progressed.connect(self.fractions.append)
        job.finished.connect(self.outcomes.append)

    @property
    def results(self):
        """The results of all batches, in order."""
        return [value for batch in self.batches for value in batch]


@pytest.fixture
def make(qapp):
    """A runner with the policy that is given; its thread ends with the test."""
    made = []

    def runner(policy=Policy.NEWEST):
        made.append(Runner("test", policy))
        return made[-1]

    yield runner
    for each in made:
        each.cancel()
        each.finish()


@pytest.fixture
def newest(make):
    """A runner whose newest request ends those before it."""
    return make()


@pytest.fixture
def queue(make):
    """A runner whose requests wait for each other."""
    return make(Policy.QUEUE)


@pytest.fixture
def ended(qtbot):
    """Wait until a job has finished; its outcome."""

    def wait(heard):
        qtbot.waitUntil(lambda: bool(heard.outcomes))
        (outcome,) = heard.outcomes
        return outcome

    return wait


def counted(upto):
    """A generator as work: 0, 1, … and the fraction done after each."""

    def work(cancelled, progress):
        for number in range(upto):
            yield number
            progress((number + 1) / upto)

    return work


def returning(value):
    """A function that returns this value, as work."""
    return lambda cancelled, progress: value


def raising(error):
    """A job whose work raises an exception."""

    def work(cancelled, progress):
        raise error

    return work


def until_cancelled(begun):
    """Work that has set ``begun`` and ends only when it is cancelled."""

    def work(cancelled, progress):
        begun.set()
        yield "first"
        pause = threading.Event()
        while not cancelled():
            pause.wait(0.001)

    return work


def test_a_generators_items_are_results_in_their_order(newest, ended):
    """A generator that ends is a complete job, whose results are all its items."""
    heard = Heard(newest.start(counted(1000)))
    outcome = ended(heard)
    assert heard.results == list(range(1000))
    assert (outcome.status, outcome.message, outcome.value) == (Status.COMPLETE, "", None)


def test_what_a_function_returns_is_the_outcomes_value(newest, ended):
    """A function has no results but one value at its end."""
    outcome = ended(Heard(newest.start(returning("saved"))))
    assert (outcome.status, outcome.value) == (Status.COMPLETE, "saved")


def test_nothing_is_emitted_before_start_has_returned_and_all_of_it_in_the_runners_thread(
    newest, ended
):
    """Signals connected after start miss nothing, and may be connected to any function."""
    job = newest.start(counted(1))
    threads = []
    heard = Heard(job)
    job.results_ready.connect(lambda _: threads.append(threading.current_thread()))
    job.finished.connect(lambda _: threads.append(threading.current_thread()))
    ended(heard)
    assert threads == [threading.main_thread()] * 2


def test_work_is_done_in_another_thread(newest, ended):
    """The thread that asks is free meanwhile."""

    def work(cancelled, progress):
        return threading.current_thread()

    assert ended(Heard(newest.start(work))).value is not threading.main_thread()


def test_generations_rise(queue):
    """No two requests of a runner have the same generation."""
    generations = [queue.start(returning(n)).generation for n in range(5)]
    assert generations == sorted(set(generations))


def test_a_queue_does_every_request_in_order(queue, ended):
    """Each request of a queue ends with its own value, the oldest first."""
    done = []
    jobs = [queue.start(returning(n)) for n in range(5)]
    for job in jobs:
        job.finished.connect(lambda outcome: done.append(outcome.value))
    ended(Heard(jobs[-1]))
    assert done == [0, 1, 2, 3, 4]


def test_the_newest_request_silences_those_before_it(newest, ended, qtbot):
    """A running and a waiting job emit nothing once a newer one is requested."""
    begun = threading.Event()
    running = Heard(newest.start(until_cancelled(begun)))
    waiting = Heard(newest.start(counted(3)))
    last = Heard(newest.start(counted(3)))
    assert ended(last).status is Status.COMPLETE
    assert last.results == [0, 1, 2]
    assert not any([running.batches, running.outcomes, waiting.batches, waiting.outcomes])


def test_a_slot_that_starts_a_newer_job_hears_no_more_of_the_older(newest, ended, qtbot):
    """A slot that starts a newer job ends the older one's signals, even those due already."""
    first = Heard(newest.start(counted(3)))
    later = []
    first.job.results_ready.connect(lambda _: later.append(Heard(newest.start(counted(2)))))
    qtbot.waitUntil(lambda: bool(later))
    assert ended(later[0]).status is Status.COMPLETE
    assert (first.fractions, first.outcomes) == ([], [])


def test_cancel_ends_what_runs_and_what_waits(queue, ended):
    """The running and the waiting job end as cancelled, and the waiting one never begins."""
    begun = threading.Event()
    running = Heard(queue.start(until_cancelled(begun)))
    waiting = Heard(queue.start(counted(3)))
    assert begun.wait(20.0)
    queue.cancel()
    assert ended(running).status is ended(waiting).status is Status.CANCELLED
    assert running.outcomes[0].message == "cancelled"
    assert waiting.results == []


def test_cancel_works_from_any_thread(newest, ended):
    """A job is cancelled from a thread that is not the runner's."""
    begun = threading.Event()
    heard = Heard(newest.start(until_cancelled(begun)))

    def cancel():
        begun.wait(20.0)
        newest.cancel()

    threading.Thread(target=cancel).start()
    assert ended(heard).status is Status.CANCELLED


def test_one_job_of_a_queue_can_be_cancelled(queue, ended):
    """The job after a cancelled one is done."""
    first = Heard(queue.start(until_cancelled(threading.Event())))
    second = Heard(queue.start(counted(3)))
    first.job.cancel()
    assert ended(first).status is Status.CANCELLED
    assert ended(second).status is Status.COMPLETE
    assert second.results == [0, 1, 2]


def test_an_abandoned_job_ends_and_emits_nothing(queue, ended):
    """An abandoned job emits nothing, and the next request is carried out."""
    begun = threading.Event()
    heard = Heard(queue.start(until_cancelled(begun)))
    heard.job.abandon()
    ended(Heard(queue.start(counted(3))))
    assert not any([heard.batches, heard.outcomes])


def test_after_a_cancel_the_next_request_is_done(newest, ended):
    """A cancel reaches only what was requested before it."""
    newest.start(counted(3))
    newest.cancel()
    heard = Heard(newest.start(counted(3)))
    assert ended(heard).status is Status.COMPLETE


def test_work_may_raise_that_it_was_cancelled(newest, ended):
    """Cancelled is an end, not a failure."""
    assert ended(Heard(newest.start(raising(Cancelled())))).status is Status.CANCELLED


def test_a_function_that_had_done_its_work_before_the_cancel_is_complete(newest, ended):
    """A cancel that comes too late does not deny that a file was written."""

    def work(cancelled, progress):
        newest.cancel()
        return "written"

    outcome = ended(Heard(newest.start(work)))
    assert (outcome.status, outcome.value) == (Status.COMPLETE, "written")


@pytest.mark.parametrize(
    "refusal", [ModelError("dt", "dt must be above 0"), WriteError(Path("a"), "the disk is full")]
)
def test_a_refusal_keeps_its_own_words_and_is_not_logged(newest, ended, monkeypatch, refusal):
    """A message written for the user is emitted as it is."""
    logged = []
    monkeypatch.setattr("hhgui.jobs.runner.report", lambda *args, **named: logged.append(args))
    outcome = ended(Heard(newest.start(raising(refusal))))
    assert (outcome.status, outcome.message) == (Status.FAILED, str(refusal))
    assert logged == []


def test_a_defect_is_logged_and_named_and_the_next_request_is_done(newest, ended, tmp_path):
    """Any other exception is in the log and in the outcome, and the thread lives on."""
    log = failures.install(tmp_path)
    try:
        outcome = ended(Heard(newest.start(raising(ZeroDivisionError("by zero")), "it failed")))
        assert outcome.status is Status.FAILED
        assert outcome.message == "it failed: ZeroDivisionError('by zero')"
        assert "ZeroDivisionError: by zero" in log.log.path.read_text(encoding="utf-8")
    finally:
        failures.uninstall()
    assert ended(Heard(newest.start(returning(1)))).value == 1


def test_results_before_a_defect_are_kept(newest, ended):
    """Results that a generator yielded before it failed are emitted."""

    def work(cancelled, progress):
        yield 1
        raise ZeroDivisionError

    heard = Heard(newest.start(work))
    assert ended(heard).status is Status.FAILED
    assert heard.results == [1]


def test_progress_is_the_newest_fraction_and_never_falls(newest, ended):
    """The last fraction emitted is that of the whole work."""
    heard = Heard(newest.start(counted(5000)))
    ended(heard)
    assert heard.fractions == sorted(heard.fractions)
    assert heard.fractions[-1] == 1.0


def test_results_are_emitted_together_and_at_most_once_a_pause(newest, ended):
    """Ten thousand results arrive in as many batches as there were pauses, and one at once."""
    pauses = []
    newest._pause.timeout.connect(lambda: pauses.append(1))
    heard = Heard(newest.start(counted(10_000)))
    ended(heard)
    assert newest._pause.interval() >= 1000 / 30
    assert len(heard.results) == 10_000
    assert len(heard.batches) <= len(pauses) + 1


def test_nothing_waits_for_a_pause_that_is_over(newest, ended, qtbot):
    """A result comes although nothing else follows it."""
    begun = threading.Event()
    heard = Heard(newest.start(until_cancelled(begun)))
    qtbot.waitUntil(lambda: heard.results == ["first"])
    assert heard.outcomes == []


def test_follow_mode_ends_every_job_and_then_uses_the_newest_values(newest, qtbot):
    """Edits come in each event, faster than jobs; a job ends all the same, with one edit's value.

    The last job has the last edit's.
    """
    edits, measured = iter(range(1, 200)), []
    knob = {"value": 0}

    def begin():
        job = newest.start(returning(knob["value"]))
        job.finished.connect(lambda outcome, job=job: measured.append(outcome))

    while (value := next(edits, None)) is not None:
        knob["value"] = value
        newest.follow(begin)
        qtbot.wait(1)
    qtbot.waitUntil(lambda: not newest.running)
    values = [outcome.value for outcome in measured]
    assert {outcome.status for outcome in measured} == {Status.COMPLETE}
    assert values == sorted(set(values))
    assert len(values) > 1
    assert values[-1] == 199


def test_what_waits_to_be_followed_is_forgotten_at_a_cancel(newest, ended):
    """A cancel ends follow mode's next job with the running one."""
    begun, followed = threading.Event(), []
    heard = Heard(newest.start(until_cancelled(begun)))
    newest.follow(lambda: followed.append(1))
    newest.cancel()
    ended(heard)
    assert followed == []


def test_at_its_end_a_runner_does_first_what_was_requested(queue):
    """Ending the thread leaves no request undone."""
    done = []
    for number in range(5):
        queue.start(lambda cancelled, progress, number=number: done.append(number))
    queue.finish()
    assert done == [0, 1, 2, 3, 4]


def test_a_runner_that_was_never_used_has_no_thread_to_end(make):
    """The thread starts with the first request."""
    runner = make()
    runner.finish()
    assert not runner._thread.isRunning()
