"""Where everything of a figure goes, in points from its top left corner."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

from hhgui.ui.figures.figure import Figure, FigurePanel
from hhgui.ui.figures.text import Lettering
from hhgui.ui.figures.ticks import axis_ticks, tick_texts, ticks

# In font sizes.
MARGIN = 0.7
LINE = 1.25
TICK = 0.4
TICK_GAP = 0.35
SAMPLE = 2.2
LEGEND_ROW = 1.4
_ENTRY_GAP = 1.2
_PANEL_GAP = 0.9
_LABEL_GAP = 0.5
_TITLE_LINES = 3
_ROOM_PER_X_TICK = 5.0
_ROOM_PER_Y_TICK = 2.4
_LEAST_HEIGHT = 2.0


@dataclass(frozen=True)
class PlacedPanel:
    """A panel's axes, the lines of its y label, its ticks, and its legend's entries.

    ticks: (place as the axis counts, text); legend: (row of curves, text, top left).
    """

    panel: FigurePanel
    axes: QRectF
    label: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    legend: tuple[tuple[int, str, QPointF], ...]


@dataclass(frozen=True)
class Layout:
    """Everything placed. ``title``: its lines; ``label_x``: where the y labels' middle is."""

    size: QSizeF
    title: tuple[str, ...]
    label_x: float
    panels: tuple[PlacedPanel, ...]
    x_ticks: tuple[float, ...]


def placed(figure: Figure, size: QSizeF, text: Lettering, bold: Lettering) -> Layout:
    """The layout of a figure of this size (points)."""
    layout = _placed(figure, size, text, bold, label_lines=1)
    if all(_fits(line, panel.axes, text) for panel in layout.panels for line in panel.label):
        return layout
    return _placed(figure, size, text, bold, label_lines=2)


def label_room(axes: QRectF, em: float) -> float:
    """How long a line of a panel's y label may be: a little longer than the axis."""
    return axes.height() + 0.8 * em


def _fits(line: str, axes: QRectF, text: Lettering) -> bool:
    return text.width(line) <= label_room(axes, text.size)


def _label(panel: FigurePanel, axes: QRectF, lines: int, text: Lettering) -> tuple[str, ...]:
    """The label in one line, or its unit in a second one where it does not fit."""
    name, opening, unit = panel.y_label.partition(" (")
    if lines == 1 or not opening or _fits(panel.y_label, axes, text):
        return (panel.y_label,)
    return name, f"({unit}"


def _placed(
    figure: Figure, size: QSizeF, text: Lettering, bold: Lettering, label_lines: int
) -> Layout:
    em = text.size
    width = size.width() - 2.0 * MARGIN * em
    title = bold.wrapped(figure.title, width, _TITLE_LINES)
    left, right, x_ticks = _sides(figure, size, text, label_lines)
    legends = [_legend(panel, right - left, text) for panel in figure.panels]
    top = MARGIN * em + len(title) * LINE * bold.size + (0.3 * em if title else 0.0)
    foot = (MARGIN + TICK + TICK_GAP + 2 * LINE + 0.1) * em
    taken = sum(_legend_height(legend, em) for legend in legends)
    free = size.height() - top - foot - taken - _PANEL_GAP * em * (len(legends) - 1)
    per_weight = max(free, 0.0) / sum(panel.weight for panel in figure.panels)
    panels = []
    for panel, legend in zip(figure.panels, legends, strict=True):
        height = max(per_weight * panel.weight, _LEAST_HEIGHT * em)
        begin = QPointF(left, top)
        top += _legend_height(legend, em)
        axes = QRectF(left, top, right - left, height)
        top += height + _PANEL_GAP * em
        shown = axis_ticks(panel, int(height / (_ROOM_PER_Y_TICK * em)) + 1)
        entries = tuple((row, name, begin + at) for row, name, at in legend)
        label = _label(panel, axes, label_lines, text)
        panels.append(PlacedPanel(panel, axes, label, tuple(zip(*shown, strict=True)), entries))
    label_x = (MARGIN + LINE * label_lines / 2.0) * em
    return Layout(size, tuple(title), label_x, tuple(panels), tuple(x_ticks))


def _sides(
    figure: Figure, size: QSizeF, text: Lettering, label_lines: int
) -> tuple[float, float, list[float]]:
    """Left and right end of the axes, and the x ticks."""
    em = text.size
    widest = max(
        text.width(tick) for panel in figure.panels for tick in [*axis_ticks(panel, 6)[1], "0"]
    )
    left = (MARGIN + LINE * label_lines + _LABEL_GAP + TICK_GAP + TICK) * em + widest
    right = size.width() - MARGIN * em
    shown = ticks(*figure.x_range, int((right - left) / (_ROOM_PER_X_TICK * em)) + 1)
    if shown:
        # half of the last tick's text hangs over the end of the axis
        low, high = figure.x_range
        share = (high - shown[-1]) / (high - low)
        half = text.width(tick_texts(shown)[-1]) / 2.0
        right -= max(0.0, half - share * (right - left) - MARGIN * em / 2.0)
    return left, max(right, left + em), shown


def _legend(panel: FigurePanel, width: float, text: Lettering) -> list[tuple[int, str, QPointF]]:
    """The entries, one after the other in rows: (curve, text, top left). None for one curve."""
    named = [(row, curve.name) for row, curve in enumerate(panel.curves) if curve.name]
    if len(panel.curves) < 2:
        return []
    em, at, entries = text.size, QPointF(0.0, 0.0), []
    for row, name in named:
        shown = text.cut(name, width - (SAMPLE + 0.5) * em)
        needed = (SAMPLE + 0.5) * em + text.width(shown)
        if at.x() > 0.0 and at.x() + needed > width:
            at = QPointF(0.0, at.y() + LEGEND_ROW * em)
        entries.append((row, shown, QPointF(at)))
        at = at + QPointF(needed + _ENTRY_GAP * em, 0.0)
    return entries


def _legend_height(legend: list[tuple[int, str, QPointF]], em: float) -> float:
    return legend[-1][2].y() + (LEGEND_ROW + 0.2) * em if legend else 0.0
