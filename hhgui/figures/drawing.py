"""Draw a figure with matplotlib: PNG, SVG and PDF, or pixels for a preview and the clipboard.

Matplotlib is imported on first use, without pyplot, so that neither the window's start nor the
command line waits for it. One figure is drawn at a time, in the calling thread.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hhgui.figures.crowd import crowd_of, draw_crowd, is_crowd
from hhgui.figures.figure import (
    Figure,
    FigureCurve,
    FigureImage,
    FigureMark,
    FigurePanel,
    edges_of,
)
from hhgui.figures.library import borrowed_matplotlib

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing
    from matplotlib.figure import SubFigure

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0
MOST_PIXELS = 64_000_000  # 256 MB while it is drawn
INK = "#1c2126"
KINDS = ("png", "svg", "pdf")
# In font sizes: a curve is 1.2 pt wide at 8 pt type.
_LINE, _AXIS, _TITLE, _SMALL = 0.15, 0.09, 1.1, 0.9
_LEAST_TYPE = 2.0  # pixels
_MOST_MARKERS = 400  # more would only be a thick line
_DASHES = {
    "solid": "solid", "dash": (0, (4.0, 2.0)), "dash-dot": (0, (5.0, 1.8, 1.2, 1.8)),
    "dot": (0, (1.2, 1.6)), "none": "none",
}  # fmt: skip
_MARKERS = {"": "", "circle": "o", "cross": "x", "ring": "o"}
_INDEXED = re.compile(r"(?<![\w$])([A-Za-zḡ])_(\w+)")
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")
_TITLE_LINES = 3
_LEGEND_HANDLE, _LEGEND_GAP = 2.2, 1.2  # in font sizes
# Behind the text of a mark, so that it can be read over a trace.
_HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class FigureSize:
    """The size of a figure: width and height in mm, dots per inch, type size in points."""

    width: float = 174.0
    height: float = 110.0
    dpi: float = 300.0
    font_size: float = 8.0

    @property
    def pixels(self) -> tuple[int, int]:
        """Return width and height of the image in pixels."""
        per_mm = self.dpi / MM_PER_INCH
        return max(1, round(self.width * per_mm)), max(1, round(self.height * per_mm))


def figure_bytes(
    figure: Figure | Sequence[Figure], kind: str, size: FigureSize, outlines: bool = False
) -> bytes:
    """Return the content of an image file of one figure, or of several one below the other.

    kind: of the file, one of KINDS. The background is white, the size exactly ``size``. Text in an
    SVG remains text, unless ``outlines`` turns its letters into paths, which look the same without
    the font; a PDF embeds its font. The same figure gives the same bytes. Raises ValueError for
    another kind, MemoryError if there is not enough memory for the pixels.
    """
    if kind not in KINDS:
        raise ValueError(f"a figure's file is one of {', '.join(KINDS)}, not {kind!r}")
    dates: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
    figures = [figure] if isinstance(figure, Figure) else list(figure)
    metadata = {"Title": figures[0].title, ("Software" if kind == "png" else "Creator"): "hhgui"}
    buffer = BytesIO()
    with on_canvas(figures, size, {"svg.fonttype": "path" if outlines else "none"}) as canvas:
        canvas.figure.savefig(buffer, format=kind, dpi=size.dpi, metadata=metadata | dates)
    return buffer.getvalue()


def figure_pixels(figure: Figure, size: FigureSize) -> Pixels:
    """Return the figure on white as RGBA, shape (height, width, 4), from 0 to 255.

    Raises MemoryError if there is not enough memory for the pixels.
    """
    with on_canvas([figure], size) as canvas:
        canvas.draw()  # type: ignore[no-untyped-call]
        return np.array(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def preview_pixels(figure: Figure, size: FigureSize, width: int, height: int) -> Pixels:
    """Return the figure as it will look, as large as fits into ``width`` × ``height`` pixels."""
    per_mm = min(max(width, 1) / size.width, max(height, 1) / size.height)
    return figure_pixels(figure, replace(size, dpi=per_mm * MM_PER_INCH))


@contextmanager
def on_canvas(
    figures: Sequence[Figure], size: FigureSize, settings: dict[str, Any] | None = None
) -> Iterator["FigureCanvasAgg"]:
    """Yield a canvas with the figures on it; matplotlib then has hhgui's own settings and these."""
    across, down = size.pixels
    if across * down > 4 * MOST_PIXELS:
        raise MemoryError(f"no memory for {across} × {down} pixels")
    # type of less than a pixel can't be drawn, as in the preview of a very large figure
    em = max(size.font_size, _LEAST_TYPE * POINTS_PER_INCH / size.dpi)
    with borrowed_matplotlib(_settings(em) | (settings or {})):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Drawing

        # from whole pixels: otherwise the image would be one short
        inches = (across + 1e-6) / size.dpi, (down + 1e-6) / size.dpi
        drawing = Drawing(figsize=inches, dpi=size.dpi, layout="constrained")
        canvas = FigureCanvasAgg(drawing)
        if len(figures) == 1:
            _draw(drawing, figures[0], em)
            _draw_crowds(drawing, figures[0], em)
        else:
            heights = [sum(panel.weight for panel in figure.panels) for figure in figures]
            parts = drawing.subfigures(len(figures), 1, height_ratios=heights)
            for part, figure in zip(parts, figures, strict=True):
                _draw(part, figure, em)
        yield canvas


def _settings(em: float) -> dict[str, Any]:
    """Return matplotlib's settings for a type size of ``em`` points."""
    return {
        "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": em,
        "mathtext.default": "regular", "axes.labelsize": em, "xtick.labelsize": em,
        "ytick.labelsize": em, "legend.fontsize": em, "text.color": INK, "axes.labelcolor": INK,
        "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK,
        "axes.linewidth": _AXIS * em, "xtick.major.width": _AXIS * em,
        "ytick.major.width": _AXIS * em, "xtick.major.size": 0.4 * em, "ytick.major.size": 0.4 * em,
        "xtick.minor.size": 0.25 * em, "ytick.minor.size": 0.25 * em,
        "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": True,
        "axes.formatter.useoffset": False, "axes.formatter.limits": (-4, 6),
        "lines.linewidth": _LINE * em, "lines.markersize": 0.5 * em,
        "lines.solid_joinstyle": "round",
        "figure.constrained_layout.h_pad": 0.25 * em / POINTS_PER_INCH,
        "figure.constrained_layout.w_pad": 0.4 * em / POINTS_PER_INCH,
        "svg.hashsalt": "hhgui", "pdf.fonttype": 42,
    }  # fmt: skip


def _draw(drawing: "Drawing | SubFigure", figure: Figure, em: float) -> None:
    rows = drawing.subplots(
        len(figure.panels), 1, sharex=True, squeeze=False,
        gridspec_kw={"height_ratios": [panel.weight for panel in figure.panels]},
    )  # fmt: skip
    all_axes: list[Axes] = [row[0] for row in rows]
    for axes, panel in zip(all_axes, figure.panels, strict=True):
        _draw_panel(axes, panel, figure, em)
    last = all_axes[-1]
    last.set_xlabel(_text(figure.x_label))
    if figure.x_logarithmic:
        last.set_xscale("log")
    last.set_xlim(*figure.x_range)
    drawing.align_ylabels(all_axes)
    if figure.title:
        lines = _wrapped(drawing, figure.title, _TITLE * em)
        drawing.suptitle(
            "\n".join(lines), x=0.01, ha="left", fontsize=_TITLE * em, fontweight="bold"
        )


def _draw_panel(axes: "Axes", panel: FigurePanel, figure: Figure, em: float) -> None:
    paper = axes.figure.bbox.height / axes.figure.dpi * POINTS_PER_INCH
    axes.set_ylabel(_y_label(panel, figure, paper, em))
    if panel.logarithmic:
        axes.set_yscale("log")
    axes.set_ylim(*panel.y_range)
    if panel.image is not None:
        _draw_image(axes, panel.image, figure, panel)
    for curve in panel.curves:
        _draw_curve(axes, curve, figure.x_range)
    crowd = crowd_of(panel) if is_crowd(panel) else []
    for mark in panel.marks:
        if mark not in crowd:
            _draw_mark(axes, mark, em)
    if panel.note:
        axes.text(
            0.5, 0.5, _text(panel.note), transform=axes.transAxes, ha="center", va="center",
            wrap=True,
        )  # fmt: skip
    _add_legend(axes, panel, em)


def _draw_crowds(drawing: "Drawing", figure: Figure, em: float) -> None:
    """Draw the annotations of crowds, which needs the final layout; the layout is then kept.

    em: type size in points.
    """
    crowded = [place for place, panel in enumerate(figure.panels) if is_crowd(panel)]
    if crowded:
        drawing.draw_without_rendering()
        drawing.set_layout_engine("none")
    for place in crowded:
        draw_crowd(drawing.axes[place], figure.panels[place], em, _width)


def _draw_curve(axes: "Axes", curve: FigureCurve, x_range: tuple[float, float]) -> None:
    shown = (curve.x >= x_range[0]) & (curve.x <= x_range[1])
    few = curve.dash == "none" or np.count_nonzero(shown) <= _MOST_MARKERS
    (line,) = axes.plot(
        curve.x, curve.y, color=curve.color, linestyle=_DASHES[curve.dash],
        marker=_MARKERS[curve.marker] if few else "", label=_text(curve.name) or "_",
    )  # fmt: skip
    line.set_linewidth(line.get_linewidth() * curve.width)
    if curve.marker == "ring":
        line.set_markerfacecolor("white")


def _draw_image(axes: "Axes", image: FigureImage, figure: Figure, panel: FigurePanel) -> None:
    x, y = edges_of(image.x, figure.x_logarithmic), edges_of(image.y, panel.logarithmic)
    mesh = axes.pcolormesh(
        x, y, np.ma.masked_invalid(image.values), cmap="viridis", rasterized=True
    )
    scale = axes.figure.colorbar(mesh, ax=axes, label=_text(image.label))
    for contour in image.contours:
        axes.plot(contour.x, contour.y, color="white", linewidth=0.8)
        scale.ax.axhline(contour.value, color="white", linewidth=0.8)


def _draw_mark(axes: "Axes", mark: FigureMark, em: float) -> None:
    x, y = mark.at[0]
    width, dash = _AXIS * em, _DASHES["dash"]
    place, across, up = (x, y), 0.5, 0.4
    if mark.kind == "point":
        axes.plot([x], [y], "o", color=mark.color, markersize=0.45 * em, zorder=4)
    elif mark.kind == "span":
        (left, low), (right, high) = mark.at
        axes.annotate(
            "", (left, low), (right, high), annotation_clip=False,
            arrowprops={"arrowstyle": "|-|,widthA=0.2,widthB=0.2", "shrinkA": 0, "shrinkB": 0,
                        "color": mark.color, "linewidth": width},
        )  # fmt: skip
        place, across = ((left + right) / 2.0, (low + high) / 2.0), 0.0
    elif mark.kind == "vertical":
        axes.axvline(x, color=mark.color, linewidth=width, linestyle=dash)
        place = x, axes.get_ylim()[1]
        up = -1.1
    elif mark.kind == "horizontal":
        axes.axhline(y, color=mark.color, linewidth=width, linestyle=dash)
        # in the axes' own x, whatever range they get later
        axes.annotate(
            _text(mark.text), (1.0, y), (-0.2 * em, 0.2 * em), ha="right", va="bottom",
            xycoords=axes.get_yaxis_transform(), textcoords="offset points", color=mark.color,
            fontsize=_SMALL * em, bbox=_HALO,
        )  # fmt: skip
        return
    else:
        axes.axvspan(x, mark.at[1][0], color=mark.color, alpha=0.15, linewidth=0)
        place, across = ((x + mark.at[1][0]) / 2.0, axes.get_ylim()[1]), 0.0
        up = -1.1
    if mark.text:
        axes.annotate(
            _text(mark.text), place, (across * em, up * em), textcoords="offset points",
            ha="left" if across else "center", va="bottom", color=mark.color, fontsize=_SMALL * em,
            bbox=_HALO,
        )  # fmt: skip


def _add_legend(axes: "Axes", panel: FigurePanel, em: float) -> None:
    """Name the curves in rows above the panel; a single curve needs no legend.

    em: type size in points.
    """
    if len(panel.curves) < 2:
        return
    handles, names = axes.get_legend_handles_labels()
    if not handles:
        return
    room = axes.figure.bbox.width / axes.figure.dpi * POINTS_PER_INCH - 5.0 * em
    widest = max(_width(name, em) for name in names)
    handle = (_LEGEND_HANDLE + 0.5) * em
    names = [_cut(name, room - handle, em) for name in names]
    columns = max(1, min(len(names), int(room / (min(widest, room) + handle + _LEGEND_GAP * em))))
    axes.legend(
        *_by_rows(handles, names, columns), ncols=columns, loc="lower left",
        bbox_to_anchor=(0.0, 1.0), frameon=False, borderaxespad=0.1, borderpad=0.1,
        handlelength=_LEGEND_HANDLE, handletextpad=0.5, columnspacing=_LEGEND_GAP,
        labelspacing=0.3,
    )  # fmt: skip


def _by_rows(
    handles: Sequence["Artist"], names: Sequence[str], columns: int
) -> tuple[list["Artist"], list[str]]:
    """Reorder the entries of a legend so that they read row by row.

    Matplotlib fills its columns first.
    """
    order = [n for column in range(columns) for n in range(column, len(names), columns)]
    return [handles[n] for n in order], [names[n] for n in order]


def _y_label(panel: FigurePanel, figure: Figure, height: float, em: float) -> str:
    """Return the label of a panel's y axis, its unit on a second line if one would be too long.

    height: of the paper (points), from which the panel's is estimated, because laying out twice
    takes longer than drawing. em: type size in points.
    """
    name, opening, unit = panel.y_label.partition(" (")
    named = sum(len(each.curves) > 1 for each in figure.panels)
    free = (
        height - (5.0 + 1.6 * named + 1.1 * len(figure.panels)) * em - 2.0 * em * bool(figure.title)
    )
    room = free * panel.weight / sum(each.weight for each in figure.panels)
    if not opening or _width(panel.y_label, em) <= room:
        return _text(panel.y_label)
    return f"{_text(name)}\n({unit}"


def _text(text: str) -> str:
    """Return ``text`` for matplotlib, with "I_Na" as a subscript and minus signs before numbers."""
    text = _MINUS.sub("−", text)
    if not _INDEXED.search(text):
        return text.replace("$", r"\$")
    return _INDEXED.sub(_subscript, text.replace("$", r"\$"))


def _subscript(found: re.Match[str]) -> str:
    base, index = found[1], found[2].replace("_", r"\_")
    return f"$\\mathregular{{{base}}}_{{\\mathregular{{{index}}}}}$"


def _width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a line of text in points; size: of the type, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    is_math = "$" in text.replace(r"\$", "")
    font = FontProperties(size=size, weight=weight)
    return float(TextToPath().get_text_width_height_descent(text, font, is_math)[0])


def _cut(text: str, width: float, size: float) -> str:
    """Return the text, cut and ended by "…" if it is wider than ``width`` (points).

    size: of the type (points).
    """
    if _width(text, size) <= width:
        return text
    text = text.replace("$", "")
    while text and _width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(drawing: "Drawing | SubFigure", text: str, size: float) -> list[str]:
    """Return the title in at most three lines as wide as the paper; the last one may be cut.

    size: of the type (points).
    """
    room = drawing.bbox.width / drawing.dpi * POINTS_PER_INCH - 2.0 * size
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, size, "bold") <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > _TITLE_LINES:
        lines[_TITLE_LINES - 1 :] = [" ".join(lines[_TITLE_LINES - 1 :])]
    return [_cut(line, room, size) for line in lines]
