"""How soon and how smoothly the window moves on this machine. Not a test: it never fails.

``python3 run.py bench --window`` (``python -m tests.window_bench``) prints a table. Times by the
clock depend on what else the machine does; CPU times hardly do.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QWidget

from hhgui.desktop import Desktop, make_application
from hhgui.document.fi_protocol import FiProtocol
from hhgui.document.setup import AS_FAST_AS_IT_GOES
from hhgui.model.library import load_library
from tests.gui_events import LoopWatch
from tests.window_process import Heartbeat
from tests.window_work import WORK, perform, wait_until

LONG_SWEEP = FiProtocol(0.0, 20.0, 2001, 50.0, 1050.0, 1050.0)
EDITS = 30


def line(what, value):
    """Print one row of the table."""
    print(f"{what:<58}{value}", flush=True)


def start(began):
    """Start a window, and print seconds since ``began`` to its first paint and its first trace."""
    app = make_application()
    watch = LoopWatch()
    desktop = Desktop(app, load_library(), keeps_sessions=False)
    desktop.start()
    app.processEvents()
    shown = time.monotonic() - began
    beat = Heartbeat()
    wait_until(lambda: desktop.window.frames_drawn > 0)
    print(shown, time.monotonic() - began, beat.worst_ms, watch.longest_ms)
    desktop.window.close()


def measure_starts():
    """Start a process with an empty cache of kernels, and again with a full one."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        for name in ("first start", "next start"):
            command = [sys.executable, "-m", "tests.window_bench", str(time.monotonic())]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            shown, traced, worst, longest = map(float, done.stdout.split())
            line(f"{name}: window shown", f"{shown:.2f} s")
            line(f"{name}: trace moves", f"{traced:.2f} s")
            line(f"{name}: longest wait of the GUI thread", f"{worst:.0f} ms")
            line(f"{name}: longest pass of the loop", f"{longest:.0f} ms of CPU")


def measure_edits(desktop):
    """Measure the time from the edit of a spin box to the drawn curve."""
    field = desktop.window.findChild(QDoubleSpinBox, "stimulus.holding")
    curve = desktop.window.pages["live"].plots.panes["stimulus"].curves[0]
    desktop.window.findChild(QComboBox, "stimulus.kind").setCurrentIndex(0)
    waits = []
    for number in range(EDITS):
        wanted = np.float32(1.0 + number % 2)
        began = time.perf_counter()
        field.setValue(float(wanted))
        wait_until(lambda value=wanted: curve.getData()[1][-1:] == value)
        waits.append(1000.0 * (time.perf_counter() - began))
    text = f"median {statistics.median(waits):.1f} ms, worst {max(waits):.1f} ms of {EDITS}"
    line("edit to drawn curve", text)


def thread_seconds(name):
    """CPU time of the process' thread of this name; 0 where the system does not tell."""
    for task in Path("/proc/self/task").glob("*"):
        if (task / "comm").read_text(encoding="utf-8").strip() == name:
            times = (task / "schedstat").read_text(encoding="utf-8").split()
            return int(times[0]) / 1e9
    return 0.0


def measure_frames(desktop, what):
    """What a frame takes on the GUI thread, and what the simulation takes beside it."""
    QTest.qWait(300)
    frames, wall, cpu = desktop.window.frames_drawn, time.perf_counter(), time.thread_time()
    everything, live = time.process_time(), thread_seconds("live")
    QTest.qWait(1200)
    frames = desktop.window.frames_drawn - frames
    wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
    everything = time.process_time() - everything
    line(f"{what}: a frame", f"{1000.0 * cpu / max(frames, 1):.2f} ms of CPU")
    line(f"{what}: frames a second", f"{frames / wall:.1f}")
    line(f"{what}: other threads", f"{100.0 * (everything - cpu) / wall:.1f} % of one core")
    if live:
        live = thread_seconds("live") - live
        line(f"{what}: of these the simulation", f"{100.0 * live / wall:.1f} % of one core")


def measure_default_start(desktop):
    """At 1/20 of real time, scrolling and with a time axis that stands still; also every pane."""
    measure_frames(desktop, "at the start")
    trigger = desktop.window.findChild(QCheckBox, "live.trigger")
    trigger.click()
    measure_frames(desktop, "triggered")
    trigger.click()
    hidden = [
        action for action in desktop.window.actions_by_name.panes.values() if not action.isChecked()
    ]
    for action in hidden:
        action.trigger()
    measure_frames(desktop, "every pane")
    for action in hidden:
        action.trigger()


def measure_real_time(desktop):
    """At real time, dt 0.01 ms, all curves."""
    desktop.window.bar.choose_speed(1.0)
    dt = desktop.window.findChild(QDoubleSpinBox, "dt")
    before = dt.value()
    dt.setValue(0.01)
    measure_frames(desktop, "at real time")
    status = desktop.window.pages["live"].plots.recording.status
    line("achieved speed, 1 is real time", f"{status.speed:.2f}")
    dt.setValue(before)


def measure_sweeps(desktop):
    """A cancel, and the curve that follows a knob."""
    tab = desktop.window.pages["fi"]
    desktop.window.show_tab("fi")
    tab.sweep_requested.emit(LONG_SWEEP)
    wait_until(lambda: tab.curve is not None and len(tab.curve.points) > 3)
    began = time.perf_counter()
    tab.cancel_requested.emit()
    wait_until(lambda: not tab.running)
    line("cancel of a sweep", f"{1000.0 * (time.perf_counter() - began):.1f} ms")
    desktop.window.findChild(QWidget, "fi.preset.lab3").click()
    follow = desktop.window.findChild(QWidget, "fi.follow")
    follow.click()
    wait_until(lambda: tab.curves_followed > 0)
    field = desktop.window.findChild(QDoubleSpinBox, "conductance.Na")
    before, began = tab.curves_followed, time.perf_counter()
    for number in range(100):
        field.setValue(50.0 + 0.1 * (number % 7))
        QTest.qWait(10)
    rate = (tab.curves_followed - before) / (time.perf_counter() - began)
    line("f–I curves a second that follow a knob", f"{rate:.0f}")
    follow.click()
    desktop.window.show_tab("live")


def measure_waits(desktop):
    """The GUI thread's longest wait and pass of the loop in each kind of work, at full speed."""
    desktop.window.bar.choose_speed(AS_FAST_AS_IT_GOES)
    beat, watch = Heartbeat(), LoopWatch()
    for work in WORK:
        perform(work(desktop))  # draws everything once
        beat.restart()
        longest = max(watch.longest_of_steps(work(desktop)))
        line(f"{work.__name__}: longest wait of the GUI thread", f"{beat.worst_ms:.1f} ms")
        line(f"{work.__name__}: longest pass of the loop", f"{longest:.1f} ms of CPU")


def main():
    """Print the table."""
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # what offscreen can't do
    measure_starts()
    app = make_application()
    desktop = Desktop(app, load_library(), keeps_sessions=False)
    desktop.window.resize(1600, 900)
    desktop.start()
    wait_until(lambda: desktop.running)
    measure_default_start(desktop)
    measure_real_time(desktop)
    measure_edits(desktop)
    measure_sweeps(desktop)
    measure_waits(desktop)
    desktop.window.close()


if __name__ == "__main__":
    main() if len(sys.argv) < 2 else start(float(sys.argv[1]))
