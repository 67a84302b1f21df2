"""A figure as data: stacked panels of curves over one x axis. Knows no Qt and no theme.

The painter draws it (``figure_painter``), the dialog saves it, and ``series_of`` has the numbers
behind it for a table.
"""

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hhgui.storage.figure_csv import Series, ascii_name

Array = NDArray[np.float64]
DASHES = ("solid", "dash", "dash-dot", "dot", "none")
MARKERS = ("", "circle", "cross")
_UNIT = re.compile(r"(.*?)\s*\(([^()]*)\)\s*")


@dataclass(frozen=True, eq=False)
class FigureCurve:
    """One curve. ``x`` and ``y`` (n,), NaN where there is a gap.

    name: for the legend, "" for none; color: ``#rrggbb``; dash: of DASHES, "none" for markers
    only; marker: of MARKERS; width: relative to
    other lines; column: header in a table, "" to take it from name and unit.
    Raises ValueError for arrays of different lengths and for an unknown dash or marker.
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


@dataclass(frozen=True, eq=False)
class FigurePanel:
    """One of the stacked plots.

    y_label: with its unit in parentheses; y_range: lowest and highest value shown; weight: its
    share of the height, relative to the others; logarithmic: powers of ten are evenly spaced, what
    is not above 0 is not drawn.
    """

    y_label: str
    y_range: tuple[float, float]
    curves: tuple[FigureCurve, ...]
    weight: float = 1.0
    logarithmic: bool = False

    def __post_init__(self) -> None:
        _check_range(self.y_range, self.y_label)
        if self.logarithmic and self.y_range[0] <= 0.0:
            raise ValueError(f"panel {self.y_label!r}: a logarithmic axis begins above 0")
        if not self.weight > 0.0:
            raise ValueError(f"panel {self.y_label!r}: its weight must be above 0")

    @property
    def axis_range(self) -> tuple[float, float]:
        """The range as the axis counts it: of a logarithmic one, the powers of ten."""
        low, high = self.on_axis(np.array(self.y_range))
        return float(low), float(high)

    def on_axis(self, values: Array) -> Array:
        """Values (n,) as the axis counts them, NaN where it can't show them."""
        if not self.logarithmic:
            return values
        return np.log10(np.where(values > 0.0, values, np.nan))


@dataclass(frozen=True, eq=False)
class Figure:
    """A whole figure, its panels from top to bottom.

    title: above the panels, "" for none; x_label: with its unit in parentheses; x_column: header
    of the x values in a table, "" to take it from the label; remark: what a person should know
    before saving, e.g. that the numbers are thinned.
    """

    title: str
    panels: tuple[FigurePanel, ...]
    x_label: str
    x_range: tuple[float, float]
    x_column: str = ""
    remark: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        _check_range(self.x_range, self.x_label)
        if not self.panels:
            raise ValueError("a figure needs a panel")


def series_of(figure: Figure) -> list[Series]:
    """Every curve's numbers, all of them, with ASCII headers that name the unit."""
    x_header = figure.x_column or header("", figure.x_label)
    return [
        Series(curve.column or header(curve.name, panel.y_label), x_header, curve.x, curve.y)
        for panel in figure.panels
        for curve in panel.curves
    ]


def header(name: str, label: str) -> str:
    """The header of a column: ("I_Na", "I ionic (µA/cm²)") gives ``I_Na_uA_per_cm2``."""
    found = _UNIT.fullmatch(label)
    text, unit = (found[1], found[2]) if found else (label, "")
    return "_".join(filter(None, (ascii_name(name or text), ascii_name(unit))))


def _check_range(ends: tuple[float, float], what: str) -> None:
    if not (np.isfinite(ends).all() and ends[0] < ends[1]):
        raise ValueError(f"{what!r}: a range must go from a lower to a higher number, not {ends}")
