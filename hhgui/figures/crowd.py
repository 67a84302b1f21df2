"""Draw many annotations around one action potential so that no label covers another.

Such a panel is called a crowd; the labels of other panels are drawn by ``drawing``.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hhgui.figures.figure import FigureMark, FigurePanel
from hhgui.figures.placement import along, place_labels, visible_middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
_FEWEST = 3
_ROOMY_DIGITS = 50  # a panel narrower than so many digits has no room for values at its labels
# In font sizes.
_PAD, _SPAN_STEP, _LINE, _TRACE_STEP = 0.3, 0.9, 0.06, 0.5
_PIXELS = 96.0  # per inch, those of the window in which the labels are placed


def is_crowd(panel: FigurePanel) -> bool:
    """Return whether a panel has so many marked points and spans that labels must be placed."""
    return len(crowd_of(panel)) >= _FEWEST


def crowd_of(panel: FigurePanel) -> list[FigureMark]:
    """Return the marked points and spans of a panel."""
    return [mark for mark in panel.marks if mark.kind in ("point", "span")]


def draw_crowd(
    axes: "Axes", panel: FigurePanel, em: float, width: Callable[[str, float], float]
) -> None:
    """Draw the marked points and spans of a panel, with labels that do not overlap.

    The layout of the axes must be final. em: type size in points. width(text, size): the width of a
    text of that size, in points.
    """
    marks = [mark for mark in crowd_of(panel) if _anchor(axes, mark) is not None]
    size = 0.9 * em
    frame = _scaled(axes, np.array(axes.bbox.get_points(), dtype=np.float64))
    bounds = np.array([frame[:, 0].min(), -frame[:, 1].max(), frame[:, 0].max(),
                       -frame[:, 1].min()])  # fmt: skip
    point = _PIXELS / 72.0
    roomy = bounds[2] - bounds[0] >= _ROOMY_DIGITS * width("0", size) * point
    texts = [mark.text if roomy else mark.short or mark.text for mark in marks]
    boxes = np.array([(width(t, size) + 2 * _PAD * em, 1.5 * size) for t in texts]) * point
    anchors = np.array([_anchor(axes, mark) for mark in marks]).reshape(-1, 2)
    places = _scaled(axes, axes.transData.transform(anchors)) * (1.0, -1.0)
    trace = _trace(axes, panel, bounds, _TRACE_STEP * em * point)
    edges = bounds + 2.0 * np.array([1.0, 1.0, -1.0, -1.0])
    corners = place_labels(places, boxes.reshape(-1, 2), edges, trace)
    starts: list[tuple[float, float]] = []
    for mark, text, corner, box, place, anchor in zip(
        marks, texts, corners, boxes, places, anchors, strict=True
    ):
        starts.append(mark.at[0] if mark.kind == "span" else (np.nan, np.nan))
        down = _SPAN_STEP * em * (starts.count(mark.at[0]) - 1) if mark.kind == "span" else 0.0
        _draw_shape(axes, mark, em, down)
        if corner is not None:
            middle = (corner + 0.5 * box - place) / point * (1.0, -1.0)
            _draw_label(axes, mark, text, (anchor, middle), size)


def _draw_shape(axes: "Axes", mark: FigureMark, em: float, down: float) -> None:
    """Draw a dot for a point, or for a span a line with ticks at its ends.

    down: how far below its place it is drawn, in points.
    """
    from matplotlib.transforms import offset_copy

    x, y = zip(*mark.at, strict=True)
    flat = mark.kind == "span" and abs(x[1] - x[0]) > 0.0
    marker = "o" if mark.kind == "point" else "|" if flat else "_"
    below = offset_copy(axes.transData, axes.get_figure(root=True), 0.0, -down, "points")
    axes.plot(
        x, y, marker=marker, color=mark.color, markersize=0.45 * em, linewidth=0.1 * em,
        transform=below, zorder=4,
    )  # fmt: skip


def _draw_label(
    axes: "Axes", mark: FigureMark, text: str, place: tuple[Array, Array], size: float
) -> None:
    """Write a label, with a line to what it names if it stands apart.

    place: the pixel of what it names, and from there the middle of the text in points.
    """
    anchor, middle = place
    axes.annotate(
        text.replace("$", r"\$"), tuple(anchor), tuple(middle), textcoords="offset points",
        ha="center", va="center", color=mark.color, fontsize=size, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
        arrowprops={"arrowstyle": "-", "color": "#8a949e", "linewidth": _LINE * size,
                    "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _anchor(axes: "Axes", mark: FigureMark) -> Array | None:
    """Return the pixel of a point, or of the middle of the visible part of a span.

    None if hidden.
    """
    ends = np.array([axes.get_xlim(), axes.get_ylim()], dtype=np.float64)
    return visible_middle(np.array(mark.at, dtype=np.float64), ends[:, 0], ends[:, 1])


def _scaled(axes: "Axes", points: Array) -> Array:
    """Convert the pixels of the drawing to pixels of a screen, for distances that people see."""
    return np.asarray(points / axes.figure.dpi * _PIXELS)


def _trace(axes: "Axes", panel: FigurePanel, bounds: Array, step: float) -> Array:
    """Return points along the visible parts of the curves in pixels, y downwards.

    bounds: of the panel; step: their distance.
    """
    found: Sequence[Array] = [
        along(_scaled(axes, axes.transData.transform(np.stack([c.x, c.y], axis=1))) * (1.0, -1.0),
               bounds, step)
        for c in panel.curves
    ]  # fmt: skip
    return np.concatenate([*found, np.empty((0, 2))])
