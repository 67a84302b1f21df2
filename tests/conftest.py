"""What the tests of every layer share. Imports no Qt: the model and the engine need none."""

import gc
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hhgui.model.library import load_library, models_dir

# How long an example takes, or finding it, is the machine's affair; the fixtures are made to be
# used for many examples.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("patient")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
DATA = Path(__file__).parent / "data"
PATIENCE_MS = 300_000  # a wait that takes so long waits in vain, on any machine


@pytest.fixture(scope="session")
def library():
    """The app's own parameter sets, whatever the user's folder holds."""
    return load_library(models_dir())


@pytest.fixture(scope="session")
def seed_systems():
    """What independent programs computed for the course's systems, by system."""
    return json.loads((DATA / "seed_systems.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def facts():
    """Published or independently computed facts about the neuron, by name."""
    listed = json.loads((DATA / "ground_truth.json").read_text(encoding="utf-8"))["facts"]
    return {fact["name"]: fact for fact in listed}


@pytest.fixture
def qtbot(qapp, request):
    """pytest-qt's robot, more patient: how soon something happens is the machine's affair."""
    from pytestqt.qtbot import QtBot

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


@pytest.fixture
def settle(qapp, qtbot):
    """Wait until what a widget and its children put off, by single-shot timers, is done."""
    from PySide6.QtCore import QTimer

    def wait(widget):
        qapp.processEvents()
        qtbot.waitUntil(
            lambda: not any(t.isSingleShot() and t.isActive() for t in widget.findChildren(QTimer))
        )

    return wait


@pytest.fixture
def desktop(qapp, qtbot, tmp_path, monkeypatch):
    """A started window, running, whose user has a folder of their own."""
    from PySide6.QtCore import QEvent

    from hhgui.desktop import Desktop

    for variable in ("XDG_DATA_HOME", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))
    made = Desktop(qapp, load_library())
    made.window.resize(1600, 900)
    made.start()
    qtbot.waitUntil(lambda: made.running)
    yield made
    made.window.close()
    for _ in range(50):  # answers that are queued and deferred calls still find their widgets
        qapp.processEvents()
    made.window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Collect what a window leaves once nothing of its test refers to it: a hundred megabytes.

    While a window is there nothing else collects, and what was there when kernels were ready is
    exempt.
    """
    result = yield
    if "desktop" in item.fixturenames:
        gc.unfreeze()
        gc.collect()
        gc.enable()
    return result
