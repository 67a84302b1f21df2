"""The CPU time of each event on the GUI thread: other programs on the machine hardly change it."""

import threading
import time

import pytest
from PySide6.QtWidgets import QApplication

MOST_CPU_MS = 50.0
ROUNDS = 3
ORDINARY_MS = 8.0  # a core of 2020 at 2.5 GHz


class TimedApplication(QApplication):
    """An application that measures the CPU time from taking an event off its loop to the return.

    What an event sends on while it is handled counts with it. ``dearest`` is the event that cost
    most since ``restart``: milliseconds, its type, and the class of its receiver.
    """

    def __init__(self, arguments):
        super().__init__(arguments)
        self._thread = threading.get_ident()
        self._inside = False
        self.restart()

    def restart(self):
        """Forget all events up to now."""
        self.events, self.dearest = 0, (0.0, "", "")

    def notify(self, receiver, event):
        """Deliver an event; measure it unless another one is being handled in this thread."""
        if self._inside or threading.get_ident() != self._thread:
            return super().notify(receiver, event)
        self._inside = True
        names = event.type(), type(receiver).__name__
        begun = time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            spent = 1000.0 * (time.thread_time() - begun)
            self._inside = False
            self.events += 1
            if spent > self.dearest[0]:
                self.dearest = (spent, *names)


def check_events_are_short(app, work):
    """Fail if an event of ``work()`` costs the GUI thread too much CPU in each of three rounds.

    Too much is 50 ms on an ordinary core, and more on one that is slower at that moment. What hits
    one round only, as a garbage collection may, is not the event's fault.
    """
    dearest = []
    for _ in range(ROUNDS):
        app.restart()
        work()
        assert app.events > 0
        milliseconds, *names = app.dearest
        dearest.append((milliseconds / slowness(), *names))
        if dearest[-1][0] < MOST_CPU_MS:
            return
    pytest.fail(f"each round had an event above {MOST_CPU_MS:g} ms of CPU: {dearest}")


def slowness():
    """CPU time of a fixed calculation, in units of what it costs an ordinary core; at least 1."""
    begun, total = time.thread_time(), 0
    for number in range(100_000):
        total += number * number % 7
    return max(1.0, 1000.0 * (time.thread_time() - begun) / ORDINARY_MS)
