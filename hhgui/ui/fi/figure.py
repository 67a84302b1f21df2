"""Draw f–I curves as a figure."""

from collections.abc import Sequence

import numpy as np

from hhgui.document.fi_curve import FiCurve
from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.fi.style import NEWEST, Look, look_of
from hhgui.ui.figures.traces import DASH_OF, Range, room
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.widgets.theme import LIGHT


def figure_of_fi(
    curves: Sequence[FiCurve],
    show_rate: bool,
    ranges: tuple[Range, Range] | None = None,
    looks: Sequence[Look] = (),
) -> Figure | None:
    """Return f–I curves drawn over each other, or None without points.

    The newest curve is the last and has the accent colour. In place of a dot a cross marks a run
    that ended early, and a ring V that oscillates without spikes that count. ranges: Visible
    currents and values. looks: Of the curves that have points; by default they follow the order of
    the curves.
    """
    shown = [curve for curve in curves if curve.points]
    if not shown:
        return None
    column = "rate_Hz" if show_rate else "spike_count"
    parts: list[FigureCurve] = []
    looks = looks or [*(look_of(place) for place in range(len(shown) - 1)), NEWEST]
    for look, curve in zip(looks, shown, strict=True):
        parts += _fi_parts(curve, look, show_rate, column if len(shown) == 1 else "")
    values = np.concatenate([part.y for part in parts])
    x = np.concatenate([part.x for part in parts])
    top = nice_range(0.0, max(float(np.nanmax(values, initial=0.0)), 5.0))[1]
    x_range, y_range = ranges or (room(float(x.min()), float(x.max())), (-0.03 * top, top))
    label = "rate (Hz)" if show_rate else "spikes"
    title = shown[-1].name if len(shown) == 1 else "f–I curves"
    panel = FigurePanel(label, y_range, tuple(parts))
    return Figure(title, (panel,), "I (µA/cm²)", x_range, "current_uA_per_cm2")


def _fi_parts(curve: FiCurve, look: Look, show_rate: bool, column: str) -> list[FigureCurve]:
    """Return the line with its dots, and what marks single points: crosses and rings."""
    x = np.array([p.current for p in curve.points], dtype=np.float64)
    y = np.array([p.rate if show_rate else p.count for p in curve.points], dtype=np.float64)
    early = np.array([bool(p.problem) for p in curve.points])
    oscillating = np.array([bool(p.note(curve.protocol)) for p in curve.points]) & ~early
    hue, dash = look[0], DASH_OF[look[1]]
    kind = "rate_Hz" if show_rate else "spike_count"
    column = column or f"{kind}_{ascii_name(curve.name)}"
    color, whole = getattr(LIGHT, hue), np.where(early, np.nan, y)
    parts = [FigureCurve(curve.name, x, whole, color, dash, "circle", column=column)]
    for marked, shade, marker, what in (
        (early, LIGHT.error, "cross", "ended_early"),
        (oscillating, color, "ring", "oscillations_without_spike"),
    ):
        if marked.any():
            there = np.where(marked, y, np.nan)
            named = f"{column}_{what}"
            parts.append(FigureCurve("", x, there, shade, "none", marker, column=named))
    return parts
