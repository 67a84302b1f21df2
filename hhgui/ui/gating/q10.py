"""Edit the Q10 of a gate, of its current and of the membrane."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.parameter import Q10
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField

_OWNERS = ("gate", "current", "membrane")


class Q10Rows(QWidget):
    """Three rows, of gate, current and membrane; each may have a Q10 of its own or inherit one.

    A gate inherits from its current and that from the membrane. ``q10_given(owner, value)``:
    Emitted with "gate", "current" or "membrane" and its new Q10, None to inherit it.
    """

    q10_given = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        self._labels = {owner: QLabel() for owner in _OWNERS}
        self._fields = {owner: NumberField(Q10, f"gating.q10.{owner}") for owner in _OWNERS}
        self._own = {owner: QCheckBox("its own") for owner in _OWNERS[:2]}
        for row, owner in enumerate(_OWNERS):
            field, label = self._fields[owner], self._labels[owner]
            label.setBuddy(field.spin_box)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 2)
            field.value_committed.connect(lambda value, o=owner: self.q10_given.emit(o, value))
        for row, (owner, box) in enumerate(self._own.items()):
            named(box, f"gating.q10.{owner}.own", f"The {owner} has a Q10 of its own")
            box.toggled.connect(lambda on, o=owner: self._on_own(o, on))
            grid.addWidget(box, row, 1)

    def show_q10(
        self, membrane: Membrane, current: Current, gate: Gate,
        default: tuple[Membrane, Current, Gate] | None,
    ) -> None:  # fmt: skip
        """Show the values without emitting a signal.

        default: membrane, current and gate of the parameter set, from which differences are marked,
        or None.
        """
        inherited = membrane.q10 if current.q10 is None else current.q10
        values = {"gate": gate.q10, "current": current.q10, "membrane": membrane.q10}
        usual = dict(zip(("membrane", "current", "gate"), default or (None,) * 3, strict=True))
        given = {"gate": inherited, "current": membrane.q10, "membrane": membrane.q10}
        names = {"gate": f"gate {gate.name}", "current": f"current {current.name}",
                 "membrane": "the membrane"}  # fmt: skip
        works = membrane.temperature is not None
        for owner, value in values.items():
            own = self._own.get(owner)
            field = self._fields[owner]
            field.set_value_silently(given[owner] if value is None else value)
            set_value = getattr(usual[owner], "q10", None)
            field.set_default(set_value if value is not None else None)
            self._labels[owner].setText(f"Q10 of {names[owner]}")
            field.setEnabled(works and value is not None)
            place = {"gate": gate.name, "current": current.name}.get(owner, owner)
            field.path = f"{place}.{Q10.key}" if field.isEnabled() else ""
            if own is not None:
                with QSignalBlocker(own):
                    own.setChecked(value is not None)
                own.setEnabled(works)
        tip = Q10.help if works else "Without a temperature a Q10 has no effect."
        self.setToolTip(tip)

    def _on_own(self, owner: str, on: bool) -> None:
        """Give an owner a Q10 of its own, at first the inherited value, or let it inherit again."""
        self.q10_given.emit(owner, self._fields[owner].value if on else None)
