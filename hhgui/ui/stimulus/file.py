"""The file of a stimulus: its name, and the button to choose it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from hhgui.model.stimulus.waveforms import Samples


class FileRow(QWidget):
    """Name of the file and the button to choose another.

    choose_requested(): the button was pressed; reading_requested(Path): read this file;
    reading_cancelled(): what is read is not wanted any more.
    """

    choose_requested = Signal()
    reading_requested = Signal(object)
    reading_cancelled = Signal()

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
        self._awaited = ""
        self._samples: Samples | None = None
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
        """Let the user choose a file, and have it read."""
        self.cancel()
        pattern = "CSV files (*.csv);;All files (*)"
        name, _ = QFileDialog.getOpenFileName(self, "Stimulus from a file", "", pattern)
        if not name:
            return
        self._awaited = Path(name).name
        self.show_samples(self._samples)
        self.reading_requested.emit(Path(name))

    def cancel(self) -> None:
        """Forget the file that is being read, if any."""
        if self._awaited:
            self.reading_cancelled.emit()
        self.end_reading()

    def end_reading(self) -> bool:
        """Show the file of the stimulus again; returns whether another was being read."""
        was_reading, self._awaited = bool(self._awaited), ""
        self.show_samples(self._samples)
        return was_reading

    def _set_text(self, text: str, tip: str) -> None:
        metrics = self._label.fontMetrics()
        width = metrics.horizontalAdvance("0") * 20  # a long name must not widen the panel
        self._label.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width))
        self._label.setToolTip(tip)
