"""The stimulus panel's job: a current is read from a file in a thread of its own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from hhgui.jobs.runner import Outcome, Runner, Status
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.current_file import read_current
from hhgui.storage.currents.table import Watched
from hhgui.ui.stimulus.panel import StimulusPanel


def read(path: Path, cancelled: Callable[[], bool], progress: Callable[[float], object]) -> Samples:
    """The work that reads a current; ModelError says what is wrong with the file."""
    return read_current(path, watched=Watched(progress, cancelled)).samples


class StimulusController(QObject):
    """Owns the runner that reads what the panel asks for."""

    def __init__(self, panel: StimulusPanel) -> None:
        super().__init__()
        self._panel = panel
        self.runner = Runner("stimulus file")
        panel.reading_requested.connect(self._read)
        panel.reading_cancelled.connect(self.runner.cancel)

    @Slot(object)
    def _read(self, path: Path) -> None:
        job = self.runner.start(partial(read, path), f"{path.name} could not be read")
        job.finished.connect(self._finish)

    @Slot(object)
    def _finish(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._panel.take_file(outcome.value)
        elif outcome.status is Status.FAILED:
            self._panel.show_problem(outcome.message)
