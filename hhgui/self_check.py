"""Check the window automatically (``--smoke-test``, ``--live-run SECONDS``) for packages and CI."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from hhgui.desktop import Desktop
from hhgui.document.fi_protocol import LAB_3, LAB_3_MODEL
from hhgui.document.setup import AS_FAST_AS_IT_GOES

PATIENCE_MS = 120_000
POLL_MS = 50
WANTED_FRAMES = 20


class SelfCheck(QObject):
    """Does the steps of a check one after the other, then closes the window.

    Each step is repeated until it returns True. status: 0 once every step has passed, 1, with a
    line on stderr, if time ran out.
    """

    def __init__(self, desktop: Desktop, kind: str, seconds: float) -> None:
        super().__init__()
        self.status = 1
        self._desktop = desktop
        self._window = desktop.window
        self._folder = tempfile.TemporaryDirectory(prefix="hhgui-check-")
        self._table = Path(self._folder.name) / "traces.csv"
        self._steps = self._smoke_steps() if kind == "smoke" else self._live_steps()
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._advance)
        self._poll.start(POLL_MS)
        self._ends = QTimer(self)
        self._ends.setSingleShot(True)
        self._ends.timeout.connect(self._finish)
        self._length = round(seconds * 1000.0)
        QTimer.singleShot(PATIENCE_MS + self._length, self._give_up)

    def _smoke_steps(self) -> list[tuple[str, Callable[[], bool]]]:
        return [
            ("frames drawn", lambda: self._window.frames_drawn >= WANTED_FRAMES),
            ("sweep started", self._start_sweep),
            ("sweep gives Lab 3", self._sweep_is_done),
            ("export started", self._start_export),
            ("table and record written", self._files_are_there),
            ("", self._finish),
        ]

    def _live_steps(self) -> list[tuple[str, Callable[[], bool]]]:
        return [
            ("running", lambda: self._desktop.running),
            ("full speed", self._go_fast),
            ("frames drawn", lambda: self._window.frames_drawn >= WANTED_FRAMES),
            ("time passes", lambda: False),
        ]

    def _advance(self) -> None:
        while self._steps and self._steps[0][1]():
            self._steps.pop(0)

    def _go_fast(self) -> bool:
        self._window.bar.speed.setCurrentIndex(self._window.bar.speed.findData(AS_FAST_AS_IT_GOES))
        self._ends.start(self._length)
        return True

    def _start_sweep(self) -> bool:
        self._desktop.guide.show_protocol("lab3-fi")
        return True

    def _sweep_is_done(self) -> bool:
        tab = self._window.pages["fi"]
        figure = None if tab.running else tab.figure()
        if figure is None:
            return False
        counts = figure.panels[0].curves[0].y
        # counts printed in the lab course: the first, middle and last
        return len(counts) == LAB_3.points and list(counts[[0, 1, 25, 50]]) == [0, 3, 23, 34]

    def _start_export(self) -> bool:
        recording = self._window.recording
        if recording is None or recording.membrane.id != LAB_3_MODEL or recording.total < 100:
            return False
        live = next(page for page in self._window.pages.values() if page.shows_live)
        export = live.numbers()
        if export is not None:
            self._desktop.files.write(self._table, export)
        return export is not None

    def _files_are_there(self) -> bool:
        beside = self._table.with_suffix(".json")
        if not (self._table.exists() and beside.exists()):
            return False
        rows = self._table.read_text(encoding="utf-8").count("\n")
        model = json.loads(beside.read_text(encoding="utf-8"))["model"]["model"]["id"]
        return rows > 100 and model == LAB_3_MODEL

    def _finish(self) -> bool:
        self.status = 0
        self._poll.stop()
        self._window.close()
        self._folder.cleanup()
        return True

    @Slot()
    def give_up(self) -> None:
        """End the check as failed after an uncaught exception, which is already on stderr."""
        self._poll.stop()
        self._window.close()  # which ends the threads
        QApplication.exit(1)

    def _give_up(self) -> None:
        if self.status:
            waiting = self._steps[0][0] if self._steps else ""
            print(f"hhgui: self-check is stuck waiting for: {waiting}", file=sys.stderr)
            self.give_up()
