import faulthandler
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, Signal, Slot, qWarning

from hhgui import failures
from hhgui.failures import guarded
from hhgui.jobs.threads import WorkerThread

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path):
    """The folder of the logs, which does not exist yet."""
    return tmp_path / "hhgui" / "logs"


class Listener(QObject):
    """Collect the failures that are reported to the window, and their threads."""

    def __init__(self, source):
        super().__init__()
        self.heard, self.threads = [], []
        source.failed.connect(self.hear)

    @Slot(object)
    def hear(self, failure):
        self.heard.append(failure)
        self.threads.append(threading.current_thread())


@pytest.fixture
def listener(qtbot, folder, monkeypatch):
    """An installed ``Failures`` whose reports are collected; uninstalled at the end."""
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, faulthandler.is_enabled()
    yield Listener(failures.install(folder))
    failures.uninstall()
    sys.excepthook, threading.excepthook, sys.unraisablehook = before[:3]
    if before[3]:
        faulthandler.enable(sys.__stderr__)


def log_text(folder):
    """The content of this process's log."""
    (path,) = folder.glob("*.log")
    return path.read_text(encoding="utf-8")


class Worker(QObject):
    """A worker whose slots and timer fail."""

    failed = Signal(str)
    done = Signal()

    def __init__(self):
        super().__init__()
        self.recovered = 0

    def recover(self):
        self.recovered += 1

    @Slot()
    def fail(self):
        raise ValueError("in a slot")

    @Slot()
    def start_timer(self):
        QTimer.singleShot(0, self, self.fail)

    @Slot(int)
    @guarded
    def divide(self, number):
        """Raise ZeroDivisionError for 0."""
        assert 1 // number is not None
        self.done.emit()


class Orders(QObject):
    """Signals that request work of the worker."""

    fail = Signal()
    start_timer = Signal()
    divide = Signal(int)

    def __init__(self, worker):
        super().__init__()
        self.answers = []
        for name in ("fail", "start_timer", "divide"):
            getattr(self, name).connect(getattr(worker, name))
        worker.failed.connect(self.hear)
        worker.done.connect(self.hear_done)

    @Slot(str)
    def hear(self, message):
        self.answers.append(message)

    @Slot()
    def hear_done(self):
        self.answers.append("done")


@pytest.fixture
def orders(qtbot):
    """Signals connected to a worker that runs in its own thread."""
    worker = Worker()
    thread = WorkerThread(worker, "calculation")
    orders = Orders(worker)
    orders.worker = worker
    thread.start()
    yield orders
    thread.finish()


@pytest.mark.parametrize("order", ["fail", "start_timer"])
def test_a_workers_exception_is_reported_in_the_window(listener, orders, qtbot, folder, order):
    """A failing slot or timer of a worker is reported in the GUI thread and logged."""
    getattr(orders, order).emit()
    qtbot.waitUntil(lambda: listener.heard != [])
    (failure,) = listener.heard
    assert listener.threads == [threading.main_thread()]
    assert failure.summary == (
        "Something went wrong in the thread “calculation”: ValueError: in a slot"
    )
    assert 'raise ValueError("in a slot")' in failure.details
    assert failure.summary in log_text(folder)
    assert failure.details in log_text(folder)
    assert failure.log.parent == folder


def test_the_worker_goes_on(listener, orders, qtbot):
    """After an exception in its thread the worker carries out the next request."""
    orders.fail.emit()
    orders.divide.emit(1)
    qtbot.waitUntil(lambda: orders.answers == ["done"])


def test_a_guarded_slot_tells_and_recovers(listener, orders, qtbot, folder):
    """An exception of a guarded slot is the worker's answer and logged; no dialog opens."""
    orders.divide.emit(0)
    orders.divide.emit(1)
    qtbot.waitUntil(lambda: len(orders.answers) == 2)
    assert orders.answers[0].startswith("ZeroDivisionError: ")
    assert orders.answers[1] == "done"
    assert orders.worker.recovered == 1
    assert "test_failures.py" in log_text(folder)
    assert listener.heard == []


def test_the_windows_own_exception_is_reported_later(listener, qtbot):
    """An exception in the GUI thread is reported after the failing call, not within it."""
    within = []

    def fail():
        try:
            raise KeyError("V")
        finally:
            within.append(len(listener.heard))

    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: listener.heard != [])
    assert within == [0]
    assert listener.heard[0].summary == "Something went wrong in the window: KeyError: 'V'"


def test_threads_and_destructors_are_heard(listener, qtbot):
    """Exceptions of plain threads and of destructors are reported too."""

    class Broken:
        def __del__(self):
            raise RuntimeError("in a destructor")

    thread = threading.Thread(target=lambda: 1 / 0, name="plain")
    thread.start()
    thread.join()
    broken = Broken()
    del broken
    gc.collect()
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert "in the thread “plain”: ZeroDivisionError" in listener.heard[0].summary
    assert "RuntimeError: in a destructor" in listener.heard[1].summary


def test_the_same_failure_is_counted(listener, qtbot, folder):
    """Of a thousand equal failures all are counted and four logged; others count anew."""
    installed = failures.install()

    def fail(number):
        try:
            raise ValueError(f"number {number}")
        except ValueError as error:
            installed.report(error)

    for number in range(1000):
        fail(number)
    qtbot.waitUntil(lambda: len(listener.heard) == 1000)
    assert listener.heard[-1].count == 1000
    assert len({failure.key for failure in listener.heard}) == 1
    assert log_text(folder).count("raise ValueError") == 4
    assert "number 999 (1000 times)" in log_text(folder)


def test_what_qt_warns_of_is_logged(listener, folder, capsys):
    """A warning of Qt's is in the log once, however often it comes, and still on stderr."""
    for _ in range(5):
        qWarning("a timer has no thread")
    assert log_text(folder).count("WARNING Qt: a timer has no thread") == 1
    assert capsys.readouterr().err.count("a timer has no thread") == 5


def test_a_second_install_is_the_first(listener, folder):
    """A second ``install`` returns the same object."""
    first = failures.install(folder)
    assert failures.install(folder.parent) is first


def test_an_ended_log_leaves_nothing_empty(qtbot, folder):
    """A window without any failure leaves no file."""
    was_on = faulthandler.is_enabled()
    failures.install(folder)
    failures.uninstall()
    if was_on:
        faulthandler.enable(sys.__stderr__)
    assert list(folder.iterdir()) == []


def python(code, *arguments, **options):
    """Run ``code`` in a Python of its own, which finds hhgui and has Qt's core only."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(arguments[0])}
    env.pop("XDG_DATA_HOME", None)
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False, **options,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="the others' signals")
@pytest.mark.parametrize(("platform", "stacks"), [("win32", 1), ("linux", 2)])
def test_on_windows_a_crash_dumps_one_thread_only(tmp_path, platform, stacks):
    """Windows dumps at exceptions that are handled: to read a running thread's stack can crash."""
    code = """
        import os, signal, sys, threading
        from pathlib import Path
        from hhgui.storage import log_files
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        sys.platform = sys.argv[2]
        log_files.LogFiles(Path(sys.argv[1]))
        os.kill(os.getpid(), signal.SIGSEGV)
    """
    assert python(code, tmp_path, platform).returncode == -signal.SIGSEGV
    (dump,) = tmp_path.glob("*.crash")
    assert dump.read_text().count("most recent call first") == stacks


WINDOWED = """
    import sys
    from pathlib import Path
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None
    from PySide6.QtCore import QCoreApplication, QTimer, qWarning
    from hhgui import failures
    installed = failures.install()
    app = QCoreApplication([])
    heard = []
    installed.failed.connect(heard.append)
    def fail():
        print("to nobody")
        qWarning("to nobody")
        raise ValueError("unseen")
    QTimer.singleShot(0, fail)
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, app.quit))
    app.exec()
    raise SystemExit(7 if [f.count for f in heard] == [1] and heard[0].log.exists() else 1)
"""


def test_a_program_without_stderr_logs_and_goes_on(tmp_path):
    """A windowed package, which has no stderr, logs and reports a failure."""
    assert python(WINDOWED, tmp_path).returncode == 7
    (log,) = tmp_path.rglob("*.log")
    text = log.read_text(encoding="utf-8")
    assert "ValueError: unseen" in text
    assert "WARNING Qt: to nobody" in text


def test_a_crash_of_the_process_leaves_its_stacks(tmp_path):
    """A segmentation fault: the stacks of all threads are in the .crash file."""
    crash = """
        import ctypes, sys, threading, time
        from hhgui import failures
        failures.install()
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        ctypes.string_at(0)
    """
    assert python(crash, tmp_path).returncode != 0
    (path,) = tmp_path.rglob("*.crash")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(("Fatal Python error", "Windows fatal exception"))
    assert text.count("most recent call first") == 2


def test_a_home_that_cannot_be_written_is_survived(tmp_path):
    """Without a log file a failure is still reported, and the report says so."""
    (tmp_path / "home").touch()
    code = """
        import sys
        from PySide6.QtCore import QCoreApplication, QTimer
        from hhgui import failures
        installed = failures.install()
        app = QCoreApplication([])
        installed.failed.connect(lambda failure: app.exit(7 if failure.log is None else 1))
        QTimer.singleShot(0, lambda: 1 / 0)
        raise SystemExit(app.exec())
    """
    process = python(code, tmp_path / "home")
    assert process.returncode == 7
    assert process.stderr.count("ZeroDivisionError") == 1
