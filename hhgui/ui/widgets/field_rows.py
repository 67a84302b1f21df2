"""Lay out the rows of fields in side panels, and provide the small widgets that they need."""

from collections.abc import Callable, Iterable, Mapping
from html import escape

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from hhgui.model.parameter import Parameter
from hhgui.model.words import sentence
from hhgui.ui.widgets.labels import unbroken
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.scrub_label import HINT, ScrubLabel

# The numbers that may have a slider.
SLIDING = ("conductance", "reversal", "amplitude")
_NAME, _FIELD = "0" * 5, "0" * 16  # as wide as a current's name, a field with its buttons


def caption(parameter: Parameter) -> str:
    """Return the text of a field's label: its name, its symbol if that is short, and its unit."""
    text, symbol = parameter.label, parameter.symbol
    if len(symbol) <= 2 and symbol not in text and not (symbol.isascii() and symbol.islower()):
        text += f" {symbol}"
    text = sentence(text)
    return f"{text} ({parameter.unit})" if parameter.unit else text


class CalmComboBox(QComboBox):
    """A combo box that ignores the wheel, so that scrolling a panel never changes a choice."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        # A long name must not widen the panel.
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class FieldRows(QWidget):
    """Rows of a grid: in each a short name and one or two fields, or a long label and one field."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(5)
        self._grid.setColumnStretch(0, 1)
        self._row = 0
        self._sliders = False
        self._set_widths()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_widths()

    def _set_widths(self) -> None:
        for column in (1, 2):
            self._grid.setColumnMinimumWidth(column, self.fontMetrics().horizontalAdvance(_FIELD))

    def set_sliders(self, shown: bool) -> None:
        """Show or hide a slider under each number that can have one."""
        self._sliders = shown
        self._show_sliders(*self.findChildren(NumberField))

    def add_row(self, label: QWidget, cells: Mapping[int, QWidget], span: int = 1) -> None:
        """Add a row of a label and other widgets.

        cells: the widgets by the number of their column. span: how many columns the label covers.
        """
        row = self._take_rows(1)
        self._grid.addWidget(label, row, 0, 1, span)
        for column, field in cells.items():
            self._grid.addWidget(field, row, column)

    def add_field(self, label: QWidget, field: NumberField) -> None:
        """Add a row with one field in the right column; its label covers the columns before it."""
        self._show_sliders(field)
        self.add_row(label, {2: field}, span=2)

    def add_widget(self, widget: QWidget) -> None:
        """Add a row of one widget."""
        self._grid.addWidget(widget, self._take_rows(1), 0, 1, 3)

    def add_header(self, left: Parameter, right: Parameter) -> None:
        """Add symbols and units above the two columns of fields that ``add_pair`` fills."""
        row = self._take_rows(1)
        for column, parameter in ((1, left), (2, right)):
            label = QLabel(f"{parameter.symbol} ({parameter.unit})")
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setToolTip(f"<p>{escape(parameter.help)}</p>")
            self._grid.addWidget(label, row, column)

    def add_pair(self, label: QWidget, left: NumberField, right: NumberField) -> None:
        """Add two fields side by side, after a short name or below a long one."""
        self._show_sliders(left, right)
        is_long = label.sizeHint().width() > self.fontMetrics().horizontalAdvance(_NAME)
        if is_long:
            self._grid.addWidget(label, self._take_rows(1), 0, 1, 3)
            label = QLabel()
        self.add_row(label, {1: left, 2: right})

    def empty(self, keep: Iterable[NumberField]) -> None:
        """Remove all widgets from the rows, and delete them except the fields in ``keep``."""
        kept = set(keep)
        self._row = 0
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in kept:
                drop_widget(widget)

    def _show_sliders(self, *fields: NumberField) -> None:
        for field in fields:
            if field.parameter.key in SLIDING:
                field.show_slider(self._sliders)

    def _take_rows(self, number: int) -> int:
        """Reserve ``number`` consecutive free rows and return the index of the first.

        QGridLayout's own count of rows is not used, because it never becomes smaller.
        """
        self._row += number
        return self._row - number


def label_of(field: NumberField) -> QLabel:
    """Return a new label for a field with the field's tooltip; dragging it changes the number."""
    label = ScrubLabel("", field)
    label.setWordWrap(True)
    label.setBuddy(field.spin_box)
    keep_named(label, field, lambda shown: unbroken(caption(shown)), f"<p>{HINT}.</p>")
    return label


def keep_named(
    label: QLabel, field: NumberField, text: Callable[[Parameter], str], more: str = ""
) -> None:
    """Give a field's label its text and tooltip, now and whenever the unit changes.

    text: makes the text from the Parameter that the field shows. more: is added to the tooltip.
    """
    _Naming(label, field, text, more)


class _Naming(QObject):
    """Keeps the label of a field named after the Parameter that the field shows."""

    def __init__(
        self, label: QLabel, field: NumberField, text: Callable[[Parameter], str], more: str
    ) -> None:
        super().__init__(label)
        self._label, self._field, self._text, self._more = label, field, text, more
        field.unit_changed.connect(self._name)
        self._name()

    @Slot()
    def _name(self) -> None:
        self._label.setText(self._text(self._field.shown))
        self._label.setToolTip(self._field.spin_box.toolTip() + self._more)


def drop_widget(widget: QWidget) -> None:
    """Delete a child widget, and remove it from its parent at once.

    A search by objectName then no longer finds it.
    """
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
