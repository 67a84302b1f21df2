"""Edit the amplifier between the command and the membrane."""

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from hhgui.experiments.clamp_staircase import AMPLIFIER_KEYS, NO_SUBTRACTION, P_OVER_4
from hhgui.experiments.clamp_staircase import ClampStaircase as Staircase
from hhgui.experiments.settings import NumberSetting
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField, fit_fields
from hhgui.ui.widgets.scrub_label import ScrubLabel

_SHORT = {
    "area": "Membrane area", "series_resistance": "Series resistance",
    "compensation": "Compensation", "pipette_capacitance": "Pipette C",
    "seal_conductance": "Seal leak",
}  # fmt: skip
_DIGITS = 12  # width of a field
_FIRST_RESISTANCE_MOHM = 1.0


class AmplifierBox(QWidget):
    """Switches between an ideal clamp and a real amplifier, whose numbers are kept while it is off.

    ``changed(settings)``: Emitted with settings of the staircase that the user has edited, by name.
    ``switched(on)``: Emitted when the user has switched the amplifier.
    """

    changed = Signal(object)
    switched = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._switch = named(
            QCheckBox("Real amplifier"), "clamp.amplifier", "Clamp through a real amplifier"
        )
        self._switch.setToolTip(
            "<p>V follows the command through a series resistance: "
            "C dV/dt = (V_command − V)/(R_s·A) − I_ionic. Off, V is the command.</p>"
        )
        self._fields: dict[str, NumberField] = {}
        self._subtracts = named(
            QCheckBox("P/4 subtraction"), "clamp.subtraction",
            "Subtract four times the record of a quarter of the command",
        )  # fmt: skip
        self._subtracts.setToolTip(
            "<p>The total current minus four times that of quarter steps: what is linear in the "
            "voltage, the charging and the leak, is gone.</p>"
        )
        self._problem = QLabel(wordWrap=True)
        named(self._problem, "clamp.amplifier.problem", "What is wrong with the clamp")
        self._problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self._problem.hide()
        self._inside = QWidget()
        self._lay_out()
        self._switch.toggled.connect(self._inside.setVisible)
        self._switch.clicked.connect(self._on_switched)
        self._subtracts.clicked.connect(self._on_subtracts)

    @property
    def on(self) -> bool:
        """Return whether a real amplifier is used."""
        return self._switch.isChecked()

    def show_amplifier(self, on: bool, staircase: Staircase) -> None:
        """Show the amplifier of a staircase; on: whether it is used. Emit no signal."""
        with QSignalBlocker(self._subtracts):
            self._subtracts.setChecked(staircase.subtraction == P_OVER_4)
        for key, field in self._fields.items():
            field.set_value_silently(getattr(staircase, key))
        self._switch.setChecked(on)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            fit_fields(self._fields.values(), _DIGITS)

    def show_problem(self, text: str) -> None:
        """Show what is wrong; "" removes this."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _lay_out(self) -> None:
        outside, grid = QGridLayout(self), QGridLayout(self._inside)
        for each in (outside, grid):
            each.setContentsMargins(0, 0, 0, 0)
            each.setVerticalSpacing(3)
        outside.addWidget(self._switch, 0, 0)
        outside.addWidget(self._inside, 1, 0)
        outside.addWidget(self._problem, 2, 0)
        grid.setColumnStretch(2, 1)
        settings = {s.key: s for s in Staircase.form() if isinstance(s, NumberSetting)}
        for row, key in enumerate(k for k in AMPLIFIER_KEYS if k in settings):
            parameter = replace(settings[key].parameter, key=key)
            field = NumberField(parameter, f"clamp.{key}")
            fit_fields((field,), _DIGITS)
            field.value_committed.connect(partial(self._take, key))
            self._fields[key] = field
            label = ScrubLabel(f"{_SHORT[key]} ({parameter.unit})", field)
            label.setBuddy(field.spin_box)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
            grid.addWidget(field.error_label, 2 * row + 1, 0, 1, 3)
        grid.addWidget(self._subtracts, 2 * len(self._fields), 0, 1, 3)
        self._inside.hide()

    def _take(self, key: str, value: float) -> None:
        self.changed.emit({key: value})

    @Slot()
    def _on_switched(self) -> None:
        resistance = self._fields["series_resistance"]
        if self.on and resistance.value == 0.0:  # it would still be ideal
            resistance.set_value_silently(_FIRST_RESISTANCE_MOHM)
            self.changed.emit({"series_resistance": _FIRST_RESISTANCE_MOHM})
        self.switched.emit(self.on)

    @Slot()
    def _on_subtracts(self) -> None:
        chosen: Any = P_OVER_4 if self._subtracts.isChecked() else NO_SUBTRACTION
        self.changed.emit({"subtraction": chosen})
