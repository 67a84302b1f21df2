"""Edit the values of the number that varies: from, to and step, or a list."""

import numpy as np
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from hhgui.experiments.clamp_staircase import MOST_SWEEPS
from hhgui.experiments.settings import Grid
from hhgui.model.parameter import Parameter
from hhgui.model.words import with_minus
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField, fit_fields
from hhgui.ui.widgets.parameter_spin_box import format_number, parse_number

_MOST = 100_000.0
_DIGITS = 11  # width of a field
_SPREAD_MV, _STEP_MV, _SPREAD_POINTS = 40.0, 10.0, 9


def _end(key: str, help: str) -> Parameter:
    return Parameter(key, key, f"{key} value", "", -_MOST, _MOST, 5.0, 3, help)


_FROM, _TO = _end("from", "The first value."), _end("to", "The last value.")
_STEP = Parameter("step", "step", "step", "", 0.0, _MOST, 1.0, 3,
                  "From one value to the next; the direction follows from the ends.",
                  above_minimum=True)  # fmt: skip


class ValuesEditor(QWidget):
    """Shows the values as from, to and step, or as a list if they are not evenly spaced.

    ``changed(Grid)``: Emitted with values that the user has entered. ``refused(str)``: Emitted with
    the reason if they are invalid.
    """

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._ends = {p.key: NumberField(p, f"clamp.values.{p.key}") for p in (_FROM, _TO, _STEP)}
        self._list = named(QLineEdit(), "clamp.values.list", "Values as a list")
        self._list.setPlaceholderText("or a list: 0.5, 1, 2, 5")
        self._list.setToolTip("<p>Values separated by commas, in place of from, to and step.</p>")
        self._list.editingFinished.connect(self._take_list)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(3)
        for column, (key, field) in enumerate(self._ends.items()):
            label = QLabel(key.capitalize())
            label.setBuddy(field.spin_box)
            fit_fields((field,), _DIGITS)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
            grid.addWidget(field.error_label, 2 + column, 0, 1, 3)
            field.value_committed.connect(self._take_ends)
        grid.setColumnStretch(3, 1)
        grid.addWidget(self._list, 5, 0, 1, 3)
        self._note = named(QLabel(wordWrap=True), "clamp.values.note", "Which value is the last")
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.hide()
        grid.addWidget(self._note, 6, 0, 1, 3)
        self._shown = ""

    def show_values(self, values: Grid, unit: str) -> None:
        """Show values (mV or ms) without emitting a signal."""
        numbers = values.values
        steps = numbers[1:] - numbers[:-1]
        even = numbers.size > 1 and bool(abs(steps - steps[0]).max() < 1e-9) and steps[0] != 0.0
        made = self._of_ends
        if made is None or not np.array_equal(made.values, numbers):
            self._ends["from"].set_value_silently(float(numbers[0]))
            self._ends["to"].set_value_silently(float(numbers[-1]))
            if even:
                self._ends["step"].set_value_silently(abs(float(steps[0])))
        self._show_last(values)
        self._shown = "" if even else ", ".join(format_number(v) for v in numbers.tolist())
        self._list.setText(self._shown)
        self._list.setCursorPosition(0)
        self._list.setAccessibleDescription(f"In {unit}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            fit_fields(self._ends.values(), _DIGITS)

    def about(self, value: float, unit: str, parameter: Parameter) -> Grid:
        """Return values around the present ``value`` of a number that is to vary.

        They are within the range of ``parameter``.
        """
        if unit == "mV":
            low = max(value - _SPREAD_MV, parameter.minimum)
            high = min(value + _SPREAD_MV, parameter.maximum)
            return Grid(low, high, round((high - low) / _STEP_MV) + 1)
        last = min(4.0 * (value or 10.0), parameter.maximum)
        return Grid(last / (_SPREAD_POINTS - 1), last, _SPREAD_POINTS - 1)

    @property
    def _of_ends(self) -> Grid | None:
        """Return the values that first, last and step give.

        It is None if there are too many, or if the step is not above 0.
        """
        low, high, step = (field.value for field in self._ends.values())
        if step <= 0.0 or (count := self._count) > MOST_SWEEPS:
            return None
        last = round(low + (step if high >= low else -step) * (count - 1), 9)
        return Grid(low, last, count) if count > 1 else Grid.of([low])

    @property
    def _count(self) -> int:
        low, high, step = (field.value for field in self._ends.values())
        return int(abs(high - low) / step + 1e-9) + 1

    def _show_last(self, values: Grid) -> None:
        """Show which value is the last one, if the step does not lead to that in the field."""
        last, wish = float(values.values[-1]), self._ends["to"].value
        away = abs(last - wish) > 1e-9
        if away:
            first, wanted, used = (
                format_number(each) for each in (self._ends["from"].value, wish, last)
            )
            text = f"The last value is {used}: {wanted} is no whole number of steps from {first}."
            self._note.setText(with_minus(text))
        self._note.setVisible(away)

    def _take_ends(self, _value: float) -> None:
        made = self._of_ends
        if made is None:
            self.refused.emit(f"{self._count} sweeps are too many: at most {MOST_SWEEPS}.")
            return
        self._shown = ""
        self._list.clear()
        self.changed.emit(made)

    def _take_list(self) -> None:
        text = self._list.text().strip()
        if text == self._shown:
            return
        if not text:
            self._take_ends(0.0)
            return
        separator = ";" if ";" in text else ","
        numbers = [parse_number(part) for part in text.split(separator) if part.strip()]
        if not numbers or None in numbers:
            self.refused.emit("The list must be numbers separated by commas, e.g. 0.5, 1, 2.")
            return
        self._shown = text
        self.changed.emit(Grid.of([float(n) for n in numbers if n is not None]))
