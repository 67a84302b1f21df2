"""Provide the column that edits an f–I protocol, starts the sweep and shows its progress."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hhgui.ui.fi.form import FiForm


class FiControls(QWidget):
    """Show the fields, the Run and Stop buttons and the progress.

    ``start_refused(why)``: Emitted with the reason when the sweep could not start.
    """

    start_clicked = Signal(object)  # FiProtocol
    cancel_clicked = Signal()
    lab_3_clicked = Signal()
    start_refused = Signal(str)
    protocol_changed = Signal()
    follow_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._points = 1
        self.form, self._scroller = FiForm(), QScrollArea()
        self._start, self._cancel = QPushButton("Run"), QPushButton("Stop")
        self._progress = QProgressBar()
        self.follow = QCheckBox("Follow the knobs")
        self._run = QGridLayout()
        self._lay_out()
        self._set_up_run()
        self.form.lab_3_clicked.connect(self.lab_3_clicked)
        self.form.protocol_changed.connect(self.protocol_changed)
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Enable Run or Stop, whichever applies."""
        self._start.setEnabled(not running)
        self._cancel.setEnabled(running)

    def begin_progress(self, points: int) -> None:
        """Show that none of ``points`` points has been measured yet."""
        self._points = points
        self.show_progress(0)

    def forget_progress(self) -> None:
        """Clear the progress, because there is no sweep or its curve has been removed."""
        self._progress.setFormat("")
        self._progress.setRange(0, 1)
        self._progress.setValue(0)

    def show_progress(self, points: int, share: float = 0.0) -> None:
        """Show the number of points; ``share`` is the completed fraction of grouped work."""
        share = max(share, points / self._points)
        self._progress.setRange(0, 1000)
        self._progress.setValue(round(1000 * share))
        self._progress.setFormat(f"{points} of {self._points}")

    def start(self) -> None:
        """Start a sweep as a click on Run does; a running sweep ends.

        A click on Run also commits a typed value. If the value has just been refused, the user must
        see the reason before a sweep runs with the previous value; the next click starts it.
        """
        refusal = self.form.take_refusal()
        if refusal:
            self.start_refused.emit(refusal)
            return
        if self.form.check():
            self.start_clicked.emit(self.form.protocol)
        else:
            self.start_refused.emit(self.form.first_error)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_width()

    def _lay_out(self) -> None:
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setWidgetResizable(True)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroller, 1)
        column.addLayout(self._run)
        self._run.addWidget(self._start, 0, 0)
        self._run.addWidget(self._cancel, 0, 1)
        self._run.addWidget(self._progress, 1, 0, 1, 2)
        self._run.addWidget(self.follow, 2, 0, 1, 2)
        self._fit_width()

    def _fit_width(self) -> None:
        """Set the width that the fields need in this font, including a scroll bar."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._run.setContentsMargins(0, 0, bar, 0)
        self.setFixedWidth(self.form.fit_width() + bar)

    def _set_up_run(self) -> None:
        for button, name in ((self._start, "start"), (self._cancel, "cancel")):
            button.setObjectName(f"fi.{name}")
            button.setAccessibleName(f"{button.text()} the f–I sweep")
        self._start.clicked.connect(self.start)
        self._cancel.clicked.connect(self.cancel_clicked)
        self._progress.setObjectName("fi.progress")
        self._progress.setAccessibleName("Progress of the f–I curve")
        self.forget_progress()
        self.follow.setObjectName("fi.follow")
        self.follow.setAccessibleName("Follow the knobs")
        self.follow.setToolTip("Measure the curve again whenever a parameter changes")
        self.follow.toggled.connect(self.follow_toggled)
