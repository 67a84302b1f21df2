"""A whole window in a process of its own, for tests of starts and ends. Not a test itself.

``window_process.py sweep|cold|edit SECONDS``: close in mid-run and mid-sweep after SECONDS; pass
the smoke test and print how often a timer fired until the first kernel was ready; or set the
sodium conductance to 80, say so, and go on until killed.
"""

import sys
import time

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDoubleSpinBox

import hhgui.app
from hhgui.desktop import Desktop, make_application
from hhgui.document.fi_protocol import FiProtocol
from hhgui.document.setup import AS_FAST_AS_IT_GOES
from hhgui.model.library import load_library
from hhgui.ui.session.unsaved import Answer


class Heartbeat(QObject):
    """Beats every 5 ms on the GUI thread; counts beats and remembers the longest wait for one."""

    def __init__(self):
        super().__init__()
        self.restart()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def restart(self):
        """Forget all beats up to now."""
        self.beats, self.worst_ms = 0, 0.0
        self._last = time.perf_counter()

    @Slot()
    def _beat(self):
        now = time.perf_counter()
        self.beats += 1
        self.worst_ms = max(self.worst_ms, 1000.0 * (now - self._last))
        self._last = now


def smoke_test():
    """Run ``hhgui --smoke-test`` and count beats until its neuron runs; the exit status."""
    watched = []

    class Watched(Desktop):
        """The window, on whose thread a timer beats."""

        def start(self, file=""):
            super().start(file)
            beat, poll = Heartbeat(), QTimer(self.window)
            watched.append(beat)
            poll.timeout.connect(lambda: self.running and (poll.stop(), print(beat.beats)))
            poll.start(10)

    hhgui.desktop.Desktop = Watched
    return hhgui.app.main(["--smoke-test"])


def main(kind, seconds):
    """Start a window, close it when asked to; the exit status."""
    app = make_application()
    desktop = Desktop(app, load_library())
    desktop.sessions.ask = lambda *_: (Answer.DISCARD, False)  # nobody is there to answer
    desktop.start()
    app.processEvents()

    def when_running():
        if not desktop.running:
            return
        poll.stop()
        if kind == "edit":
            desktop.window.findChild(QDoubleSpinBox, "conductance.Na").setValue(80.0)
            print("edited", flush=True)
            return
        speed = desktop.window.bar.speed
        speed.setCurrentIndex(speed.findData(AS_FAST_AS_IT_GOES))
        desktop.window.pages["fi"].sweep_requested.emit(FiProtocol(0.0, 20.0, 2001))
        QTimer.singleShot(int(1000 * seconds), desktop.window.close)

    poll = QTimer()
    poll.timeout.connect(when_running)
    poll.start(10)
    return app.exec()


if __name__ == "__main__":
    kind, seconds = sys.argv[1], float(sys.argv[2])
    raise SystemExit(smoke_test() if kind == "cold" else main(kind, seconds))
