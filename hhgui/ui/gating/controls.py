"""Choose what the gating plots show: gates, comparison set, thermal rates and axes.

The comparison set is a second neuron whose curves are drawn beside those of the present one; the
thermal rates are potassium's as pure exponentials (``analysis.gating.THERMAL_N``).
"""

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from hhgui.model.membrane import Membrane
from hhgui.ui.widgets.field_rows import CalmComboBox, drop_widget
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.line_sample import SIZE, line_sample

_NOTHING = "nothing"
_ROW_CHARACTERS = 38  # of the check boxes of one row, their samples included


class GateChecks(QWidget):
    """A check box with a line sample for each gate.

    ``hidden_changed()``: Emitted when the user has clicked a check box. A gate that is hidden stays
    hidden if another neuron has a gate of the same name.
    """

    hidden_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._boxes: dict[str, QCheckBox] = {}
        self._pens: dict[str, QPen] = {}
        self._hidden: set[str] = set()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)

    @property
    def hidden(self) -> frozenset[str]:
        """Return the names of the hidden gates."""
        return frozenset(self._hidden)

    def set_gates(self, pens: dict[str, QPen]) -> None:
        """Create a check box for each gate, given its pen by name; emit no signal."""
        if list(pens) != list(self._boxes):
            for box in self._boxes.values():
                drop_widget(box)
            self._boxes = {name: self._make_box(name) for name in pens}
            self._place()
        elif pens == self._pens:
            return
        self._pens = pens
        for name, pen in pens.items():
            self._boxes[name].setIcon(line_sample(pen))

    def _make_box(self, name: str) -> QCheckBox:
        box = named(QCheckBox(name), f"gating.show.{name}", f"Show gate {name}")
        box.setIconSize(SIZE)
        box.setChecked(name not in self._hidden)
        box.toggled.connect(lambda on: self._on_toggled(name, on))
        return box

    def _place(self) -> None:
        longest = max((len(name) for name in self._boxes), default=1)
        columns = max(_ROW_CHARACTERS // (longest + 9), 1)
        for place, box in enumerate(self._boxes.values()):
            self._grid.addWidget(box, place // columns, place % columns)

    def _on_toggled(self, name: str, on: bool) -> None:
        (self._hidden.discard if on else self._hidden.add)(name)
        self.hidden_changed.emit()


class GatingControls(QWidget):
    """The controls that choose what the plots show.

    ``shown_changed()``: Emitted when gates, comparison or thermal rates have been chosen.
    ``logarithmic_changed(bool)``: Emitted with whether the axes of rates are logarithmic.
    """

    shown_changed = Signal()
    logarithmic_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._library: dict[str, Membrane] = {}
        self._compared: Membrane | None = None
        self.gates = GateChecks()
        self.gates.hidden_changed.connect(self.shown_changed)
        self._compare = CalmComboBox("gating.compare", "Compare with another parameter set")
        self._thermal = QCheckBox("Thermal K rates")
        self._logarithmic = QCheckBox("Logarithmic α and β")
        self._logarithmic.setChecked(True)
        self._name_widgets()
        self._lay_out()
        self.set_library(())
        self._compare.activated.connect(self._on_picked)
        self._thermal.toggled.connect(self.shown_changed)
        self._logarithmic.toggled.connect(self.logarithmic_changed)

    def _name_widgets(self) -> None:
        self._thermal.setObjectName("gating.thermal")
        self._thermal.setIconSize(SIZE)
        self._thermal.setAccessibleName("Draw potassium's rates in thermal form")
        self._thermal.setToolTip(
            "<p>α<sub>n</sub> = 0.82 e<sup>0.04 V</sup>, β<sub>n</sub> = 0.056 "
            "e<sup>−0.0125 V</sup> (per ms, V in mV), dashed beside the gate n, at the membrane's "
            "temperature: what two barriers crossed by thermal motion would give. Hodgkin and "
            "Huxley's fits agree near rest and part where the axon fires.</p>"
        )
        named(self._logarithmic, "gating.log", "Logarithmic axes for the rates")
        self._logarithmic.setToolTip(
            "<p>Rates span decades: on a logarithmic axis the slow gates are seen beside the fast "
            "one, and an exponential is a straight line.</p>"
        )

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        label = QLabel("Compare with")
        label.setBuddy(self._compare)
        for widget in (QLabel("<b>Curves</b>"), self.gates, label, self._compare, self._thermal,
                       self._logarithmic):  # fmt: skip
            column.addWidget(widget)

    @property
    def compared(self) -> Membrane | None:
        """Return the neuron of the comparison set, None if there is none."""
        return self._compared

    @property
    def thermal(self) -> bool:
        """Return whether the thermal rates are drawn."""
        return self._thermal.isChecked()

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """Set the parameter sets offered for comparison, without emitting a signal."""
        self._library = {membrane.id: membrane for membrane in membranes}
        with QSignalBlocker(self._compare):
            self._compare.clear()
            self._compare.addItem(_NOTHING, "")
            for membrane in self._library.values():
                self._compare.addItem(membrane.name, membrane.id)
        self._sync_compare()

    def compare_with(self, membrane: Membrane | None) -> None:
        """Choose the comparison set without emitting a signal."""
        self._compared = membrane
        self._sync_compare()

    def parameter_set(self, model_id: str) -> Membrane | None:
        """Return the parameter set with this id, None if it is not offered."""
        return self._library.get(model_id)

    def show_thermal(self, on: bool) -> None:
        """Switch the thermal rates on or off without emitting a signal."""
        with QSignalBlocker(self._thermal):
            self._thermal.setChecked(on)

    def set_thermal_pen(self, pen: QPen) -> None:
        """Set the pen of the thermal rates."""
        self._thermal.setIcon(line_sample(pen))

    @property
    def logarithmic(self) -> bool:
        """Return whether the axes of α and β are logarithmic."""
        return self._logarithmic.isChecked()

    def _sync_compare(self) -> None:
        """Select the comparison set in its list, without emitting a signal."""
        membrane = self._compared
        with QSignalBlocker(self._compare):
            # an edited set, or one that is not in the library, is named without being an item
            known = membrane is None or self._library.get(membrane.id) == membrane
            self._compare.setPlaceholderText(membrane.name if membrane else _NOTHING)
            index = self._compare.findData(membrane.id if membrane else "") if known else -1
            self._compare.setCurrentIndex(index)

    def _on_picked(self, index: int) -> None:
        self._compared = self._library.get(self._compare.itemData(index))
        self.shown_changed.emit()
