"""Show the name of a stimulus file and the buttons that choose and interpret it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hhgui.model.stimulus.waveforms import Samples
from hhgui.ui.widgets.labels import push_button
from hhgui.ui.widgets.layouts import add_layout


class FileRow(QWidget):
    """Shows the name of the file, or the progress of reading it.

    choose: the button that chooses another file. reinterpret: the button that opens the import
    dialog for this file. cancel: the button that stops reading.
    """

    def __init__(self) -> None:
        super().__init__()
        self._label = QLabel()
        self.choose = push_button(
            "Choose file…", "stimulus.file", "Choose the file of the stimulus"
        )
        self.reinterpret = push_button(
            "Import…", "stimulus.import", "Say which columns and units of a file are the stimulus"
        )
        self.cancel = push_button("Cancel", "stimulus.file.cancel", "Stop reading the file")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        for each in (self.choose, self.reinterpret, self.cancel):
            line.addWidget(each)
        line.addStretch(1)
        column.addWidget(self._label)
        add_layout(column, line)
        self._awaited = ""
        self._samples: Samples | None = None
        self._show()

    @property
    def reading(self) -> bool:
        """Return whether a file is being read."""
        return bool(self._awaited)

    def show_samples(self, samples: Samples | None) -> None:
        """Show the name of the file of ``samples``; hide the row if they are None or of no file."""
        self._samples = samples
        self._show()

    def show_reading(self, name: str, fraction: float = 0.0) -> None:
        """Show that a file is being read, and the fraction done; name "": no file is being read."""
        self._awaited = f"reading {name} · {100 * fraction:.0f} %" if name else ""
        self._show()

    def _show(self) -> None:
        samples = self._samples
        if self._awaited:
            self._set_text(self._awaited, "")
        elif samples is not None:
            span = f"{len(samples.values):,} values, {samples.end - samples.onset:g} ms"
            how = "straight lines" if samples.ends else "each value holds"
            tip = f"{samples.path}\n{span}, {how}"
            self._set_text(Path(samples.path).name or "without a file", tip)
        self.cancel.setVisible(self.reading)
        self.choose.setVisible(not self.reading)
        self.reinterpret.setVisible(not self.reading)
        self.setVisible(self.reading or samples is not None)

    def _set_text(self, text: str, tip: str) -> None:
        metrics = self._label.fontMetrics()
        width = metrics.horizontalAdvance("0") * 30  # a long name must not widen the panel
        self._label.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width))
        self._label.setToolTip(tip)
