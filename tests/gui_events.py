"""The CPU time of the GUI thread between two returns to its event loop.

Other programs on the machine hardly change it. The dispatcher says when a pass begins, so that no
event passes through Python on its way: one that is sent while widgets are deleted must not.
"""

import math
import statistics
import time

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject, QPointF, Slot
from PySide6.QtGui import QColor, QImage, QPainter

from tests.window_work import run_loop

MOST_CPU_MS = 50.0
ROUNDS = 4
ORDINARY_MS = 8.0  # a core of 2020 at 2.5 GHz
LINES = 5
WAVE = [QPointF(2.0 * x, 450.0 + 400.0 * math.sin(x / 15.0)) for x in range(800)]


class LoopWatch(QObject):
    """Measure the CPU time of this thread between two returns to its event loop.

    ``longest_ms`` is that of the longest since ``restart``.
    """

    def __init__(self):
        super().__init__()
        self.restart()
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._dispatcher.awake.connect(self.next_pass)

    def restart(self):
        """Forget all measurements."""
        self.longest_ms = 0.0
        self._begun = time.thread_time()

    def stop(self):
        """Stop measuring."""
        self._dispatcher.awake.disconnect(self.next_pass)

    def longest_of_steps(self, steps):
        """Return, for each step of a use (see window_work), the CPU time (ms) of its longest pass.

        What the user's action itself costs counts as a pass of its own, as its event would be.
        """
        longest = []
        self.restart()
        for wait in steps:
            self.next_pass()
            run_loop(wait)
            self.next_pass()
            longest.append(self.longest_ms)
            self.restart()
        return longest

    @Slot()
    def next_pass(self):
        """End one measurement and begin the next."""
        now = time.thread_time()
        self.longest_ms = max(self.longest_ms, 1000.0 * (now - self._begun))
        self._begun = now


def check_passes_are_short(work):
    """Fail if some step of ``work()`` keeps the loop busy too long in each of four rounds.

    work: returns the steps of a use, see window_work. Too long is ``MOST_CPU_MS`` on an ordinary
    core, more on one that is slower at that moment. What hits a step in one round only, as a
    garbage collection or another virtual machine may, is not the fault of what is tested; nor is
    what the first round shows for the first time.
    """
    watch, least = LoopWatch(), []
    try:
        for _ in range(ROUNDS):
            longest = [_on_ordinary_core(ms) for ms in watch.longest_of_steps(work())]
            least = [min(pair) for pair in zip(least or longest, longest, strict=True)]
            if max(least) < MOST_CPU_MS:
                return
    finally:
        watch.stop()
    slow = {step: round(ms) for step, ms in enumerate(least) if ms >= MOST_CPU_MS}
    pytest.fail(f"steps with a pass above {MOST_CPU_MS:g} ms of CPU in each round: {slow}")


def _on_ordinary_core(ms):
    """Return a CPU time in ms of an ordinary core; one that is short enough stays as it is."""
    return ms if ms < MOST_CPU_MS else ms / slowness()


def slowness():
    """CPU time of a fixed calculation, in units of what it costs an ordinary core; at least 1.

    The middle one of three counts: while a virtual machine is held up, its clock of CPU time runs
    on, and a single measurement excused passes of any length.
    """
    return max(1.0, statistics.median(_calculate() for _ in range(3)) / ORDINARY_MS)


def _calculate():
    """Return the CPU time (ms) of the fixed calculation: half of it arithmetic, half painting.

    Painting a window goes through megabytes, and slows down more where others fill the caches.
    """
    begun, total = time.thread_time(), 0
    for number in range(50_000):
        total += number * number % 7
    picture = QImage(1600, 900, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for _ in range(LINES):
        painter.drawPolyline(WAVE)
    painter.end()
    return 1000.0 * (time.thread_time() - begun)
