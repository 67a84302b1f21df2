"""The neuron as fields: which parameter set, its membrane, a row for each of its currents."""

from dataclasses import replace
from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import CURRENT_PARAMETERS, MEMBRANE_PARAMETERS, ModelError, Parameter
from hhgui.ui.number_field import NumberField, chain_tabs

_NAME, _FIELD = "0" * 5, "0" * 16  # as wide as a current's name, a field with its buttons


def caption(parameter: Parameter) -> str:
    """A field's label: name, symbol if it has a short one, unit."""
    text, symbol = parameter.label, parameter.symbol
    if len(symbol) <= 2 and symbol not in text and not (symbol.isascii() and symbol.islower()):
        text += f" {symbol}"
    text = text[:1].upper() + text[1:]
    return f"{text} ({parameter.unit})" if parameter.unit else text


class CalmComboBox(QComboBox):
    """A dropdown that leaves the wheel to the panel around it: scrolling must choose nothing."""

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
    """Rows of a name and two fields, or of a long label and one; their errors below, full width."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(5)
        self._grid.setColumnStretch(0, 1)
        self._set_widths()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_widths()

    def _set_widths(self) -> None:
        for column in (1, 2):
            self._grid.setColumnMinimumWidth(column, self.fontMetrics().horizontalAdvance(_FIELD))

    def add_field(self, label: QWidget, field: NumberField) -> None:
        """One field at the right, its label over the two columns before."""
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, 1, 2)
        self._grid.addWidget(field, row, 2)
        self._grid.addWidget(field.error_label, row + 1, 0, 1, 3)

    def add_header(self, left: Parameter, right: Parameter) -> None:
        """Symbols and units over the two columns of the pairs."""
        row = self._grid.rowCount()
        for column, parameter in ((1, left), (2, right)):
            label = QLabel(f"{parameter.symbol} ({parameter.unit})")
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setToolTip(f"<p>{escape(parameter.help)}</p>")
            self._grid.addWidget(label, row, column)

    def add_pair(self, label: QWidget, left: NumberField, right: NumberField) -> None:
        """Two fields side by side, after a short name or under a long one."""
        row = self._grid.rowCount()
        is_long = label.sizeHint().width() > self.fontMetrics().horizontalAdvance(_NAME)
        self._grid.addWidget(label, row, 0, 1, 3 if is_long else 1)
        row += is_long
        for column, field in ((1, left), (2, right)):
            self._grid.addWidget(field, row, column)
            self._grid.addWidget(field.error_label, row + column, 0, 1, 3)


def label_of(field: NumberField) -> QLabel:
    """The label of a field, with its tooltip."""
    # A word joiner: a label too long for its line breaks before its unit, not within it.
    label = QLabel(caption(field.parameter).replace("/", "/\u2060"))
    label.setWordWrap(True)
    label.setBuddy(field.spin_box)
    label.setToolTip(field.spin_box.toolTip())
    return label


def drop_widget(widget: QWidget) -> None:
    """Delete a child; out of the tree at once, so that no search by objectName finds it."""
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


class MembraneRows(FieldRows):
    """The fields of one membrane, for as long as its currents keep their names.

    ``membrane_changed(Membrane)``: the user changed a number.
    """

    membrane_changed = Signal(object)

    def __init__(self, membrane: Membrane) -> None:
        super().__init__()
        self._membrane = membrane
        self.fields: dict[str, NumberField] = {}
        for parameter in MEMBRANE_PARAMETERS:
            if parameter.key != "q10" and getattr(membrane, parameter.key) is not None:
                field = self._add_field(parameter)
                self.add_field(label_of(field), field)
        self.add_header(*CURRENT_PARAMETERS)
        for current in membrane.currents:
            left, right = (self._add_field(p, current.name) for p in CURRENT_PARAMETERS)
            self.add_pair(_name_label(current), left, right)

    def set_membrane(self, membrane: Membrane, default: Membrane) -> None:
        """Show other values of the same rows. Emits nothing."""
        self._membrane = membrane
        values, defaults = _values_of(membrane), _values_of(default)
        for name, field in self.fields.items():
            field.set_value_silently(values[name])
            field.set_default(defaults.get(name))

    def _add_field(self, parameter: Parameter, current: str = "") -> NumberField:
        name = _field_name(parameter, current)
        field = NumberField(parameter, name, owner=current)
        field.value_committed.connect(lambda value: self._on_edit(parameter, current, value))
        self.fields[name] = field
        return field

    def _on_edit(self, parameter: Parameter, current: str, value: float) -> None:
        changes: dict[str, Any] = {parameter.key: value}
        try:
            if current:
                self._membrane = self._membrane.with_current(current, **changes)
            else:
                self._membrane = replace(self._membrane, **changes)
        except ModelError as error:
            name = _field_name(parameter, current)
            self.fields[name].set_value_silently(_values_of(self._membrane)[name])
            self.fields[name].show_error(str(error))
        else:
            self.membrane_changed.emit(self._membrane)


class NoteView(QTextBrowser):
    """Five lines of text that scroll: all of it can be read, and it pushes nothing away."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model.note")
        self.setAccessibleName("About this parameter set")
        self.setFrameShape(self.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)

    def sizeHint(self) -> QSize:
        return QSize(200, 5 * self.fontMetrics().lineSpacing())


class NeuronPanel(QWidget):
    """Shows a membrane and edits it by replacing it.

    ``model_chosen(id)``: the user picked a set. ``membrane_changed(Membrane)``: edited a number.
    """

    model_chosen = Signal(str)
    membrane_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._membrane: Membrane | None = None
        self._default: Membrane | None = None
        self._rows: MembraneRows | None = None
        self._model = CalmComboBox("model", "Parameter set")
        self._model.currentIndexChanged.connect(self._on_model_picked)
        self._note = NoteView()
        self._reset_all = QPushButton("Reset all to defaults", flat=True)
        self._reset_all.setObjectName("reset.all")
        self._reset_all.setToolTip("Every number back to the parameter set's own")
        self._reset_all.setEnabled(False)
        self._reset_all.clicked.connect(self.reset_all)
        heading = QHBoxLayout()
        heading.addWidget(QLabel("<b>Neuron</b>"), 1)
        heading.addWidget(self._reset_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 8)
        self._column.setSpacing(6)
        self._column.addLayout(heading)
        self._column.addWidget(self._model)
        self._column.addWidget(self._note)

    @property
    def membrane(self) -> Membrane | None:
        """The membrane shown, the user's edits included; None before the first."""
        return self._membrane

    def set_library(self, membranes: list[Membrane]) -> None:
        """The parameter sets to choose from. Emits nothing."""
        with QSignalBlocker(self._model):
            self._model.clear()
            for index, membrane in enumerate(membranes):
                self._model.addItem(membrane.name, membrane.id)
                self._model.setItemData(index, membrane.source, Qt.ItemDataRole.ToolTipRole)
        self._sync_model()

    def set_membrane(self, membrane: Membrane, default: Membrane) -> None:
        """Show ``membrane`` and mark what differs from ``default``. Emits nothing."""
        before, self._membrane, self._default = self._membrane, membrane, default
        if self._rows is None or before is None or _layout_of(before) != _layout_of(membrane):
            self._rows = self._replace_rows(membrane)
        self._rows.set_membrane(membrane, default)
        if before is None or _note_of(before) != _note_of(membrane):
            self._note.setHtml(_note_of(membrane))
        self._sync_model()
        self._reset_all.setEnabled(membrane != default)

    def _sync_model(self) -> None:
        membrane = self._membrane
        with QSignalBlocker(self._model):
            # A set that is not in the library, say from a session, is named without being an item.
            self._model.setPlaceholderText(membrane.name if membrane else "")
            self._model.setCurrentIndex(self._model.findData(membrane.id) if membrane else -1)
        self._model.setToolTip(membrane.source if membrane else "")

    def _replace_rows(self, membrane: Membrane) -> MembraneRows:
        if self._rows is not None:
            drop_widget(self._rows)
        rows = MembraneRows(membrane)
        rows.membrane_changed.connect(self._take)
        self._column.addWidget(rows)
        chain_tabs(self._note, rows.fields.values())
        return rows

    def _take(self, membrane: Membrane) -> None:
        self.set_membrane(membrane, self._default or membrane)
        self.membrane_changed.emit(membrane)

    def reset_all(self) -> None:
        """Every number back to the default's, as one edit."""
        if self._default is not None:
            self._take(self._default)

    def _on_model_picked(self, index: int) -> None:
        if index >= 0:
            self.model_chosen.emit(self._model.itemData(index))


def _layout_of(membrane: Membrane) -> tuple[object, bool]:
    return membrane.structure, membrane.temperature is None


def _field_name(parameter: Parameter, current: str) -> str:
    return f"{parameter.key}.{current}" if current else f"membrane.{parameter.key}"


def _values_of(membrane: Membrane) -> dict[str, float]:
    """Every number the panel can show, by the name of its field."""
    values = {_field_name(p, ""): getattr(membrane, p.key) for p in MEMBRANE_PARAMETERS}
    for current in membrane.currents:
        for p in CURRENT_PARAMETERS:
            values[_field_name(p, current.name)] = getattr(current, p.key)
    return values


def _name_label(current: Current) -> QLabel:
    label = QLabel(current.name)
    powers = "".join(f"·{g.name}<sup>{g.power}</sup>" for g in current.gates)
    label.setToolTip(f"<p>I<sub>{current.name}</sub> = ḡ{powers}·(V − E)</p>")
    return label


def _note_of(membrane: Membrane) -> str:
    paragraph = '<p style="margin: 0 6px 4px 0">'  # clear of the scroll bar
    return f"{paragraph}{escape(membrane.notes)}</p>{paragraph}<i>{escape(membrane.source)}</i></p>"
