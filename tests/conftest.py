"""Fixtures of all tests. It imports no Qt, which the model and the engine do not need."""

import ctypes
import gc
import json
import linecache
import math
import os
import random
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hhgui.model.library import load_library
from tests.shipped import LIBRARY

# How long an example takes, or finding it, is the machine's affair; the fixtures are made to be
# used for many examples. They are the same in each run unless more of them are asked for: a run
# passes or fails by what was changed.
settings.register_profile(
    "patient",
    deadline=None,
    derandomize="HHGUI_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("patient")
# Python's collector may run in a worker's thread, and would delete widgets there; what a window
# leaves is collected after its test, in pytest_runtest_protocol.
gc.disable()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":  # the offscreen plugin looks for fonts in Qt's own folder only
    os.environ.setdefault("QT_QPA_FONTDIR", r"C:\Windows\Fonts")
DATA_FOLDERS = (  # where platformdirs finds the user's files
    "XDG_DATA_HOME", "WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA",
)  # fmt: skip
DATA = Path(__file__).parent / "data"
CLOSED_WINDOWS: list[bool] = []  # one for each that is not collected yet
PATIENCE_MS = 300_000  # a wait that takes so long waits in vain, on any machine


def pytest_addoption(parser):
    """Add the option that runs the tests in another order."""
    parser.addoption(
        "--shuffle", type=int, metavar="SEED",
        help="run the files, and the tests within each, in an order that SEED defines",
    )  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Shuffle files, and tests within a file, which share its window, if that is asked for."""
    seed = config.getoption("shuffle")
    if seed is None:
        return
    dice, files = random.Random(seed), {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    groups = list(files.values())
    dice.shuffle(groups)
    for group in groups:
        dice.shuffle(group)
    items[:] = [item for group in groups for item in group]


@pytest.fixture(scope="session")
def library():
    """The program's own parameter sets, without those of the user's folder."""
    return LIBRARY


@pytest.fixture(scope="session")
def seed_systems():
    """Results of independent programs for the lab courses' systems, by system."""
    return json.loads((DATA / "seed_systems.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def facts():
    """Published or independently computed facts about the neuron, by name."""
    listed = json.loads((DATA / "ground_truth.json").read_text(encoding="utf-8"))["facts"]
    return {fact["name"]: fact for fact in listed}


@pytest.fixture
def qtbot(qapp, request, monkeypatch):
    """pytest-qt's robot, more patient: how soon something happens is the machine's affair.

    A dialog that waits for an answer fails the test, which would otherwise wait for ever.
    """
    from pytestqt.qtbot import QtBot

    refuse_to_wait_for_answers(monkeypatch)

    class PatientBot(QtBot):
        def waitUntil(self, callback, *, timeout=PATIENCE_MS):
            super().waitUntil(callback, timeout=timeout)

        def waitSignal(self, signal, *, timeout=PATIENCE_MS, **options):
            return super().waitSignal(signal, timeout=timeout, **options)

        def waitSignals(self, signals, *, timeout=PATIENCE_MS, **options):
            return super().waitSignals(signals, timeout=timeout, **options)

        def waitExposed(self, widget, *, timeout=PATIENCE_MS):
            return super().waitExposed(widget, timeout=timeout)

    return PatientBot(request)


def refuse_to_wait_for_answers(monkeypatch):
    """Make every dialog that would wait for the user raise AssertionError with its texts."""
    from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

    def refuse(*texts):
        raise AssertionError(f"a dialog waits for an answer: {texts}")

    for name in ("information", "question", "warning", "critical"):
        monkeypatch.setattr(QMessageBox, name, refuse)
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, refuse)
    monkeypatch.setattr(QDialog, "exec", refuse)


@pytest.fixture
def settle(qapp, qtbot):
    """Wait until what a widget and its children put off, by single-shot timers, is done."""
    from PySide6.QtCore import QTimer

    def wait(widget):
        qapp.processEvents()
        qtbot.waitUntil(
            lambda: not any(t.isSingleShot() and t.isActive() for t in widget.findChildren(QTimer))
        )
        qapp.processEvents()  # the layouts that the timers asked for

    return wait


@contextmanager
def opened_desktop(qapp, folder, file=""):
    """Open a window, running, whose user's files are in ``folder``; close and delete it.

    file: What a start is given, such as a session or a model that was double-clicked.
    """
    from PySide6.QtCore import QEvent

    from hhgui.desktop import Desktop
    from hhgui.ui.session.unsaved import Answer
    from tests.window_work import wait_until

    with pytest.MonkeyPatch.context() as patch:
        for variable in DATA_FOLDERS:
            patch.setenv(variable, str(folder))
        # The live simulation freezes what is there once its kernels are ready: the window, too.
        patch.setattr(gc, "freeze", lambda: None)
        # Edits in quick succession are one step: however long a busy machine takes for them.
        patch.setattr("hhgui.ui.editor.MERGE_WITHIN_S", math.inf)
        made = Desktop(qapp, load_library())
        made.sessions.ask = lambda *_: (Answer.DISCARD, False)  # nobody is there to answer
        made.window.resize(1600, 900)
        made.start(file)
        wait_until(lambda: made.running)
        yield made
        made.window.close()
        for _ in range(50):  # answers that are queued and deferred calls still find their widgets
            qapp.processEvents()
        made.window.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        CLOSED_WINDOWS.append(True)


@pytest.fixture
def new_desktop(qapp, qtbot, tmp_path):
    """A window of the test's own, running, for one that closes it or looks at its first moments."""
    with opened_desktop(qapp, tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def shared_desktop(qapp, tmp_path_factory):
    """A running window for a module's tests, with what earlier ones did to it."""
    with opened_desktop(qapp, tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture
def desktop(shared_desktop, qtbot):
    """The module's window, running, with the neuron and the views that it had at first."""
    from tests.window_work import wait_until

    sessions, act = shared_desktop.sessions, shared_desktop.window.actions_by_name
    began = sessions.session()
    shared_desktop.window.activateWindow()  # for keys; a test may have opened another
    yield shared_desktop
    guide, appearance = shared_desktop.guide, shared_desktop.window.appearance
    wait_until(lambda: not guide.busy and not appearance.busy)
    sessions.show(began)
    wait_until(lambda: not sessions.busy)
    shared_desktop.editor.history.clear()
    plots, live = shared_desktop.window.pages["live"].plots, shared_desktop.controllers["live"]

    def worker_has_followed():
        same = live.worker.simulation.membrane == shared_desktop.editor.document.membrane
        return same and plots.recording is live.worker.recording

    wait_until(worker_has_followed)
    before = plots.recording
    act["reset"].trigger()
    live.running_requested.emit(True)
    wait_until(lambda: shared_desktop.running and plots.recording is not before)


def pytest_collection_finish():
    """Exclude what stays to the end (modules, tests, their parameters) from later collections.

    It is half a million objects, which every collection after a window would look at.
    """
    linecache.clearcache()  # the lines of all sources, read to find where each test begins: 65 MB
    gc.collect()
    gc.freeze()
    return_memory()  # that of parsing and rewriting


def return_memory():
    """Forget the engine's tables and make glibc return what is free: 250 MB where threads ran."""
    from hhgui.engine import kernel_store, tables

    for kept in (tables._rates, tables._curves, kernel_store.kernel_of):
        kept.cache_clear()
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Collect what a test leaves once nothing refers to it: a window holds a hundred megabytes."""
    result = yield
    if "qapp" in item.fixturenames:
        from PySide6.QtCore import QCoreApplication, QEvent

        # widgets that are deleted later, and no event loop runs any more
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # Only what a window or a widget leaves is worth a look at all objects.
    ends = nextitem is None or nextitem.path != item.path
    gc.collect(2 if CLOSED_WINDOWS or (ends and "qapp" in item.fixturenames) else 1)
    if CLOSED_WINDOWS or ends:
        return_memory()
    CLOSED_WINDOWS.clear()
    return result
