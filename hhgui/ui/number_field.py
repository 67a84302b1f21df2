"""The field of one number, generated from its Parameter: spin box, error beside it, way back.

Any text may be typed. What is not a number or out of range is answered beside the field, and the
last good value stays the truth.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from html import escape

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.theme import current_theme

ERROR_SHOWN_MS = 6000
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

    def _checked(self, value: object) -> float | None:
        try:
            good = self._parameter.check(value, self._owner)
        except ModelError as error:
            self.value_refused.emit(str(error))
            return None
        if good == self.value():
            self.value_repeated.emit()
        return good


class ErrorLabel(QLabel):
    """What is wrong, in red, until it is cleared or some seconds have passed."""

    cleared = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setObjectName(f"error.{name}")
        self.hide()
        self._timer = QTimer(self, singleShot=True, interval=ERROR_SHOWN_MS)
        self._timer.timeout.connect(self.clear_error)

    def show_error(self, text: str) -> None:
        colors = self.palette()
        colors.setColor(QPalette.ColorRole.WindowText, QColor(current_theme().error))
        self.setPalette(colors)
        self.setText(text)
        self.show()
        self._timer.start()
        QTimer.singleShot(0, self, self._come_into_view)  # after the layout made room for it

    def clear_error(self) -> None:
        self._timer.stop()
        self.hide()
        self.clear()
        self.cleared.emit()

    def _come_into_view(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self, 0, 4)


class NumberField(QWidget):
    """A parameter's spin box with its error message, changed-marker and reset button.

    ``value_committed(float)``: another good value was given. ``value_refused(str)``: why one was
    not taken. ``error_label`` stands under the field unless a panel moves it to a wider place.
    """

    value_committed = Signal(float)
    value_refused = Signal(str)

    def __init__(
        self, parameter: Parameter, name: str, *, owner: str = "", unit: str | None = None
    ) -> None:
        super().__init__()
        self.parameter = parameter
        self._default: float | None = None
        self._unit = parameter.unit if unit is None else unit
        self.spin_box = ParameterSpinBox(parameter, owner)
        self._title = f"{owner} {parameter.label}".strip()
        self._name_spin_box(name)
        self._marker = QLabel("•")
        self.reset_button = self._make_reset_button(name)
        self.error_label = ErrorLabel(name)
        self.error_label.cleared.connect(lambda: self.spin_box.set_refused(False))
        self._lay_out()
        self.spin_box.valueChanged.connect(self._on_value_changed)
        self.spin_box.value_repeated.connect(self.error_label.clear_error)
        self.spin_box.value_refused.connect(self.show_error)
        self.spin_box.value_refused.connect(self.value_refused)
        self.set_default(None)

    def _name_spin_box(self, name: str) -> None:
        box, parameter = self.spin_box, self.parameter
        box.setObjectName(name)
        box.setAccessibleName(f"{self._title} ({self._unit})" if self._unit else self._title)
        box.setAccessibleDescription(parameter.help)
        # Rich text, because Qt wraps no other tooltip.
        paragraphs = (parameter.help, f"Allowed: {parameter.allowed}.")
        box.setToolTip("".join(f"<p>{escape(text)}</p>" for text in paragraphs))
        self.setFocusProxy(box)

    def _make_reset_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setText("↺")
        button.setAutoRaise(True)
        button.setObjectName(f"reset.{name}")
        button.clicked.connect(self._on_reset_clicked)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(1)
        row.addWidget(self.spin_box, 1)
        row.addWidget(self._marker)
        row.addWidget(self.reset_button)
        self._marker.setForegroundRole(QPalette.ColorRole.Accent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.error_label)

    @property
    def value(self) -> float:
        return self.spin_box.value()

    def set_value_silently(self, value: float) -> None:
        """Show the model's value; emits nothing. A text being typed stays if the value is old."""
        if value == self.value:
            return
        with QSignalBlocker(self.spin_box):
            self.spin_box.setValue(value)
        self.error_label.clear_error()
        self._mark_change()

    def set_default(self, default: float | None) -> None:
        """The value to mark differences from and to go back to, or None for no marking."""
        self._default = default
        if default is not None:
            text = f"{format_number(default)} {self._unit}".strip()
            self.reset_button.setAccessibleName(f"Reset {self._title} to {text}")
            self.reset_button.setToolTip(f"Back to {text}")
        self._mark_change()

    def show_error(self, text: str) -> None:
        """Say beside the field what is wrong with it, for some seconds."""
        self.error_label.show_error(text)
        self.spin_box.set_refused(True)

    def _on_value_changed(self, value: float) -> None:
        self.error_label.clear_error()
        self._mark_change()
        self.value_committed.emit(value)

    def _on_reset_clicked(self) -> None:
        if self._default is not None:
            self.spin_box.setFocus()  # the button vanishes; the keyboard must not lose its place
            self.spin_box.setValue(self._default)

    def _mark_change(self) -> None:
        changed = self._default is not None and self._default != self.value
        for each in (self._marker, self.reset_button):
            policy = each.sizePolicy()
            # A marker that comes or goes must move nothing; without a default there is none.
            policy.setRetainSizeWhenHidden(self._default is not None)
            each.setSizePolicy(policy)
            each.setVisible(changed)


def chain_tabs(before: QWidget, fields: Iterable[NumberField]) -> QWidget:
    """Let the Tab key go from ``before`` through ``fields``; returns where it goes on from."""
    for field in fields:
        QWidget.setTabOrder(before, field.spin_box)
        QWidget.setTabOrder(field.spin_box, field.reset_button)
        before = field.reset_button
    return before
