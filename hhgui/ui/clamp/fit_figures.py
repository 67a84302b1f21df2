"""Draw fitted gates: points at each voltage, fitted curves with their errors, true curves."""

from collections.abc import Iterator

import numpy as np

from hhgui.analysis.clamp_fit import CONFIDENCE, CurrentFit
from hhgui.analysis.clamp_points import Points
from hhgui.figures.figure import Array, Figure, FigureCurve, FigurePanel
from hhgui.model.membrane import Gate
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.widgets.theme import LIGHT, curve_style

_LABELS = {
    "steady": "steady state x∞", "tau": "time constant τ (ms)",
    "alpha": "opening rate α (1/ms)", "beta": "closing rate β (1/ms)",
}  # fmt: skip
_FINE = 241
_AROUND_MV = 10.0


def figures_of_fit(found: CurrentFit) -> list[Figure]:
    """Return four figures: x∞, τ, α and β of the gates of one current over V."""
    volts = [points.voltage for points in found.points if points.voltage.size]
    low, high = (
        (min(v.min() for v in volts) - _AROUND_MV, max(v.max() for v in volts) + _AROUND_MV)
        if volts
        else (-100.0, 60.0)
    )
    fine = np.linspace(low, high, _FINE)
    figures = []
    for quantity, label in _LABELS.items():
        curves: list[FigureCurve] = []
        for place, (own, gate, points) in enumerate(
            zip(found.current.gates, found.gates, found.points, strict=True)
        ):
            curves += _curves(found, place, (own, gate), points, quantity, fine)
        y = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves if curve.name])
        span = (-0.04, 1.06) if quantity == "steady" else nice_range(0.0, float(y.max()))
        panel = FigurePanel(label, span, tuple(curves))
        figures.append(Figure("", (panel,), "V (mV)", (float(low), float(high)), "V_mV"))
    return figures


def _curves(
    found: CurrentFit, place: int, gates: tuple[Gate, Gate], points: Points, quantity: str,
    fine: Array,
) -> Iterator[FigureCurve]:  # fmt: skip
    """Yield the true curve of one gate, the fitted curve with its error band, and the points.

    place: the index of the gate in the fit. gates: the true and the fitted one. fine: voltages
    (mV).
    """
    own, fitted = gates
    color = curve_style(LIGHT, own.name, place).color.name()
    name = {"steady": f"{own.name}∞", "tau": f"τ_{own.name}"}.get(quantity, f"{own.name}")
    yield FigureCurve("", fine, _value(own, quantity, fine), LIGHT.faint_text, "dash",
                      column=f"true_{quantity}_{own.name}")  # fmt: skip
    curve = _value(fitted, quantity, fine)
    yield FigureCurve("", fine, curve, color, column=f"fitted_{quantity}_{own.name}")
    if quantity in ("alpha", "beta"):
        error = CONFIDENCE * found.band(place, quantity, fine)
        if np.isfinite(error).all() and error.max() > 1e-6 * max(float(curve.max()), 1e-12):
            for sign, word in ((-1.0, "low"), (1.0, "high")):
                yield FigureCurve("", fine, curve + sign * error, color, "dot", width=0.7,
                                  column=f"{word}_{quantity}_{own.name}")  # fmt: skip
    yield FigureCurve(name, points.voltage, getattr(points, quantity), color, "none", "circle",
                      column=f"points_{quantity}_{own.name}")  # fmt: skip


def _value(gate: Gate, quantity: str, volts: Array) -> Array:
    """Return one quantity of a gate at voltages (mV)."""
    match quantity:
        case "steady":
            return gate.steady_state_at(volts)
        case "tau":
            return gate.time_constant_at(volts)
        case "alpha":
            return gate.rates_at(volts)[0]
    return gate.rates_at(volts)[1]
