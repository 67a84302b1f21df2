"""Make the figures of an experiment's results: one for each plot that the experiment declares."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hhgui.experiments.contract import Column, Mark, Measured, Plot
from hhgui.experiments.thinning import stretch_of
from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.figures.heat_map import map_figure
from hhgui.figures.labels import axis_label, name_of, with_its_unit
from hhgui.model.extremes import extreme_rows

Array = NDArray[np.float64]
Range = tuple[float, float]
# The palette of Okabe & Ito (2008), in shades that stand out on white.
COLORS = ("#0072b2", "#d55e00", "#008a64", "#b8558c", "#b87d00", "#2b8cc4", "#1c2126")
_DASHES = ("solid", "dash", "dash-dot", "dot")
# A ramp of one hue after the other, from dark to light, for sweeps in their order.
_RAMP = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (190, 180, 20)])
_NO, _YES = "#d55e00", "#008a64"
# More rows of a trace than this are invisible, and slow to draw.
_MOST_ROWS = 8000
# Voltages (mV) beyond the tables belong to runs that blew up.
LOWEST_MV, HIGHEST_MV = -200.0, 200.0


def figures_of(measured: Measured, title: str = "") -> tuple[Figure, ...]:
    """Return a figure for each declared plot that has values; the first has the title.

    If nothing could be measured, there is one figure whose panel says why.
    """
    plots = measured.experiment.plots_for(measured.subject)
    found = [figure for plot in plots if (figure := figure_of(measured, plot)) is not None]
    if not found:
        note = "\n".join(measured.problems) or "nothing was measured"
        panel = FigurePanel("", (0.0, 1.0), (), note=note)
        found = [Figure("", (panel,), "", (0.0, 1.0))]
    name = title or f"{measured.experiment.title}, {measured.subject.membrane.name}"
    first = found[0]
    found[0] = Figure(
        name, first.panels, first.x_label, first.x_range, first.x_column,
        remark=first.remark, x_logarithmic=first.x_logarithmic,
    )  # fmt: skip
    return tuple(found)


def figure_of(measured: Measured, plot: Plot) -> Figure | None:
    """Return the figure of one plot, or None if no value is finite."""
    columns = {c.key: c for c in measured.experiment.columns_for(measured.subject)}
    if plot.style == "image":
        return map_figure(measured, plot)
    curves = list(_family(measured, plot) if plot.style == "family" else
                  _table_curves(measured, plot, columns))  # fmt: skip
    x, y = (_finite([getattr(curve, axis) for curve in curves], axis in plot.log) for axis in "xy")
    if not (x.size and y.size):
        return None
    marks = tuple(_marks(measured, plot))
    label = _y_label(measured, plot, columns)
    panel = FigurePanel(
        label, _range(y, "y" in plot.log), tuple(curves), logarithmic="y" in plot.log, marks=marks,
        family=_family_name(curves) if plot.style == "family" else "",
    )  # fmt: skip
    x_label = "time (ms)" if plot.style == "family" else axis_label(columns[plot.x])
    x_range = _range(x, "x" in plot.log)
    return Figure(
        plot.title, (panel,), x_label, x_range,
        "time_ms" if plot.style == "family" else columns[plot.x].name,
        x_logarithmic="x" in plot.log,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def ramp(fraction: float) -> str:
    """Return the colour (#rrggbb) of a sweep at ``fraction`` (0 to 1) of the sweeps of a family."""
    place = min(max(fraction, 0.0), 1.0) * (len(_RAMP) - 1)
    red, green, blue = (np.interp(place, range(len(_RAMP)), _RAMP[:, k]) for k in range(3))
    return f"#{round(red):02x}{round(green):02x}{round(blue):02x}"


def _table_curves(
    measured: Measured, plot: Plot, columns: dict[str, Column]
) -> Iterator[FigureCurve]:
    """Yield the columns of a plot against its x; for lines in the order of x."""
    x = measured.rows.column(plot.x)
    order = np.argsort(x, kind="stable") if plot.style == "line" else np.arange(x.size)
    groups = _groups(measured, plot, columns)
    for place, key in enumerate(plot.y):
        y = measured.rows.column(key)
        for name, color, chosen in groups:
            own = np.where(chosen & np.isfinite(x), y, np.nan)[order]
            if len(groups) > 1 and not np.isfinite(own).any():
                continue
            label = columns[key].label or key
            shown = " · ".join(filter(None, (label if len(plot.y) > 1 else "", name)))
            yield FigureCurve(
                shown if len(plot.y) * len(groups) > 1 else "",
                *_stepped(plot, x[order], own),
                color or COLORS[place % len(COLORS)],
                "none" if plot.style == "points" else _DASHES[place % len(_DASHES)],
                "circle" if plot.style == "points" or x.size <= 60 else "",
                column=columns[key].name,
            )


def _groups(
    measured: Measured, plot: Plot, columns: dict[str, Column]
) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Return name, colour and rows of each value of the column that colours the points.

    Without such a column there is one group of all rows.
    """
    count = len(measured.rows)
    if not plot.color or plot.style != "points":
        return [("", "", np.ones(count, dtype=np.bool_))]
    values = measured.rows.column(plot.color)
    unique = np.unique(values[np.isfinite(values)])
    if words := columns[plot.color].words:
        return [(words[int(v)], COLORS[int(v) % len(COLORS)], values == v)
                for v in unique.tolist()]  # fmt: skip
    if set(unique.tolist()) <= {0.0, 1.0}:
        return [(f"{'' if v else 'not '}{plot.color}", _YES if v else _NO, values == v)
                for v in unique.tolist()]  # fmt: skip
    return [
        (f"{plot.color} {value:g}", ramp(place / max(unique.size - 1, 1)), values == value)
        for place, value in enumerate(unique.tolist())
    ]


def _stepped(plot: Plot, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the curve to draw: (x, y), or for a plot with steps each y held until the next x."""
    if plot.style != "steps" or x.size < 2:
        return x, y
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


def _family(measured: Measured, plot: Plot) -> Iterator[FigureCurve]:
    """Yield the curves over time, coloured by the index of their row."""
    traces = [trace for trace in measured.traces if trace.key in plot.y]
    last = max((trace.index for trace in traces), default=0)
    for trace in traces:
        color = ramp(trace.index / last) if last else COLORS[0]
        dash = _DASHES[plot.y.index(trace.key) % len(_DASHES)]
        rows = extreme_rows(trace.values[None], stretch_of(trace.time.size, 1, _MOST_ROWS))
        values = trace.values[rows]
        if trace.key == "V":
            values = np.clip(values, LOWEST_MV, HIGHEST_MV)
        yield FigureCurve(trace.name, trace.time[rows], values, color, dash)


def _family_name(curves: Sequence[FigureCurve]) -> str:
    """Return what all names begin with if only a number follows in each, else ""."""
    starts = {curve.name.rpartition(" ")[0] for curve in curves}
    return starts.pop() if len(starts) == 1 and len(curves) > 2 else ""


def _marks(measured: Measured, plot: Plot) -> Iterator[FigureMark]:
    values = {r.key: r for r in measured.results if r.value is not None}
    for mark in plot.marks:
        found = [values[key] for key in mark.results if key in values]
        if len(found) < len(mark.results):
            continue
        numbers = [float(each.value or 0.0) for each in found]
        first = f"{found[0].label} {numbers[0]:.4g} {found[0].unit}".strip()
        yield _figure_mark(mark, numbers, first, found[-1].label)


def _figure_mark(mark: Mark, numbers: Sequence[float], first: str, last: str) -> FigureMark:
    match mark.kind:
        case "x":
            return FigureMark("vertical", ((numbers[0], 0.0),), first)
        case "y":
            return FigureMark("horizontal", ((0.0, numbers[0]),), first)
        case "span":
            return FigureMark("band", ((numbers[0], 0.0), (numbers[1], 0.0)), last)
        case _:
            return FigureMark("point", ((numbers[0], numbers[1]),), first)


def _y_label(measured: Measured, plot: Plot, columns: dict[str, Column]) -> str:
    if plot.style == "family":
        units = dict.fromkeys(t.unit for t in measured.traces if t.key in plot.y)
        return f"{', '.join(plot.y)} ({', '.join(units)})"
    if len(plot.y) == 1:
        return axis_label(columns[plot.y[0]])
    together = ", ".join(dict.fromkeys(columns[key].unit for key in plot.y if columns[key].unit))
    return with_its_unit(_common_end([name_of(columns[key]) for key in plot.y]), together).strip()


def _common_end(names: Sequence[str]) -> str:
    """Return the last words that all names share: "V" for "highest V" and "lowest V"."""
    shared: list[str] = []
    for words in zip(*(reversed(name.split()) for name in names), strict=False):
        if len(set(words)) > 1:
            break
        shared.insert(0, words[0])
    return " ".join(shared)


def _finite(parts: Sequence[Array], positive: bool) -> Array:
    """Return the finite values of several curves as one array; if ``positive``, those above 0."""
    values = np.concatenate([*parts, np.empty(0)])
    kept = np.isfinite(values) & ((values > 0.0) | (not positive))
    return np.asarray(values[kept])


def _range(values: Array, logarithmic: bool) -> Range:
    """Return the range of an axis for these values, with a small margin at both ends."""
    low, high = float(values.min()), float(values.max())
    if logarithmic:
        factor = (high / low) ** 0.05 if high > low else 1.5
        return low / factor, high * factor
    air = 0.05 * (high - low) or 0.5 * max(abs(high), math.ulp(1.0)) or 0.5
    return low - air, high + air
