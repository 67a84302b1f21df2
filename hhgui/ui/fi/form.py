"""Provide the fields of an f–I protocol."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.document import fi_protocol as fi
from hhgui.document.fi_protocol import LAB_3, FiProtocol
from hhgui.engine.methods import DT, METHODS
from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.widgets.field_rows import CalmComboBox, keep_named
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.run_controls import Refusals

_FIELD_DIGITS = 15  # width of a field, spin buttons included
_GAP = 8
# The parameter and its field in FiProtocol.
_GROUPS = (
    ("Current steps", ((fi.FROM, "first"), (fi.TO, "last"), (fi.POINTS, "points"))),
    ("Each run", ((fi.ON, "on"), (fi.OFF, "off"), (fi.DURATION, "duration"))),
    ("Spikes", ((fi.THRESHOLD, "threshold"), (fi.REARM, "rearm"))),
    ("Integration", ((DT, "dt"),)),
)


class FiForm(QWidget):
    """Edit an FiProtocol and show errors beside the fields with invalid values.

    Method and dt are those of the run bar unless the protocol has its own, as lab 3 does.
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
        self._common = self._protocol.method, self._protocol.dt  # those of the run bar
        self._own = QCheckBox("Method and dt of its own")
        self._own.setObjectName("fi.own_method")
        self._own.setToolTip("Unticked, the curve is measured with the run bar's method and dt")
        self._own.clicked.connect(self._on_own_clicked)
        self._method = CalmComboBox("fi.method", "Integration method of the f–I curve")
        for method in METHODS.values():
            self._method.addItem(method.label, method.id)
            tip = Qt.ItemDataRole.ToolTipRole
            self._method.setItemData(self._method.count() - 1, method.help, tip)
        self._lay_out()
        self.set_protocol(FiProtocol())
        self._method.currentIndexChanged.connect(self._on_method_chosen)

    @property
    def protocol(self) -> FiProtocol:
        """Return the last valid protocol, even if fields have become invalid since."""
        return self._protocol

    def set_protocol(self, protocol: FiProtocol) -> None:
        """Fill every field without emitting a signal."""
        self._protocol = protocol
        for key, field in self._fields.items():
            field.set_value_silently(float(getattr(protocol, self._names[key])))
            field.error_label.clear_error()
        with QSignalBlocker(self._method):
            self._method.setCurrentIndex(self._method.findData(protocol.method))
        self._show_own((protocol.method, protocol.dt) != self._common)

    def set_common_method(self, method: str, dt: float) -> None:
        """Follow the run bar's method and dt (ms) unless the protocol has its own; emit nothing."""
        self._common = method, dt
        if not self._own.isChecked():
            self.set_protocol(replace(self._protocol, method=method, dt=dt))

    def check(self) -> bool:
        """Return whether the fields form a valid protocol; if not, show why beside a field."""
        values: dict[str, Any] = {
            self._names[key]: field.value for key, field in self._fields.items()
        }
        values["points"] = int(values["points"])
        try:
            self._protocol = FiProtocol(**values, method=self._method.currentData())
        except ModelError as error:
            self._fields[error.key].show_error(str(error))
            return False
        return True

    def take_problem(self) -> str:
        """Return why a sweep cannot start with the fields as they are, or ""; show it beside one.

        A refused value stands in the way only once.
        """
        errors = (field.error_label.text() for field in self._fields.values())
        return self._refusals.take() or ("" if self.check() else next(filter(None, errors)))

    def fit_width(self) -> int:
        """Fit the fields to the font and return the width of the form (px)."""
        field_width = self.fontMetrics().horizontalAdvance("0") * _FIELD_DIGITS
        # Not the form's own hint: it is stale until the form is shown.
        width = max(label.sizeHint().width() for label in self._labels) + _GAP + field_width
        for field in self._fields.values():
            field.setFixedWidth(field_width)
            field.error_label.setMaximumWidth(width)
        return width

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(5)
        column.addLayout(self._preset_row())
        for title, rows in _GROUPS:
            column.addSpacing(5)
            column.addWidget(_heading(title))
            if title == "Integration":
                column.addWidget(self._own)
                column.addWidget(self._method)
            column.addWidget(self._group(rows))
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(column)
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
            grid.addWidget(self._labels[-1], 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
            # Across the column: beside the label a sentence would need five lines.
            grid.addWidget(field.error_label, 2 * row + 1, 0, 1, 2)
        return group

    def _on_value_committed(self, _value: float) -> None:
        for field in self._fields.values():
            field.error_label.clear_error()
        self._take_fields()

    def _show_own(self, own: bool) -> None:
        self._own.setChecked(own)
        self._method.setEnabled(own)
        self._fields[DT.key].setEnabled(own)

    def _on_own_clicked(self, own: bool) -> None:
        """Let method and dt be chosen, beginning with the run bar's, or return to those."""
        if own:
            self._show_own(True)
            return
        self._own.setChecked(False)
        self.set_common_method(*self._common)
        self.protocol_changed.emit()

    def _on_method_chosen(self) -> None:
        self._show_own(True)
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
    text = parameter.symbol if parameter is DT else parameter.symbol.capitalize()
    return f"{text} ({parameter.unit})" if parameter.unit else text
