"""Switch the live neuron between current clamp and voltage clamp."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import Theme, switch_style

_TEXTS = {
    "current": ("Current", "Current clamp: the stimulus is a current, V is free (V)"),
    "voltage": ("Voltage", "Voltage clamp: V follows the command, no method takes part (V)"),
}


class ClampSwitch(QWidget):
    """The buttons Current and Voltage; the one that is down is what the neuron is given.

    ``switched(bool)``: Emitted with True when the user chooses Voltage, with False for Current.
    """

    switched = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        named(self, "clamp.mode", "What the live neuron is given")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(0)
        group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for name, (text, tip) in _TEXTS.items():
            button = named(QToolButton(), f"clamp.mode.{name}", tip.partition(":")[0])
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            group.addButton(button)
            row.addWidget(button)
            self._buttons[name] = button
        self.set_clamped(False)
        group.buttonClicked.connect(self._tell)

    def set_theme(self, theme: Theme) -> None:
        """Frame the button that is down in the accent colour, because grey alone looks disabled."""
        for button in self._buttons.values():
            button.setStyleSheet(switch_style(theme))

    def set_clamped(self, clamped: bool) -> None:
        """Show whether the voltage is clamped, without emitting a signal."""
        self._buttons["voltage" if clamped else "current"].setChecked(True)

    def _tell(self, button: QToolButton) -> None:
        self.switched.emit(button is self._buttons["voltage"])
