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
    """Return a figure with f–I curves over each other, None if they have no points.

    The newest curve is the last one and has the accent colour. A cross instead of a dot marks a run
    that ended early, a ring one in which V oscillates without spikes. show_rate: whether rates are
    drawn, or numbers of spikes. ranges: the visible currents and values, None for all. looks: of
    the curves that have points, () to choose them by their order.
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
    """Return the line with its dots, and the crosses and rings, as curves of a figure.

    show_rate: whether rates are drawn, or numbers of spikes. column: the header of their column.
    """
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
