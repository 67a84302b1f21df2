"""Draw traces over time as figures on white, in the colours of the light theme."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from hhgui.document.differences import differences
from hhgui.engine.recording import Recording
from hhgui.experiments.marked import Annotation
from hhgui.experiments.single_run import SingleRun
from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.figures.marked import figure_marks
from hhgui.model.quantity import (
    STIMULUS,
    VOLTAGE,
    Quantity,
    pane_of,
    quantities_by_pane,
)
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.plots.panes import quantity_style
from hhgui.ui.widgets.theme import LIGHT, OTHERS

Array = NDArray[np.float64]
Range = tuple[float, float]
Look = tuple[str, Qt.PenStyle]  # of a run: a hue of the theme, and a line
# More rows than this (some 8 s at dt 0.02) would take long to copy: extremes are kept.
MOST_LIVE_ROWS = 400_000
TIME = "time (ms)"
DASH_OF = {
    Qt.PenStyle.SolidLine: "solid",
    Qt.PenStyle.DashLine: "dash",
    Qt.PenStyle.DashDotLine: "dash-dot",
    Qt.PenStyle.DotLine: "dot",
}
_RUN_DASHES = ("solid", "dash", "dot", "dash-dot")
_OF_ONE_CURVE = (VOLTAGE.pane, STIMULUS.pane)
FIRST_LOOK: Look = ("black", Qt.PenStyle.SolidLine)


class LaidOver(NamedTuple):
    """A kept sweep that is drawn behind the live traces.

    run: its numbers. look: its colour and dash pattern. shift: ms, added to its times.
    """

    run: SingleRun
    name: str
    look: Look
    shift: float


def figure_of_live(
    recording: Recording, span: Range, panes: Sequence[str], ranges: Mapping[str, Range] = {},
    kept: Sequence[LaidOver] = (),
) -> Figure | None:  # fmt: skip
    """Return a figure of the recorded rows within ``span`` (ms), None if there are none.

    panes: the names of the plots. ranges: the values shown in a plot, by its name; by default the
    range of the rows. kept: sweeps to draw behind the traces.
    """
    start, stop = max(span[0], recording.span[0]), min(span[1], recording.span[1])
    if recording.total == 0 or stop <= start:
        return None
    injected = recording.injected(start, stop)
    by_pane = quantities_by_pane(recording.membrane, injected)
    keys = [q.key for name in panes for q in by_pane[name]]
    if not keys:
        return None
    times, values = recording.envelope(start, stop, MOST_LIVE_ROWS, keys)
    columns = dict(zip(keys, values.astype(np.float64), strict=True))
    shown = [
        _pane_panel(
            name,
            [*_kept_curves(kept, name, span),
             *(_curve(q, times, columns[q.key]) for q in by_pane[name])],
            ranges.get(name),
            injected,
        )
        for name in panes
        if by_pane[name]
    ]  # fmt: skip
    whole = recording.row_at(stop) - recording.row_at(start) + 1
    remark = "" if times.size >= whole else _thinned_remark("File, Export numbers, has them all")
    title = recording.membrane.name
    return Figure(title, tuple(shown), TIME, (span[0], span[1]), "time_ms", remark=remark)


def figure_of_run(
    runs: Sequence[SingleRun], panes: Sequence[str], ranges: Mapping[str, Range] = {},
    span: Range | None = None, looks: Sequence[Look] = (), marks: Sequence[Annotation] = (),
) -> Figure | None:  # fmt: skip
    """Return a figure of one or several runs, drawn over each other; None without a run.

    panes: the names of the plots. ranges: as for ``figure_of_live``. span: the visible times (ms),
    None for all. looks: colour and dash pattern of each run, () to choose them by order. marks:
    annotations of V. A single run has a colour per quantity. Several runs each have a colour in the
    plot of V, which also names them, and a dash pattern in the others.
    """
    if not runs:
        return None
    names = differences([run.setup for run in runs]) if len(runs) > 1 else [""]
    every = {run.injected for run in runs}
    injected = every.pop() if len(every) == 1 else STIMULUS
    looks = looks or [FIRST_LOOK, *(OTHERS[n % len(OTHERS)] for n in range(1, len(runs)))]
    shown = []
    for pane in panes:
        curves = [
            _run_curve(run, names, number, quantity, looks[number])
            for number, run in enumerate(runs)
            for quantity in quantities_by_pane(run.setup.membrane, run.injected)[pane]
        ]
        if curves:
            panel = _pane_panel(pane, curves, ranges.get(pane), injected)
            drawn = figure_marks(marks, LIGHT.accent) if pane == "voltage" else ()
            shown.append(replace(panel, marks=drawn))
    if not shown:
        return None
    span = span or (0.0, max((float(r.times[-1]) for r in runs if r.times.size), default=1.0))
    title = ", ".join(dict.fromkeys(run.setup.membrane.name for run in runs))
    remark = _thinned_remark() if any(run.thinned for run in runs) else ""
    return Figure(title, tuple(shown), TIME, span, "time_ms", remark=remark)


def _curve(quantity: Quantity, x: Array, y: Array) -> FigureCurve:
    style = quantity_style(LIGHT, quantity)
    return FigureCurve(
        quantity.symbol, x, y, style.color.name(), DASH_OF[style.line], column=quantity.header
    )


def _kept_curves(kept: Sequence[LaidOver], pane: str, span: Range) -> Iterator[FigureCurve]:
    """Yield the curves of kept sweeps for one plot, as far as they lie in the span."""
    for over in kept:
        times = over.run.times + over.shift
        inside = (times >= span[0]) & (times <= span[1])
        for quantity in quantities_by_pane(over.run.setup.membrane, over.run.injected)[pane]:
            curve = _curve(quantity, times[inside], over.run.column(quantity.key)[inside])
            dash = DASH_OF[over.look[1]] if quantity.pane in _OF_ONE_CURVE else curve.dash
            yield FigureCurve(
                over.name if quantity is VOLTAGE else "", curve.x, curve.y,
                getattr(LIGHT, over.look[0]), dash,
                column=f"{curve.column}_{ascii_name(over.name)}",
            )  # fmt: skip


def _run_curve(
    run: SingleRun, names: Sequence[str], number: int, quantity: Quantity, look: Look
) -> FigureCurve:
    """Return the curve of a quantity of run ``number`` (from 0); names: of all runs."""
    curve = _curve(quantity, run.times, run.column(quantity.key))
    if len(names) == 1:
        return curve
    name = names[number] or f"run {number + 1}"
    header = f"{curve.column}_{ascii_name(name)}"
    color, dash, shown = curve.color, _RUN_DASHES[number % len(_RUN_DASHES)], ""
    if quantity.pane in _OF_ONE_CURVE:
        color, dash = getattr(LIGHT, look[0]), DASH_OF[look[1]]
        shown = name if quantity is VOLTAGE else ""
    elif number == 0:
        shown = curve.name
    return FigureCurve(shown, curve.x, curve.y, color, dash, column=header)


def _pane_panel(
    name: str, curves: Sequence[FigureCurve], shown: Range | None, injected: Quantity
) -> FigurePanel:
    pane = pane_of(name, injected)
    return FigurePanel(
        pane.label, shown or _range_of(curves, pane.base), tuple(curves), pane.weight
    )


def _range_of(curves: Sequence[FigureCurve], base: Range | None) -> Range:
    """Return a range with a small margin around all finite values, and around ``base``."""
    values = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves])
    ends = list(base or ())
    if values.size:
        ends += [float(values.min()), float(values.max())]
    return room(min(ends), max(ends)) if ends else (0.0, 1.0)


def room(low: float, high: float) -> Range:
    """Return a range a little larger than ``low`` to ``high``."""
    air = 0.05 * (high - low) or 0.5
    return low - air, high + air


def _thinned_remark(more: str = "") -> str:
    text = "Of this long run only the extremes were kept"
    return f"{text}; {more}." if more else f"{text}."
