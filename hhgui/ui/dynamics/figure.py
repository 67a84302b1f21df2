"""Draw the phase plane as a figure on white."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.nullclines import Curve
from hhgui.analysis.slice import VOLTAGE
from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.model.current_unit import DENSITY
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.dynamics.diagram_data import DiagramData, axis_text, kind_text
from hhgui.ui.dynamics.diagram_plot import Y_LABELS
from hhgui.ui.dynamics.instant import Instant
from hhgui.ui.dynamics.portrait import Path, Portrait, axis_label
from hhgui.ui.widgets.theme import LIGHT, curve_style

Array = NDArray[np.float64]
Range = tuple[float, float]


def figure_of_plane(
    portrait: Portrait, instant: Instant | None, ranges: tuple[Range, Range],
    paths: Sequence[Path] = (), threshold: Sequence[Curve] = (),
) -> Figure:  # fmt: skip
    """Return nullclines, trajectories and equilibria of the visible part of a phase plane."""
    plane, (x_range, y_range) = portrait.plane, ranges
    curves = [
        FigureCurve(
            _name(name), *curve, _color(name), "solid" if name == VOLTAGE else "dash",
            column=ascii_name(_name(name)),
        )
        for name, curve in portrait.nullclines(*ranges).items()
    ]  # fmt: skip
    if instant is not None:
        curves.append(FigureCurve("the neuron", instant.x, instant.y, LIGHT.black, width=0.7,
                                  column="neuron"))  # fmt: skip
    curves += [
        FigureCurve("trajectory" if not n else "", path.x, path.y, LIGHT.purple, width=0.7,
                    column=f"trajectory_{n + 1}")
        for n, path in enumerate(paths)
    ]  # fmt: skip
    curves += [
        FigureCurve("threshold" if not n else "", *branch, LIGHT.vermillion, "dash-dot",
                    column=f"threshold_{n + 1}")
        for n, branch in enumerate(threshold)
    ]  # fmt: skip
    for stable, name, marker in ((True, "stable equilibrium", "circle"),
                                 (False, "unstable equilibrium", "ring")):  # fmt: skip
        places = [portrait.place_of(p) for p in portrait.points if p.is_stable == stable]
        if places:
            x, y = np.array(places).T
            curves.append(FigureCurve(name, x, y, LIGHT.black, "none", marker,
                                      column=ascii_name(name)))  # fmt: skip
    labels = [axis_label(name, DENSITY) for name in (plane.x, plane.y)]
    panel = FigurePanel(labels[1], y_range, tuple(curves))
    return Figure(plane.membrane.name, (panel,), labels[0], x_range)


def figure_of_diagram(data: DiagramData, y: str, ranges: tuple[Range, Range]) -> Figure:
    """Return the visible part of a bifurcation diagram of V, the rate or the period."""
    curves: list[FigureCurve] = []
    runs = [("cycles", run) for run in data.cycles(y)]
    if y == "V":
        runs = [*(("equilibria", run) for run in data.equilibria()), *runs]
    named: set[str] = set()
    for number, (what, run) in enumerate(runs, start=1):
        kind = "stable" if run.stable else "unstable"
        hue = LIGHT.black if what == "equilibria" else LIGHT.green
        for end, values in zip(("max", "min"), run.values, strict=False):
            name = f"{kind} {what}"
            column = f"{kind}_{what}_{number}" + (f"_{end}" if len(run.values) > 1 else "")
            curves.append(FigureCurve(
                "" if name in named else name, run.parameter, values,
                hue if run.stable or what == "equilibria" else LIGHT.vermillion,
                "solid" if run.stable else "dash", column=column,
            ))  # fmt: skip
            named.add(name)
    marks = tuple(
        FigureMark("point", ((point.parameter, height),), kind_text(point))
        for point in data.points
        if (height := data.height_of(point, y)) is not None
    )
    panel = FigurePanel(Y_LABELS[y], ranges[1], tuple(curves), marks=marks)
    label = axis_text(data.question.path, DENSITY)
    return Figure(data.question.membrane.name, (panel,), label, ranges[0])


def _name(variable: str) -> str:
    return "relation" if variable == "relation" else f"{variable}-nullcline"


def _color(variable: str) -> str:
    if variable == VOLTAGE:
        return LIGHT.green
    return LIGHT.orange if variable == "relation" else curve_style(LIGHT, variable).color.name()
