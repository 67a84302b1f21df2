"""Show the name and progress of a long job in the status bar, with a Cancel button."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


class ProgressStrip(QWidget):
    """Shows the progress of a job; hidden while none runs.

    ``cancel_requested()``: Emitted when the user clicks Cancel.
    """

    cancel_requested = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setMaximumWidth(160)
        self._bar.setAccessibleName("Progress of the export")
        stop = QToolButton()
        stop.setText("Stop")
        stop.setAutoRaise(True)
        stop.setObjectName(f"{name}.cancel")
        stop.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        for widget in (self._text, self._bar, stop):
            row.addWidget(widget)
        self.hide()

    def begin(self, text: str) -> None:
        """Show the strip with this text; the bar is a busy one until a fraction is known."""
        self._text.setText(text)
        self._bar.setRange(0, 0)
        self.show()

    def show_fraction(self, fraction: float) -> None:
        """Show the completed fraction of the job, from 0 to 1."""
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * fraction))
