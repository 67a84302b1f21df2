"""Edit one gate: its equations, its power, its Q10 and every constant of its curves."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.analysis.gate_form import Kind, Rewritten, kind_of, rewritten
from hhgui.analysis.gating import find_gate, latex_of, symbol_of, with_gate
from hhgui.model.edit import named_after, with_value
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.parameter import POWER, ModelError
from hhgui.model.rate import AnyCurve, Form, Rate
from hhgui.ui.gating.q10 import Q10Rows
from hhgui.ui.gating.rates import Column, RateRows, columns_of
from hhgui.ui.widgets.equation import EquationLabel
from hhgui.ui.widgets.error_label import ErrorLabel
from hhgui.ui.widgets.field_rows import CalmComboBox, drop_widget
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField

_RATIO = "x = (V − midpoint)/scale"
_AT_ONCE = f"{_RATIO} · follows V at once"
_MOST_CURVES = 3  # alpha, beta and a steady state of its own
_ROWS_PLACE = 4 + _MOST_CURVES  # below gate, power's message, kind, its message, the equations
_KINDS = {Kind.RATES: "α and β", Kind.STEADY: "x∞ and τ", Kind.BOTH: "α, β and an x∞ of its own"}


class RateEditor(QWidget):
    """Edits one gate of a membrane, chosen from a list.

    ``membrane_changed(Membrane)``: Emitted with the edited membrane. An invalid value is refused
    with a message beside its field and leaves the membrane unchanged.
    """

    membrane_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._default: Membrane | None = None
        self._shown: tuple[Gate | None, Gate | None] = (None, None)
        self._rows: RateRows | None = None
        self._gate = CalmComboBox("gating.gate", "Gate to edit")
        self._gate.setMinimumContentsLength(4)
        self._gate.currentIndexChanged.connect(self._show_gate)
        self._power = NumberField(POWER, "gating.power")
        self._power.value_committed.connect(lambda value: self._take("power", value))
        self._kind = CalmComboBox("gating.kind", "Curves by which the gate is given")
        for kind, text in _KINDS.items():
            self._kind.addItem(text, kind)
        self._kind.activated.connect(self._take_kind)
        self._at_once = QCheckBox("at once")
        named(self._at_once, "gating.instantaneous", "The gate follows V at once")
        self._at_once.setToolTip("The gate is at x∞ at every moment: it has no time constant")
        self._at_once.clicked.connect(self._take_kind)
        self._kind_error = ErrorLabel("gating.kind", self._kind)
        self._q10 = Q10Rows()
        self._q10.q10_given.connect(self._take_q10)
        self._equations = tuple(EquationLabel() for _ in range(_MOST_CURVES))
        self._note = QLabel()
        self._note.setObjectName("gating.note")
        self._reset = QPushButton("Reset gate", flat=True)
        self._reset.setObjectName("reset.gating.gate")
        self._reset.setToolTip("Every number and form of this gate back to the parameter set's own")
        self._reset.clicked.connect(self._reset_gate)
        self._none = QLabel("This membrane has no gates: nothing in it depends on voltage.")
        self._none.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._body = QWidget()
        policy = self._body.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # a set without gates moves no plot
        self._body.setSizePolicy(policy)
        self._places = QVBoxLayout(self._body)
        self._lay_out()

    def _lay_out(self) -> None:
        heading, power = QHBoxLayout(), QLabel("power")
        power.setBuddy(self._power.spin_box)
        label = QLabel("<b>Gate</b>")
        label.setBuddy(self._gate)
        for widget, stretch in ((label, 0), (self._gate, 3), (power, 0), (self._power, 2)):
            heading.addWidget(widget, stretch)
        body = self._places
        for layout in (self._column, body):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(5)
        add_layout(body, heading)
        given, by = QHBoxLayout(), QLabel("given by")
        by.setBuddy(self._kind)
        given.addWidget(by)
        given.addWidget(self._kind, 1)
        given.addWidget(self._at_once)
        add_layout(body, given)
        for place, equation in enumerate(self._equations):
            equation.setObjectName(f"gating.equation.{place}")
            body.addWidget(equation)
        note = self._note
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        foot = QHBoxLayout()
        foot.addWidget(note, 1)
        foot.addWidget(self._reset)
        add_layout(body, foot)
        body.addWidget(self._q10)
        self._column.addWidget(self._none)
        self._column.addWidget(self._body)

    @property
    def membrane(self) -> Membrane | None:
        """Return the membrane with the edits, None if none has been set yet."""
        return self._membrane

    def set_membrane(self, membrane: Membrane, default: Membrane) -> None:
        """Show a membrane, and mark what differs from ``default``; emit no signal."""
        before = self._membrane
        self._membrane, self._default = membrane, default
        names = [gate.name for gate in membrane.gates]
        if before is None or names != [gate.name for gate in before.gates]:
            chosen = self._gate.currentText()
            with QSignalBlocker(self._gate):
                self._gate.clear()
                self._gate.addItems(names)
                self._gate.setCurrentIndex(max(self._gate.findText(chosen), 0) if names else -1)
            self._none.setVisible(not names)
            self._body.setVisible(bool(names))
        self._show_gate()

    def _show_gate(self, _index: int = 0) -> None:
        name = self._gate.currentText()
        gate, default = find_gate(self._membrane, name), find_gate(self._default, name)
        if gate is None:
            return
        self._show_q10(gate, default)
        if (gate, default) == self._shown:
            return
        self._shown = gate, default
        self._kind.setCurrentIndex(self._kind.findData(kind_of(gate)))
        self._at_once.setChecked(gate.instantaneous)
        self._kind_error.clear_error()
        columns = columns_of(gate)
        rows = self._rows
        if rows is None or rows.columns != columns:
            rows = self._replace_rows(columns)
        alike = default if default is not None and columns_of(default) == columns else None
        rows.show_gate(gate, alike)
        self._power.path = f"{name}.{POWER.key}"
        self._power.set_value_silently(gate.power)
        self._power.set_default(default.power if default is not None else None)
        self._reset.setEnabled(default is not None and default != gate)
        self._note.setText(_AT_ONCE if gate.instantaneous else _RATIO)
        for place, equation in enumerate(self._equations):
            equation.setVisible(place < len(columns))
            if place < len(columns):
                key = columns[place].key
                equation.set_latex(latex_of(getattr(gate, key), symbol_of(key, name)))

    def _show_q10(self, gate: Gate, default: Gate | None) -> None:
        membrane, base = self._membrane, self._default
        assert membrane is not None
        current = _owner_of(membrane, gate)
        usual = None
        if base is not None and default is not None:
            usual = (base, _owner_of(base, default), default)
        self._q10.show_q10(membrane, current, gate, usual)

    def _replace_rows(self, columns: tuple[Column, ...]) -> RateRows:
        """Return new fields for these curves, in place of the present ones."""
        if self._rows is not None:
            drop_widget(self._rows)
        self._rows = RateRows(columns)
        self._rows.number_given.connect(self._take)
        self._rows.form_given.connect(self._take_form)
        self._rows.curve_given.connect(self._take_curve)
        self._places.insertWidget(_ROWS_PLACE, self._rows)
        self._rows.chain_tabs(self._power.reset_button)
        return self._rows

    # Edits

    def _take(self, path: str, value: float) -> None:
        """Take an edited number; path: of the number in the membrane."""
        membrane, rows = self._membrane, self._rows
        if membrane is None or rows is None:
            return
        field = self._power if path == "power" else rows.fields[path]
        try:
            edited = with_value(membrane, f"{self._gate.currentText()}.{path}", value)
        except ModelError as error:
            self._put_back()
            field.show_error(str(error))
        else:
            self._announce(edited)

    def _take_form(self, key: str, form: Form) -> None:
        membrane, gate, rows = self._membrane, self._shown[0], self._rows
        if membrane is None or gate is None or rows is None:
            return
        try:
            edited = _with_form(gate, key, form)
        except ModelError as error:
            self._put_back()
            rows.errors[key].show_error(str(error))
        else:
            self._announce(with_gate(membrane, edited))

    def _take_curve(self, key: str, curve: AnyCurve) -> None:
        """Take a curve whose terms or bounds were edited."""
        membrane, gate, rows = self._membrane, self._shown[0], self._rows
        if membrane is None or gate is None or rows is None:
            return
        try:
            edited = replace(gate, **{key: curve})  # type: ignore[arg-type]
        except ModelError as error:
            rows.errors[key].show_error(str(error))
        else:
            self._announce(with_gate(membrane, edited))

    def _take_kind(self) -> None:
        """Let the gate be given by other curves; ask first if they can't be exactly the same."""
        membrane, gate = self._membrane, self._shown[0]
        if membrane is None or gate is None:
            return
        kind, at_once = self._kind.currentData(), self._at_once.isChecked()
        if (kind, at_once) == (kind_of(gate), gate.instantaneous):
            return
        try:
            other = rewritten(gate, kind, at_once)
        except ModelError as error:
            self._put_back()
            self._kind_error.show_error(str(error))
            return
        if other.exact or self._wants(other):
            self._announce(with_gate(membrane, other.gate))
        else:
            self._put_back()

    def _wants(self, other: Rewritten) -> bool:
        """Ask whether to take the nearest curves, and return the answer."""
        name = other.gate.name
        errors = []
        if other.steady_error:
            errors.append(f"{name}∞ differs by up to {other.steady_error:.2g} (of 1)")
        if other.tau_error:
            errors.append(f"τ_{name} by up to {100.0 * other.tau_error:.2g} %")
        text = (
            f"The forms have no curve that is exactly this one. With the nearest, over −120…60 mV, "
            f"{' and '.join(errors)}. Take it?"
        )
        title = f"Gate {name}"
        return QMessageBox.question(self, title, text) == QMessageBox.StandardButton.Yes

    def _take_q10(self, owner: str, value: float | None) -> None:
        membrane, gate = self._membrane, self._shown[0]
        if membrane is None or gate is None:
            return
        if owner == "membrane":
            assert value is not None
            self._announce(replace(membrane, q10=value))
        elif owner == "gate":
            self._announce(with_gate(membrane, replace(gate, q10=value)))
        else:
            current = _owner_of(membrane, gate)
            edited = tuple(replace(c, q10=value) if c is current else c for c in membrane.currents)
            self._announce(replace(membrane, currents=edited))

    def _reset_gate(self) -> None:
        default = self._shown[1]
        if self._membrane is not None and default is not None:
            self._announce(with_gate(self._membrane, default))

    def _put_back(self) -> None:
        """Show the gate as it is, since an edit was refused."""
        self._shown = (None, None)
        self._show_gate()

    def _announce(self, membrane: Membrane) -> None:
        """Take the membrane and emit ``membrane_changed``."""
        default = self._default or membrane
        membrane = named_after(membrane, default)
        self.set_membrane(membrane, default)
        self.membrane_changed.emit(membrane)


def _owner_of(membrane: Membrane, gate: Gate) -> Current:
    """Return the current of a membrane to which a gate belongs."""
    return next(c for c in membrane.currents if any(g.name == gate.name for g in c.gates))


def _with_form(gate: Gate, path: str, form: Form) -> Gate:
    """Return the gate with another form for the term at ``path``, such as "alpha.terms[2]"."""
    key, _, place = path.rstrip("]").partition(".terms[")
    curve: AnyCurve = getattr(gate, key)
    if isinstance(curve, Rate):
        return replace(gate, **{key: replace(curve, form=form)})  # type: ignore[arg-type]
    terms = list(curve.terms)
    terms[int(place) - 1] = replace(terms[int(place) - 1], form=form)
    return replace(gate, **{key: replace(curve, terms=tuple(terms))})  # type: ignore[arg-type]
