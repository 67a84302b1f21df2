"""Log uncaught exceptions, report them to the user, and keep the program running.

Call ``install`` once, before the window opens. From then on an exception in a slot, a timer, a
thread or a destructor, and every warning of Qt, is written to the log; exceptions are also reported
by the signal ``Failures.failed``. A windowed program has no stderr, and nothing here needs one.
"""

import atexit
import functools
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QThread,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
    qVersion,
)

from hhgui import __version__
from hhgui.storage.log_files import LOGGER, LogFiles

CANCELLED = "cancelled"  # the message of work that the user has ended
_LONGEST_MESSAGE = 300
_QT_LEVELS = {
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "error",
    QtMsgType.QtFatalMsg: "critical",
}
W = TypeVar("W", bound=QObject)
P = ParamSpec("P")
_installed: "Failures | None" = None


@dataclass(frozen=True)
class Failure:
    """A failure of the program, as it is shown to the user.

    summary: a sentence. details: the traceback and versions. key: the same for repeats of the same
    failure. count: how often it has happened. log: the path of the log file, or None.
    """

    summary: str
    details: str
    key: str
    count: int
    log: Path | None


class Failures(QObject):
    """Logs failures and reports them by ``failed(Failure)``.

    The signal is emitted in the thread in which this object lives.
    """

    failed = Signal(object)
    _happened = Signal(object)

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self.log = LogFiles(folder)
        self._counts: dict[str, int] = {}
        self._lock = threading.RLock()  # a destructor may fail while a failure is being counted
        # queued: a dialog must not open within the call that failed, nor in its thread
        self._happened.connect(self._emit, Qt.ConnectionType.QueuedConnection)

    def report(self, error: BaseException, notify: bool = True) -> None:
        """Log an exception and, if ``notify``, emit ``failed``. Any thread may call it."""
        with suppress(Exception):
            failure = self._failure(error)
            if _is_power_of_ten(failure.count):
                again = f" ({failure.count} times)" if failure.count > 1 else ""
                LOGGER.error("%s%s\n%s", failure.summary, again, failure.details)
                if sys.stderr is not None:
                    sys.__excepthook__(type(error), error, error.__traceback__)
            if notify:
                self._happened.emit(failure)

    def log_line(self, level: str, text: str) -> None:
        """Log a line; repeats only the 10th, 100th, … time. It never raises an exception.

        level: its kind in the log, such as "warning".
        """
        with suppress(Exception):
            count = self._count(text)
            if _is_power_of_ten(count):
                getattr(LOGGER, level)("%s%s", text, f" ({count} times)" if count > 1 else "")

    @Slot(object)
    def _emit(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _failure(self, error: BaseException) -> Failure:
        frames = traceback.extract_tb(error.__traceback__)
        key = "|".join([type(error).__name__, *(f"{f.filename}:{f.lineno}" for f in frames)])
        message = " ".join(str(error).split())[:_LONGEST_MESSAGE]
        what = f"{type(error).__name__}: {message}" if message else type(error).__name__
        details = "".join(traceback.format_exception(error)) + "\n" + versions()
        summary = f"Something went wrong {_here()}: {what}"
        return Failure(summary, details, key, self._count(key), self.log.path)

    def _count(self, key: str) -> int:
        """Return how often ``key`` has occurred, this time included."""
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]


def install(folder: Path | None = None) -> Failures:
    """Handle all uncaught exceptions from now on; folder: of the log, None for the user's."""
    global _installed
    if _installed is not None:
        return _installed
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a windowed program, whose libraries may print all the same
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    _installed = failures = Failures(folder)
    sys.excepthook = lambda _kind, error, _trace: _catch(failures, error)
    threading.excepthook = lambda thrown: _catch(failures, thrown.exc_value)
    sys.unraisablehook = lambda thrown: _catch(failures, thrown.exc_value)
    qInstallMessageHandler(functools.partial(_log_qt, failures))
    atexit.register(uninstall)
    return failures


def uninstall() -> None:
    """Undo ``install``."""
    global _installed
    if _installed is None:
        return
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    sys.unraisablehook = sys.__unraisablehook__
    qInstallMessageHandler(None)
    atexit.unregister(uninstall)
    _installed.log.close()
    _installed = None


def report(error: BaseException, notify: bool = True) -> None:
    """Log an exception that was caught, with its traceback; if ``notify``, show it to the user."""
    if _installed is not None:
        _installed.report(error, notify)
    else:
        LOGGER.error("%s", error, exc_info=error)


def guarded(slot: Callable[Concatenate[W, P], None]) -> Callable[Concatenate[W, P], None]:
    """Decorate a slot of a worker so that no exception leaves it; write it below ``@Slot``.

    An exception is logged, and reported by the worker's signal ``failed(message)``. Before that the
    worker's ``recover()`` is called, if it has one, which must leave a state in which the next
    request works.
    """

    def call(worker: W, /, *values: P.args, **named: P.kwargs) -> None:
        try:
            slot(worker, *values, **named)
        except Exception as error:
            report(error, notify=False)
            recover = getattr(worker, "recover", None)
            if recover is not None:
                recover()
            worker.failed.emit(f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]

    functools.update_wrapper(call, slot)  # Qt finds slots by name
    return call


def versions() -> str:
    """Return the versions of the program and its libraries, on two lines."""
    return (
        f"hhgui {__version__} · Python {platform.python_version()} · Qt {qVersion()}\n"
        f"{platform.platform()}"
    )


def _catch(failures: Failures, error: BaseException | None) -> None:
    """Report an uncaught exception; None is ignored."""
    if error is None or isinstance(error, SystemExit):
        return
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(type(error), error, error.__traceback__)
    else:
        failures.report(error)


def _log_qt(failures: Failures, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Log a message of Qt."""
    if kind in _QT_LEVELS:
        failures.log_line(_QT_LEVELS[kind], f"Qt: {text}")
    with suppress(Exception):
        print(text, file=sys.stderr)


def _here() -> str:
    """Return the place in the program from which this is called, for the log."""
    if threading.current_thread() is threading.main_thread():
        return "in the window"
    thread: Any = QThread.currentThread()
    return f"in the thread “{thread.objectName() or threading.current_thread().name}”"


def _is_power_of_ten(count: int) -> bool:
    return str(count).strip("0") == "1"
