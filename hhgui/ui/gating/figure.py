"""Draw steady states, time constants and rates of gates as a figure of panels above each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hhgui.analysis.gating import QUANTITIES, gate_curves
from hhgui.figures.figure import Array, Figure, FigureCurve, FigurePanel
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.figures.traces import DASH_OF
from hhgui.ui.gating.plots import LABELS, VOLTAGES
from hhgui.ui.gating.sets import COMPARED, MAIN, THERMAL, ShownGate
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.widgets.theme import LIGHT, curve_style

USUAL_MV = -120.0, 60.0
_COLUMNS = {
    "steady_state": "{}_inf",
    "time_constant": "tau_{}_ms",
    "alpha": "alpha_{}_per_ms",
    "beta": "beta_{}_per_ms",
}
_SLOWEST = 1e-4  # a logarithmic axis of rates goes no lower (1/ms)


def figure_of_gating(
    shown: Sequence[ShownGate],
    names: Mapping[str, str],
    x_range: tuple[float, float] = USUAL_MV,
    logarithmic: bool = False,
) -> Figure | None:
    """Return the figure of the curves of these gates over V (mV), None if there are none.

    names: of the parameter sets, by the role of their gates (see ``sets.ShownGate``). x_range: the
    visible voltages (mV). logarithmic: whether the axes of rates are.
    """
    if not shown:
        return None
    curves = [gate_curves(each.gate, VOLTAGES, each.rate_factor) for each in shown]
    inside = (x_range[0] <= VOLTAGES) & (x_range[1] >= VOLTAGES)
    panels: list[FigurePanel] = []
    for quantity, label in zip(QUANTITIES, LABELS, strict=True):
        values = [np.asarray(getattr(each, quantity), dtype=np.float64) for each in curves]
        parts = [
            _curve(each, y, _COLUMNS[quantity], names)
            for each, y in zip(shown, values, strict=True)
        ]
        powers = logarithmic and quantity in ("alpha", "beta")
        y_range = _range([y[inside] for y in values], quantity, powers)
        if panels:  # one legend is enough
            parts = [replace(part, name="") for part in parts]
        panels.append(FigurePanel(label, y_range, tuple(parts), logarithmic=powers))
    roles = (role for role in (MAIN, COMPARED) if any(each.role == role for each in shown))
    title = " and ".join(names[role] for role in roles if role in names)
    return Figure(title, tuple(panels), "V (mV)", x_range, "V_mV")


def _curve(each: ShownGate, y: Array, column: str, names: Mapping[str, str]) -> FigureCurve:
    style = curve_style(LIGHT, each.gate.name, each.place)
    dash, color, width = DASH_OF[style.line], style.color.name(), 1.0
    name, header = each.gate.name, column.format(each.gate.name)
    if each.role != MAIN:
        of_set = names.get(each.role, each.role)
        name, header = f"{name}, {of_set}", f"{header}_{ascii_name(of_set)}"
        dash, width = "dash", 0.6
    if each.role == THERMAL:
        color, width = LIGHT.black, 1.0
    return FigureCurve(name, VOLTAGES, y, color, dash, width=width, column=header)


def _range(values: Sequence[Array], quantity: str, powers: bool) -> tuple[float, float]:
    found = np.concatenate([y[np.isfinite(y)] for y in values])
    if quantity == "steady_state":
        return -0.03, 1.03
    if found.size == 0:
        return 0.1, 1.0
    if powers:
        low = max(float(found.min()), _SLOWEST)
        ends = np.floor(np.log10(low)), np.ceil(np.log10(max(float(found.max()), 2.0 * low)))
        return float(10.0 ** ends[0]), float(10.0 ** ends[1])
    return 0.0, nice_range(0.0, float(found.max()))[1]
