"""Run jobs in a thread: sweeps, single runs, pictures, exports, sessions.

A ``Runner`` is a thread that handles one request after the other. ``start(work)`` returns a
``Job``, whose signals are all emitted in the thread that the runner lives in. ``work`` is called
with ``cancelled()`` and ``progress(fraction)`` (0 to 1), both of which it may call from any thread.
It is either a generator, each of whose items is a result, or a function; the value that either
returns is part of the job's outcome. It ends soon after ``cancelled()`` is true: by raising
``Cancelled``, or by returning None.
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
    """The effect of a new request on earlier ones."""

    NEWEST = "ends them, and nothing more is heard of them"
    QUEUE = "waits until they are done"


class Status(Enum):
    """The status of a job that has ended."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """One item that the generator of a request yielded."""

    generation: int
    value: Any


@dataclass(frozen=True)
class Progress:
    """The fraction of the work that is done, 0 to 1."""

    generation: int
    fraction: float


@dataclass(frozen=True)
class Outcome:
    """The end of a request.

    value: what the function or the generator returned; message: why it failed, in a sentence, or
    "cancelled", or "" when it is complete.
    """

    generation: int
    status: Status
    value: Any = None
    message: str = ""


@dataclass(frozen=True)
class _Request:
    generation: int
    work: Work
    failure: str
    cancelled: threading.Event


class Job(QObject):
    """One request, with signals about its progress.

    results_ready(tuple): the items yielded since the last signal, in order; progressed(fraction);
    finished(Outcome): always the last. A job that a newer one replaced emits nothing more.
    """

    results_ready = Signal(object)
    progressed = Signal(float)
    finished = Signal(object)

    def __init__(self, generation: int) -> None:
        super().__init__()
        self.generation = generation
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        """End the work soon; may be called from any thread."""
        self.cancelled.set()

    def abandon(self) -> None:
        """Cancel the job and emit nothing more, because no receiver is left."""
        self.cancel()
        self.blockSignals(True)


class Runner(QObject):
    """A thread for jobs, which starts with the first request."""

    _requested = Signal(object)
    _ending = Signal()

    def __init__(self, name: str, policy: Policy = Policy.NEWEST) -> None:
        """Create the runner; ``name`` is the thread's name in the log and in a debugger."""
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
        """Return whether a job has yet to end."""
        return bool(self._jobs)

    def start(self, work: Work, failure: str = "the work failed") -> Job:
        """Start ``work`` as a new job whose generation is one higher than the last.

        failure: the beginning of the message of a defect, as in "the sweep failed".
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
        """Call ``begin``, which may call ``start``, now or as soon as nothing runs any more.

        If several calls wait, only the newest is made. Work that follows edits is therefore done
        one job at a time, with the values of that moment: intermediate edits are skipped, and none
        of them interrupts the running job.
        """
        if self.running:
            self._next = begin
        else:
            begin()

    def cancel(self) -> None:
        """Cancel the running and the waiting jobs; may be called from any thread."""
        self._next = None
        for job in list(self._jobs.values()):
            job.cancel()

    def finish(self) -> None:
        """End the thread and wait for it. Requests that are not cancelled are finished first."""
        if self._thread.isRunning():
            self._ending.emit()
            self._thread.wait()
        self._jobs.clear()

    @Slot()
    def _on_posted(self) -> None:
        if not self._pause.isActive():
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        """Emit the mail since the last call, the results of each job together."""
        mail = self._worker.take()
        if mail:
            self._pause.start()
        for generation in dict.fromkeys(record.generation for record in mail):
            self._emit(generation, [r for r in mail if r.generation == generation])

    def _emit(self, generation: int, mail: Sequence[Result | Progress | Outcome]) -> None:
        """Emit one piece of mail; stop if a slot starts a newer job or cancels this one."""
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
        if self._next is not None and not self.running:
            begin, self._next = self._next, None
            begin()


class _Worker(QObject):
    """Handles requests in the thread, and keeps their results until they are taken.

    posted(): there is mail to take, and was none before.
    """

    posted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mail: list[Result | Progress | Outcome] = []
        self._lock = threading.Lock()

    def take(self) -> list[Result | Progress | Outcome]:
        """Return the mail posted since the last call; may be called from any thread."""
        with self._lock:
            mail, self._mail = self._mail, []
        return mail

    @Slot(object)
    def run(self, request: _Request) -> None:
        """Run a request and post its outcome, even after an exception."""
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
        """End the thread after the earlier requests."""
        QThread.currentThread().quit()

    def _do(self, request: _Request) -> object:
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
        """Post every item as a result until cancelled; return the generator's value."""
        while True:
            try:
                item = next(items)
            except StopIteration as end:
                return end.value
            if request.cancelled.is_set():
                raise Cancelled
            self._post(Result(request.generation, item))

    def _post(self, record: Result | Progress | Outcome) -> None:
        with self._lock:
            first = not self._mail
            self._mail.append(record)
        if first:
            self.posted.emit()
