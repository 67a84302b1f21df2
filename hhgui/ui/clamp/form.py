"""Edit a staircase of commands: one row per stair, with a mark at the number that varies."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.experiments.clamp_staircase import VARIED, ClampStaircase
from hhgui.experiments.settings import NumberSetting
from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.clamp.values import ValuesEditor
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField, fit_fields
from hhgui.ui.widgets.scrub_label import ScrubLabel

_ROWS = (
    ("Hold", "hold", "hold_duration"),
    ("Conditioning", "conditioning", "conditioning_duration"),
    ("Gap", "gap", "gap_duration"),
    ("Test", "test", "test_duration"),
    ("After", "after", "after_duration"),
)
_DIGITS = 11  # width of a field
_PARAMETERS = {
    setting.key: replace(setting.parameter, key=setting.key)
    for setting in ClampStaircase.form()
    if isinstance(setting, NumberSetting)
}


class StaircaseForm(QWidget):
    """Edits the stairs of a ``ClampStaircase``; all its other settings are kept.

    ``changed(ClampStaircase)``: Emitted with the staircase after an edit, if it is valid.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._staircase = ClampStaircase()
        self._fields: dict[str, NumberField] = {}
        self._marks: dict[str, QRadioButton] = {}
        self._labels: dict[str, ScrubLabel] = {}
        self._varies = QButtonGroup(self)
        self._values = ValuesEditor()
        self._problem = QLabel(wordWrap=True)
        named(self._problem, "clamp.problem", "What is wrong with the staircase")
        self._problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self._problem.hide()
        self._lay_out()
        self._values.changed.connect(self._take_values)
        self._values.refused.connect(self.show_problem)
        self.show_staircase(self._staircase)

    @property
    def staircase(self) -> ClampStaircase:
        """Return the last valid staircase."""
        return self._staircase

    def show_staircase(self, staircase: ClampStaircase) -> None:
        """Show a staircase without emitting a signal."""
        self._staircase = staircase
        for key, field in self._fields.items():
            field.set_value_silently(getattr(staircase, key))
            field.error_label.clear_error()
        self._marks[staircase.varied].setChecked(True)
        self._values.show_values(staircase.values, VARIED[staircase.varied][1])
        self._problem.hide()
        self._show_state()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            fit_fields(self._fields.values(), _DIGITS)

    def set_defaults(self, staircase: ClampStaircase) -> None:
        """Mark the numbers that differ from those of ``staircase``, a preset."""
        for key, field in self._fields.items():
            field.set_default(getattr(staircase, key))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(5, 1)
        for column, text in ((1, "V (mV)"), (3, "ms")):
            label = QLabel(text)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            grid.addWidget(label, 0, column)
        for column in (2, 4):
            label = QLabel("⇅")
            label.setToolTip("The marked number varies from sweep to sweep")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(label, 0, column)
        for row, (title, *keys) in enumerate(_ROWS):
            label = self._add_row(grid, 2 * row + 1, title, keys)
            self._labels[keys[0]] = label
        self._add_ramp(grid, 2 * len(_ROWS) + 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        add_layout(whole, grid)
        whole.addWidget(self._values)
        whole.addWidget(self._problem)

    def _add_row(self, grid: QGridLayout, row: int, title: str, keys: list[str]) -> ScrubLabel:
        errors = QVBoxLayout()
        errors.setSpacing(0)
        first: NumberField | None = None
        for place, key in enumerate(keys):
            field = self._field(key)
            first = first or field
            grid.addWidget(field, row, 1 + 2 * place)
            errors.addWidget(field.error_label)
            if key in VARIED:
                mark = named(QRadioButton(), f"clamp.varies.{key}", _title(key, "varies"))
                mark.setToolTip(f"<p>{_title(key, 'varies from sweep to sweep')}</p>")
                mark.clicked.connect(partial(self._choose, key))
                self._varies.addButton(mark)
                self._marks[key] = mark
                grid.addWidget(mark, row, 2 + 2 * place)
        assert first is not None
        label = ScrubLabel(title, first)
        label.setBuddy(first.spin_box)
        grid.addWidget(label, row, 0)
        add_layout(grid, errors, row + 1, 0, 1, 6)
        return label

    def _add_ramp(self, grid: QGridLayout, row: int) -> None:
        field = self._field("ramp_to")
        self._ramp_label = ScrubLabel("Ramp to", field)
        grid.addWidget(self._ramp_label, row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(field.error_label, row + 1, 0, 1, 6)

    def _field(self, key: str) -> NumberField:
        field = NumberField(_short(_PARAMETERS[key]), f"clamp.{key}")
        fit_fields((field,), _DIGITS)
        field.value_committed.connect(partial(self._take, key))
        self._fields[key] = field
        return field

    def _show_state(self) -> None:
        """Disable the number that varies, and show or hide the end of a ramp."""
        for key, field in self._fields.items():
            varied = key == self._staircase.varied
            field.spin_box.setEnabled(not varied)
        ramp = self._staircase.evaluated == "ramp"
        self._ramp_label.setVisible(ramp)
        self._fields["ramp_to"].setVisible(ramp)

    def _take(self, key: str, value: float) -> None:
        self._set({key: value})

    def _choose(self, key: str) -> None:
        """Let another number vary, around its present value; key: its name."""
        if key == self._staircase.varied:
            return
        self._set({"varied": key, "values": self._values.about(
            getattr(self._staircase, key), VARIED[key][1], _PARAMETERS[key]
        )})  # fmt: skip
        self._values.show_values(self._staircase.values, VARIED[key][1])

    @Slot(object)
    def _take_values(self, values: object) -> None:
        if self._set({"values": values}):
            staircase = self._staircase
            self._values.show_values(staircase.values, VARIED[staircase.varied][1])

    def _set(self, values: Mapping[str, object]) -> bool:
        """Take these settings; return whether they are valid, and if not show why."""
        try:
            staircase = replace(self._staircase, **values)  # type: ignore[arg-type]
        except ModelError as error:
            self.show_problem(f"{error}.")
            return False
        self._problem.hide()
        self._staircase = staircase
        self._show_state()
        self.changed.emit(staircase)
        return True

    @Slot(str)
    def show_problem(self, text: str) -> None:
        """Show what is wrong with the staircase; "" removes this."""
        self._problem.setText(text[:1].upper() + text[1:])
        self._problem.setVisible(bool(text))


def _title(key: str, what: str) -> str:
    parameter = _PARAMETERS[key]
    kind = "" if parameter.unit == "mV" else " duration"
    return f"{parameter.label.capitalize()}{kind} {what}"


def _short(parameter: Parameter) -> Parameter:
    return replace(parameter, step=5.0 if parameter.unit == "mV" else 1.0)
