"""Block currents as toxins do; this is kept apart from the neuron and removed by one click."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from hhgui.model.membrane import Membrane
from hhgui.model.parameter import Parameter
from hhgui.model.words import with_minus
from hhgui.ui.widgets.field_rows import drop_widget
from hhgui.ui.widgets.labels import named, push_button, set_text
from hhgui.ui.widgets.number_field import NumberField, fit_fields
from hhgui.ui.widgets.theme import Theme, current_theme

BLOCKED = Parameter(
    "blocked", "blocked", "blocked", "%", 0.0, 100.0, 10.0, 1,
    "How much of the maximal conductance is blocked; the field of the neuron stays as it is.",
)  # fmt: skip
_TOXINS = {"Na": "TTX", "K": "TEA"}
_DIGITS = 11  # width of a field


def toxin_of(current: str) -> str:
    """Return the name of what blocks a current: "TTX" for Na, "TEA" for K, else "Block I_X"."""
    return _TOXINS.get(current, f"Block I_{current}")


def with_blocked(membrane: Membrane, blocked: Mapping[str, float]) -> Membrane:
    """Return a copy of the membrane with conductances reduced.

    blocked: by the name of a current, how much of it is blocked (%).
    """
    return replace(membrane, currents=tuple(
        replace(each, conductance=each.conductance * (1.0 - blocked.get(each.name, 0.0) / 100.0))
        for each in membrane.currents
    ))  # fmt: skip


def words_of(blocked: Mapping[str, float]) -> str:
    """Return in words what is blocked, such as "TTX 100 %"; "" if nothing is."""
    return ", ".join(f"{toxin_of(name)} {share:g} %" for name, share in blocked.items() if share)


class Blockers(QWidget):
    """For each current with gates a button and a percentage, and the conductance that remains.

    ``changed()``: Emitted when the user has blocked a current or removed a block.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._buttons: dict[str, QPushButton] = {}
        self._fields: dict[str, NumberField] = {}
        self._left: dict[str, QLabel] = {}
        self._wash = push_button("Wash", "clamp.wash", "Remove all blockers")
        self._wash.clicked.connect(self._wash_all)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(5)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(2, 1)
        self._color = current_theme().vermillion

    @property
    def blocked(self) -> dict[str, float]:
        """Return how much (%) of each current is blocked, by name.

        Currents that are not are left out.
        """
        return {name: f.value for name, f in self._fields.items() if f.value > 0.0}

    def set_membrane(self, membrane: Membrane) -> None:
        """Offer the currents of this neuron; blocks of currents that it has too are kept."""
        before, self._membrane = self._membrane, membrane
        names = [current.name for current in membrane.currents if current.gates]
        if before is None or names != list(self._fields):
            self._build(names, self.blocked)
        self._show_left()

    def show_blocked(self, blocked: Mapping[str, float]) -> None:
        """Show how much of each current is blocked without emitting a signal."""
        for name, field in self._fields.items():
            field.set_value_silently(float(blocked.get(name, 0.0)))
        self._show_left()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            fit_fields(self._fields.values(), _DIGITS)

    def set_theme(self, theme: Theme) -> None:
        """Set the colour for what is blocked."""
        self._color = theme.vermillion
        self._show_left()

    def _build(self, names: list[str], blocked: Mapping[str, float]) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self._wash:
                drop_widget(widget)
        self._buttons, self._fields, self._left = {}, {}, {}
        for row, name in enumerate(names):
            button = push_button(toxin_of(name), f"clamp.block.{name}", f"Block I_{name} or wash")
            button.setCheckable(True)
            button.clicked.connect(partial(self._toggle, name))
            field = NumberField(BLOCKED, f"clamp.blocked.{name}", owner=f"I_{name}")
            fit_fields((field,), _DIGITS)
            field.set_value_silently(float(blocked.get(name, 0.0)))
            field.value_committed.connect(self._on_committed)
            left = named(QLabel(), f"clamp.left.{name}", f"What is left of I_{name}")
            self._buttons[name], self._fields[name], self._left[name] = button, field, left
            for column, widget in enumerate((button, field, left)):
                self._grid.addWidget(widget, 2 * row, column)
            self._grid.addWidget(field.error_label, 2 * row + 1, 0, 1, 3)
        self._grid.addWidget(self._wash, 2 * len(names), 0)
        self._wash.setVisible(bool(names))

    def _show_left(self) -> None:
        """Show the conductance that remains of each current, coloured if it is blocked."""
        if self._membrane is None:
            return
        conductances = {c.name: c.conductance for c in self._membrane.currents}
        for name, field in self._fields.items():
            on = field.value > 0.0
            self._buttons[name].setChecked(on)
            left = conductances[name] * (1.0 - field.value / 100.0)
            text = f"ḡ {conductances[name]:g} → {left:.4g} mS/cm²" if on else "% blocked"
            label = self._left[name]
            set_text(label, with_minus(text))
            colors = label.palette()
            plain = self.palette().color(QPalette.ColorRole.PlaceholderText)
            colors.setColor(QPalette.ColorRole.WindowText, QColor(self._color) if on else plain)
            label.setPalette(colors)
        self._wash.setEnabled(bool(self.blocked))

    def _toggle(self, name: str) -> None:
        """Block the current of this name fully, or remove its block."""
        on = self._buttons[name].isChecked()
        self._fields[name].set_value_silently(100.0 if on else 0.0)
        self._on_committed()

    @Slot()
    def _on_committed(self, _value: float = 0.0) -> None:
        self._show_left()
        self.changed.emit()

    @Slot()
    def _wash_all(self) -> None:
        """Remove all blocks."""
        self.show_blocked({})
        self.changed.emit()
