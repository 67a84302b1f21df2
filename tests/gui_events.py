"""The CPU time of the GUI thread between two returns to its event loop.

Other programs on the machine hardly change it. The dispatcher says when a turn begins, so that no
event passes through Python on its way: one that is sent while widgets are deleted must not.
"""

import statistics
import time

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

MOST_CPU_MS = 50.0
ROUNDS = 4
ORDINARY_MS = 8.0  # a core of 2020 at 2.5 GHz


class LoopWatch(QObject):
    """Measure the CPU time of this thread between two returns to its event loop.

    ``turns`` counts them and ``longest_ms`` is the CPU time of the longest since ``restart``, with
    what the thread computes between two turns.
    """

    def __init__(self):
        super().__init__()
        self.restart()
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._dispatcher.awake.connect(self.turn)

    def restart(self):
        """Forget all measurements."""
        self.turns, self.longest_ms = 0, 0.0
        self._begun = time.thread_time()

    def stop(self):
        """Stop measuring."""
        self._dispatcher.awake.disconnect(self.turn)

    @Slot()
    def turn(self):
        """End one measurement and begin the next."""
        now = time.thread_time()
        self.turns += 1
        self.longest_ms = max(self.longest_ms, 1000.0 * (now - self._begun))
        self._begun = now


def check_turns_are_short(work):
    """Fail if the loop is kept busy too long during ``work()`` in each of four rounds.

    Too long is ``MOST_CPU_MS`` on an ordinary core, more on one that is slower at that moment.
    What hits one round only, as a garbage collection may, is not the fault of what is tested; nor
    is what the first one shows for the first time.
    """
    longest = []
    watch = LoopWatch()
    try:
        for _ in range(ROUNDS):
            watch.restart()
            work()
            watch.turn()
            assert watch.turns > 1
            longest.append(watch.longest_ms / slowness())
            if longest[-1] < MOST_CPU_MS:
                return
    finally:
        watch.stop()
    pytest.fail(f"each round had a turn above {MOST_CPU_MS:g} ms of CPU: {longest}")


def slowness():
    """CPU time of a fixed calculation, in units of what it costs an ordinary core; at least 1.

    The middle one of three counts: while a virtual machine is held up, its clock of CPU time runs
    on, and a single measurement excused turns of any length.
    """
    return max(1.0, statistics.median(_calculate() for _ in range(3)) / ORDINARY_MS)


def _calculate():
    """Return the CPU time (ms) of the fixed calculation."""
    begun, total = time.thread_time(), 0
    for number in range(100_000):
        total += number * number % 7
    return 1000.0 * (time.thread_time() - begun)
