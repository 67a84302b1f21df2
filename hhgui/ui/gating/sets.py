"""Choose the gates of the gating plots and their look."""

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
    """Describe a gate to draw: of the membrane, the comparison set or the thermal form."""

    gate: Gate
    place: int  # among its membrane's gates: its style, as in Live
    rate_factor: float = 1.0
    role: str = MAIN


def shown_gates(
    membrane: Membrane, compared: Membrane | None, thermal: bool
) -> tuple[ShownGate, ...]:
    """Return all gates that can be drawn, those of the membrane first.

    The thermal rates stand for gate n, at the membrane's temperature.
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
    """Return the gate's colour and dash as in Live; a compared set's is thin and dotted."""
    style = curve_style(theme, shown.gate.name, shown.place)
    if shown.role == MAIN:
        return Stroke(pg.mkPen(style.color, width=1, style=style.line), scale - 0.55)
    apart = 0.5 * (scale - 1.0)  # for a projector only
    if shown.role == THERMAL:
        return Stroke(pg.mkPen(theme.black, width=1, style=Qt.PenStyle.DashLine), apart)
    pen = pg.mkPen(style.color, width=1)
    pen.setDashPattern(_THIN_DASHES)
    return Stroke(pen, apart)
