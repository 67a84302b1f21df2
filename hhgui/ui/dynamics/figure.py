"""Draw the phase plane and the diagrams as figures on white."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.nullclines import Curve
from hhgui.analysis.slice import VOLTAGE
from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.model.current_unit import DENSITY
from hhgui.storage.figure_csv import ascii_name
from hhgui.ui.dynamics.instant import Instant
from hhgui.ui.dynamics.picture import Picture
from hhgui.ui.dynamics.portrait import Path, Portrait, axis_label
from hhgui.ui.dynamics.question import axis_text
from hhgui.ui.widgets.kept_list import Kept
from hhgui.ui.widgets.theme import LIGHT, curve_style

Array = NDArray[np.float64]
Range = tuple[float, float]


def figure_of_plane(
    portrait: Portrait, instant: Instant | None, ranges: tuple[Range, Range],
    paths: Sequence[Path] = (), threshold: Sequence[Curve] = (),
) -> Figure:  # fmt: skip
    """Return the visible part of a phase plane: nullclines, trajectories and equilibria.

    instant: where the neuron is, or None. ranges: of both axes. threshold: its branches.
    """
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


def figure_of_diagram(
    title: str, picture: Picture, kept: Sequence[tuple[Picture, Kept]] = (),
    ranges: tuple[Range, Range] | None = None,
) -> Figure:  # fmt: skip
    """Return a diagram as a figure, over kept ones with the same axes.

    ranges: the visible ranges of both axes, None for the usual ones.
    """
    curves: list[FigureCurve] = []
    for own, each in kept:
        hue = getattr(LIGHT, each.color)
        curves += _curves(own, f"{each.name}: ", f"{ascii_name(each.name)}_", hue)
    curves += _curves(picture)
    marks = tuple(FigureMark("point", ((d.x, d.y),), d.name) for d in picture.dots)
    across, up = (axis_text(name, DENSITY) for name in picture.axes)
    x_range, y_range = ranges or (picture.x_range, picture.y_range)
    panel = FigurePanel(up, y_range, tuple(curves), marks=marks)
    return Figure(title, (panel,), across, x_range)


def _curves(
    picture: Picture, prefix: str = "", column: str = "", hue: str | None = None
) -> list[FigureCurve]:
    """Return the lines of a picture as curves; only the first line of each name has a name.

    prefix: is put before names. column: the same for headers. hue: of all lines, None for their
    own.
    """
    found, named = [], set()
    for line in picture.lines:
        found.append(FigureCurve(
            "" if line.name in named else f"{prefix}{line.name}", line.x, line.y,
            hue or getattr(LIGHT, line.hue), "dash" if line.dashed else "solid",
            width=0.7 if hue else 1.0, column=f"{column}{line.column}",
        ))  # fmt: skip
        named.add(line.name)
    return found


def _name(variable: str) -> str:
    return "relation" if variable == "relation" else f"{variable}-nullcline"


def _color(variable: str) -> str:
    if variable == VOLTAGE:
        return LIGHT.green
    return LIGHT.orange if variable == "relation" else curve_style(LIGHT, variable).color.name()
