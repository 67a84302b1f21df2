"""Provide the field of one number, made from its Parameter, with error message and reset button.

Any text can be typed. If it is not a number, or out of range, a message says so and the field keeps
its last valid value.
"""

from collections.abc import Iterable
from functools import partial
from html import escape

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.current_unit import CHARGE_TEXT, DENSITY_TEXT
from hhgui.model.parameter import Parameter
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.error_label import ErrorLabel
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.parameter_spin_box import ParameterSpinBox, format_number
from hhgui.ui.widgets.pins import pins
from hhgui.ui.widgets.value_slider import ValueSlider
from hhgui.ui.widgets.vary import vary_requests


class NumberField(QWidget):
    """A spin box for a parameter, with a mark if it was changed, a reset button and a message.

    ``value_committed(float)``: Emitted with a valid value that differs from the one before.
    ``value_refused(str)``: Emitted with the reason when an entry is invalid. ``unit_changed()``:
    Emitted when ``shown``, the parameter as the field shows it, has another unit. error_label: the
    balloon for messages. path: that of the number in the neuron or stimulus, for the menu entry
    that varies it; "" for any other number. pin_name: the name under which the menu entry pins it;
    "" for a number that cannot be pinned.
    """

    value_committed = Signal(float)
    value_refused = Signal(str)
    unit_changed = Signal()

    def __init__(
        self, parameter: Parameter, name: str, *, owner: str = "", unit: str | None = None,
        path: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self.parameter = parameter
        self._default: float | None = None
        self._slider: ValueSlider | None = None
        self._words = unit  # in place of the parameter's unit
        self.path = path
        self.pin_name = name if path else ""
        self.spin_box = ParameterSpinBox(parameter, owner)
        self.spin_box.menu_requested.connect(self._fill_menu)
        self._title = f"{owner} {parameter.label}".strip()
        self._name_spin_box(name)
        self._marker = QLabel("•")
        self.reset_button = self._make_reset_button(name)
        self.error_label = ErrorLabel(name, self.spin_box)
        self.error_label.cleared.connect(lambda: self.spin_box.set_refused(False))
        self._lay_out()
        self.spin_box.valueChanged.connect(self._on_value_changed)
        self.spin_box.value_repeated.connect(self.error_label.clear_error)
        self.spin_box.value_refused.connect(self.show_error)
        self.spin_box.value_refused.connect(self.value_refused)
        self.set_default(None)
        if DENSITY_TEXT in parameter.unit or CHARGE_TEXT in parameter.unit:
            shown_currents().changed.connect(self._show_unit)
            self._show_unit()

    @property
    def shown(self) -> Parameter:
        """Return the parameter as the field shows it.

        A current may be shown as that of a whole cell.
        """
        return self.spin_box.shown

    @property
    def owner(self) -> str:
        """Return the name of the ionic current to which the number belongs, or ""."""
        return self.spin_box.owner

    @property
    def default(self) -> float | None:
        """Return the value that the reset button restores, or None if there is none."""
        return self._default

    @property
    def _unit(self) -> str:
        return self.shown.unit if self._words is None else self._words

    @Slot()
    def _show_unit(self) -> None:
        """Show the number in the unit in which the window now shows currents."""
        self.spin_box.show_in(shown_currents().unit)
        self._name_spin_box(self.spin_box.objectName())
        self.set_default(self._default)
        self._set_slider()
        self.unit_changed.emit()

    def _name_spin_box(self, name: str) -> None:
        box, parameter = self.spin_box, self.shown
        named(box, name, f"{self._title} ({self._unit})" if self._unit else self._title)
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
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        add_layout(column, row)

    def _fill_menu(self, menu: QMenu) -> None:
        """Put the field's own entries at the beginning of its context menu."""
        entries = self.entries(menu)
        if entries:
            menu.insertActions(menu.insertSeparator(menu.actions()[0]), entries)

    def entries(self, menu: QMenu) -> list[QAction]:
        """Return the menu entries that pin or vary the number of this field."""
        pin = [self._pin_entry(menu)] if self.pin_name else []
        return [*pin, self._vary_entry(menu)] if self.path else pin

    def _pin_entry(self, menu: QMenu) -> QAction:
        pinned = pins().is_pinned(self.pin_name)
        entry = QAction(f"{'Unpin' if pinned else 'Pin'} {self._title}", menu)
        entry.setObjectName(f"pin.{self.pin_name}")
        entry.setToolTip("Pinned numbers stay in sight in presentation mode")
        entry.triggered.connect(partial(pins().pin, self.pin_name, not pinned))
        return entry

    def _vary_entry(self, menu: QMenu) -> QAction:
        entry = QAction(f"Vary {self._title}…", menu)
        entry.setObjectName("field.vary")
        entry.setToolTip("A family of runs over this number, and measures against it")
        entry.triggered.connect(self.vary)
        return entry

    @Slot()
    def vary(self) -> None:
        """Ask the Measure tab for a series of measurements that vary this number."""
        vary_requests().requested.emit(self.path, self.value, self.parameter)

    def show_slider(self, shown: bool) -> None:
        """Show or hide a slider under the number."""
        if self._slider is None:
            if not shown:
                return
            name, title = self.spin_box.objectName(), self.spin_box.accessibleName()
            self._slider = ValueSlider(self.shown, name, f"Slider of {title}")
            self._slider.value_chosen.connect(self._on_slid)
            self._column.insertWidget(1, self._slider)
            self._set_slider()
        self._slider.setVisible(shown)

    def _set_slider(self) -> None:
        """Set the range and position of the slider, in the unit that is shown."""
        if self._slider is not None:
            about = self.value if self._default is None else self._default
            box = self.spin_box
            self._slider.set_about(box.shown, box.as_shown(about), box.as_shown(self.value))

    def _on_slid(self, shown: float) -> None:
        self.spin_box.setValue(self.spin_box.scaled(shown))

    @property
    def value(self) -> float:
        return self.spin_box.value()

    def set_value_silently(self, value: float) -> None:
        """Show a value without emitting a signal.

        A text that the user is typing stays if the value has not changed.
        """
        if value == self.value:
            return
        with QSignalBlocker(self.spin_box):
            self.spin_box.setValue(value)
        self.error_label.clear_error()
        self._mark_change()

    def set_default(self, default: float | None) -> None:
        """Set the value that the reset button restores; None hides button and change mark."""
        before, self._default = self._default, default
        if default is not None:
            shown = format_number(self.spin_box.as_shown(default))
            text = f"{shown} {self._unit}".strip()
            self.reset_button.setAccessibleName(f"Reset {self._title} to {text}")
            self.reset_button.setToolTip(f"Back to {text}")
            if default != before:
                self._set_slider()
        self._mark_change()

    def show_error(self, text: str) -> None:
        """Show an error message beside the field for a few seconds."""
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
        """Show the change mark and the reset button if the value differs from the default."""
        if self._slider is not None:
            self._slider.show_value(self.spin_box.as_shown(self.value))
        changed = self._default is not None and self._default != self.value
        for each in (self._marker, self.reset_button):
            policy = each.sizePolicy()
            # A marker that comes or goes must move nothing; without a default there is none.
            policy.setRetainSizeWhenHidden(self._default is not None)
            each.setSizePolicy(policy)
            each.setVisible(changed)


def fit_fields(fields: Iterable[NumberField], digits: int) -> None:
    """Make fields wide enough for so many digits in their font, buttons included."""
    for field in fields:
        field.setFixedWidth(field.fontMetrics().horizontalAdvance("0" * digits))


def chain_tabs(before: QWidget, fields: Iterable[NumberField]) -> QWidget:
    """Make the Tab key go from ``before`` through ``fields``; return the last of them."""
    for field in fields:
        QWidget.setTabOrder(before, field.spin_box)
        QWidget.setTabOrder(field.spin_box, field.reset_button)
        before = field.reset_button
    return before
