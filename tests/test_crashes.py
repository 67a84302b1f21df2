"""A window that dies, by kill -9 or with its display, leaves its session to the next start.

One that is ended by a signal or a log-off ends as if it had been closed.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMetaMethod

from hhgui.storage.recovery import LAST_SESSION, leftover_recoveries, recovery_dir
from hhgui.storage.session import load_session
from run import SCREEN_LIBRARIES, missing_libraries
from tests.ui.controls import box

ROOT = Path(__file__).parent.parent
SCRIPT = str(ROOT / "tests" / "window_process.py")
PATIENCE_S = 60.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")


@pytest.fixture
def start(tmp_path):
    """Start windows in which sodium was set to 80; those left are killed after the test."""
    started = []

    def begin(**environment):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path), **environment}
        process = subprocess.Popen(
            [sys.executable, SCRIPT, "edit", "0"], env=env, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout.readline() == "edited\n"
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def folder(tmp_path):
    """The folder of the recovery files."""
    return tmp_path / "hhgui" / "recovery"


def wait_for_recovery(folder):
    """Wait until the edit is on the disk."""
    deadline = time.monotonic() + PATIENCE_S
    while not list(folder.glob("*.hh.json")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sodium_of_the_leftover(folder):
    """The sodium conductance of the session that the next start offers."""
    (leftover,) = leftover_recoveries(folder)
    session = leftover.load()
    leftover.release()
    return session.document.membrane.currents[0].conductance


def test_a_killed_window_is_offered_at_the_next_start(start, folder):
    """The session is offered with the edit of a second before, but not while the window lives."""
    process = start(QT_QPA_PLATFORM="offscreen")
    wait_for_recovery(folder)
    assert leftover_recoveries(folder) == []
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_S)
    assert sodium_of_the_leftover(folder) == 80.0


def is_ended_well(folder):
    """Whether the next start finds the session as the last one, and nothing to recover."""
    last = load_session(folder / LAST_SESSION)
    left = sorted(path.name for path in folder.iterdir())
    return last.document.membrane.currents[0].conductance == 80.0 and left == [LAST_SESSION]


def test_a_terminated_window_ends_as_a_closed_one(start, folder):
    """SIGTERM, as at a shut-down: status 0, the last session is kept, no recovery is left."""
    process = start(QT_QPA_PLATFORM="offscreen")
    wait_for_recovery(folder)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert is_ended_well(folder)


def test_a_log_off_stores_the_last_session(new_desktop, qapp, qtbot):
    """Windows may end the program after ``commitDataRequest``; if not, recovery begins anew."""
    wanted = QMetaMethod.fromSignal(qapp.commitDataRequest)
    assert qapp.isSignalConnected(wanted)
    folder = recovery_dir()
    sodium = box(new_desktop.window, "conductance.Na")
    sodium.setValue(80.0)
    wait = partial(qtbot.waitUntil, lambda: bool(list(folder.glob("recovery-*.hh.json"))))
    wait()
    new_desktop.prepare_for_log_off()
    assert is_ended_well(folder)
    sodium.setValue(70.0)
    wait()
    new_desktop.window.close()
    new_desktop.close()
    assert not list(folder.glob("recovery-*"))


@pytest.mark.skipif(
    shutil.which("Xvfb") is None or bool(missing_libraries(SCREEN_LIBRARIES)),
    reason="needs Xvfb, and what Qt needs of a system with a screen",
)
def test_a_window_whose_display_goes_away_is_offered_at_the_next_start(start, folder):
    """The session survives the death of the X server and of every program on it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x720x24"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as numbers:
        display = ":" + numbers.readline().strip()
    try:
        process = start(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        wait_for_recovery(folder)
    finally:
        server.kill()
        server.wait()
    assert process.wait(PATIENCE_S) != 0
    assert sodium_of_the_leftover(folder) == 80.0
