"""Edit the stimulus: holding current, components and repetition."""

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.command import FIRST_WAVEFORMS, HOLDING_VOLTAGE, LIMIT_MV, Command
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import HOLDING, KINDS, REPEAT, Stimulus
from hhgui.model.stimulus.waveforms import Samples
from hhgui.model.words import sentence
from hhgui.ui.stimulus.fields import NO_KIND, ComponentRows, make_kind_box, offer_kinds
from hhgui.ui.stimulus.file import FileRow
from hhgui.ui.stimulus.list import ComponentBar, ComponentList
from hhgui.ui.stimulus.preview import StimulusPreview
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.error_label import ErrorLabel
from hhgui.ui.widgets.field_rows import FieldRows, drop_widget, label_of
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField, chain_tabs

DEFAULT_REPEAT_MS = 100.0


_NO_FILE = "A command voltage can't be read from a file: switch to Current first."
_TOO_FAR = f"The command leaves −{LIMIT_MV:g}…{LIMIT_MV:g} mV, where Live stops: make it smaller."
_ELSEWHERE = "Live is clamped to a command voltage. The current below is for the other tabs."


class StimulusPanel(QWidget):
    """Shows a stimulus, and edits its holding current, its components and its repetition.

    A ``Command`` is shown and edited likewise, in mV.

    ``stimulus_changed(Stimulus)``: Emitted with the edited stimulus; its origin is never edited.
    ``file_requested(asks)``: Emitted to choose a file; True to open the import dialog in any case.
    ``file_abandoned()``: Emitted when a file that was requested is not needed any more.
    ``duration_fitted(ms)``: Emitted with the duration of a file's current before it is used.
    """

    stimulus_changed = Signal(object)
    file_requested = Signal(bool)
    file_abandoned = Signal()
    duration_fitted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._stimulus = Stimulus()
        self._selected = 0
        self._file_is_new = False
        self._lengthened = DEFAULT_REPEAT_MS, 0.0  # a period, and that which a component made of it
        self._rows: ComponentRows | None = None
        self._sliders = False
        # What each kind last looked like, so that switching to and fro loses nothing; of currents
        # and of commands apart.
        self._remembered: dict[tuple[bool, str], Component] = {}
        self._bar, self._list, self._file = ComponentBar(), ComponentList(), FileRow()
        self._elsewhere = QLabel(_ELSEWHERE, wordWrap=True)
        self._elsewhere.setObjectName("stimulus.note")
        self._elsewhere.hide()
        self._kind = make_kind_box()
        self._kind_error = ErrorLabel("stimulus.kind", self._kind)
        self._preview = StimulusPreview(draggable=True)
        self._repeat = _make_repeat_box()
        self._period = NumberField(REPEAT, "stimulus.repeat_every", path="stimulus.repeat")
        self._period.set_value_silently(DEFAULT_REPEAT_MS)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 8)
        self._column.setSpacing(5)
        self._level, repeat = FieldRows(), FieldRows()
        repeat.add_field(self._repeat, self._period)
        for each in (
            self._bar, self._elsewhere, self._level, self._list, self._kind, self._file,
            self._preview, repeat,
        ):  # fmt: skip
            self._column.addWidget(each)
        self._show_mode()

    def _connect(self) -> None:
        self._bar.add_requested.connect(self._add)
        self._bar.duplicate.clicked.connect(self._duplicate)
        self._bar.remove.clicked.connect(lambda: self._put(None))
        self._list.component_selected.connect(self._select)
        self._kind.currentIndexChanged.connect(self._on_kind_picked)
        self._file.choose.clicked.connect(lambda: self._ask_for_file(new=False))
        self._file.reinterpret.clicked.connect(lambda: self._ask_for_file(new=False, asks=True))
        self._file.cancel.clicked.connect(self._abandon_file)
        self._preview.component_dragged.connect(self._take_dragged)
        self._repeat.toggled.connect(self._on_repeat_edited)
        self._period.value_committed.connect(self._on_repeat_edited)
        shown_currents().changed.connect(self._show)

    @property
    def stimulus(self) -> Stimulus:
        """Return the stimulus with the user's edits."""
        return self._stimulus

    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Show a stimulus, with the fields of the component that was selected; emit no signal.

        If that component is of another kind now, the first one is selected.
        """
        if stimulus is not self._stimulus:
            switches = isinstance(stimulus, Command) is not self.clamps
            edited = self._stimulus.components[self._selected : self._selected + 1]
            found = stimulus.components[self._selected : self._selected + 1]
            self._stimulus = stimulus
            kept = [c.kind for c in edited] == [c.kind for c in found] and not switches
            if switches:
                self._show_mode()
            self._select(self._selected if kept else 0)

    @property
    def clamps(self) -> bool:
        """Return whether the panel shows the command voltage of a clamp, and not a current."""
        return isinstance(self._stimulus, Command)

    def show_elsewhere(self, clamped: bool) -> None:
        """Say that the live neuron is clamped while another tab is in front; False removes this."""
        self._elsewhere.setVisible(clamped)

    def _show_mode(self) -> None:
        """Show the holding value and the kinds of a current, or else of a command voltage."""
        self._holding = NumberField(
            HOLDING_VOLTAGE if self.clamps else HOLDING, "stimulus.holding",
            path="" if self.clamps else "stimulus.holding",
        )  # fmt: skip
        self._holding.pin_name = "stimulus.holding"
        self._holding.value_committed.connect(lambda v: self._change(holding=v))
        self._level.empty(())
        self._level.add_field(label_of(self._holding), self._holding)
        QWidget.setTabOrder(chain_tabs(self._bar.remove, [self._holding]), self._kind)
        self._bar.set_clamps(self.clamps)
        offer_kinds(self._kind, self.clamps)

    def set_sliders(self, shown: bool) -> None:
        """Show or hide a slider under the amplitude."""
        self._sliders = shown
        if self._rows is not None:
            self._rows.set_sliders(shown)

    def show_reading(self, name: str, fraction: float = 0.0) -> None:
        """Show the progress of reading a file; the present stimulus stays in use."""
        self._kind_error.clear_error()
        self._file.show_reading(name, fraction)

    def take_file(self, samples: Samples) -> None:
        """Use the current of a file that was requested or dropped, but not as a command."""
        if self.clamps:
            self.refuse_file(_NO_FILE)
            return
        self._file.show_reading("")
        held = not samples.ends and len(samples.values) > 1
        self.duration_fitted.emit(samples.times[-2] if held else samples.end)
        if self._file_is_new:
            self._append(samples)
        else:
            self._put(samples, whole=True)
        self._file_is_new = False

    def refuse_file(self, problem: str) -> None:
        """Show the problem with a file; "" if reading was cancelled."""
        self._file.show_reading("")
        self._file_is_new = False
        if problem:
            self._kind_error.show_error(problem)

    @Slot()
    def _show(self) -> None:
        """Update every widget that does not agree with the stimulus."""
        stimulus = self._stimulus
        components = stimulus.components
        self._selected = min(self._selected, max(len(components) - 1, 0))
        edited = components[self._selected] if components else None
        kind = edited.kind if edited else NO_KIND
        if edited is not None:
            self._remembered[self.clamps, kind] = edited
        with QSignalBlocker(self._kind), QSignalBlocker(self._repeat):
            self._kind.setCurrentIndex(self._kind.findData(kind))
            self._repeat.setChecked(stimulus.repeat is not None)
        self._bar.set_count(len(components))
        self._list.show_components(components, self._selected, self.clamps)
        self._show_rows(edited)
        if self._rows is not None:
            self._rows.set_place(self._selected)
        self._holding.set_value_silently(stimulus.holding)
        if stimulus.repeat is not None:
            self._period.set_value_silently(stimulus.repeat)
        self._period.setEnabled(stimulus.repeat is not None)
        self._preview.selected = self._selected
        self._preview.set_stimulus(stimulus)

    def _show_rows(self, component: Component | None) -> None:
        self._file.show_samples(component if isinstance(component, Samples) else None)
        if self._rows is not None:
            same = type(component) is type(self._rows.component)
            if component is not None and same and self._rows.clamps is self.clamps:
                self._rows.set_component(component)
                return
            drop_widget(self._rows)
            self._rows = None
        if component is not None and component.parameters:
            self._rows = ComponentRows(component, self.clamps)
            self._rows.set_sliders(self._sliders)
            self._rows.component_changed.connect(self._put)
            self._column.insertWidget(self._column.indexOf(self._preview), self._rows)
            QWidget.setTabOrder(chain_tabs(self._kind, self._rows.fields.values()), self._repeat)

    def _select(self, index: int) -> None:
        """Select the component with this index."""
        self._abandon_file()
        self._kind_error.clear_error()
        self._selected = index
        self._show()

    def _on_kind_picked(self, index: int) -> None:
        kind = self._kind.itemData(index)
        if kind == Samples.kind and (self.clamps, kind) not in self._remembered:
            self._ask_for_file(new=False)
        elif kind == NO_KIND:
            self._put(None)
        else:
            self._put(self._remembered.get((self.clamps, kind)) or self._new(kind), whole=True)

    def _add(self, kind: str) -> None:
        if kind == Samples.kind:
            self._ask_for_file(new=True)
        else:
            self._append(self._new(kind))

    def _new(self, kind: str) -> Component:
        return FIRST_WAVEFORMS[kind] if self.clamps else KINDS[kind]()

    def _duplicate(self) -> None:
        self._append(self._stimulus.components[self._selected])

    def _append(self, component: Component) -> None:
        self._selected = len(self._stimulus.components)
        self._put(component, whole=True)

    def _ask_for_file(self, new: bool, asks: bool = False) -> None:
        """Emit ``file_requested``; new: whether its current is to be added as a component."""
        self._abandon_file()
        self._file_is_new = new
        self._kind_error.clear_error()
        self._show()  # until a file is read, the dropdown says what still plays
        self.file_requested.emit(asks)

    def _abandon_file(self) -> None:
        if self._file.reading:
            self._file.show_reading("")
            self.file_abandoned.emit()

    def _take_dragged(self, place: int, component: Component) -> None:
        """Replace, and select, a component that is being dragged in the preview."""
        self._selected = place
        self._put(component)

    def _put(self, component: Component | None, whole: bool = False) -> None:
        """Replace the selected component; None removes it.

        whole: whether to extend the period of a repeated stimulus, so that a new component is not
        cut off. Once that component is gone, the period is again what it was, unless the user has
        changed it.
        """
        self._abandon_file()
        self._kind_error.clear_error()
        components, repeat = list(self._stimulus.components), self._stimulus.repeat
        components[self._selected : self._selected + 1] = [] if component is None else [component]
        if repeat is not None and (whole or component is None):
            repeat = self._fitted(repeat, max((each.end for each in components), default=0.0))
        self._change(components=tuple(components), repeat=repeat)

    def _fitted(self, repeat: float, end: float) -> float:
        """Return the period (ms) for components that end at ``end`` (ms).

        repeat: the present one.
        """
        usual, raised = self._lengthened
        usual = usual if repeat == raised else repeat
        if end <= usual:
            return usual
        if end > repeat:
            repeat = min(100.0 * math.ceil(end / 100.0 + 0.2), REPEAT.maximum)
        self._lengthened = usual, repeat
        return repeat

    def _on_repeat_edited(self, _value: object) -> None:
        self._change(repeat=self._period.value if self._repeat.isChecked() else None)

    def _change(self, **changes: Any) -> None:
        """Replace fields of the stimulus and emit ``stimulus_changed``."""
        try:
            changed = replace(self._stimulus, **changes)
        except ModelError as error:  # a level that was dragged too far for a command
            self._kind_error.show_error(sentence(str(error), "."))
            self._show()
            return
        if changed != self._stimulus:
            self._stimulus = changed
            self._show()
            if self.clamps and max(map(abs, self._preview.extremes)) > LIMIT_MV:
                self._kind_error.show_error(_TOO_FAR)
            self.stimulus_changed.emit(changed)


def _make_repeat_box() -> QCheckBox:
    box = QCheckBox(f"Repeat every ({REPEAT.unit})")
    named(box, "stimulus.repeat", "Repeat the stimulus")
    box.setToolTip(f"<p>{REPEAT.help}</p>")
    return box
