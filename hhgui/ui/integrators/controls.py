"""Provide the column that edits which methods are compared and starts the comparison."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.fi_protocol import DURATION
from hhgui.engine.methods import METHODS, Trial
from hhgui.experiments.comparison import FIRST, Integrators
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.run_controls import Refusals, RunControls
from hhgui.ui.widgets.trials import TrialRows

LECTURE_7 = tuple(
    Trial(method, dt)
    for method in ("euler", "rk4", "exponential-euler")
    for dt in (0.1, 0.05, 0.025, 0.01)
)
LECTURE_7_TEXT = "Lecture 7: Euler, RK4, exponential Euler at dt 0.1, 0.05, 0.025, 0.01 ms"
_WIDTH_DIGITS = 42


class IntegratorsControls(QWidget):
    """The trials (a method and a dt each) and the duration, above Run, Stop and the progress."""

    def __init__(self) -> None:
        super().__init__()
        self._preset = QPushButton("Presets")
        self._menu = QMenu(self._preset)
        self._rows = TrialRows("integrators")
        self._duration = NumberField(DURATION, "integrators.duration")
        self._duration.set_value_silently(100.0)
        self.run = RunControls("integrators", "the comparison")
        self._scroller = QScrollArea()
        self._refusals = Refusals()
        self._rows.set_trials(FIRST)
        self._set_up()
        self._lay_out()

    def show_experiment(self, experiment: Integrators) -> None:
        """Set the duration and the trials without emitting a signal."""
        self._duration.set_value_silently(experiment.duration)
        self._duration.error_label.clear_error()
        self._rows.set_trials(experiment.trials)

    @property
    def experiment(self) -> Integrators:
        """Return the comparison that the controls describe.

        If there are no trials, it has those that the tab has at first.
        """
        return Integrators(self.trials or FIRST, self.duration)

    @property
    def trials(self) -> tuple[Trial, ...]:
        return self._rows.trials

    @property
    def duration(self) -> float:
        """Return the duration of every run (ms)."""
        return self._duration.value

    def take_problem(self) -> str:
        """Return why no comparison can start, "" if one can; a refused value counts only once."""
        problem = self._refusals.take() or self._rows.take_refusal()
        return problem or ("" if self.trials else "there is no method to compare: add a row")

    # Building

    def _set_up(self) -> None:
        named(self._preset, "integrators.preset", "Presets of methods and dt")
        self._preset.setMenu(self._menu)
        self._menu.addAction(LECTURE_7_TEXT, lambda: self._rows.set_trials(LECTURE_7))
        self._all = self._menu.addAction("", self._take_all_methods)
        self._menu.aboutToShow.connect(self._name_all)
        self._name_all()
        self._refusals.watch(self._duration)

    def _lay_out(self) -> None:
        self._scroller.setWidget(self._rows)
        self._scroller.setWidgetResizable(True)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        label = QLabel(f"Duration ({DURATION.unit})")
        label.setBuddy(self._duration.spin_box)
        duration = QHBoxLayout()
        duration.addWidget(label, 1)
        duration.addWidget(self._duration)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._preset)
        column.addWidget(self._scroller, 1)
        add_layout(column, duration)
        column.addWidget(self.run)
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

    # Slots for the user's actions

    def _name_all(self) -> None:
        self._all.setText(f"All methods at dt {self._first_dt():g} ms")

    def _first_dt(self) -> float:
        return self.trials[0].dt if self.trials else FIRST[0].dt

    def _take_all_methods(self) -> None:
        """Offer a trial of every method."""
        dt = self._first_dt()
        fixed = (method.id for method in METHODS.values() if not method.adaptive)
        self._rows.set_trials(tuple(Trial(method, dt) for method in fixed))
