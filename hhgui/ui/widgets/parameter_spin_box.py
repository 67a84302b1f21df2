"""Provide a spin box that accepts any text but only takes valid values of its parameter."""

import math
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QMenu,
    QSizePolicy,
)

from hhgui.model.current_unit import CurrentUnit, tidy
from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.widgets.theme import current_theme

_Standard = QKeySequence.StandardKey
# So many that Qt rounds no float: what was set is what value() returns, to the last bit.
_ALL_DECIMALS = 323


def format_number(value: float) -> str:
    """Return ``value`` as text with at most 12 digits and a decimal point: 120, 0.3, -54.387."""
    text = f"{value + 0.0:.12g}"  # + 0.0: no "-0"
    if "e" in text and 1e-9 < abs(value) < 1e15:
        return f"{Decimal(text):f}"
    return text


def parse_number(text: str) -> float | None:
    """Return the number in a text with a decimal point or comma; None if it is no number."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    try:
        return None if "_" in plain else float(plain)
    except ValueError:
        return None


def stepped(parameter: Parameter, value: float, direction: int) -> float:
    """Return ``value`` one step up (direction 1) or down (-1).

    The step is that of the parameter, or for smaller values, for which it would be too coarse, the
    power of ten of the value. A value that cannot be negative falls by ever finer steps instead of
    reaching zero.
    """
    size, step = abs(value), parameter.step
    shrinks = parameter.minimum >= 0.0 and direction < 0
    if 0.0 < size < step or (size == step and shrinks):
        step = 10.0 ** math.floor(math.log10(size) + 1e-9)
        if shrinks and math.isclose(size, step):
            step /= 10.0
        step = max(step, 10.0**-parameter.decimals)
    moved = min(max(round(value + direction * step, 10), parameter.minimum), parameter.maximum)
    if parameter.above_minimum and moved <= parameter.minimum:
        return value
    return moved


class ParameterSpinBox(QDoubleSpinBox):
    """A spin box that accepts any text but only takes valid values of its parameter.

    The text is in the unit of ``shown``, ``value()`` in that of the parameter. Qt's
    ``valueChanged(float)``: Emitted with each new value. ``value_refused(str)``: Emitted with the
    reason when an entry is invalid. ``value_repeated()``: Emitted when a valid entry equals the
    present value. ``menu_requested(QMenu)``: Emitted with the context menu before it is shown.
    """

    value_refused = Signal(str)
    value_repeated = Signal()
    menu_requested = Signal(QMenu)

    def __init__(self, parameter: Parameter, owner: str = "") -> None:
        super().__init__()
        self._parameter, self.owner = parameter, owner
        self.shown, self._factor = parameter, 1.0
        self._refused = False
        self.setLocale(QLocale.c())
        self.setDecimals(0 if parameter.whole else _ALL_DECIMALS)
        self.setRange(parameter.minimum, parameter.maximum)
        self.setSingleStep(parameter.step)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not WheelFocus: scrolling past is safe
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lineEdit().setMaxLength(64)

    def show_in(self, unit: CurrentUnit) -> None:
        """Show and accept the number in this unit, if it is a current.

        The value does not change.
        """
        self.shown = unit.parameter(self._parameter)
        self._factor = unit.factor_of(self._parameter.unit)
        with QSignalBlocker(self.lineEdit()):
            self.lineEdit().setText(self.textFromValue(self.value()))

    def scaled(self, shown: float) -> float:
        """Convert a number from the shown unit to that of the parameter, limited to its range."""
        if self._factor == 1.0:
            return shown
        return min(max(shown / self._factor, self._parameter.minimum), self._parameter.maximum)

    def as_shown(self, value: float) -> float:
        """Convert a value to the unit that is shown."""
        return value if self._factor == 1.0 else tidy(self._factor * value)

    def set_refused(self, refused: bool) -> None:
        """Draw or remove the red border of an invalid entry."""
        self._refused = refused
        self.update()

    def setValue(self, value: float) -> None:  # noqa: N802
        good = self._checked(value, self._parameter)
        if good is not None:
            super().setValue(good)

    def stepBy(self, steps: int) -> None:  # noqa: N802
        self.interpretText()
        value = self.as_shown(self.value())
        for _ in range(min(abs(steps), 100)):
            value = stepped(self.shown, value, 1 if steps > 0 else -1)
        self.setValue(self.scaled(value))
        self.selectAll()

    def textFromValue(self, value: float) -> str:  # noqa: N802
        return format_number(self.as_shown(value))

    def valueFromText(self, text: str) -> float:  # noqa: N802
        # Qt asks whenever a text is committed. The text shown stands for the exact value, which
        # may have more digits.
        if text == self.textFromValue(self.value()):
            good = self._checked(self.value(), self._parameter)
            return self.value() if good is None else good
        number = parse_number(text)
        taken = self._checked(text if number is None else number, self.shown)
        return self.value() if taken is None else taken

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def event(self, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and self._leaves_to_window(event):
            event.ignore()
            return False
        return super().event(event)

    def _leaves_to_window(self, event: QKeyEvent) -> bool:
        """Return whether a key is to be handled by the window, and not by the field."""
        # where nothing was typed, undo means the edit before, and no number begins with a letter
        undoes, redoes = (event.matches(k) for k in (_Standard.Undo, _Standard.Redo))
        edit = self.lineEdit()
        letter = event.text().isalpha() or event.key() == Qt.Key.Key_Space
        if letter and not event.modifiers() and self.text() == format_number(self.value()):
            return True
        return (undoes and not edit.isUndoAvailable()) or (redoes and not edit.isRedoAvailable())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Discard the typed text on Esc; leave a second Esc to the window."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self.textFromValue(self.value()):
            self.lineEdit().setText(self.textFromValue(self.value()))
            self.selectAll()
            self.value_repeated.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.lineEdit().createStandardContextMenu()
        menu.setObjectName("field.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_requested.emit(menu)
        menu.addSeparator()
        for text, steps in (("Step &up", 1), ("Step &down", -1)):
            menu.addAction(text, partial(self.stepBy, steps))
        menu.popup(event.globalPos())
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._refused:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(current_theme().error))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 2.0, 2.0)
        painter.end()  # a painter that outlives its event crashes Qt

    def _checked(self, value: object, parameter: Parameter) -> float | None:
        """Return ``value`` as a value of the field, None if it is not allowed.

        parameter: that in whose unit it is given, the field's own or the one that is shown.
        """
        try:
            good = parameter.check(value, self.owner)
            if parameter is not self._parameter:
                good = self.scaled(good)
        except ModelError as error:
            self.value_refused.emit(str(error))
            return None
        if good == self.value():
            self.value_repeated.emit()
        return good
