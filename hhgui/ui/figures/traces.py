"""Traces over time, as figures: always on white, in the light theme's colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from hhgui.engine.recording import Recording
from hhgui.experiments.single_run import SingleRun, differences
from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.widgets.theme import LIGHT, OTHERS, CurveStyle, curve_style

Array = NDArray[np.float64]
Range = tuple[float, float]
Look = tuple[str, Qt.PenStyle]  # of a run: a hue of the theme, and a line
# More rows than this (some 8 s at dt 0.02) would take long to copy: extremes are kept.
MOST_LIVE_ROWS = 400_000
TIME = "time (ms)"
VOLTAGE = "V (mV)"
DASH_OF = {
    Qt.PenStyle.SolidLine: "solid",
    Qt.PenStyle.DashLine: "dash",
    Qt.PenStyle.DashDotLine: "dash-dot",
    Qt.PenStyle.DotLine: "dot",
}
_RUN_DASHES = ("solid", "dash", "dot", "dash-dot")
FIRST_LOOK: Look = ("black", Qt.PenStyle.SolidLine)


@dataclass(frozen=True)
class _Pane:
    """A pane of the live and experiment tabs: label, weight, base range or None, column prefix."""

    label: str
    weight: float
    base: Range | None
    prefix: str


PANES = {
    "voltage": _Pane(VOLTAGE, 30.0, (-80.0, 40.0), "V"),
    "stimulus": _Pane("I (µA/cm²)", 11.0, None, "I_stim"),
    "gates": _Pane("gates", 18.0, (0.0, 1.0), ""),
    "currents": _Pane("I ionic (µA/cm²)", 18.0, None, "I_"),
    "conductances": _Pane("g (mS/cm²)", 18.0, None, "g_"),
    "driving_forces": _Pane("V − E (mV)", 18.0, None, "d_"),
}


def figure_of_live(
    recording: Recording, span: Range, panes: Sequence[str], ranges: Mapping[str, Range] = {}
) -> Figure | None:
    """The recorded rows within ``span`` (ms), in the panes of these names; None without any.

    ranges: the values shown in a pane, by its name; else what the rows need.
    """
    start, stop = max(span[0], recording.span[0]), min(span[1], recording.span[1])
    if recording.total == 0 or stop <= start:
        return None
    times, values = recording.envelope(start, stop, MOST_LIVE_ROWS)
    columns = dict(zip(recording.names, values.astype(np.float64), strict=True))
    shown = [
        _pane_panel(name, [_column_curve(c, times, columns[c], n) for n, c in enumerate(found)],
                    ranges.get(name))
        for name in panes
        if (found := _columns_of(name, recording.names))
    ]  # fmt: skip
    if not shown:
        return None
    whole = recording.row_at(stop) - recording.row_at(start) + 1
    remark = "" if times.size >= whole else _thinned_remark("File, Export traces, has them all")
    title = recording.membrane.name
    return Figure(title, tuple(shown), TIME, (span[0], span[1]), "time_ms", remark=remark)


def figure_of_run(
    runs: Sequence[SingleRun], panes: Sequence[str], ranges: Mapping[str, Range] = {},
    span: Range | None = None, looks: Sequence[Look] = (),
) -> Figure | None:  # fmt: skip
    """Runs over each other in the panes of these names; None without a run.

    One run has a colour for each column. Of several, each has a colour in the voltage pane, where
    its name is, and a dash in the others. looks: each run's hue and line; else by its place.
    """
    if not runs:
        return None
    names = differences([run.setup for run in runs]) if len(runs) > 1 else [""]
    looks = looks or [FIRST_LOOK, *(OTHERS[n % len(OTHERS)] for n in range(1, len(runs)))]
    shown = []
    for pane in panes:
        curves = [
            _run_curve(run, names, number, column, place, looks[number])
            for number, run in enumerate(runs)
            for place, column in enumerate(_columns_of(pane, run.names))
        ]
        if curves:
            shown.append(_pane_panel(pane, curves, ranges.get(pane)))
    if not shown:
        return None
    span = span or (0.0, max((float(r.times[-1]) for r in runs if r.times.size), default=1.0))
    title = ", ".join(dict.fromkeys(run.setup.membrane.name for run in runs))
    remark = _thinned_remark() if any(run.thinned for run in runs) else ""
    return Figure(title, tuple(shown), TIME, span, "time_ms", remark=remark)


def _columns_of(pane: str, names: Sequence[str]) -> list[str]:
    """The columns that a pane shows."""
    if pane in ("voltage", "stimulus"):
        return [name for name in names if name == PANES[pane].prefix]
    if pane == "gates":
        others = ("I_", "g_", "d_")
        return [n for n in names if n != "V" and not n.startswith(others)]
    prefix = PANES[pane].prefix
    return [name for name in names if name.startswith(prefix) and name != "I_stim"]


def _column_curve(
    column: str, x: Array, y: Array, place: int, name: str | None = None
) -> FigureCurve:
    style = _style_of(column, place)
    shown = "I" if column == "I_stim" else column.replace("d_", "V − E_")
    shown = shown if name is None else name
    return FigureCurve(shown, x, y, style.color.name(), DASH_OF[style.line], column=_header(column))


def _style_of(column: str, place: int) -> CurveStyle:
    """Conductances and driving forces look like their current."""
    known = f"I_{column[2:]}" if column.startswith(("g_", "d_")) else column
    return curve_style(LIGHT, known, place)


def _header(column: str) -> str:
    units = {"V": "_mV", "I_": "_uA_per_cm2", "g_": "_mS_per_cm2", "d_": "_mV"}
    unit = units.get(column if column == "V" else column[:2], "")
    name = f"driving_force_{column[2:]}" if column.startswith("d_") else column
    return ascii_name(name) + unit


def _run_curve(
    run: SingleRun, names: Sequence[str], number: int, column: str, place: int, look: Look
) -> FigureCurve:
    curve = _column_curve(column, run.times, run.column(column), place)
    if len(names) == 1:
        return curve
    name = names[number] or f"run {number + 1}"
    header = f"{curve.column}_{ascii_name(name)}"
    color, dash, shown = curve.color, _RUN_DASHES[number % len(_RUN_DASHES)], ""
    if column in ("V", "I_stim"):
        color, dash = getattr(LIGHT, look[0]), DASH_OF[look[1]]
        shown = name if column == "V" else ""
    elif number == 0:
        shown = curve.name
    return FigureCurve(shown, curve.x, curve.y, color, dash, column=header)


def _pane_panel(name: str, curves: Sequence[FigureCurve], shown: Range | None) -> FigurePanel:
    pane = PANES[name]
    return FigurePanel(
        pane.label, shown or _range_of(curves, pane.base), tuple(curves), pane.weight
    )


def _range_of(curves: Sequence[FigureCurve], base: Range | None) -> Range:
    """Everything finite, and ``base``, with a little room."""
    values = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves])
    ends = list(base or ())
    if values.size:
        ends += [float(values.min()), float(values.max())]
    return room(min(ends), max(ends)) if ends else (0.0, 1.0)


def room(low: float, high: float) -> Range:
    """Return the range with a little air at both ends."""
    air = 0.05 * (high - low) or 0.5
    return low - air, high + air


def _thinned_remark(more: str = "") -> str:
    text = "Of this long run only the extremes were kept"
    return f"{text}; {more}." if more else f"{text}."
