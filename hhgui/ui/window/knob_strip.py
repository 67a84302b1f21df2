"""Show the pinned numbers in a narrow strip, which replaces the side panel in presentations."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from hhgui.model.words import sentence
from hhgui.ui.widgets.field_rows import drop_widget
from hhgui.ui.widgets.labels import unbroken
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.scrub_label import HINT, ScrubLabel

_WIDTH = "0" * 15  # of a number with its buttons


class Knob(QWidget):
    """A second field, with a slider, for the number of a field in a panel.

    A change made here is passed to that field, so that its panel checks, stores and undoes it as
    always.
    """

    def __init__(self, source: NumberField) -> None:
        super().__init__()
        self.source = source
        name = source.spin_box.objectName()
        self.field = NumberField(source.parameter, f"pinned.{name}", owner=source.owner)
        self.field.pin_name = source.pin_name
        self.field.show_slider(True)
        self.field.value_committed.connect(self._commit)
        self._name, self._unit = ScrubLabel("", self.field), QLabel()
        self._unit.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._name.setToolTip(f"<p>{HINT}.</p>")
        heading = QHBoxLayout()
        heading.setSpacing(4)
        heading.addWidget(self._name)
        heading.addWidget(self._unit)
        heading.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        add_layout(column, heading)
        column.addWidget(self.field)
        self.field.unit_changed.connect(self._show_unit)
        self._show_unit()
        self.follow()

    def follow(self) -> None:
        """Show the value of the field in the panel."""
        self.field.set_value_silently(self.source.value)
        self.field.set_default(self.source.default)
        self.field.setEnabled(self.source.isEnabled())
        self.field.path = self.source.path

    def _commit(self, value: float) -> None:
        self.source.spin_box.setValue(value)
        if self.source.value != value:
            self.field.set_value_silently(self.source.value)
            self.field.show_error(self.source.error_label.text())
            self.source.error_label.clear_error()  # beside a field that is out of sight

    def _show_unit(self) -> None:
        parameter, owner = self.field.shown, self.source.owner
        text = f"{parameter.symbol} {owner}" if owner else sentence(parameter.label)
        self._name.setText(text)
        self._unit.setText(unbroken(parameter.unit))


class KnobStrip(QScrollArea):
    """The knobs from top to bottom; they scroll if the window is too low."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("knobs")
        self.setAccessibleName("Pinned numbers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(8, 8, 4, 8)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self.setWidget(inside)
        self._hint = QLabel("Right-click a number of the side panel (Ctrl+B) to pin it here.")
        self._hint.setWordWrap(True)
        self._column.insertWidget(0, self._hint)
        self.knobs: list[Knob] = []
        self._fit_width()

    def show_fields(self, sources: Sequence[NumberField]) -> None:
        """Show a knob for each of these fields; knobs that exist already are kept."""
        known = {knob.source: knob for knob in self.knobs}
        for source, knob in known.items():
            if source not in sources:
                drop_widget(knob)
        self.knobs = [known.get(source) or Knob(source) for source in sources]
        for place, knob in enumerate(self.knobs):
            if self._column.indexOf(knob) != place:
                self._column.insertWidget(place, knob)
            knob.follow()
        self._hint.setVisible(not self.knobs)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_width()

    def _fit_width(self) -> None:
        width = self.fontMetrics().horizontalAdvance(_WIDTH)
        self.setFixedWidth(width + self.verticalScrollBar().sizeHint().width() + 12)
