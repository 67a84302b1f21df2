"""Warn that V oscillates without spikes, and offer a spike rule with which these would count."""

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from hhgui.engine.spikes import Oscillations, SpikeRule
from hhgui.model.words import with_minus


class OscillationButton(QPushButton):
    """A button that offers another spike rule; hidden if all oscillations count as spikes.

    ``rule_chosen(SpikeRule)``: Emitted with that rule when the user clicks.
    """

    rule_chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Count oscillations that make no spike")
        self._remedy: SpikeRule | None = None
        self._shown: tuple[object, ...] = ()
        self.clicked.connect(lambda: self.rule_chosen.emit(self._remedy))
        self.hide()

    def offer(self, remedy: SpikeRule | None) -> None:
        """Offer to measure again with the rule ``remedy``; hide if it is None."""
        self._remedy, self._shown = remedy, ()
        if remedy is not None:
            self.setText(with_minus(f"Count them: {remedy}"))
            self.setToolTip("Set the threshold and the re-arm distance, and run again")
        self.setVisible(remedy is not None)

    def show_oscillations(self, oscillations: Oscillations, rule: SpikeRule) -> None:
        """Offer a rule for oscillations that do not count by ``rule``; hide if there are none."""
        if self._shown == (oscillations, rule):  # in nearly every frame
            return
        self._shown = oscillations, rule
        problem = oscillations.problem(rule.threshold, rule.rearm)
        self._remedy = oscillations.remedy(rule.rearm)
        remedy = "" if self._remedy is None else f": count it with {self._remedy}"
        text = with_minus(f"⚠ V oscillates without spikes{remedy}")
        if problem and text != self.text():
            self.setText(text)
            self.setToolTip(f"<p>{escape(with_minus(problem))}</p>")
        self.setEnabled(self._remedy is not None)
        self.setVisible(bool(problem))
