"""Define how the quantities of ``model/quantity.py`` look in plots over time."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt

from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import CLAMP, PANES, Quantity
from hhgui.model.words import with_minus
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.widgets.read_out import BETWEEN
from hhgui.ui.widgets.theme import CurveStyle, Theme, curve_style

# A gate's axis in a run: with room above 1 for the key, which would hide a gate that is open.
GATE_RANGE = (-0.06, 1.3)
_AIR = 0.04  # fraction of an axis beyond its round ends, so that two panes' labels do not meet
_LONG_TIME, _LONG_VALUE = 88_888.888, -888.88
_DASHES = {
    Qt.PenStyle.SolidLine: "──",
    Qt.PenStyle.DashLine: "╌╌",
    Qt.PenStyle.DashDotLine: "╌·",
    Qt.PenStyle.DotLine: "···",
}


def quantity_style(theme: Theme, quantity: Quantity) -> CurveStyle:
    """Return the colour and dash pattern of the curve of a quantity."""
    return curve_style(theme, quantity.role, quantity.place)


def name_html(quantity: Quantity) -> str:
    """Return the symbol of a quantity as HTML; a gate has the name that its file gives it."""
    head, _, tail = quantity.symbol.partition("_")
    return f"{head}<sub>{tail}</sub>" if tail and quantity.pane != "gates" else quantity.symbol


def read_out(
    time: float, described: Iterable[Quantity], values: Mapping[str, float],
    unit: CurrentUnit = DENSITY,
) -> str:  # fmt: skip
    """Return the values of quantities at a time (ms) as one line of text.

    values: by key. unit: in which currents are shown.
    """
    parts = [f"{q.symbol} {q.text(values[q.key], unit)}" for q in described]
    return BETWEEN.join([with_minus(f"t {time:.3f} ms"), *parts])


def longest_read_out(described: Sequence[Quantity], unit: CurrentUnit = DENSITY) -> str:
    """Return a read-out as long as that of these quantities can usually become, to reserve room."""
    values = {q.key: _LONG_VALUE if PANES[q.pane].limits[1] > 2.0 else 1.0 for q in described}
    return read_out(_LONG_TIME, described, values, unit)


def key_html(
    described: Sequence[Quantity], theme: Theme, values: Mapping[str, float],
    unit: CurrentUnit = DENSITY,
) -> str:  # fmt: skip
    """Return the legend of a pane as HTML: line samples, names, and the values at the mouse.

    values: by key, empty if the mouse is elsewhere. A single curve has only its value,
    but for the current of a clamp, which is named. unit: in which currents are shown.
    """
    parts = []
    for quantity in described:
        style, text = quantity_style(theme, quantity), name_html(quantity)
        if len(described) > 1:
            text = f"<b>{_DASHES[style.line]}</b>&nbsp;{text}"
        if quantity.key in values:
            value = quantity.text(values[quantity.key], unit).replace(" ", "&nbsp;")
            text += f"&nbsp;<b>{value}</b>"
        elif len(described) == 1 and quantity is not CLAMP:
            continue
        parts.append(f'<span style="color:{style.color.name()}">{text}</span>')
    if not parts:
        return ""
    # an opaque ground, so that curves pass behind the key and not through it
    joined = "&nbsp;&nbsp; ".join(parts)  # a wide key is wrapped between its parts
    return f'<span style="background-color:{theme.plot_background}">&nbsp;{joined}&nbsp;</span>'


def airy_range(low: float, high: float) -> tuple[float, float]:
    """Return a range of round numbers that includes ``low`` to ``high`` with a margin.

    If both have the same sign, the range does not extend to the other sign.
    """
    lower, upper = nice_range(low, high)
    low, high = max(lower, 0.0) if low >= 0.0 else lower, min(upper, 0.0) if high <= 0.0 else upper
    return low - _AIR * (high - low), high + _AIR * (high - low)


def voltage_range(membrane: Membrane) -> tuple[float, float]:
    """Return a range of voltages (mV) that includes spikes and all reversal potentials."""
    reversals = [current.reversal for current in membrane.currents]
    low = max(min(-90.0, *reversals, membrane.initial_voltage) - 10.0, -160.0)
    return low, min(max(50.0, *reversals) + 10.0, 160.0)


def first_range(pane: str, membrane: Membrane, low: float, high: float) -> tuple[float, float]:
    """Return the first range of the value axis of a pane for values from ``low`` to ``high``.

    That of gates is always the same.
    """
    if pane == "gates":
        return GATE_RANGE
    if pane == "voltage":
        low, high = voltage_range(membrane)
        return low - _AIR * (high - low), high + _AIR * (high - low)
    return airy_range(min(low, 0.0), max(high, 0.0))
