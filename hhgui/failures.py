"""Failures are seen: what nobody caught is logged and told, and the program goes on.

``install`` once, before the window. An exception in a slot, a timer, a thread or a destructor, and
what Qt warns of, goes to the log; each exception is told by ``Failures.failed`` too. A windowed
program has no stderr, and nothing here needs one.
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
    """What happened.

    summary: in a sentence; details: the traceback and the versions; key: the same for the same
    failure again; count: how often it has happened; log: the file that has it, or None.
    """

    summary: str
    details: str
    key: str
    count: int
    log: Path | None


class Failures(QObject):
    """Logs and tells. ``failed(Failure)``: in the thread it lives in, once the call is over."""

    failed = Signal(object)
    _happened = Signal(object)

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self.log = LogFiles(folder)
        self._counts: dict[str, int] = {}
        self._lock = threading.RLock()  # a destructor may fail while a failure is being counted
        # queued: a dialog must not open within the call that failed, nor in its thread
        self._happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def report(self, error: BaseException, tell: bool = True) -> None:
        """Log an exception, and tell it unless somebody else does; from any thread, never fails.

        The same one again is counted; it is logged when it happens for the 1st, 10th, 100th … time.
        """
        with suppress(Exception):
            failure = self._failure(error)
            if _is_power_of_ten(failure.count):
                again = f" ({failure.count} times)" if failure.count > 1 else ""
                LOGGER.error("%s%s\n%s", failure.summary, again, failure.details)
                if sys.stderr is not None:
                    sys.__excepthook__(type(error), error, error.__traceback__)
            if tell:
                self._happened.emit(failure)

    def log_line(self, level: str, text: str) -> None:
        """Log a line, but the same one again only for the 10th, 100th … time; never fails."""
        with suppress(Exception):
            count = self._count(text)
            if _is_power_of_ten(count):
                getattr(LOGGER, level)("%s%s", text, f" ({count} times)" if count > 1 else "")

    @Slot(object)
    def _tell(self, failure: Failure) -> None:
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
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]


def install(folder: Path | None = None) -> Failures:
    """Catch what nobody catches, from now on; the folder of the log is the user's by default."""
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
    """Let everything be as it was before ``install``."""
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


def report(error: BaseException, tell: bool = True) -> None:
    """Log an exception that was caught, with its traceback; ``tell`` the person too, or not."""
    if _installed is not None:
        _installed.report(error, tell)
    else:
        LOGGER.error("%s", error, exc_info=error)


def guarded(slot: Callable[Concatenate[W, P], None]) -> Callable[Concatenate[W, P], None]:
    """A worker's slot that lets nothing out, below ``@Slot``: the worker lives on.

    What it raises is logged, and told by the worker's ``failed(message)``. ``recover()`` of the
    worker, where it has one, is called first: it leaves a state in which the next order works.
    """

    def call(worker: W, /, *values: P.args, **named: P.kwargs) -> None:
        try:
            slot(worker, *values, **named)
        except Exception as error:
            report(error, tell=False)
            recover = getattr(worker, "recover", None)
            if recover is not None:
                recover()
            worker.failed.emit(f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]

    functools.update_wrapper(call, slot)  # Qt goes by the name
    return call


def versions() -> str:
    """What runs here, in two lines."""
    return (
        f"hhgui {__version__} · Python {platform.python_version()} · Qt {qVersion()}\n"
        f"{platform.platform()}"
    )


def _catch(failures: Failures, error: BaseException | None) -> None:
    if error is None or isinstance(error, SystemExit):
        return
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(type(error), error, error.__traceback__)
    else:
        failures.report(error)


def _log_qt(failures: Failures, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if kind in _QT_LEVELS:
        failures.log_line(_QT_LEVELS[kind], f"Qt: {text}")
    with suppress(Exception):
        print(text, file=sys.stderr)


def _here() -> str:
    if threading.current_thread() is threading.main_thread():
        return "in the window"
    thread: Any = QThread.currentThread()
    return f"in the thread “{thread.objectName() or threading.current_thread().name}”"


def _is_power_of_ten(count: int) -> bool:
    return str(count).strip("0") == "1"
