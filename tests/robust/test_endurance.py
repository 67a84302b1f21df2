"""Long use: runs started and stopped, continuous edits.

Short here; HHGUI_STARTS and HHGUI_EDIT_SECONDS make them as long as wished. Frame after frame is
``python3 run.py soak``.
"""

import os
import threading

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDoubleSpinBox

STARTS = int(os.environ.get("HHGUI_STARTS", "20"))
EDIT_SECONDS = float(os.environ.get("HHGUI_EDIT_SECONDS", "1.5"))
EDIT_EVERY_MS = 10
FEW = 5  # threads of pools, as for equations and jobs, which begin when they are first needed


class Turner(QObject):
    """Edit the sodium conductance a hundred times a second."""

    def __init__(self, desktop):
        super().__init__()
        self._box = desktop.window.findChild(QDoubleSpinBox, "conductance.Na")
        self.edits = 0
        self._timer = QTimer(self, interval=EDIT_EVERY_MS)
        self._timer.timeout.connect(self._turn)

    def turn(self, qtbot, seconds):
        """Edit for ``seconds`` and return the last value."""
        self._timer.start()
        qtbot.wait(int(1000 * seconds))
        self._timer.stop()
        return self._box.value()

    @Slot()
    def _turn(self):
        self.edits += 1
        self._box.setValue(80.0 + self.edits % 61)


def test_a_run_is_begun_and_ended_again_and_again(qtbot, desktop):
    """Each request is carried out, the recording goes on, and no start leaves a thread."""
    threads = threading.active_count()
    run = desktop.window.actions_by_name["run"]
    for number in range(STARTS):
        wanted = not desktop.running
        run.trigger()
        qtbot.waitUntil(lambda wish=wanted: desktop.running == wish)
        if wanted and number % 10 == 0:
            rows = desktop.controllers["live"].worker.recording.total
            qtbot.waitUntil(
                lambda seen=rows: desktop.controllers["live"].worker.recording.total > seen
            )
    assert threading.active_count() < threads + FEW
    assert all(thread.isRunning() for thread in desktop.threads)


def test_the_last_of_many_edits_is_what_runs(qtbot, desktop):
    """A hundred edits a second leave no thread behind, and the last one reaches the simulation."""
    threads, worker = threading.active_count(), desktop.controllers["live"].worker
    last = Turner(desktop).turn(qtbot, EDIT_SECONDS)

    def sodium():
        return next(c.conductance for c in worker.simulation.membrane.currents if c.name == "Na")

    qtbot.waitUntil(lambda: sodium() == last)
    assert threading.active_count() < threads + FEW
