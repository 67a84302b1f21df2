"""The panes of traces over time: which columns go into which, how they are drawn and written."""

from typing import NamedTuple

from PySide6.QtCore import Qt

from hhgui.model.membrane import Membrane
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.widgets.theme import CurveStyle, Theme, curve_style


class PaneSpec(NamedTuple):
    """A pane: its axis, the widest range it may show, its share of the height, its switch.

    short: what the axis says where the pane is too low for its label.
    """

    label: str
    short: str
    limits: tuple[float, float]
    share: int
    switch: str
    help: str
    unit: str
    digits: int


PANES = {
    "voltage": PaneSpec(
        "V (mV)", "V", (-2000.0, 2000.0), 30, "V", "Membrane voltage", "mV", 2
    ),
    "stimulus": PaneSpec(
        "I (µA/cm²)", "I", (-1e5, 1e5), 12, "Stimulus", "Current given to the neuron", "µA/cm²", 2
    ),
    "gates": PaneSpec(
        "gates", "x", (-0.5, 1.5), 18, "Gates", "Each gate, from 0 (closed) to 1 (open)", "", 4
    ),
    "currents": PaneSpec(
        "I ionic (µA/cm²)", "I ion", (-1e6, 1e6), 18, "Currents",
        "Ionic currents, outward positive", "µA/cm²", 2,
    ),
    "conductances": PaneSpec(
        "g (mS/cm²)", "g", (-1e4, 2e4), 18, "Conductances",
        "Conductances as the gates leave them: ḡ times the open share", "mS/cm²", 3,
    ),
    "driving_forces": PaneSpec(
        "V − E (mV)", "V − E", (-2000.0, 2000.0), 18, "V − E",
        "Driving forces: how far V is from each reversal potential", "mV", 2,
    ),
}  # fmt: skip
FIRST_SHOWN = ("voltage", "stimulus", "gates", "currents")
# A gate's axis in a run: with room above 1 for the key, which would hide a gate that is open.
GATE_RANGE = (-0.06, 1.3)
_AIR = 0.04  # share of an axis beyond its round ends, so that two panes' labels do not meet
_DASHES = {
    Qt.PenStyle.SolidLine: "──",
    Qt.PenStyle.DashLine: "╌╌",
    Qt.PenStyle.DashDotLine: "╌·",
    Qt.PenStyle.DotLine: "···",
}


def pane_columns(membrane: Membrane) -> dict[str, tuple[str, ...]]:
    """The columns of each pane, in the run's order."""
    ions = [current.name for current in membrane.currents]
    return {
        "voltage": ("V",),
        "stimulus": ("I_stim",),
        "gates": tuple(gate.name for gate in membrane.gates),
        "currents": tuple(f"I_{ion}" for ion in ions),
        "conductances": tuple(f"g_{ion}" for ion in ions),
        "driving_forces": tuple(f"d_{ion}" for ion in ions),
    }


def column_style(theme: Theme, pane: str, column: str, index: int) -> CurveStyle:
    """A conductance and a driving force are drawn as the current they belong to."""
    if pane in ("conductances", "driving_forces"):
        column = f"I_{column.removeprefix('g_').removeprefix('d_')}"
    return curve_style(theme, column, index)


def number_text(pane: str, value: float) -> str:
    """A value with the pane's digits and unit."""
    spec = PANES[pane]
    return f"{value:.{spec.digits}f} {spec.unit}".replace("-", "−").rstrip()


def plain_name(pane: str, column: str) -> str:
    """A column's name in a line of text: V, I, m, I_Na, g_Na, V−E_Na."""
    if pane == "driving_forces":
        return f"V−E_{column.removeprefix('d_')}"
    return "I" if pane == "stimulus" else column


def name_html(pane: str, column: str) -> str:
    """A column's name with its subscript."""
    name = plain_name(pane, column)
    head, _, tail = name.partition("_")
    return f"{head}<sub>{tail}</sub>" if tail and pane != "gates" else name


def key_html(
    pane: str,
    columns: list[str],
    styles: list[CurveStyle],
    theme: Theme,
    values: dict[str, float],
) -> str:
    """The key of a pane: its curves' lines and names, and their values where the mouse is.

    A single curve needs no key; it only shows its value.
    """
    parts = []
    for column, style in zip(columns, styles, strict=True):
        text = name_html(pane, column)
        if len(columns) > 1:
            text = f"<b>{_DASHES[style.line]}</b> {text}"
        if column in values:
            text += f" <b>{number_text(pane, values[column])}</b>"
        elif len(columns) == 1:
            continue
        parts.append(f'<span style="color:{style.color.name()}">{text}</span>')
    if not parts:
        return ""
    # an opaque ground, so that curves pass behind the key and not through it
    joined = "&nbsp;&nbsp;&nbsp;".join(parts)
    return f'<span style="background-color:{theme.plot_background}">&nbsp;{joined}&nbsp;</span>'


def airy_range(low: float, high: float) -> tuple[float, float]:
    """Round ends around low..high, and a little air beyond them.

    What has no values of one sign has none of that sign on its axis.
    """
    lower, upper = nice_range(low, high)
    low, high = max(lower, 0.0) if low >= 0.0 else lower, min(upper, 0.0) if high <= 0.0 else upper
    return low - _AIR * (high - low), high + _AIR * (high - low)


def voltage_range(membrane: Membrane) -> tuple[float, float]:
    """A voltage axis that holds the membrane's reversal potentials and its spikes (mV)."""
    reversals = [current.reversal for current in membrane.currents]
    low = max(min(-90.0, *reversals, membrane.initial_voltage) - 10.0, -160.0)
    return low, min(max(50.0, *reversals) + 10.0, 160.0)


def first_range(pane: str, membrane: Membrane, low: float, high: float) -> tuple[float, float]:
    """A run's value axis to begin with, where its curves lie in low..high; a gate's is fixed."""
    if pane == "gates":
        return GATE_RANGE
    if pane == "voltage":
        low, high = voltage_range(membrane)
        return low - _AIR * (high - low), high + _AIR * (high - low)
    return airy_range(min(low, 0.0), max(high, 0.0))
