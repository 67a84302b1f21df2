"""Edit one component of the stimulus, and choose its kind."""

from dataclasses import replace
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.command import COMMAND_KINDS, described
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.edit import path_of
from hhgui.model.stimulus.stimulus import KINDS
from hhgui.model.stimulus.waveforms import Samples
from hhgui.ui.widgets.field_rows import CalmComboBox, FieldRows, label_of
from hhgui.ui.widgets.number_field import NumberField

NO_KIND = "none"


class ComponentRows(FieldRows):
    """The fields of one component; which they are depends on its kind.

    ``component_changed(Component)``: Emitted with the component when the user has changed a number.
    """

    component_changed = Signal(object)

    def __init__(self, component: Component, clamps: bool = False) -> None:
        """Create the rows. clamps: Whether the component is one of a command, in mV."""
        super().__init__()
        self._component, self.clamps = component, clamps
        self.fields: dict[str, NumberField] = {}
        for parameter in map(described, component.parameters) if clamps else component.parameters:
            field = NumberField(parameter, f"stimulus.{parameter.key}")
            field.pin_name = field.spin_box.objectName()
            field.set_value_silently(getattr(component, parameter.key))
            field.value_committed.connect(lambda v, key=parameter.key: self._on_edit(key, v))
            self.add_field(label_of(field), field)
            self.fields[parameter.key] = field

    @property
    def component(self) -> Component:
        return self._component

    def set_component(self, component: Component) -> None:
        """Show other numbers of the same kind, without emitting a signal."""
        self._component = component
        for key, field in self.fields.items():
            field.set_value_silently(getattr(component, key))

    def set_place(self, place: int) -> None:
        """Set the index of the component in the stimulus, from 0, on which paths depend.

        A number of a command has no path: it can't be varied.
        """
        for key, field in self.fields.items():
            field.path = "" if self.clamps else path_of(place, key)

    def _on_edit(self, key: str, value: float) -> None:
        changes: dict[str, Any] = {key: value}
        try:
            component = replace(self._component, **changes)  # type: ignore[type-var]
        except ModelError as error:
            # Beside the field that was edited, whichever of the two the rule names.
            self.fields[key].set_value_silently(getattr(self._component, key))
            self.fields[key].show_error(str(error))
        else:
            self._component = component
            self.component_changed.emit(component)


def kind_title(kind: str) -> str:
    """Return the title of a kind in the list of kinds."""
    more = "…" if kind == Samples.kind else ""  # it asks for a file first
    return KINDS[kind].label + more


def kind_help(kind: str) -> str:
    """Return a sentence that describes a kind."""
    return (KINDS[kind].__doc__ or "").partition("\n")[0]


def offer_kinds(box: QComboBox, clamps: bool) -> None:
    """Disable the kinds in a list that a command voltage can't have, if ``clamps``."""
    model = cast(QStandardItemModel, box.model())
    for row in range(1, box.count()):
        model.item(row).setEnabled(not clamps or box.itemData(row) in COMMAND_KINDS)


def make_kind_box() -> CalmComboBox:
    """Return a list of all kinds, of which the first is "None"."""
    box = CalmComboBox("stimulus.kind", "Stimulus kind")
    box.addItem("None", NO_KIND)
    for kind in KINDS:
        box.addItem(kind_title(kind), kind)
        box.setItemData(box.count() - 1, kind_help(kind), Qt.ItemDataRole.ToolTipRole)
    return box
