"""The stimulus as fields: a holding current, one component of a chosen kind, its repetition."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus import HOLDING, KINDS, REPEAT, Stimulus
from hhgui.model.stimulus_spec import read_samples
from hhgui.model.waveforms import Component, Samples
from hhgui.ui.neuron_panel import CalmComboBox, FieldRows, drop_widget, label_of
from hhgui.ui.number_field import ErrorLabel, NumberField, chain_tabs

NO_KIND = "none"
DEFAULT_REPEAT_MS = 100.0


class ComponentRows(FieldRows):
    """The fields of one component; every kind lists its own parameters.

    ``component_changed(Component)``: the user changed a number; it is valid.
    """

    component_changed = Signal(object)

    def __init__(self, component: Component) -> None:
        super().__init__()
        self._component = component
        self.fields: dict[str, NumberField] = {}
        for parameter in component.parameters:
            field = NumberField(parameter, f"stimulus.{parameter.key}")
            field.set_value_silently(getattr(component, parameter.key))
            field.value_committed.connect(lambda v, key=parameter.key: self._on_edit(key, v))
            self.add_field(label_of(field), field)
            self.fields[parameter.key] = field

    @property
    def component(self) -> Component:
        return self._component

    def set_component(self, component: Component) -> None:
        """Show other numbers of the same kind. Emits nothing."""
        self._component = component
        for key, field in self.fields.items():
            field.set_value_silently(getattr(component, key))

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


class StimulusPanel(QWidget):
    """Shows a stimulus and edits its holding current, first component and repetition.

    Further components and the origin are kept as given. ``stimulus_changed(Stimulus)``: the user
    changed something; ``pulse_requested()``: play it from its onset now.
    """

    stimulus_changed = Signal(object)
    pulse_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._stimulus = Stimulus()
        self._rows: ComponentRows | None = None
        # What each kind last looked like, so that switching to and fro loses nothing.
        self._remembered: dict[str, Component] = {}
        self._holding = NumberField(HOLDING, "stimulus.holding")
        self._holding.value_committed.connect(lambda v: self._change(holding=v))
        self._kind, self._kind_error = _make_kind_box(), ErrorLabel("stimulus.kind")
        self._kind.currentIndexChanged.connect(self._on_kind_picked)
        self._file, self._file_row = self._make_file_row()
        self._more = QLabel(wordWrap=True)
        self._more.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._repeat = _make_repeat_box()
        self._repeat.toggled.connect(self._on_repeat_edited)
        self._period = NumberField(REPEAT, "stimulus.repeat_every")
        self._period.set_value_silently(DEFAULT_REPEAT_MS)
        self._period.value_committed.connect(self._on_repeat_edited)
        self._pulse = QPushButton("⚡ Pulse now")
        self._pulse.setObjectName("stimulus.pulse")
        self._pulse.setAccessibleName("Pulse now")
        self._pulse.setToolTip("Play the stimulus from its onset now")
        self._pulse.clicked.connect(self.pulse_requested)
        self._lay_out()
        self._show()

    def _make_file_row(self) -> tuple[QLabel, QWidget]:
        row, label = QWidget(), QLabel()
        button = QPushButton("Choose file…")
        button.setObjectName("stimulus.file")
        button.setAccessibleName("Choose the file of the stimulus")
        button.clicked.connect(self._on_file_wanted)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label, 1)
        line.addWidget(button)
        return label, row

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 8)
        self._column.setSpacing(6)
        holding, repeat = FieldRows(), FieldRows()
        holding.add_field(label_of(self._holding), self._holding)
        repeat.add_field(self._repeat, self._period)
        for each in (
            QLabel("<b>Stimulus</b>"), holding, self._kind, self._kind_error, self._file_row,
            self._more, repeat, self._pulse,
        ):  # fmt: skip
            self._column.addWidget(each)

    @property
    def stimulus(self) -> Stimulus:
        """The stimulus shown, the user's edits included."""
        return self._stimulus

    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Show ``stimulus``. Emits nothing."""
        if stimulus is not self._stimulus:
            self._stimulus = stimulus
            self._show()

    def _show(self) -> None:
        """Bring every widget in line with the stimulus; touch none that already is."""
        stimulus = self._stimulus
        first = stimulus.components[0] if stimulus.components else None
        kind = first.kind if first else NO_KIND
        if first is not None:
            self._remembered[kind] = first
        with QSignalBlocker(self._kind), QSignalBlocker(self._repeat):
            self._kind.setCurrentIndex(self._kind.findData(kind))
            self._repeat.setChecked(stimulus.repeat is not None)
        self._show_rows(first)
        self._holding.set_value_silently(stimulus.holding)
        if stimulus.repeat is not None:
            self._period.set_value_silently(stimulus.repeat)
        self._period.setEnabled(stimulus.repeat is not None)
        self._pulse.setEnabled(first is not None)
        others = len(stimulus.components) - 1
        self._more.setText(f"plus {others} more, kept as given")
        self._more.setVisible(others > 0)

    def _show_rows(self, component: Component | None) -> None:
        if self._rows is not None:
            if component is not None and type(component) is type(self._rows.component):
                self._rows.set_component(component)
                self._show_file(component)
                return
            drop_widget(self._rows)
            self._rows = None
        self._show_file(component)
        if component is not None and component.parameters:
            self._rows = ComponentRows(component)
            self._rows.component_changed.connect(self._put_first)
            self._column.insertWidget(self._column.indexOf(self._more), self._rows)
            QWidget.setTabOrder(chain_tabs(self._kind, self._rows.fields.values()), self._repeat)

    def _show_file(self, component: Component | None) -> None:
        self._file_row.setVisible(isinstance(component, Samples))
        if isinstance(component, Samples):
            name, metrics = Path(component.path).name or "without a file", self._file.fontMetrics()
            width = metrics.horizontalAdvance("0") * 20  # a long name must not widen the panel
            self._file.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width))
            span = component.times[-1] - component.times[0]
            self._file.setToolTip(f"{component.path}\n{len(component.values)} values, {span:g} ms")

    def _on_kind_picked(self, index: int) -> None:
        kind = self._kind.itemData(index)
        if kind == Samples.kind and kind not in self._remembered:
            self._on_file_wanted()
        elif kind == NO_KIND:
            self._put_first(None)
        else:
            self._put_first(self._remembered.get(kind) or KINDS[kind]())
            self._let_it_end()

    def _on_file_wanted(self) -> None:
        pattern = "CSV files (*.csv);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self, "Stimulus from a file", "", pattern)
        try:
            samples = read_samples(Path(path)) if path else None
        except ModelError as error:
            self._kind_error.show_error(str(error))
            samples = None
        if samples is None:
            self._show()  # the dropdown goes back to what still plays
        else:
            self._put_first(samples)
            self._let_it_end()

    def _let_it_end(self) -> None:
        """A kind just chosen is not cut short by the repeat of the one before."""
        stimulus = self._stimulus
        if stimulus.repeat is not None and stimulus.components:
            end = stimulus.components[0].end
            if end > stimulus.repeat:
                self._change(repeat=min(100.0 * math.ceil(end / 100.0 + 0.2), REPEAT.maximum))

    def _put_first(self, component: Component | None) -> None:
        self._kind_error.clear_error()
        first = () if component is None else (component,)
        self._change(components=first + self._stimulus.components[1:])

    def _on_repeat_edited(self, _value: object) -> None:
        self._change(repeat=self._period.value if self._repeat.isChecked() else None)

    def _change(self, **changes: Any) -> None:
        changed = replace(self._stimulus, **changes)
        if changed != self._stimulus:
            self._stimulus = changed
            self._show()
            self.stimulus_changed.emit(changed)


def _make_kind_box() -> CalmComboBox:
    box = CalmComboBox("stimulus.kind", "Stimulus kind")
    box.addItem("None", NO_KIND)
    for kind, component in KINDS.items():
        more = "…" if kind == Samples.kind else ""  # it asks for a file first
        box.addItem(component.label + more, kind)
        summary = (component.__doc__ or "").partition("\n")[0]
        box.setItemData(box.count() - 1, summary, Qt.ItemDataRole.ToolTipRole)
    return box


def _make_repeat_box() -> QCheckBox:
    box = QCheckBox(f"Repeat every ({REPEAT.unit})")
    box.setObjectName("stimulus.repeat")
    box.setAccessibleName("Repeat the stimulus")
    box.setToolTip(f"<p>{REPEAT.help}</p>")
    return box
