"""Provide the controls above the plots: run, keep, duration, visible plots and measurements."""

from typing import TypeVar

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.fi_protocol import DURATION
from hhgui.model.quantity import PANES
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.theme import Theme, switch_style

_FIELD_DIGITS = 13  # width of the duration's field, spin buttons included
# What is written on a control, its accessible name, its tip.
_TEXTS = {
    "run": ("Run", "Run once",
            "Run the protocol once from its start state and show it whole"),
    "keep": ("Keep", "Keep this run",
             "Keep this run under a name, to compare it with the next ones"),
    "whole": ("Whole run", "Show the whole run",
              "Show the whole time again, and every value axis as it was"),
    "follow": ("Follow the knobs", "Follow the knobs",
               "Run again whenever a number of the neuron or the stimulus, the method, "
               "dt or the duration changes"),
    "marks": ("Mark the action potential", "Mark the action potential",
              "Threshold, peak, half width, undershoot, refractory periods … "
              "in the plot and in a table"),
}  # fmt: skip
Button = TypeVar("Button", bound=QAbstractButton)


class ExperimentBar(QWidget):
    """The controls above the plots of the tab, in two rows. choices: the second, of the plots.

    ``pane_switched(name, on)``: Emitted when the user shows or hides a plot.
    """

    pane_switched = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.choices = QWidget()
        self.run, self.keep, self.whole = (
            _made(QPushButton(), name, *_TEXTS[name]) for name in ("run", "keep", "whole")
        )
        self.follow, self.marks = (
            _made(QCheckBox(), name, *_TEXTS[name]) for name in ("follow", "marks")
        )
        self.duration = NumberField(DURATION, "experiment.duration")
        self.panes = {name: self._pane_button(name) for name in PANES}
        self.follow.setChecked(True)
        self._lay_out()
        self._connect()

    def set_panes(self, names: tuple[str, ...]) -> None:
        """Switch on the buttons of these plots and switch off all others."""
        for name, button in self.panes.items():
            button.setChecked(name in names)

    def set_theme(self, theme: Theme) -> None:
        """Frame buttons that are on in the accent colour, because grey alone looks disabled."""
        for button in self.panes.values():
            button.setStyleSheet(switch_style(theme))

    def set_marks_silently(self, on: bool) -> None:
        """Show whether the action potential is measured, without emitting a signal."""
        with QSignalBlocker(self.marks):
            self.marks.setChecked(on)

    def _pane_button(self, name: str) -> QToolButton:
        spec = PANES[name]
        button = _made(QToolButton(), f"show.{name}", spec.switch, f"Show {spec.help}", spec.help)
        button.setCheckable(True)
        button.setChecked(spec.shown)
        return button

    def _lay_out(self) -> None:
        first, second, column = QHBoxLayout(), QHBoxLayout(self.choices), QVBoxLayout(self)
        label = QLabel("Duration (ms)")
        label.setBuddy(self.duration.spin_box)
        width = self.fontMetrics().horizontalAdvance("0") * _FIELD_DIGITS
        self.duration.spin_box.setFixedWidth(width)
        for widget in (self.run, self.follow, label, self.duration):
            first.addWidget(widget)
        first.addStretch(1)
        first.addWidget(self.whole)
        first.addWidget(self.keep)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(3)
        second.addWidget(QLabel("Show"))
        for button in self.panes.values():
            second.addWidget(button)
        second.addStretch(1)
        second.addWidget(self.marks)
        column.setContentsMargins(4, 2, 4, 0)
        column.setSpacing(4)
        add_layout(column, first)
        column.addWidget(self.choices)

    def _connect(self) -> None:
        for name, button in self.panes.items():
            button.toggled.connect(lambda on, name=name: self.pane_switched.emit(name, on))


def _made(button: Button, name: str, text: str, title: str, tip: str) -> Button:
    button.setText(text)
    named(button, f"experiment.{name}", title)
    button.setToolTip(tip)
    return button
