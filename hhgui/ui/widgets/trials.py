"""Edit a list of trials, a method and a dt in each row."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, Trial
from hhgui.experiments.settings import MOST_TRIALS
from hhgui.ui.widgets.field_rows import CalmComboBox, drop_widget
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.own_method import add_methods
from hhgui.ui.widgets.run_controls import Refusals

_FIELD_DIGITS = 11  # width of a dt field, spin buttons included


class TrialRow(QWidget):
    """A row for one trial; owner: the beginning of the objectNames.

    ``edited()``: Emitted when method or dt has changed. ``removal_clicked()``: Emitted when the
    user wants to remove the trial.
    """

    edited = Signal()
    removal_clicked = Signal()

    def __init__(self, owner: str, trial: Trial, number: int) -> None:
        super().__init__()
        self._owner = owner
        self.method = CalmComboBox("", "")
        add_methods(self.method)
        self.dt = NumberField(DT, f"{owner}.dt.{number}")
        self._fit_width()
        self.remove = QToolButton(autoRaise=True)
        self.remove.setText("×")
        self.remove.setToolTip("Remove this row")
        self.method.setCurrentIndex(self.method.findData(trial.method))
        self.dt.set_value_silently(trial.dt)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self.method, 0, 0)
        grid.addWidget(self.dt, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.setColumnStretch(0, 1)
        self.method.currentIndexChanged.connect(self.edited)
        self.dt.value_committed.connect(self.edited)
        self.remove.clicked.connect(self.removal_clicked)
        self.number(number)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_width()

    def _fit_width(self) -> None:
        self.dt.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * _FIELD_DIGITS)

    @property
    def trial(self) -> Trial:
        """Return the trial of this row."""
        return Trial(str(self.method.currentData()), self.dt.value)

    def number(self, number: int) -> None:
        """Name the controls after the number of the row, counted from 1."""
        box = self.dt.spin_box
        for widget, name, title in (
            (self.method, "method", f"Method of trial {number}"),
            (box, "dt", f"dt of trial {number} (ms)"),
            (self.remove, "remove", f"Remove trial {number}"),
        ):
            named(widget, f"{self._owner}.{name}.{number}", title)
        self.dt.error_label.setObjectName(f"error.{self._owner}.dt.{number}")
        self.dt.reset_button.setObjectName(f"reset.{self._owner}.dt.{number}")


class TrialRows(QWidget):
    """All rows, and a button that adds one; owner: the beginning of the objectNames.

    ``edited()``: Emitted when the list of trials has changed.
    """

    edited = Signal()

    def __init__(self, owner: str) -> None:
        super().__init__()
        self._owner = owner
        self.setObjectName(f"{owner}.trials")
        self.setAccessibleName("Methods and dt to compare")
        self._rows: list[TrialRow] = []
        self._refusals = Refusals()
        self._add = named(QPushButton("Add a row"), f"{owner}.add", "Add a trial")
        self._add.clicked.connect(self._on_add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addWidget(_headings())
        self._column.addWidget(self._add)
        self._column.addStretch(1)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Return the trials of the rows from top to bottom."""
        return tuple(row.trial for row in self._rows)

    def take_refusal(self) -> str:
        """Return why the last dt that was typed is refused, if that is still shown, and forget it.

        Returns "" if there is nothing.
        """
        return self._refusals.take()

    def set_trials(self, trials: Sequence[Trial]) -> None:
        """Show these trials without emitting a signal."""
        for row in self._rows[len(trials) :]:
            drop_widget(row)
        del self._rows[len(trials) :]
        for row, trial in zip(self._rows, trials, strict=False):
            row.blockSignals(True)
            row.method.setCurrentIndex(row.method.findData(trial.method))
            row.dt.set_value_silently(trial.dt)
            row.blockSignals(False)
        for trial in trials[len(self._rows) :]:
            self._append(trial)
        self._update()

    def _append(self, trial: Trial) -> None:
        row = TrialRow(self._owner, trial, len(self._rows) + 1)
        row.edited.connect(self.edited)
        self._refusals.watch(row.dt)
        row.removal_clicked.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._column.insertWidget(len(self._rows), row)

    def _on_add(self) -> None:
        """Add a row like the last one, with half its dt."""
        last = self.trials[-1] if self._rows else Trial(DEFAULT_METHOD, 2.0 * DEFAULT_DT_MS)
        self._append(Trial(last.method, max(last.dt / 2.0, DT.minimum)))
        self._update()
        self._rows[-1].method.setFocus()
        self.edited.emit()

    def _remove(self, row: TrialRow) -> None:
        self._rows.remove(row)
        drop_widget(row)
        self._update()
        self.edited.emit()

    def _update(self) -> None:
        for number, row in enumerate(self._rows, 1):
            row.number(number)
        self._add.setEnabled(len(self._rows) < MOST_TRIALS)


def _headings() -> QWidget:
    head = QWidget()
    grid = QGridLayout(head)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.addWidget(QLabel("Method"), 0, 0)
    dt = QLabel("dt (ms)")
    dt.setToolTip(DT.help)
    dt.setFixedWidth(head.fontMetrics().horizontalAdvance("0") * (_FIELD_DIGITS + 4))
    grid.addWidget(dt, 0, 1)
    return head
