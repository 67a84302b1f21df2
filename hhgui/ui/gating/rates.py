"""The fields of one gate's two functions: form, rate, midpoint, scale and offset of each."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from hhgui.model.membrane import Gate
from hhgui.model.parameter import Parameter
from hhgui.model.rate import Form, Rate
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.number_field import ErrorLabel, NumberField, chain_tabs

_LARGEST = 1e9
_NUMBER = "0" * 9  # as wide as a number with its arrows
_FORMULAS = {
    Form.EXPONENTIAL: "r·eˣ",
    Form.SIGMOID: "r/(1+e⁻ˣ)",
    Form.EXP_LINEAR: "r·x/(1−e⁻ˣ)",
    Form.GAUSSIAN: "r·e^(−x²)",
    Form.CONSTANT: "r",
}
_NAMES = {
    Form.EXPONENTIAL: "exponential",
    Form.SIGMOID: "sigmoid",
    Form.EXP_LINEAR: "linear, then exponential towards 0",
    Form.GAUSSIAN: "bell (gaussian)",
    Form.CONSTANT: "constant",
}
_HEADS = {"alpha": "α (1/ms)", "beta": "β (1/ms)",
          "steady_state": "x∞", "time_constant": "τ (ms)"}  # fmt: skip
_UNITS = {"alpha": "1/ms", "beta": "1/ms", "steady_state": "", "time_constant": "ms"}


def _number(key: str, symbol: str, step: float, help_text: str, unit: str = "") -> Parameter:
    return Parameter(key, symbol, key, unit, -_LARGEST, _LARGEST, step, 6, help_text)


NUMBERS = (
    _number("rate", "r", 0.1, "Size of the whole curve."),
    _number("midpoint", "midpoint", 1.0, "Voltage at which x = (V − midpoint)/scale is 0.", "mV"),
    _number("scale", "scale", 1.0, "Voltage over which the curve changes e-fold; a minus sign "
            "turns it round.", "mV"),
    _number("offset", "offset", 0.1, "Added to the whole curve."),
)  # fmt: skip


def rate_keys(gate: Gate) -> tuple[str, str]:
    """The two functions that a gate is given by."""
    return ("alpha", "beta") if gate.alpha is not None else ("steady_state", "time_constant")


class RateRows(QWidget):
    """A column of fields for each of a gate's two functions; errors below, full width.

    number_given(path of the gate's number, value); form_given(key, Form).
    """

    number_given = Signal(str, float)
    form_given = Signal(str, object)

    def __init__(self, keys: tuple[str, str]) -> None:
        super().__init__()
        self.keys = keys
        self.fields: dict[str, NumberField] = {}
        self.forms: dict[str, CalmComboBox] = {}
        self.errors: dict[str, ErrorLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setHorizontalSpacing(5)
        self._add_heads()
        self._add_forms()
        for parameter in NUMBERS:
            self._add_numbers(parameter)
        self._set_widths()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_widths()

    def _set_widths(self) -> None:
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        for field in self.fields.values():
            field.spin_box.setMinimumWidth(self.fontMetrics().horizontalAdvance(_NUMBER))

    def _add_heads(self) -> None:
        for column, key in enumerate(self.keys, start=1):
            head = QLabel(f"<b>{_HEADS[key]}</b>")
            self._grid.addWidget(head, 0, column)

    def _add_forms(self) -> None:
        self._grid.addWidget(QLabel("form"), 1, 0)
        for column, key in enumerate(self.keys, start=1):
            combo = CalmComboBox(f"gating.{key}.form", f"Form of {_HEADS[key]}")
            for place, form in enumerate(Form):
                combo.addItem(_FORMULAS[form], form.value)
                for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                    combo.setItemData(place, f"{_NAMES[form]}: {_FORMULAS[form]}", role)
            combo.setMinimumContentsLength(1)  # as wide as the fields below it
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            combo.setToolTip("x = (V − midpoint)/scale; the offset is added")
            combo.currentIndexChanged.connect(
                lambda _index, k=key, c=combo: self.form_given.emit(k, Form(c.currentData()))
            )
            self.forms[key] = combo
            self.errors[key] = ErrorLabel(f"gating.{key}.form")
            self._grid.addWidget(combo, 1, column)
            self._grid.addWidget(self.errors[key], 1 + column, 0, 1, 3)

    def _add_numbers(self, parameter: Parameter) -> None:
        row = self._grid.rowCount()
        text = parameter.label + (" r" if parameter.key == "rate" else "")
        label = QLabel(f"{text} ({parameter.unit})" if parameter.unit else text)
        label.setToolTip(f"<p>{parameter.help}</p>")
        self._grid.addWidget(label, row, 0)
        for column, key in enumerate(self.keys, start=1):
            path, unit = f"{key}.{parameter.key}", parameter.unit or _UNITS[key]
            owner = _HEADS[key].partition(" ")[0]
            field = NumberField(parameter, f"gating.{path}", owner=owner, unit=unit)
            field.value_committed.connect(lambda value, p=path: self.number_given.emit(p, value))
            self.fields[path] = field
            self._grid.addWidget(field, row, column)
            self._grid.addWidget(field.error_label, row + column, 0, 1, 3)

    def show_gate(self, gate: Gate, default: Gate | None) -> None:
        """Show the gate's numbers and mark what differs from ``default``'s. Emits nothing."""
        for key in self.keys:
            rate: Rate = getattr(gate, key)
            usual: Rate | None = getattr(default, key) if default is not None else None
            with QSignalBlocker(self.forms[key]):
                self.forms[key].setCurrentIndex(self.forms[key].findData(rate.form.value))
            self.errors[key].clear_error()
            for parameter in NUMBERS:
                field = self.fields[f"{key}.{parameter.key}"]
                field.set_value_silently(getattr(rate, parameter.key))
                field.set_default(None if usual is None else getattr(usual, parameter.key))
                used = rate.form is not Form.CONSTANT or parameter.key in ("rate", "offset")
                field.setEnabled(used)

    def chain_tabs(self, before: QWidget) -> None:
        """Let the Tab key go from ``before`` down one column, then the other."""
        for key in self.keys:
            QWidget.setTabOrder(before, self.forms[key])
            column = [self.fields[f"{key}.{p.key}"] for p in NUMBERS]
            before = chain_tabs(self.forms[key], column)
