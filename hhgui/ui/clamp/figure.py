"""Draw the sweeps of a voltage clamp, and what is measured on them, as figures on white."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fitting import FitError, boltzmann, fit_recovery
from hhgui.analysis.kinetics import steady_gates
from hhgui.experiments.clamp_record import ClampRecord, Curves
from hhgui.experiments.clamp_results import falls
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.events import Result, Rows
from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.figures.measured import ramp
from hhgui.model.membrane import Current, Membrane
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.figures.traces import DASH_OF, TIME
from hhgui.ui.plots.panes import airy_range
from hhgui.ui.widgets.theme import LIGHT, curve_style

Array = NDArray[np.float64]
_FINE = 301  # points of a fitted curve
_CURRENT = "current (µA/cm²)"


def figure_of_sweeps(
    record: ClampRecord, curves: Curves, names: Sequence[str], hidden: frozenset[str], sign: float
) -> Figure:
    """Return the sweeps as a figure of panels above each other.

    names: of the sweeps. hidden: the panels to leave out. sign: -1 to draw inward currents upwards,
    else 1.
    """
    last = max(len(names) - 1, 1)
    colors = [ramp(place / last) for place in range(len(names))]
    minus = "−" if sign < 0.0 else ""
    panels = []
    rows = [("command", "V (mV)", "V_mV", curves.voltage, 2.0)]
    rows.append(("total", f"{minus}I (µA/cm²)", "I_uA_per_cm2", sign * curves.total, 3.0))
    for current, values in zip(record.membrane.currents, curves.currents, strict=True):
        label = f"{minus}I_{current.name} (µA/cm²)"
        rows.append((current.name, label, f"I_{current.name}_uA_per_cm2", sign * values, 3.0))
    for key, label, column, values, weight in rows:
        if key in hidden:
            continue
        parts = tuple(
            FigureCurve("", time, each, color, column=f"{column}_{ascii_name(name)}")
            for time, each, color, name in zip(curves.time, values, colors, names, strict=True)
        )
        panels.append(FigurePanel(label, _range(values), parts, weight=weight))
    span = float(curves.time.min()), float(curves.time.max())
    title = f"Voltage clamp, {record.membrane.name}"
    return Figure(title, tuple(panels), TIME, span, "time_ms")


def figure_of_results(
    staircase: ClampStaircase, membrane: Membrane, rows: Rows, results: Sequence[Result],
    sign: float = 1.0,
) -> Figure | None:  # fmt: skip
    """Return the plot of what is measured, None if there is nothing to draw; sign: see above."""
    make = {
        "iv": _current_voltage, "tails": _current_voltage, "activation": _fractions,
        "inactivation": _fractions, "recovery": _recovery, "ramp": _ramp, "leak": _leak,
    }[staircase.evaluated]  # fmt: skip
    curves, label, marks = make(staircase, membrane, rows, results)
    if label == _CURRENT and sign < 0.0:
        label = f"−{label}"
        curves = [replace(curve, y=-curve.y) for curve in curves]
    x = np.concatenate([curve.x for curve in curves] or [np.empty(0)])
    y = np.concatenate([curve.y for curve in curves] or [np.empty(0)])
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    if not (x.size and y.size):
        return None
    low, high = (-0.04, 1.08) if label.endswith("fraction") else _range(y)
    column, unit = ("command", "mV") if staircase.evaluated == "ramp" else staircase.varied_column
    panel = FigurePanel(label, (low, high), tuple(curves), marks=tuple(marks))
    span = float(x.min()), float(x.max())
    if span[0] == span[1]:
        span = span[0] - 1.0, span[1] + 1.0
    return Figure(
        f"{membrane.name}", (panel,), f"{column.replace('_', ' ')} ({unit})", span,
        f"{column}_{unit}",
    )  # fmt: skip


_Drawn = tuple[list[FigureCurve], str, list[FigureMark]]
_Maker = Callable[[ClampStaircase, Membrane, Rows, Sequence[Result]], _Drawn]


def _current_voltage(
    staircase: ClampStaircase, membrane: Membrane, rows: Rows, results: Sequence[Result]
) -> _Drawn:
    """Return the curves of peak and late currents; for a tail protocol the peak is the tail."""
    chosen, x = staircase.chosen(membrane), rows.column(staircase.varied_column[0])
    word = "tail" if staircase.evaluated == "tails" else "peak"
    curves = [_curve(membrane, chosen, x, rows.column(f"peak_I_{chosen.name}"), word)]
    if staircase.evaluated == "iv":
        curves += [
            _curve(membrane, each, x, rows.column(f"late_I_{each.name}"), "late")
            for each in membrane.currents
            if each is not chosen
        ]
    marks = [FigureMark("horizontal", ((0.0, 0.0),)), *_vertical(results, "reversal")]
    return curves, _CURRENT, marks


def _fractions(
    staircase: ClampStaircase, membrane: Membrane, rows: Rows, results: Sequence[Result]
) -> _Drawn:
    """Return the curves of what is open or available, the Boltzmann fit, and the gate's own."""
    chosen, x = staircase.chosen(membrane), rows.column(staircase.varied_column[0])
    rising = staircase.evaluated == "activation"
    key = "relative_conductance" if rising else "relative_peak"
    points = _curve(membrane, chosen, x, rows.column(key), "measured")
    curves = [replace(points, dash="none", name="measured", column=key)]
    fine = np.linspace(float(x.min()), float(x.max()), _FINE)
    values = {each.key: each.value for each in results}
    half, slope = values.get("half"), values.get("slope")
    if half is not None and slope is not None:
        fitted = boltzmann(fine, half, slope if rising else -slope)
        curves.append(FigureCurve("Boltzmann fit", fine, fitted, LIGHT.black, column="fit"))
    if staircase.varied in ("test", "conditioning"):
        first = sum(len(c.gates) for c in membrane.currents[: membrane.currents.index(chosen)])
        for place, gate in enumerate(chosen.gates, first):
            if falls(gate) != rising:
                style = curve_style(LIGHT, gate.name, place)
                curves.append(FigureCurve(
                    f"{gate.name}∞", fine, steady_gates(membrane, fine)[place], style.color.name(),
                    "dot", column=f"{gate.name}_inf",
                ))  # fmt: skip
    return curves, "fraction", list(_vertical(results, "half"))


def _recovery(
    staircase: ClampStaircase, membrane: Membrane, rows: Rows, results: Sequence[Result]
) -> _Drawn:
    chosen, x = staircase.chosen(membrane), rows.column(staircase.varied_column[0])
    y = rows.column("relative_peak")
    curves = [replace(_curve(membrane, chosen, x, y, "second / first peak"), dash="none")]
    there = np.isfinite(y)
    try:
        lost, tau = fit_recovery(x[there], y[there]).values.tolist()
    except FitError:
        return curves, "fraction", []
    fine = np.linspace(0.0, float(x.max()), _FINE)
    fitted = 1.0 - lost * np.exp(-fine / abs(tau))
    curves.append(FigureCurve("1 − a·exp(−gap/τ)", fine, fitted, LIGHT.black, column="fit"))
    return curves, "fraction", []


def _ramp(
    _staircase: ClampStaircase, membrane: Membrane, rows: Rows, _results: Sequence[Result]
) -> _Drawn:
    x = rows.column("command")
    curves = [
        replace(_curve(membrane, each, x, rows.column(f"I_{each.name}"), ""), marker="")
        for each in membrane.currents
    ]
    total = np.sum([curve.y for curve in curves], axis=0)
    curves.append(FigureCurve("I", x, total, LIGHT.black, column="I_uA_per_cm2"))
    return curves, _CURRENT, [FigureMark("horizontal", ((0.0, 0.0),))]


def _leak(
    staircase: ClampStaircase, _membrane: Membrane, rows: Rows, _results: Sequence[Result]
) -> _Drawn:
    x, y = rows.column(staircase.varied_column[0]), rows.column("late_I")
    curves = [FigureCurve("late I", x, y, LIGHT.black, "none", "circle", column="late_I")]
    if x.size > 1 and np.ptp(x) > 0.0:
        line = np.asarray(np.polyval(np.polyfit(x, y, 1), x), dtype=np.float64)
        curves.append(FigureCurve("straight line", x, line, LIGHT.green, column="fit"))
    return curves, _CURRENT, [FigureMark("horizontal", ((0.0, 0.0),))]


def _curve(membrane: Membrane, current: Current, x: Array, y: Array, word: str) -> FigureCurve:
    style = curve_style(LIGHT, f"I_{current.name}", membrane.currents.index(current))
    order = np.argsort(x, kind="stable")
    name = f"{word} I_{current.name}".strip()
    return FigureCurve(
        name, x[order], y[order], style.color.name(), DASH_OF[style.line], "circle",
        column=f"{ascii_name(name)}_uA_per_cm2",
    )  # fmt: skip


def _vertical(results: Sequence[Result], key: str) -> Iterator[FigureMark]:
    """Yield a vertical line at the result with this key, if it has a value."""
    for each in results:
        if each.key == key and each.value is not None:
            yield FigureMark("vertical", ((each.value, 0.0),))


def _range(values: Array) -> tuple[float, float]:
    low, high = airy_range(float(np.nanmin(values)), float(np.nanmax(values)))
    return (low, high) if high > low else (low - 1.0, high + 1.0)
