"""Provide the column that edits the compared integrators and starts the comparison."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.fi_protocol import DURATION
from hhgui.engine.methods import METHODS, Trial
from hhgui.experiments.comparison import FIRST, Integrators
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.trials import TrialRows

LECTURE_7 = tuple(
    Trial(method, dt)
    for method in ("euler", "rk4", "exponential-euler")
    for dt in (0.1, 0.05, 0.025, 0.01)
)
LECTURE_7_TEXT = "Lecture 7: Euler, RK4, exponential Euler at dt 0.1, 0.05, 0.025, 0.01 ms"
_WIDTH_DIGITS = 42


class IntegratorsControls(QWidget):
    """Edit the trials and the duration.

    ``compare_clicked(Integrators)``: Emitted to request a comparison. ``cancel_clicked()``: Emitted
    to cancel it. ``refused(why)``: Emitted with the reason for not starting.
    """

    compare_clicked = Signal(object)
    cancel_clicked = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._preset = QPushButton("Presets")
        self._menu = QMenu(self._preset)
        self._rows = TrialRows("integrators")
        self._duration = NumberField(DURATION, "integrators.duration")
        self._duration.set_value_silently(100.0)
        self._start = _button("Run", "integrators.start", "Run the comparison")
        self._cancel = _button("Stop", "integrators.cancel", "Stop the comparison")
        self._progress = QProgressBar()
        self._scroller = QScrollArea()
        self._total = 1
        self._refusal = ""  # why the last typed duration was not taken
        self._rows.set_trials(FIRST)
        self._set_up()
        self._lay_out()
        self.set_running(False)

    def show_protocol(self, duration: float, trials: tuple[Trial, ...]) -> None:
        """Set the duration (ms), and the trials if there are any, without emitting a signal."""
        self._duration.set_value_silently(duration)
        self._duration.error_label.clear_error()
        if trials:
            self._rows.set_trials(trials)

    @property
    def trials(self) -> tuple[Trial, ...]:
        return self._rows.trials

    @property
    def duration(self) -> float:
        """Return the duration of every run (ms)."""
        return self._duration.value

    def set_running(self, running: bool, total: int = 1) -> None:
        """Enable Run or Stop, whichever applies; ``total`` is the number of expected results."""
        self._start.setEnabled(not running)
        self._cancel.setEnabled(running)
        if running:
            self._total = total
            self.show_progress(0, 0.0)

    def show_progress(self, results: int, share: float) -> None:
        """Show the number of results and ``share``, the completed fraction of the work."""
        self._progress.setRange(0, 1000)
        self._progress.setValue(round(1000 * max(share, results / self._total)))
        self._progress.setFormat(f"{results} of {self._total}")

    def forget_progress(self) -> None:
        """Reset the progress bar."""
        self._progress.setRange(0, 1)
        self._progress.setValue(0)
        self._progress.setFormat("")

    def start(self) -> None:
        """Start a comparison as a click on Run does; a running one ends."""
        self._on_start()

    # Building

    def _set_up(self) -> None:
        self._preset.setObjectName("integrators.preset")
        self._preset.setAccessibleName("Presets of methods and dt")
        self._preset.setMenu(self._menu)
        self._menu.addAction(LECTURE_7_TEXT, lambda: self._rows.set_trials(LECTURE_7))
        self._all = self._menu.addAction("", self._take_all_methods)
        self._menu.aboutToShow.connect(self._name_all)
        self._name_all()
        self._start.clicked.connect(self._on_start)
        self._cancel.clicked.connect(self.cancel_clicked)
        self._duration.value_committed.connect(self._forget_refusal)
        self._duration.value_refused.connect(self._note_refusal)
        self._progress.setObjectName("integrators.progress")
        self._progress.setAccessibleName("Progress of the comparison")
        self.forget_progress()

    def _lay_out(self) -> None:
        self._scroller.setWidget(self._rows)
        self._scroller.setWidgetResizable(True)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        label = QLabel(f"Duration ({DURATION.unit})")
        label.setBuddy(self._duration.spin_box)
        duration, run = QHBoxLayout(), QGridLayout()
        duration.addWidget(label, 1)
        duration.addWidget(self._duration)
        run.addWidget(self._start, 0, 0)
        run.addWidget(self._cancel, 0, 1)
        run.addWidget(self._progress, 1, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._preset)
        column.addWidget(self._scroller, 1)
        column.addLayout(duration)
        column.addWidget(self._duration.error_label)
        column.addLayout(run)
        self._fit_width()

    def _fit_width(self) -> None:
        digit = self.fontMetrics().horizontalAdvance("0")
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._duration.setFixedWidth(15 * digit)
        self.setFixedWidth(_WIDTH_DIGITS * digit + bar)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_width()

    # What the user does

    def _name_all(self) -> None:
        self._all.setText(f"All methods at dt {self._first_dt():g} ms")

    def _first_dt(self) -> float:
        return self.trials[0].dt if self.trials else FIRST[0].dt

    def _take_all_methods(self) -> None:
        dt = self._first_dt()
        fixed = (method.id for method in METHODS.values() if not method.adaptive)
        self._rows.set_trials(tuple(Trial(method, dt) for method in fixed))

    def _note_refusal(self, reason: str) -> None:
        self._refusal = reason

    def _forget_refusal(self) -> None:
        self._refusal = ""

    def _on_start(self) -> None:
        # A click here also commits a typed value. If that was refused just now, the user must see
        # it before anything runs with the value before; the next click runs.
        refusal, self._refusal = self._refusal, ""
        if refusal != self._duration.error_label.text():
            refusal = ""
        refusal = refusal or self._rows.take_refusal()
        if refusal:
            self.refused.emit(refusal)
        elif not self.trials:
            self.refused.emit("there is no method to compare: add a row")
        else:
            self.compare_clicked.emit(Integrators(self.trials, self.duration))


def _button(text: str, name: str, title: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(title)
    return button
