"""Provide the fields of an f–I protocol."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.document import fi_protocol as fi
from hhgui.document.fi_protocol import LAB_3, FiProtocol
from hhgui.engine.methods import DT, Trial
from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.widgets.field_rows import keep_named
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.own_method import OwnMethod
from hhgui.ui.widgets.run_controls import Refusals

_FIELD_DIGITS = 15  # width of a field, spin buttons included
_GAP = 8
# The parameter and its field in FiProtocol.
_GROUPS = (
    ("Current steps", ((fi.FROM, "first"), (fi.TO, "last"), (fi.POINTS, "points"))),
    ("Each run", ((fi.ON, "on"), (fi.OFF, "off"), (fi.DURATION, "duration"))),
    ("Spikes", ((fi.THRESHOLD, "threshold"), (fi.REARM, "rearm"))),
)


class FiForm(QWidget):
    """Edits an FiProtocol; a message beside a field says what is wrong with its value.

    Method and dt are those of the run bar unless the protocol has its own, as that of lab 3 does.
    """

    lab_3_clicked = Signal()
    protocol_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, NumberField] = {}
        self._labels: list[QLabel] = []
        self._names: dict[str, str] = {}  # parameter key -> field of FiProtocol
        self._refusals = Refusals()
        self._protocol = FiProtocol()
        self.integration = OwnMethod("fi", "the f–I curve")
        self._fields[DT.key], self._names[DT.key] = self.integration.dt, "dt"
        self._refusals.watch(self.integration.dt)
        self._lay_out()
        self.set_protocol(FiProtocol())
        self.integration.changed.connect(self._on_value_committed)

    @property
    def protocol(self) -> FiProtocol:
        """Return the last valid protocol, even if a field has become invalid since."""
        return self._protocol

    def set_protocol(self, protocol: FiProtocol) -> None:
        """Fill every field without emitting a signal."""
        self._protocol = protocol
        for key, field in self._fields.items():
            field.set_value_silently(float(getattr(protocol, self._names[key])))
            field.error_label.clear_error()
        self.integration.set_trial(Trial(protocol.method, protocol.dt))

    def set_common_method(self, trial: Trial) -> None:
        """Take over the method and dt of the run bar, unless the protocol has its own.

        Emit nothing.
        """
        if self.integration.set_common(trial):
            self._protocol = replace(self._protocol, **vars(trial))

    def check(self) -> bool:
        """Return whether the fields form a valid protocol; if not, say why beside a field."""
        values: dict[str, Any] = {
            self._names[key]: field.value for key, field in self._fields.items()
        }
        values["points"] = int(values["points"])
        values |= vars(self.integration.trial)
        try:
            self._protocol = FiProtocol(**values)
        except ModelError as error:
            self._fields[error.key].show_error(str(error))
            return False
        return True

    def take_problem(self) -> str:
        """Return why no sweep can start, and show it beside a field; "" if one can.

        A value that was refused prevents a start only once.
        """
        errors = (field.error_label.text() for field in self._fields.values())
        return self._refusals.take() or ("" if self.check() else next(filter(None, errors)))

    def fit_width(self) -> int:
        """Fit the fields to the font; return the width of the form (px)."""
        field_width = self.fontMetrics().horizontalAdvance("0") * _FIELD_DIGITS
        # Not the form's own hint: it is stale until the form is shown.
        width = max(label.sizeHint().width() for label in self._labels) + _GAP + field_width
        width = max(width, self.integration.minimumSizeHint().width())
        for key, field in self._fields.items():
            if key != DT.key:
                field.setFixedWidth(field_width)
        return width

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(5)
        add_layout(column, self._preset_row())
        for title, rows in _GROUPS:
            column.addSpacing(5)
            column.addWidget(_heading(title))
            column.addWidget(self._group(rows))
        column.addSpacing(5)
        integration = QHBoxLayout()
        integration.addWidget(_heading("Integration"), 1)
        integration.addWidget(self.integration.switch)
        add_layout(column, integration)
        column.addWidget(self.integration)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        add_layout(row, column)
        row.addStretch(1)  # the scroll bar comes and goes here, and moves nothing

    def _preset_row(self) -> QHBoxLayout:
        preset = named(QPushButton("Lab 3"), "fi.preset.lab3", "Preset Lab 3")
        preset.setToolTip("Fill in the protocol of lab course 3 and choose its neuron.")
        preset.clicked.connect(self._on_lab_3_clicked)
        row = QHBoxLayout()
        row.addWidget(QLabel("Preset"))
        row.addStretch(1)
        row.addWidget(preset)
        return row

    def _group(self, rows: tuple[tuple[Parameter, str], ...]) -> QWidget:
        group = QWidget()
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(_GAP)
        grid.setColumnStretch(0, 1)
        for row, (parameter, name) in enumerate(rows):
            field = NumberField(parameter, f"fi.{parameter.key}")
            field.value_committed.connect(self._on_value_committed)
            self._refusals.watch(field)
            self._fields[parameter.key], self._names[parameter.key] = field, name
            self._labels.append(_label(field))
            grid.addWidget(self._labels[-1], row, 0)
            grid.addWidget(field, row, 1)
        return group

    def _on_value_committed(self, _value: float = 0.0) -> None:
        for field in self._fields.values():
            field.error_label.clear_error()
        self._take_fields()

    def _take_fields(self) -> None:
        if self.check():
            self.protocol_changed.emit()

    def _on_lab_3_clicked(self) -> None:
        self.set_protocol(LAB_3)
        self.protocol_changed.emit()
        self.lab_3_clicked.emit()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _label(field: NumberField) -> QLabel:
    label = QLabel()
    label.setBuddy(field.spin_box)
    keep_named(label, field, _caption)
    return label


def _caption(parameter: Parameter) -> str:
    # The groups' headings say the rest, so the short symbols do.
    text = parameter.symbol.capitalize()
    return f"{text} ({parameter.unit})" if parameter.unit else text
