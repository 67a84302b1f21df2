"""Let the user change a number by dragging its name."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QMenu

from hhgui.model.parameter import Parameter
from hhgui.ui.gesture import begin_gesture, end_gesture
from hhgui.ui.widgets.number_field import NumberField

PIXELS_PER_STEP = 4
_FRACTION = 0.02
_FINE, _COARSE = 0.1, 5.0
_DIGITS = 4
HINT = "Drag the name to change it: Shift fine, Ctrl coarse"


def scrubbed(parameter: Parameter, start: float, steps: float) -> float:
    """Return the value after a drag by ``steps`` from ``start``, within the allowed range.

    A number that is never negative is multiplied by about 1.02 per step, so that a drag spans
    decades; any other is changed by equal differences. The result is rounded to four digits.
    """
    if start > 0.0 and parameter.minimum >= 0.0 and not parameter.whole:
        value = start * (1.0 + _FRACTION) ** steps
    else:
        size = max(_FRACTION * abs(start), 0.1 * parameter.step)
        value = start + steps * (max(size, 1.0) if parameter.whole else size)
    value = min(max(value, parameter.minimum), parameter.maximum)
    if parameter.above_minimum and value <= parameter.minimum:
        return start
    if value == 0.0:
        return value
    # zeros after the fourth digit of the larger of both, or a small difference would have many
    places = _DIGITS - 1 - math.floor(math.log10(max(abs(value), abs(start))))
    return round(value, 0 if parameter.whole else places)


class ScrubLabel(QLabel):
    """The name of a field's number; dragging it to the right makes the number larger.

    field: is changed by a drag. other: is changed by a drag with Alt held, or None. A drag is one
    step of undo.
    """

    def __init__(self, text: str, field: NumberField, other: NumberField | None = None) -> None:
        super().__init__(text)
        self._field, self._other = field, other
        self._dragged: NumberField | None = None
        self._from, self._start, self._pace = 0.0, 0.0, 1.0
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to pin or vary the numbers that the label names."""
        named = (self._field, *((self._other,) if self._other is not None else ()))
        menu = QMenu(self)
        menu.setObjectName("field.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([entry for field in named for entry in field.entries(menu)])
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        dragged = self._other if alt and self._other is not None else self._field
        if dragged.isEnabled():
            self._dragged = dragged
            begin_gesture()
            self._begin_at(event)

    def _begin_at(self, event: QMouseEvent) -> None:
        """Take the present value and position of the mouse as the start of the drag."""
        if self._dragged is not None:
            box = self._dragged.spin_box
            self._from, self._start = event.globalPosition().x(), box.as_shown(box.value())
            self._pace = _pace(event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            return
        if _pace(event.modifiers()) != self._pace:
            self._begin_at(event)
        steps = self._pace * (event.globalPosition().x() - self._from) / PIXELS_PER_STEP
        box = self._dragged.spin_box
        value = box.scaled(scrubbed(box.shown, self._start, steps))
        if value != self._dragged.value:
            box.setValue(value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None and event.button() == Qt.MouseButton.LeftButton:
            self._dragged = None
            end_gesture()


def _pace(modifiers: Qt.KeyboardModifier) -> float:
    """Return the factor on the speed of a drag for the keys that are held."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return _FINE
    return _COARSE if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0
