"""Provide a spin box that accepts any text but only commits valid values of its parameter."""

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
    """Format ``value`` as in 120, 0.3 or -54.387: at most 12 digits and a decimal point."""
    text = f"{value + 0.0:.12g}"  # + 0.0: no "-0"
    if "e" in text and 1e-9 < abs(value) < 1e15:
        return f"{Decimal(text):f}"
    return text


def parse_number(text: str) -> float | None:
    """Parse a number with a decimal point or comma; return None if the text is not a number."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    try:
        return None if "_" in plain else float(plain)
    except ValueError:
        return None


def stepped(parameter: Parameter, value: float, direction: int) -> float:
    """Return ``value`` one step up (1) or down (-1).

    The step is the parameter's step. Below it, where for example a step of 1 from 0.3 is too
    coarse, the step is the power of ten of the value. A value that cannot be negative decreases by
    ever finer steps instead of reaching zero.
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
    """Accept any text but commit only valid values of the parameter.

    What it shows and takes is in the unit of ``shown``; ``value()`` is in that of the parameter.
    Qt's ``valueChanged(float)``: Emitted with each new value. ``value_refused(str)``: Emitted with
    the reason when an entry is invalid. ``value_repeated()``: Emitted when a valid entry equals the
    current value. ``menu_requested(QMenu)``: Emitted with the context menu before it is shown.
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
        """Show and take the number in this unit, if it is a current; the value stays."""
        self.shown = unit.parameter(self._parameter)
        self._factor = unit.factor_of(self._parameter.unit)
        with QSignalBlocker(self.lineEdit()):
            self.lineEdit().setText(self.textFromValue(self.value()))

    def scaled(self, shown: float) -> float:
        """Return the value that is shown as ``shown``, within the parameter's range."""
        if self._factor == 1.0:
            return shown
        return min(max(shown / self._factor, self._parameter.minimum), self._parameter.maximum)

    def as_shown(self, value: float) -> float:
        """Return a value in the unit that is shown."""
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
        """Return ``value`` as a value of the field, or None if it is refused.

        parameter: the one whose unit it has, the field's own or that which is shown.
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
