"""Edit what counts as a spike: the threshold, and how far V must fall before the next one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.engine.spikes import SpikeRule
from hhgui.ui.widgets.field_rows import FieldRows
from hhgui.ui.widgets.number_field import NumberField


class SpikesPanel(FieldRows):
    """The two numbers of the spike rule, side by side.

    ``rule_changed(SpikeRule)``: Emitted with the rule when the user has changed a number.
    """

    rule_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._grid.setContentsMargins(10, 0, 10, 4)
        self._threshold = NumberField(THRESHOLD, "spikes.threshold", path="spikes.threshold")
        self._rearm = NumberField(REARM, "spikes.rearm", path="spikes.rearm")
        label = QLabel("Spikes")
        label.setToolTip(f"<p>{THRESHOLD.help} {REARM.help}</p>")
        self._grid.addWidget(label, 0, 0)
        self.add_header(THRESHOLD, REARM)
        self.add_pair(QLabel(), self._threshold, self._rearm)
        self.set_rule(SpikeRule())
        for field, default in ((self._threshold, 0.0), (self._rearm, SpikeRule().rearm)):
            field.set_default(default)
            field.pin_name = field.spin_box.objectName()
            field.value_committed.connect(self._on_edit)

    def set_rule(self, rule: SpikeRule) -> None:
        """Show a rule without emitting a signal."""
        self._threshold.set_value_silently(rule.threshold)
        self._rearm.set_value_silently(rule.rearm)

    def _on_edit(self, _value: float) -> None:
        self.rule_changed.emit(SpikeRule(self._threshold.value, self._rearm.value))
