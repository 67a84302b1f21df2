"""Choose what the phase plane shows."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hhgui.analysis.slice import IONIC, SLOPE, VOLTAGE, Others, usual_gate
from hhgui.model.membrane import Membrane
from hhgui.ui.dynamics.portrait import choice_label
from hhgui.ui.dynamics.state import DynamicsState
from hhgui.ui.widgets.labels import named, push_button
from hhgui.ui.widgets.layouts import add_layout

OTHERS = {
    Others.FROZEN: (
        "other gates at this instant",
        "The gates that are not shown keep the values of this instant: the V-nullcline rises and "
        "falls with the spike. It is the honest slice.",
    ),
    Others.FAST: (
        "fast gates at once",
        "Gates of less than a third of the shown gate's time constant are at their steady state at "
        "each V; the others keep the values of this instant.",
    ),
    Others.STEADY: (
        "other gates at their steady state",
        "All gates that are not shown are at their steady state at each V: where the nullclines "
        "cross, the neuron rests or could rest.",
    ),
    Others.REDUCED: (
        "reduction to two variables",
        "Fast gates are at once, slow ones on a line fitted to a spike of this neuron, as "
        "h = a − b·n. A model of the neuron, not the neuron: its true equilibria are drawn beside "
        "the reduced ones.",
    ),
}
SHOWS = (("live", "live neuron"), ("run", "single run"))


class PlaneControls(QWidget):
    """Chooses the axes, what is assumed of other gates, which run moves, field and threshold.

    ``changed()``: Emitted when something else was chosen. ``threshold_changed(bool)``: Emitted when
    the threshold was switched on or off. ``clear_requested()``: Emitted to remove the trajectories.
    """

    changed = Signal()
    threshold_changed = Signal(bool)
    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._y = named(QComboBox(), "dynamics.y", "Variable up")
        self._x = named(QComboBox(), "dynamics.x", "Variable across")
        self._others = named(QComboBox(), "dynamics.others", "The other gates")
        self._shows = named(QComboBox(), "dynamics.shows", "Whose state is shown")
        self._field = named(QCheckBox("Field"), "dynamics.field", "Direction field")
        self._threshold = named(QCheckBox("Threshold"), "dynamics.threshold", "Threshold")
        self._clear = push_button("Clear", "dynamics.clear", "Remove the trajectories")
        self._names: list[str] = []
        self._wanted = self._pair = VOLTAGE, ""  # chosen by the user; possible with this neuron
        self._fill()
        self._lay_out()
        self._connect()

    @property
    def state(self) -> DynamicsState:
        """Return the choices as a session stores them."""
        return DynamicsState(
            *self._wanted, Others(self._others.currentData()), self._shows.currentData(),
            self._field.isChecked(),
        )  # fmt: skip

    @property
    def pair(self) -> tuple[str, str]:
        """Return the names of the variables on the x and the y axis."""
        return self._pair

    @property
    def threshold(self) -> bool:
        """Return whether the threshold is to be drawn."""
        return self._threshold.isChecked()

    def show_state(self, state: DynamicsState) -> None:
        """Show choices without emitting a signal."""
        self._wanted = self._pair = state.x, state.y
        for box, value in ((self._others, state.others), (self._shows, state.shows)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))
        for check, on in ((self._field, state.field), (self._threshold, state.threshold)):
            with QSignalBlocker(check):
                check.setChecked(on)
        self._sync()

    def set_membrane(self, membrane: Membrane) -> None:
        """Offer the variables of a neuron; if it lacks a chosen one, the usual one is chosen."""
        self._names = [VOLTAGE, *(g.name for g in membrane.gates), SLOPE, IONIC]
        x, y = self._wanted
        x = x if x in self._names else VOLTAGE
        if y not in self._names or y == x:
            y = usual_gate(membrane) or SLOPE
            y = SLOPE if y == x else y
        self._pair = x, y
        for box in (self._x, self._y):
            with QSignalBlocker(box):
                box.clear()
                for name in self._names:
                    box.addItem(choice_label(name), name)
        self._sync()

    def _sync(self) -> None:
        for box, name in zip((self._x, self._y), self._pair, strict=True):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(name))
        self._others.setToolTip(f"<p>{OTHERS[Others(self._others.currentData())][1]}</p>")

    def _fill(self) -> None:
        for value, (text, tip) in OTHERS.items():
            self._others.addItem(text, value)
            self._others.setItemData(self._others.count() - 1, f"<p>{tip}</p>", 3)
        for shows, text in SHOWS:
            self._shows.addItem(text, shows)
        self._field.setChecked(True)
        self._field.setToolTip("Arrows: where the two variables go from there")
        self._threshold.setToolTip(
            "<p>What parts starts that fire from those that do not, in a plane of V and a gate: a "
            "saddle's stable manifold or an unstable cycle, by integration backwards.</p>"
        )

    def _lay_out(self) -> None:
        first, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        against = QLabel("against")
        against.setBuddy(self._x)
        for box in (self._others, self._shows):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for widget in (self._y, against, self._x):
            first.addWidget(widget)
        first.addWidget(self._shows, 1)
        second.addWidget(self._others, 1)
        for check in (self._field, self._threshold, self._clear):
            second.addWidget(check)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        add_layout(column, first)
        add_layout(column, second)

    def _connect(self) -> None:
        self._x.activated.connect(lambda: self._choose(self._x.currentData(), across=True))
        self._y.activated.connect(lambda: self._choose(self._y.currentData(), across=False))
        for box in (self._others, self._shows):
            box.activated.connect(self._on_changed)
        self._field.toggled.connect(self._on_changed)
        self._threshold.toggled.connect(self.threshold_changed)
        self._clear.clicked.connect(self.clear_requested)

    def _choose(self, name: str, across: bool) -> None:
        """Put a variable on the x axis (``across``) or the y axis; exchange the two if needed."""
        x, y = self._pair
        pair = (name, x if name == y else y) if across else (y if name == x else x, name)
        self._wanted = self._pair = pair
        self._on_changed()

    def _on_changed(self, *_args: object) -> None:
        self._sync()
        self.changed.emit()
