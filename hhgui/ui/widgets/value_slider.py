"""Provide a slider under a number."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider

from hhgui.model.parameter import Parameter
from hhgui.ui.gesture import begin_gesture, end_gesture

_POSITIONS = 1000
_LEAST_STEPS = 20  # of the parameter, to each side of a number near 0
_ROUGH = 200.0  # of so many parts of the range a number is a round one


def slider_range(parameter: Parameter, about: float) -> tuple[float, float]:
    """Return the ends of the slider for a parameter that usually has the value ``about``.

    They are 0 and twice that value, or equally far below and above it if the parameter may be
    negative, and always within the range of the parameter.
    """
    if parameter.minimum >= 0.0:
        low, high = 0.0, 2.0 * about or parameter.step
    else:
        half = max(abs(about), _LEAST_STEPS * parameter.step)
        low, high = about - half, about + half
    return max(low, parameter.minimum), min(high, parameter.maximum)


class ValueSlider(QSlider):
    """A slider that changes a number; a drag is one step of undo.

    ``value_chosen(float)``: Emitted with the new number when the user moves the handle.
    """

    value_chosen = Signal(float)

    def __init__(self, parameter: Parameter, name: str, title: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._parameter = parameter
        self._low, self._high = 0.0, 1.0
        self.setObjectName(f"{name}.slider")
        self.setAccessibleName(title)
        self.setRange(0, _POSITIONS)
        self.setSingleStep(_POSITIONS // 100)
        self.setPageStep(_POSITIONS // 20)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the keyboard has the number itself
        self.setMinimumWidth(20)
        self.sliderPressed.connect(begin_gesture)
        self.sliderReleased.connect(end_gesture)
        self.valueChanged.connect(self._choose)

    def set_about(self, parameter: Parameter, about: float, value: float) -> None:
        """Set the parameter and a range around ``about``, and show ``value``."""
        self._parameter = parameter
        self._low, self._high = slider_range(self._parameter, about)
        self.show_value(value)

    def show_value(self, value: float) -> None:
        """Move the handle to a number without emitting a signal; extend the range to include it."""
        if self.isSliderDown():
            return
        if not self._low <= value <= self._high:
            self._low, self._high = slider_range(self._parameter, value)
        fraction = (value - self._low) / (self._high - self._low)
        with QSignalBlocker(self):
            self.setValue(round(fraction * _POSITIONS))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling past is safe

    def _choose(self, position: int) -> None:
        span = self._high - self._low
        digits = max(-math.floor(math.log10(span / _ROUGH)), 0)
        value = round(self._low + span * position / _POSITIONS, digits)
        self.value_chosen.emit(max(value, 10.0**-digits) if self._above_zero else value)

    @property
    def _above_zero(self) -> bool:
        """Return whether the range is positive, so that the slider moves by factors."""
        return self._parameter.above_minimum and self._parameter.minimum == 0.0
