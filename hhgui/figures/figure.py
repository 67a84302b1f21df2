"""Describe a figure as data: panels above each other with curves over one x axis.

``figures.drawing`` draws it, the figure dialog and the command line save it, and ``series_of``
returns its numbers for a table. It knows neither Qt nor themes.
"""

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hhgui.storage.figure_csv import Series, ascii_name

Array = NDArray[np.float64]
DASHES = ("solid", "dash", "dash-dot", "dot", "none")
MARKERS = ("", "circle", "cross", "ring")
MARK_KINDS = ("point", "span", "vertical", "horizontal", "band")
_UNIT = re.compile(r"(.*?)\s*\(([^()]*)\)\s*")


@dataclass(frozen=True, eq=False)
class FigureCurve:
    """One curve: ``x`` and ``y``, (n,) each, with NaN in gaps.

    name: in the legend, "" for none. color: ``#rrggbb``. dash: one of DASHES, "none" for markers
    only. marker: one of MARKERS. width: relative to other lines. column: its header in a table, ""
    to make it from name and unit. Raises ValueError for arrays of different lengths and for an
    unknown dash or marker.
    """

    name: str
    x: Array
    y: Array
    color: str = "#000000"
    dash: str = "solid"
    marker: str = ""
    width: float = 1.0
    column: str = ""

    def __post_init__(self) -> None:
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(f"curve {self.name!r}: x and y must be equally long")
        if self.dash not in DASHES:
            raise ValueError(f"dash must be one of {', '.join(DASHES)}, not {self.dash!r}")
        if self.marker not in MARKERS:
            raise ValueError(f"marker must be one of {MARKERS}, not {self.marker!r}")


@dataclass(frozen=True)
class FigureMark:
    """An annotation of a panel, in the units of its axes.

    kind: one of MARK_KINDS: "point" at ``at[0]``, "span" between the two points of ``at``,
    "vertical" or "horizontal" line through ``at[0]``, "band" shaded between the x values of the two
    points. text: written beside it, "" for nothing. color: ``#rrggbb``. short: a shorter text for a
    narrow panel. Raises ValueError for an unknown kind or a wrong number of points.
    """

    kind: str
    at: tuple[tuple[float, float], ...]
    text: str = ""
    color: str = "#555555"
    short: str = ""

    def __post_init__(self) -> None:
        if self.kind not in MARK_KINDS:
            raise ValueError(f"kind must be one of {', '.join(MARK_KINDS)}, not {self.kind!r}")
        if len(self.at) != (2 if self.kind in ("span", "band") else 1):
            raise ValueError(f"a {self.kind} can't be drawn at {len(self.at)} points")


@dataclass(frozen=True, eq=False)
class Contour:
    """A line on which a heat map has one value: ``x`` and ``y``, (n,), NaN between its pieces."""

    value: float
    x: Array
    y: Array


@dataclass(frozen=True, eq=False)
class FigureImage:
    """A heat map of ``values``, (rows, columns), at the centres ``x`` (columns,) and ``y`` (rows,).

    NaN is left white. label: written with its unit beside the colour scale. contours: drawn over
    it. Raises ValueError for shapes that do not fit or centres that do not rise.
    """

    x: Array
    y: Array
    values: Array
    label: str
    contours: tuple[Contour, ...] = ()

    def __post_init__(self) -> None:
        if self.values.shape != (self.y.size, self.x.size):
            raise ValueError(f"image {self.label!r}: values must be (y.size, x.size)")
        if (np.diff(self.x) <= 0.0).any() or (np.diff(self.y) <= 0.0).any():
            raise ValueError(f"image {self.label!r}: its centres must rise")


def edges_of(centres: Array, logarithmic: bool = False) -> Array:
    """Return the edges (n + 1,) of the cells of an image whose centres (n,) are given.

    logarithmic: whether an edge is at the geometric mean of its neighbours instead of the middle.
    """
    if logarithmic:
        return np.asarray(np.exp(edges_of(np.log(centres))))
    if centres.size == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = (centres[1:] + centres[:-1]) / 2.0
    first, last = 2.0 * centres[0] - middle[0], 2.0 * centres[-1] - middle[-1]
    return np.concatenate([[first], middle, [last]])


@dataclass(frozen=True, eq=False)
class FigurePanel:
    """One of the panels, which stand above each other.

    y_label: with its unit in parentheses. y_range: the lowest and the highest value shown. weight:
    its height relative to other panels. logarithmic: whether the y axis is; values of 0 and below
    are then not drawn. marks: drawn over the curves. image: drawn below them, or None. note: a
    sentence written into the panel, for what has no curve. family: what the names of its curves
    begin with, if they differ in one number only. Raises ValueError for a range or a weight that
    can't be drawn.
    """

    y_label: str
    y_range: tuple[float, float]
    curves: tuple[FigureCurve, ...]
    weight: float = 1.0
    logarithmic: bool = False
    marks: tuple[FigureMark, ...] = ()
    image: FigureImage | None = None
    note: str = ""
    family: str = ""

    def __post_init__(self) -> None:
        _check_range(self.y_range, self.y_label)
        if self.logarithmic and self.y_range[0] <= 0.0:
            raise ValueError(f"panel {self.y_label!r}: a logarithmic axis begins above 0")
        if not self.weight > 0.0:
            raise ValueError(f"panel {self.y_label!r}: its weight must be above 0")


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure, with its panels from top to bottom.

    title: above the panels, "" for none. x_label: with its unit in parentheses. x_range: the lowest
    and the highest value shown. x_column: the header of x in a table, "" to make it from the label.
    remark: a sentence that the user should read before saving, for example that the numbers are
    thinned. x_logarithmic: whether the x axis is. Raises ValueError for a range that can't be
    drawn, and if there are no panels.
    """

    title: str
    panels: tuple[FigurePanel, ...]
    x_label: str
    x_range: tuple[float, float]
    x_column: str = ""
    remark: str = field(default="", kw_only=True)
    x_logarithmic: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        _check_range(self.x_range, self.x_label)
        if self.x_logarithmic and self.x_range[0] <= 0.0:
            raise ValueError(f"{self.x_label!r}: a logarithmic axis begins above 0")
        if not self.panels:
            raise ValueError("a figure needs a panel")


def series_of(figure: Figure) -> list[Series]:
    """Return the numbers of every curve, unreduced, with ASCII headers that include the unit."""
    x_header = figure.x_column or header("", figure.x_label)
    return [
        Series(curve.column or header(curve.name, panel.y_label), x_header, curve.x, curve.y)
        for panel in figure.panels
        for curve in panel.curves
    ]


def unit_of(label: str) -> str:
    """Return the unit in parentheses at the end of an axis label, or ""."""
    found = _UNIT.fullmatch(label)
    return found[2] if found else ""


def header(name: str, label: str) -> str:
    """Return the header of a column: "I_Na_uA_per_cm2" for ("I_Na", "I ionic (µA/cm²)").

    label: of the axis, which has the unit.
    """
    found = _UNIT.fullmatch(label)
    text, unit = (found[1], found[2]) if found else (label, "")
    return "_".join(filter(None, (ascii_name(name or text), ascii_name(unit))))


def _check_range(ends: tuple[float, float], what: str) -> None:
    """Raise ValueError if the ends of a range are not finite or do not rise; what: its name."""
    if not (np.isfinite(ends).all() and ends[0] < ends[1]):
        raise ValueError(f"{what!r}: a range must go from a lower to a higher number, not {ends}")
