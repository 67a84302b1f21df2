"""A spin box that takes any text and lets only its parameter's values through."""

import math
from decimal import Decimal

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QSizePolicy,
)

from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.widgets.theme import current_theme

_Standard = QKeySequence.StandardKey
# So many that Qt rounds no float: what was set is what value() returns, to the last bit.
_ALL_DECIMALS = 323


def format_number(value: float) -> str:
    """``value`` as a person writes it: 120, 0.3, -54.387; at most 12 digits, always a point."""
    text = f"{value + 0.0:.12g}"  # + 0.0: no "-0"
    if "e" in text and 1e-9 < abs(value) < 1e15:
        return f"{Decimal(text):f}"
    return text


def parse_number(text: str) -> float | None:
    """The number a person typed, with a decimal point or comma; None if it is none."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    try:
        return None if "_" in plain else float(plain)
    except ValueError:
        return None


def stepped(parameter: Parameter, value: float, direction: int) -> float:
    """``value`` one step up (1) or down (-1): the parameter's step, finer below it.

    From 0.3 a step of 1 would be no help, so below the step the step is the value's own power of
    ten; a value that can't be negative shrinks by ever finer steps instead of falling to zero.
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
    """A spin box that takes any text and lets only its parameter's values through.

    Signals: Qt's ``valueChanged(float)`` for every new value; ``value_refused(str)`` with the
    reason; ``value_repeated()`` when a good value was given that it already had.
    """

    value_refused = Signal(str)
    value_repeated = Signal()

    def __init__(self, parameter: Parameter, owner: str = "") -> None:
        super().__init__()
        self._parameter, self._owner = parameter, owner
        self._refused = False
        self.setLocale(QLocale.c())
        self.setDecimals(0 if parameter.whole else _ALL_DECIMALS)
        self.setRange(parameter.minimum, parameter.maximum)
        self.setSingleStep(parameter.step)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not WheelFocus: scrolling past is safe
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lineEdit().setMaxLength(64)

    def set_refused(self, refused: bool) -> None:
        """Draw the red border of a refused value, or take it away."""
        self._refused = refused
        self.update()

    def setValue(self, value: float) -> None:  # noqa: N802
        good = self._checked(value)
        if good is not None:
            super().setValue(good)

    def stepBy(self, steps: int) -> None:  # noqa: N802
        self.interpretText()
        value = self.value()
        for _ in range(min(abs(steps), 100)):
            value = stepped(self._parameter, value, 1 if steps > 0 else -1)
        self.setValue(value)
        self.selectAll()

    def textFromValue(self, value: float) -> str:  # noqa: N802
        return format_number(value)

    def valueFromText(self, text: str) -> float:  # noqa: N802
        # Qt asks whenever a text is committed. The text shown stands for the exact value, which
        # may have more digits.
        shown = text == format_number(self.value())
        number = self.value() if shown else parse_number(text)
        good = self._checked(text if number is None else number)
        return self.value() if good is None else good

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def event(self, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and self._leaves_to_window(event):
            event.ignore()
            return False
        return super().event(event)

    def _leaves_to_window(self, event: QKeyEvent) -> bool:
        # where nothing was typed, undo means the edit before
        undoes, redoes = (event.matches(k) for k in (_Standard.Undo, _Standard.Redo))
        edit = self.lineEdit()
        return (undoes and not edit.isUndoAvailable()) or (redoes and not edit.isRedoAvailable())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back what was typed; once more, it is the window's."""
        if event.key() == Qt.Key.Key_Escape and self.text() != format_number(self.value()):
            self.lineEdit().setText(format_number(self.value()))
            self.selectAll()
            self.value_repeated.emit()
        else:
            super().keyPressEvent(event)

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
        painter.end()  # whoever holds this frame: one that outlives its event crashes Qt

    def _checked(self, value: object) -> float | None:
        try:
            good = self._parameter.check(value, self._owner)
        except ModelError as error:
            self.value_refused.emit(str(error))
            return None
        if good == self.value():
            self.value_repeated.emit()
        return good
