"""List every number of a neuron in tables."""

from collections.abc import Iterator

from hhgui.document.differences import number
from hhgui.model.membrane import CURVES, MEMBRANE_PARAMETERS, Gate, Membrane
from hhgui.model.rate import AnyCurve, Form, Rate
from hhgui.report.report import Rows, Table

_FORMS = {
    Form.EXPONENTIAL: "rate · exp(x)",
    Form.SIGMOID: "rate / (1 + exp(−x))",
    Form.EXP_LINEAR: "rate · x / (1 − exp(−x))",
    Form.GAUSSIAN: "rate · exp(−x²)",
    Form.CONSTANT: "rate",
}
_SYMBOLS = {"alpha": "α_{} (1/ms)", "beta": "β_{} (1/ms)", "steady_state": "{}∞",
            "time_constant": "τ_{} (ms)"}  # fmt: skip


def neuron_tables(membrane: Membrane) -> tuple[Table, ...]:
    """Return three tables: of the membrane, of its currents, and of the rates of its gates."""
    tables = [
        Table(("Membrane", "Value"), tuple(_membrane(membrane)), numbers=(1,)),
        Table(
            ("Current", "ḡ (mS/cm²)", "E (mV)", "Gates"), tuple(_currents(membrane)), numbers=(1, 2)
        ),
    ]
    rates = tuple(row for gate in membrane.gates for row in _rates(gate))
    if rates:
        headings = ("Gate", "with x = (V − midpoint) / scale", "rate", "midpoint (mV)",
                    "scale (mV)", "offset")  # fmt: skip
        tables.append(Table(headings, rates, numbers=(2, 3, 4, 5)))
    return tuple(tables)


def _membrane(membrane: Membrane) -> Iterator[tuple[str, str]]:
    """Yield name and value of each number of the membrane itself."""
    for parameter in MEMBRANE_PARAMETERS:
        value = getattr(membrane, parameter.key)
        used = parameter.key != "q10" or membrane.temperature is not None
        if value is not None and used:
            label = f"{parameter.label}, {parameter.symbol}"
            yield label, f"{number(value)} {parameter.unit}".strip()


def _currents(membrane: Membrane) -> Iterator[tuple[str, ...]]:
    """Yield a row for each current."""
    for current in membrane.currents:
        gates = " ".join(f"{g.name}^{g.power}" if g.power != 1 else g.name for g in current.gates)
        values = number(current.conductance), number(current.reversal)
        yield current.name, *values, gates or "none"


def _rates(gate: Gate) -> Iterator[tuple[str, ...]]:
    """Yield a row for each curve of a gate."""
    for key in CURVES:
        curve = getattr(gate, key)
        if curve is not None:
            yield from _curve(_SYMBOLS[key].format(gate.name), curve)
    if gate.instantaneous:
        yield f"{gate.name}: at its steady state at once", *[""] * 5
    if gate.initial is not None:
        yield f"{gate.name} at the start: {number(gate.initial)}", *[""] * 5


def _curve(name: str, curve: AnyCurve) -> Rows:
    if isinstance(curve, Rate):
        shape = ("", "") if curve.form is Form.CONSTANT else (curve.midpoint, curve.scale)
        numbers = (curve.rate, *shape, curve.offset)
        cells = (number(each) if isinstance(each, float) else each for each in numbers)
        return ((name, _FORMS[curve.form], *cells),)
    rows = [row for place, term in enumerate(curve.terms, 1)
            for row in _curve(f"{name}, term {place}", term)]  # fmt: skip
    whole = f"{curve.combine} of its terms"
    if curve.exponent != 1.0:
        whole += f", to the power of {number(curve.exponent)}"
    bounds = (("at least", curve.minimum), ("at most", curve.maximum))
    whole += "".join(f", {word} {number(end)}" for word, end in bounds if end is not None)
    return (*rows, (name, whole, "", "", "", number(curve.offset)))
