"""The file of a stimulus: its name, the button to choose it, and the thread that reads it."""

import contextlib
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.current_file import read_current

# A larger file would stop the window for longer than anybody should notice.
READ_AT_ONCE_BYTES = 50_000


class Reading(QObject):
    """Reads one file in a thread of its own; ``done(generation, Samples or ModelError)``."""

    done = Signal(int, object)

    def start(self, generation: int, path: Path) -> None:
        """Begin; the answer comes as a signal, unless this object is gone by then."""
        # a daemon: nobody waits for a file when the program ends
        threading.Thread(
            target=self._read, args=(generation, path), name="stimulus file", daemon=True
        ).start()

    def _read(self, generation: int, path: Path) -> None:
        answer = read_or_problem(path)
        with contextlib.suppress(RuntimeError):  # the window has closed meanwhile
            self.done.emit(generation, answer)


class FileRow(QWidget):
    """Name of the file and the button to choose another.

    ``file_read(Samples)``, ``file_refused(str)``: what came of ``ask``; no file, no signal.
    ``choose_requested()``: the button was pressed.
    """

    file_read = Signal(object)
    file_refused = Signal(str)
    choose_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._label = QLabel()
        button = QPushButton("Choose file…")
        button.setObjectName("stimulus.file")
        button.setAccessibleName("Choose the file of the stimulus")
        button.clicked.connect(self.choose_requested)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._label, 1)
        line.addWidget(button)
        self._generation = 0
        self._awaited = ""
        self._samples: Samples | None = None
        self._reading = Reading(self)
        self._reading.done.connect(self._on_done)
        self.show_samples(None)

    def show_samples(self, samples: Samples | None) -> None:
        """Name the file of ``samples`` or the one being read; hidden when there is neither."""
        self._samples = samples
        if self._awaited:
            self._set_text(f"reading {self._awaited}", "")
        elif samples is not None:
            span = f"{len(samples.values):,} values, {samples.end - samples.onset:g} ms"
            self._set_text(Path(samples.path).name or "without a file", f"{samples.path}\n{span}")
        self.setVisible(bool(self._awaited) or samples is not None)

    def ask(self) -> None:
        """Let the user choose a file and read it; a long one in a thread."""
        self.cancel()
        pattern = "CSV files (*.csv);;All files (*)"
        name, _ = QFileDialog.getOpenFileName(self, "Stimulus from a file", "", pattern)
        if not name:
            return
        path = Path(name)
        if _size_of(path) <= READ_AT_ONCE_BYTES:
            self._tell(read_or_problem(path))
            return
        self._awaited = path.name
        self.show_samples(self._samples)
        self._reading.start(self._generation, path)

    def cancel(self) -> None:
        """Forget the file that is being read, if any."""
        self._generation += 1
        self._awaited = ""
        self.show_samples(self._samples)

    @Slot(int, object)
    def _on_done(self, generation: int, answer: Samples | ModelError) -> None:
        if generation == self._generation:
            self._awaited = ""
            self.show_samples(self._samples)
            self._tell(answer)

    def _tell(self, answer: Samples | ModelError) -> None:
        if isinstance(answer, Samples):
            self.file_read.emit(answer)
        else:
            self.file_refused.emit(str(answer))

    def _set_text(self, text: str, tip: str) -> None:
        metrics = self._label.fontMetrics()
        width = metrics.horizontalAdvance("0") * 20  # a long name must not widen the panel
        self._label.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width))
        self._label.setToolTip(tip)


def read_or_problem(path: Path) -> Samples | ModelError:
    """The current in a file, or what is wrong with it."""
    try:
        return read_current(path).samples
    except ModelError as error:
        return error


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0  # reading it says why
