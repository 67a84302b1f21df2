"""Provide the fields for the curves of a gate: the form and the numbers of each term."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from hhgui.model.membrane import CURVES, Gate
from hhgui.model.parameter import Parameter
from hhgui.model.rate import AnyCurve, Form, Rate, as_curve
from hhgui.ui.gating.curve_menu import CurveMenu
from hhgui.ui.widgets.error_label import ErrorLabel
from hhgui.ui.widgets.field_rows import CalmComboBox, FieldRows
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField, chain_tabs

_LARGEST = 1e9
_NUMBER = "0" * 8  # as wide as a number with its arrows
_FORMULAS = {
    Form.EXPONENTIAL: "r·eˣ",
    Form.SIGMOID: "r/(1+e⁻ˣ)",
    Form.EXP_LINEAR: "r·x/(1−e⁻ˣ)",
    Form.GAUSSIAN: "r·e^(−x²)",
    Form.CONSTANT: "r",
}
_NAMES = {
    Form.EXPONENTIAL: "exponential",
    Form.SIGMOID: "sigmoid",
    Form.EXP_LINEAR: "linear, then exponential towards 0",
    Form.GAUSSIAN: "bell (gaussian)",
    Form.CONSTANT: "constant",
}
_HEADS = {"alpha": "α (1/ms)", "beta": "β (1/ms)",
          "steady_state": "x∞", "time_constant": "τ (ms)"}  # fmt: skip
_UNITS = {"alpha": "1/ms", "beta": "1/ms", "steady_state": "", "time_constant": "ms"}


def _number(key: str, label: str, step: float, help_text: str, unit: str = "") -> Parameter:
    return Parameter(key, label, label, unit, -_LARGEST, _LARGEST, step, 6, help_text)


NUMBERS = (
    _number("rate", "rate", 0.1, "Size of the whole curve."),
    _number("midpoint", "midpoint", 1.0, "Voltage at which x = (V − midpoint)/scale is 0.", "mV"),
    _number("scale", "scale", 1.0, "Voltage over which the curve changes e-fold; a minus sign "
            "mirrors it.", "mV"),
    _number("offset", "offset", 0.1, "Added to the whole curve."),
)  # fmt: skip


_EXTRAS = (
    _number("exponent", "exponent", 1.0, "The sum or product of the terms to this power."),
    _number("offset", "offset of all", 0.1, "Added to the whole curve."),
    _number("minimum", "minimum", 0.1, "The curve stays at this value where it would be below."),
    _number("maximum", "maximum", 0.1, "The curve stays at this value where it would be above."),
)  # fmt: skip


class Column(NamedTuple):
    """The column of fields for one curve of a gate.

    key: of the curve, such as "alpha". terms: the paths of its terms; a curve of one plain term has
    the path ``key``. extras: the paths of its other numbers (exponent, bounds, …).
    """

    key: str
    terms: tuple[str, ...]
    extras: tuple[str, ...] = ()


def columns_of(gate: Gate) -> tuple[Column, ...]:
    """Return a column for each curve that defines a gate."""
    given = ((key, getattr(gate, key)) for key in CURVES)
    return tuple(_column(key, curve) for key, curve in given if curve is not None)


def _column(key: str, curve: AnyCurve) -> Column:
    if isinstance(curve, Rate):
        return Column(key, (key,))
    terms = tuple(f"{key}.terms[{place}]" for place in range(1, len(curve.terms) + 1))
    return Column(key, terms, tuple(p.key for p in _EXTRAS if getattr(curve, p.key) is not None))


class RateRows(FieldRows):
    """The fields of a gate: a column for each of its curves, with messages below.

    ``number_given(path, value)``: Emitted with an edited number. ``form_given(path, Form)``:
    Emitted with a new form for the term at a path. ``curve_given(key, curve)``: Emitted with a
    curve whose terms or bounds were edited.
    """

    number_given = Signal(str, float)
    form_given = Signal(str, object)
    curve_given = Signal(str, object)

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self.columns = columns
        self.fields: dict[str, NumberField] = {}
        self.forms: dict[str, CalmComboBox] = {}
        self.errors: dict[str, ErrorLabel] = {}
        self.menus: dict[str, CurveMenu] = {}
        self._order: dict[str, list[NumberField]] = {}
        self._grid.setColumnStretch(0, 0)
        self._take_rows(1)
        for place, column in enumerate(columns, start=1):
            self._add_heading(column.key, place)
        for place in range(max(len(column.terms) for column in columns)):
            self._add_term(place)
        for parameter in _EXTRAS:
            paths = {
                c.key: f"{c.key}.{parameter.key}" for c in columns if parameter.key in c.extras
            }
            if paths:
                self._add_numbers(parameter, paths)
        self._set_widths()

    def _set_widths(self) -> None:
        for field in self.findChildren(NumberField):
            field.spin_box.setMinimumWidth(self.fontMetrics().horizontalAdvance(_NUMBER))

    def _add_heading(self, key: str, column: int) -> None:
        """Add the name of a curve, and beside it the menu for its terms."""
        self.menus[key] = CurveMenu(f"gating.{key}", _HEADS[key])
        self.menus[key].curve_given.connect(lambda curve: self.curve_given.emit(key, curve))
        self.errors[key] = ErrorLabel(f"gating.{key}", self.menus[key])
        heading = QHBoxLayout()
        heading.addWidget(QLabel(f"<b>{_HEADS[key]}</b>"), 1)
        heading.addWidget(self.menus[key])
        self._grid.setColumnStretch(column, 1)
        add_layout(self._grid, heading, 0, column)

    def _add_term(self, place: int) -> None:
        """Add rows for the term with index ``place`` of every curve that has one."""
        paths = {c.key: c.terms[place] for c in self.columns if place < len(c.terms)}
        cells: dict[int, QWidget] = {}
        for column, key in self._places(paths):
            path = paths[key]
            combo = CalmComboBox(f"gating.{path}.form", f"Form of {_HEADS[key]}")
            for index, form in enumerate(Form):
                combo.addItem(_FORMULAS[form], form.value)
                for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                    combo.setItemData(index, f"{_NAMES[form]}: {_FORMULAS[form]}", role)
            combo.setMinimumContentsLength(1)  # as wide as the fields below it
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            combo.setToolTip("x = (V − midpoint)/scale; the offset is added")
            combo.currentIndexChanged.connect(
                lambda _index, p=path, c=combo: self.form_given.emit(p, Form(c.currentData()))
            )
            self.forms[path] = combo
            self.errors[path] = ErrorLabel(f"gating.{path}.form", combo)
            cells[column] = combo
        several = any(len(c.terms) > 1 for c in self.columns)
        self.add_row(QLabel(f"form {place + 1}" if several else "form"), cells)
        for parameter in NUMBERS:
            self._add_numbers(parameter, {k: f"{p}.{parameter.key}" for k, p in paths.items()})

    def _add_numbers(self, parameter: Parameter, paths: dict[str, str]) -> None:
        """Add a row for one number of the curves; paths: of the number by the key of each curve."""
        text = parameter.label + (" r" if parameter.key == "rate" else "")
        label = QLabel(f"{text} ({parameter.unit})" if parameter.unit else text)
        label.setToolTip(f"<p>{parameter.help}</p>")
        cells: dict[int, QWidget] = {}
        for column, key in self._places(paths):
            path, unit = paths[key], parameter.unit or _UNITS[key]
            owner = _HEADS[key].partition(" ")[0]
            field = NumberField(parameter, f"gating.{path}", owner=owner, unit=unit)
            field.value_committed.connect(lambda value, p=path: self.number_given.emit(p, value))
            self.fields[path] = field
            self._order.setdefault(key, []).append(field)
            cells[column] = field
        self.add_row(label, cells)

    def _places(self, paths: dict[str, str]) -> Iterator[tuple[int, str]]:
        """Yield the number of the column and the key for each of these curves."""
        for column, each in enumerate(self.columns, start=1):
            if each.key in paths:
                yield column, each.key

    def show_gate(self, gate: Gate, default: Gate | None) -> None:
        """Show the numbers of a gate, and mark what differs from ``default``; emit no signal."""
        for path, field in self.fields.items():
            field.path = f"{gate.name}.{path}"
        for column in self.columns:
            curve: AnyCurve = getattr(gate, column.key)
            self.menus[column.key].show_curve(curve)
            self.errors[column.key].clear_error()
            usual: AnyCurve | None = None if default is None else getattr(default, column.key)
            usual_terms = column.terms if usual is None else as_curve(usual).terms
            for path, term, other in zip(
                column.terms, as_curve(curve).terms, usual_terms, strict=True
            ):
                self._show_term(path, term, other if isinstance(other, Rate) else None)
            for key in column.extras:
                field = self.fields[f"{column.key}.{key}"]
                field.set_value_silently(getattr(curve, key))
                field.set_default(None if usual is None else getattr(usual, key))

    def _show_term(self, path: str, term: Rate, usual: Rate | None) -> None:
        """Show the numbers of a term; usual: that of the default gate, or None."""
        with QSignalBlocker(self.forms[path]):
            self.forms[path].setCurrentIndex(self.forms[path].findData(term.form.value))
        self.errors[path].clear_error()
        for parameter in NUMBERS:
            field = self.fields[f"{path}.{parameter.key}"]
            field.set_value_silently(getattr(term, parameter.key))
            field.set_default(None if usual is None else getattr(usual, parameter.key))
            used = term.form is not Form.CONSTANT or parameter.key in ("rate", "offset")
            field.setEnabled(used)

    def chain_tabs(self, before: QWidget) -> None:
        """Let the Tab key go on from ``before`` through one column after the other."""
        for column in self.columns:
            fields = list(self._order[column.key])
            for path in column.terms:
                QWidget.setTabOrder(before, self.forms[path])
                own, fields = fields[: len(NUMBERS)], fields[len(NUMBERS) :]
                before = chain_tabs(self.forms[path], own)
            before = chain_tabs(before, fields)
