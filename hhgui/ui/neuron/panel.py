"""Edit the neuron: its parameter set, its membrane and one row for each current."""

from dataclasses import replace
from html import escape
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyleOptionComboBox,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.edit import named_after
from hhgui.model.library import section_of, use_of
from hhgui.model.membrane import MEMBRANE_PARAMETERS, Current, Membrane
from hhgui.model.parameter import CURRENT_PARAMETERS, ModelError, Parameter
from hhgui.ui.widgets.currents import per_area_remark, shown_currents
from hhgui.ui.widgets.field_rows import CalmComboBox, FieldRows, label_of
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField, chain_tabs
from hhgui.ui.widgets.scrub_label import HINT, ScrubLabel

# 1 µA/cm² is 10 pA on it.
FIRST_AREA_UM2 = 1000.0
_NOT_SHOWN = ("q10", "reference_temperature")


class MembraneRows(FieldRows):
    """The fields of one membrane.

    ``membrane_changed(Membrane)``: Emitted with the membrane when the user has changed a number.
    ``area_requested()``: Emitted to give an area to a membrane that has none.
    """

    membrane_changed = Signal(object)
    area_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._default: Membrane | None = None
        self.fields: dict[str, NumberField] = {}

    def set_membrane(self, membrane: Membrane, default: Membrane) -> None:
        """Show a membrane, and mark what differs from ``default``; emit no signal."""
        before, self._membrane, self._default = self._membrane, membrane, default
        if before is None or _layout_of(before) != _layout_of(membrane):
            self._fill(membrane)
        values, defaults = _values_of(membrane), _values_of(default)
        for name, field in self.fields.items():
            field.set_value_silently(values[name])
            field.set_default(defaults.get(name))

    def _fill(self, membrane: Membrane) -> None:
        """Make the fields for a membrane of another structure.

        Fields that both have are used again, since creating one takes 1 ms.
        """
        alone = [p for p in MEMBRANE_PARAMETERS
                 if p.key not in _NOT_SHOWN and getattr(membrane, p.key) is not None]  # fmt: skip
        pairs = [(p, c.name) for c in membrane.currents for p in CURRENT_PARAMETERS]
        before = self.fields
        self.fields = {}
        for parameter, current in [(p, "") for p in alone] + pairs:
            name = _field_name(parameter, current)
            self.fields[name] = before.get(name) or self._make_field(parameter, current)
        self.empty(keep=self.fields.values())
        for field in self.fields.values():
            field.error_label.clear_error()
        for parameter in alone:
            field = self.fields[_field_name(parameter, "")]
            self.add_field(label_of(field), field)
        if membrane.area is None:
            self.add_widget(self._area_button())
        self.add_header(*CURRENT_PARAMETERS)
        for each in membrane.currents:
            left, right = (self.fields[_field_name(p, each.name)] for p in CURRENT_PARAMETERS)
            self.add_pair(_name_label(each, left, right), left, right)

    def _area_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("membrane.area.add")
        button.setText("+ Membrane area")
        button.setToolTip(
            "<p>Give the cell an area: currents can then be shown in pA or nA (View, Preferences), "
            "and files with absolute currents be read.</p>"
        )
        button.setAutoRaise(True)
        button.clicked.connect(self.area_requested)
        return button

    def _make_field(self, parameter: Parameter, current: str) -> NumberField:
        name, path = _field_name(parameter, current), f"{current or 'membrane'}.{parameter.key}"
        field = NumberField(parameter, name, owner=current, path=path)
        field.value_committed.connect(lambda value: self._on_edit(parameter, current, value))
        return field

    def _on_edit(self, parameter: Parameter, current: str, value: float) -> None:
        changes: dict[str, Any] = {parameter.key: value}
        membrane, default = self._membrane, self._default
        assert membrane is not None
        assert default is not None
        try:
            if current:
                membrane = membrane.with_current(current, **changes)
            else:
                membrane = replace(membrane, **changes)
        except ModelError as error:
            name = _field_name(parameter, current)
            self.fields[name].set_value_silently(_values_of(membrane)[name])
            self.fields[name].show_error(str(error))
        else:
            self._membrane = named_after(membrane, default)
            self.membrane_changed.emit(self._membrane)


class NoteView(QTextBrowser):
    """A text in five lines that scroll, so that a long text moves nothing else."""

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


class ModelChooser(CalmComboBox):
    """A list of parameter sets; closed, it shows the name of the present neuron.

    That name may end with ", changed"; the list has the names of the sets.
    """

    def __init__(self) -> None:
        super().__init__("model", "Parameter set")

    def set_shown_name(self, name: str) -> None:
        """Show this name, also of a set that is not in the list, as of a session."""
        self.setPlaceholderText(name)
        self.setAccessibleDescription(name)
        self.update()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # noqa: N802
        super().initStyleOption(option)
        option.currentText = self.placeholderText()


class NeuronPanel(QWidget):
    """Shows a membrane and edits its numbers.

    ``model_chosen(id)``: Emitted with the id of the parameter set that the user has chosen.
    ``membrane_changed(Membrane)``: Emitted with the membrane when the user has changed a number.
    """

    model_chosen = Signal(str)
    membrane_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._membrane: Membrane | None = None
        self._default: Membrane | None = None
        self._rows = MembraneRows()
        self._rows.membrane_changed.connect(self._note_edit)
        self._rows.membrane_changed.connect(self.membrane_changed)
        self._rows.area_requested.connect(self._add_area)
        self._model = ModelChooser()
        self._model.currentIndexChanged.connect(self._on_model_picked)
        self._note = NoteView()
        shown_currents().changed.connect(self._show_note)
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
        add_layout(self._column, heading)
        self._column.addWidget(self._model)
        self._column.addWidget(self._note)
        self._column.addWidget(self._rows)

    @property
    def membrane(self) -> Membrane | None:
        """Return the membrane with the user's edits, None if none has been set yet."""
        return self._membrane

    @property
    def default(self) -> Membrane | None:
        """Return the parameter set without edits, None if none has been set yet."""
        return self._default

    def set_sliders(self, shown: bool) -> None:
        """Show or hide a slider under each conductance and reversal potential."""
        self._rows.set_sliders(shown)

    def set_library(self, membranes: list[Membrane]) -> None:
        """Set the parameter sets to choose from, without emitting a signal."""
        with QSignalBlocker(self._model):
            self._model.clear()
            section = ""
            for membrane in membranes:
                if section_of(membrane.id) != section:
                    section = section_of(membrane.id)
                    self._add_heading(section)
                self._model.addItem(membrane.name, membrane.id)
                tip = use_of(membrane.id) or membrane.source
                last = self._model.count() - 1
                self._model.setItemData(last, tip, Qt.ItemDataRole.ToolTipRole)
        self._sync_model()

    def set_membrane(self, membrane: Membrane, default: Membrane) -> None:
        """Show ``membrane``, and mark what differs from ``default``; emit no signal."""
        before, self._membrane, self._default = self._membrane, membrane, default
        fields = self._rows.fields
        self._rows.set_membrane(membrane, default)
        if self._rows.fields is not fields:
            chain_tabs(self._note, self._rows.fields.values())
        if before is None or _note_of(before) != _note_of(membrane):
            self._show_note()
        self._sync_model()
        self._reset_all.setEnabled(membrane != default)

    @Slot()
    def _show_note(self) -> None:
        """Show the note on the parameter set, with the conversion to the unit of currents shown."""
        if self._membrane is not None:
            self._note.setHtml(_note_of(self._membrane))

    def _add_heading(self, title: str) -> None:
        """Add the title of a section to the list of sets; it cannot be chosen."""
        self._model.addItem(title)
        items = self._model.model()
        assert isinstance(items, QStandardItemModel)
        items.item(items.rowCount() - 1).setEnabled(False)

    def _sync_model(self) -> None:
        """Select the present parameter set in the list, without emitting a signal."""
        membrane = self._membrane
        with QSignalBlocker(self._model):
            self._model.set_shown_name(membrane.name if membrane else "")
            self._model.setCurrentIndex(self._model.findData(membrane.id) if membrane else -1)
        self._model.setToolTip(membrane.source if membrane else "")

    def _note_edit(self, membrane: Membrane) -> None:
        """Take an edit that the rows show already, and emit ``membrane_changed``."""
        self._membrane = membrane
        self._model.set_shown_name(membrane.name)
        self._reset_all.setEnabled(membrane != self._default)

    def reset_all(self) -> None:
        """Reset every number to that of the parameter set, as one edit."""
        if self._default is not None:
            self.set_membrane(self._default, self._default)
            self.membrane_changed.emit(self._default)

    def _add_area(self) -> None:
        """Give the membrane an area, which can then be edited."""
        if self._membrane is not None and self._default is not None:
            sized = named_after(replace(self._membrane, area=FIRST_AREA_UM2), self._default)
            self.set_membrane(sized, self._default)
            self.membrane_changed.emit(sized)

    def _on_model_picked(self, index: int) -> None:
        if index >= 0:
            self.model_chosen.emit(self._model.itemData(index))


def _layout_of(membrane: Membrane) -> tuple[object, ...]:
    """Return what decides which fields there are; they are made again if it changes."""
    return membrane.structure, membrane.temperature is None, membrane.area is None


def _field_name(parameter: Parameter, current: str) -> str:
    return f"{parameter.key}.{current}" if current else f"membrane.{parameter.key}"


def _values_of(membrane: Membrane) -> dict[str, float]:
    """Return every number that the panel shows, by the name of its field."""
    values = {_field_name(p, ""): getattr(membrane, p.key) for p in MEMBRANE_PARAMETERS}
    for current in membrane.currents:
        for p in CURRENT_PARAMETERS:
            values[_field_name(p, current.name)] = getattr(current, p.key)
    return values


def _name_label(current: Current, conductance: NumberField, reversal: NumberField) -> QLabel:
    """Return a label with the name of a current.

    Dragging it changes the conductance, with Alt the reversal potential.
    """
    label = ScrubLabel(current.name, conductance, reversal)
    powers = "".join(f"·{g.name}<sup>{g.power}</sup>" for g in current.gates)
    equation = f"<p>I<sub>{current.name}</sub> = ḡ{powers}·(V − E)</p>"
    label.setToolTip(f"{equation}<p>{HINT}, Alt for E.</p>")
    return label


def _note_of(membrane: Membrane) -> str:
    paragraph = '<p style="margin: 0 6px 4px 0">'  # leaves room for the scroll bar
    remark = per_area_remark(membrane.notes)
    texts = escape(membrane.notes), escape(remark), f"<i>{escape(membrane.source)}</i>"
    return "".join(f"{paragraph}{text}</p>" for text in texts if text)
