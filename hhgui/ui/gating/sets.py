"""Choose which gates the gating plots show, and how they look."""

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import Qt

from hhgui.analysis.gating import THERMAL_N
from hhgui.model.membrane import Gate, Membrane
from hhgui.ui.plots.items import Stroke
from hhgui.ui.widgets.theme import Theme, curve_style

MAIN, COMPARED, THERMAL = "main", "compared", "thermal"
_THIN_DASHES = (4.0, 3.0)  # of the compared set, in pixels


@dataclass(frozen=True)
class ShownGate:
    """A gate to be drawn.

    place: its index in its neuron, which gives its colour. rate_factor: the factor of the
    temperature on its rates. role: whether it is of the present neuron, of the comparison set, or
    thermal.
    """

    gate: Gate
    place: int  # among its membrane's gates: its style, as in Live
    rate_factor: float = 1.0
    role: str = MAIN


def shown_gates(
    membrane: Membrane, compared: Membrane | None, thermal: bool
) -> tuple[ShownGate, ...]:
    """Return all gates that can be drawn, first those of the present neuron.

    compared: a second neuron, or None. thermal: whether to add the thermal rates, as another gate n
    at the temperature of the membrane.
    """
    shown = [
        ShownGate(gate, place, float(each.rate_factors[place]), role)
        for each, role in ((membrane, MAIN), (compared, COMPARED))
        if each is not None
        for place, gate in enumerate(each.gates)
    ]
    if thermal:
        shown.append(ShownGate(THERMAL_N, 0, membrane.rate_factor, THERMAL))
    return tuple(shown)


def stroke_of(shown: ShownGate, theme: Theme, scale: float = 1.0) -> Stroke:
    """Return how a gate is drawn, in its colour and dashes of Live.

    That of a comparison set is thin and dotted.
    """
    style = curve_style(theme, shown.gate.name, shown.place)
    if shown.role == MAIN:
        return Stroke(pg.mkPen(style.color, width=1, style=style.line), scale - 0.55)
    apart = 0.5 * (scale - 1.0)  # for a projector only
    if shown.role == THERMAL:
        return Stroke(pg.mkPen(theme.black, width=1, style=Qt.PenStyle.DashLine), apart)
    pen = pg.mkPen(style.color, width=1)
    pen.setDashPattern(_THIN_DASHES)
    return Stroke(pen, apart)
