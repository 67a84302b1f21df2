"""Run jobs in a thread: sweeps, single runs, pictures, exports, sessions.

A ``Runner`` is a thread that handles one job after the other. ``start(work)`` returns a ``Job``,
whose signals are emitted in the thread in which the runner lives. The work is a function that is
called with ``cancelled()`` and ``progress(fraction)`` (0 to 1), both of which it may call from any
thread. It either returns a value, or is a generator: then each item that it yields is a result, and
the value that it returns is that of the job. It must end soon after ``cancelled()`` has become
true, by raising ``Cancelled`` or returning None.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from hhgui.failures import CANCELLED, report
from hhgui.jobs.threads import WorkerThread
from hhgui.model.model_file import ModelFileError
from hhgui.model.parameter import ModelError
from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled

Work = Callable[[Callable[[], bool], Callable[[float], object]], object]

# Results, progress and ends reach the window at most 30 times a second, however fast they come.
EMISSION_INTERVAL_MS = 34
# Their text is written for the user; any other exception is a defect, and is logged.
REFUSALS = (ModelError, ModelFileError, WriteError)


class Policy(Enum):
    """What a new job does to the jobs before it."""

    NEWEST = "ends them, and nothing more is heard of them"
    QUEUE = "waits until they are done"


class Status(Enum):
    """How a job has ended."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """One item that the generator of a job has yielded; generation: the number of the job."""

    generation: int
    value: Any


@dataclass(frozen=True)
class Progress:
    """The fraction of a job's work that is done, 0 to 1; generation: the number of the job."""

    generation: int
    fraction: float


@dataclass(frozen=True)
class Outcome:
    """The end of a job.

    generation: the number of the job. value: what its function or generator returned. message: why
    it failed, in a sentence, "cancelled", or "" if it is complete.
    """

    generation: int
    status: Status
    value: Any = None
    message: str = ""


@dataclass(frozen=True)
class _Request:
    """What the thread is asked to do.

    failure: the beginning of the message if the work raises an unexpected exception.
    """

    generation: int
    work: Work
    failure: str
    cancelled: threading.Event


class Job(QObject):
    """One job, with signals about its progress.

    results_ready(tuple): the items yielded since the last signal, in order. progressed(fraction).
    finished(Outcome): always the last signal. A job that was replaced by a newer one emits nothing
    more.
    """

    results_ready = Signal(object)
    progressed = Signal(float)
    finished = Signal(object)

    def __init__(self, generation: int) -> None:
        super().__init__()
        self.generation = generation
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the job to end soon; any thread may call this."""
        self.cancelled.set()

    def abandon(self) -> None:
        """Cancel the job and emit nothing more, because there is no receiver any more."""
        self.cancel()
        self.blockSignals(True)


class Runner(QObject):
    """A thread for jobs; it starts with the first job."""

    _requested = Signal(object)
    _ending = Signal()

    def __init__(self, name: str, policy: Policy = Policy.NEWEST) -> None:
        """Create the runner; name: of the thread, in the log and in a debugger.

        policy: whether a new job replaces those before it or waits for them.
        """
        super().__init__()
        self._policy = policy
        self._generation = 0
        self._jobs: dict[int, Job] = {}
        self._next: Callable[[], object] | None = None
        self._pause = QTimer(self, singleShot=True, interval=EMISSION_INTERVAL_MS)
        self._pause.timeout.connect(self._deliver)
        self._worker = _Worker()
        self._thread = WorkerThread(self._worker, name)
        # queued in any case: no signal is emitted before ``start`` has returned
        self._worker.posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
        self._requested.connect(self._worker.run, Qt.ConnectionType.QueuedConnection)
        self._ending.connect(self._worker.end, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Return whether any job has not ended yet."""
        return bool(self._jobs)

    def start(self, work: Work, failure: str = "the work failed") -> Job:
        """Start ``work`` as a new job, whose generation is one higher than that of the job before.

        failure: the beginning of the message if it raises an unexpected exception: "the sweep
        failed".
        """
        if self._policy is Policy.NEWEST:
            self.cancel()
            self._jobs.clear()
        self._generation += 1
        job = self._jobs[self._generation] = Job(self._generation)
        if not self._thread.isRunning():
            self._thread.start()
        self._requested.emit(_Request(job.generation, work, failure, job.cancelled))
        return job

    def follow(self, begin: Callable[[], object]) -> None:
        """Call ``begin``, which may call ``start``, now or as soon as no job is running.

        If several calls have to wait, only the newest is made. Use it for work that follows edits:
        one job runs at a time, with the newest values; values in between are skipped, and no edit
        interrupts the running job.
        """
        if self.running:
            self._next = begin
        else:
            begin()

    def cancel(self) -> None:
        """Cancel the running job, the waiting ones and a waiting ``follow``.

        Any thread may call this.
        """
        self._next = None
        for job in list(self._jobs.values()):
            job.cancel()

    def finish(self) -> None:
        """End the thread and wait for it; jobs that are not cancelled are finished first."""
        if self._thread.isRunning():
            self._ending.emit()
            self._thread.wait()
        self._jobs.clear()

    @Slot()
    def _on_posted(self) -> None:
        """Deliver new messages of the worker now, or when the pause after the last ones ends."""
        if not self._pause.isActive():
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        """Emit the signals for all new messages, with the results of each job together."""
        mail = self._worker.take()
        if mail:
            self._pause.start()
        for generation in dict.fromkeys(record.generation for record in mail):
            self._emit(generation, [r for r in mail if r.generation == generation])

    def _emit(self, generation: int, mail: Sequence[Result | Progress | Outcome]) -> None:
        """Emit the signals for the messages of one job; generation: its number.

        If a slot starts a newer job or cancels this one, the rest is not emitted.
        """
        job = self._jobs.get(generation)
        results = tuple(record.value for record in mail if isinstance(record, Result))
        fractions = [record.fraction for record in mail if isinstance(record, Progress)]
        if job is not None and results:
            job.results_ready.emit(results)
        if job is not None and fractions and generation in self._jobs:
            job.progressed.emit(fractions[-1])
        outcome = next((record for record in mail if isinstance(record, Outcome)), None)
        if job is not None and outcome and self._jobs.pop(generation, None) is job:
            job.finished.emit(outcome)
            self._begin_next()

    def _begin_next(self) -> None:
        """Make the waiting call of ``follow``, if there is one and no job is running."""
        if self._next is not None and not self.running:
            begin, self._next = self._next, None
            begin()


class _Worker(QObject):
    """Does the jobs in the thread, and keeps its messages until the runner takes them.

    posted(): emitted if there are messages to take and were none before.
    """

    posted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mail: list[Result | Progress | Outcome] = []
        self._lock = threading.Lock()

    def take(self) -> list[Result | Progress | Outcome]:
        """Return the messages since the last call; any thread may call this."""
        with self._lock:
            mail, self._mail = self._mail, []
        return mail

    @Slot(object)
    def run(self, request: _Request) -> None:
        """Do a job and add its outcome to the messages, also after an exception."""
        ended = partial(Outcome, request.generation)
        try:
            value = self._do(request)
        except Cancelled:
            self._post(ended(Status.CANCELLED, message=CANCELLED))
        except REFUSALS as error:
            self._post(ended(Status.FAILED, message=str(error)))
        except Exception as error:
            report(error, notify=False)
            self._post(ended(Status.FAILED, message=f"{request.failure}: {error!r}"))
        else:
            self._post(ended(Status.COMPLETE, value))

    @Slot()
    def end(self) -> None:
        """End the thread; Qt calls this after all earlier jobs."""
        QThread.currentThread().quit()

    def _do(self, request: _Request) -> object:
        """Call the work of a job and return its value. Raises Cancelled."""
        generation, cancelled = request.generation, request.cancelled.is_set
        if cancelled():
            raise Cancelled
        value = request.work(cancelled, lambda done: self._post(Progress(generation, done)))
        if isinstance(value, Iterator):
            value = self._exhaust(request, value)
        if value is None and cancelled():
            raise Cancelled
        return value

    def _exhaust(self, request: _Request, items: Iterator[object]) -> object:
        """Add every item of a generator to the messages; return the generator's value.

        Raises Cancelled once the job is cancelled.
        """
        while True:
            try:
                item = next(items)
            except StopIteration as end:
                return end.value
            if request.cancelled.is_set():
                raise Cancelled
            self._post(Result(request.generation, item))

    def _post(self, record: Result | Progress | Outcome) -> None:
        """Add a message for the runner."""
        with self._lock:
            first = not self._mail
            self._mail.append(record)
        if first:
            self.posted.emit()
