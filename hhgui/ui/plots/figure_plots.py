"""Draw results on the screen from figures (``figures.figure``), the same that are printed."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from shiboken6 import Shiboken

from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.model.words import with_minus
from hhgui.ui.plots.axis import LogAxis
from hhgui.ui.plots.figure_line import FigureLine
from hhgui.ui.plots.items import ZoomViewBox, scaled_font
from hhgui.ui.plots.mark_labels import MarkLabels
from hhgui.ui.plots.problem_note import ProblemNote
from hhgui.ui.widgets.deferred import DrawingTimer
from hhgui.ui.widgets.theme import DARK, LIGHT, Theme

_LINES = {
    "solid": Qt.PenStyle.SolidLine, "dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine,
    "dash-dot": Qt.PenStyle.DashDotLine, "none": Qt.PenStyle.NoPen,
}  # fmt: skip
_SYMBOLS = {"": None, "circle": "o", "cross": "x"}
_HUES = ("black", "orange", "sky", "green", "yellow", "blue", "vermillion", "purple")
_IN_DARK = {getattr(LIGHT, hue): getattr(DARK, hue) for hue in _HUES}
_KEPT_HUES = ("orange", "green", "purple", "sky", "yellow", "black")
_MOST_LEGEND = 8


class _Drawn(NamedTuple):
    """What is drawn of one figure.

    look: all of it but the numbers, None if it must be drawn anew each time. curves, marks: the
    items of its curves and of its marked lines.
    """

    look: tuple[object, ...] | None
    curves: list[FigureLine]
    marks: list[pg.InfiniteLine]


class FigurePlots(pg.GraphicsLayoutWidget):
    """Draws figures of one panel each, one plot per figure.

    ``clicked(number, x, y)``: Emitted with the index of the figure and the position in the units of
    its axes.
    """

    clicked = Signal(int, float, float)

    def __init__(self, room: str, title: str) -> None:
        """Create the plots.

        room: the beginning of their objectNames. title: the accessible name.
        """
        super().__init__()
        self.setObjectName(f"{room}.plot")
        self.setAccessibleName(title)
        self._theme, self._scale = LIGHT, 1.0
        self._figures: tuple[Figure, ...] = ()
        self._kept: tuple[tuple[Figure, ...], ...] = ()
        self._names: tuple[str, ...] = ()
        self._items: list[pg.PlotItem] = []
        self._labels: list[MarkLabels] = []
        self._drawn: list[_Drawn | None] = []
        self._note = ProblemNote(self, f"{room}.problem")
        self._timer = DrawingTimer(self, 16)
        self._timer.due.connect(self._draw)
        self.scene().sigMouseClicked.connect(self._on_clicked)

    def show_figures(
        self,
        figures: Sequence[Figure],
        kept: Sequence[Sequence[Figure]] = (),
        names: Sequence[str] = (),
    ) -> None:
        """Draw figures, over those of kept results, which are faint.

        kept: for each kept result its figures, in the same order. names: of the kept results, then
        of the present one.
        """
        self._figures, self._names = tuple(figures), tuple(names)
        self._kept = tuple(tuple(each) for each in kept)
        self._timer.begin()

    def show_problem(self, text: str) -> None:
        """Show above the plots why something could not be measured; "" removes this."""
        self._note.show_text(text)

    def reset_range(self) -> None:
        """Show all data."""
        for item in self._items:
            item.enableAutoRange()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives thick lines for a projector."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.plot_background)
        self._note.set_theme(theme)
        self._timer.begin()

    def _draw(self) -> None:
        self._fit_items(len(self._figures))
        for number, figure in enumerate(self._figures):
            kept = [each[number] for each in self._kept if number < len(each)]
            self._draw_figure(number, figure, kept)
        self.scene().prepareForPaint()

    def _fit_items(self, count: int) -> None:
        """Create as many plots as there are figures, in two columns if there are more than two."""
        if len(self._items) == count:
            return
        self.clear()
        for item in self._items:
            Shiboken.delete(item)  # Python, collecting it later, could delete its layout first
        self._items, self._labels, self._drawn = [], [], [None] * count
        columns = 1 if count <= 2 else 2
        for number in range(count):
            axes = {"bottom": LogAxis("bottom"), "left": LogAxis("left")}
            view = ZoomViewBox()
            item = pg.PlotItem(viewBox=view, enableMenu=False, axisItems=axes)
            item.hideButtons()
            item.addLegend(offset=(-8, 8), labelTextSize="8pt")
            view.reset_requested.connect(item.enableAutoRange)
            self.addItem(item, number // columns, number % columns)
            self._items.append(item)
            self._labels.append(MarkLabels(item))

    def _draw_figure(self, number: int, figure: Figure, kept: Sequence[Figure]) -> None:
        """Draw figure ``number``; if only its numbers have changed, only these are replaced."""
        item, labels = self._items[number], self._labels[number]
        theme, panel = self._theme, figure.panels[0]
        curves = self._curves_of(figure, kept)
        look, drawn = self._look_of(figure, curves), self._drawn[number]
        if look is not None and drawn is not None and look == drawn.look:
            there = [curve for curve, _ in curves if _is_there(curve)]
            for line, curve in zip(drawn.curves, there, strict=True):
                line.setData(curve.x, curve.y)
            for marked, mark in zip(drawn.marks, panel.marks, strict=True):
                marked.setValue(_place_of(mark, figure))
                if marked.label is not None:
                    marked.label.setFormat(mark.text)
            labels.place_soon()
            _place_legend(item)
            return
        item.clear()
        labels.clear()
        item.legend.clear()
        item.legend.setLabelTextColor(theme.text)  # before names are added: it redraws none
        veil = QColor(theme.plot_background)
        veil.setAlphaF(0.75)  # a curve behind the names may be seen, but not strike them out
        item.legend.setBrush(veil)
        item.setLogMode(figure.x_logarithmic, panel.logarithmic)
        font = scaled_font(self._scale)
        for side, label in (("left", panel.y_label), ("bottom", figure.x_label)):
            axis = item.getAxis(side)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.axis)
            axis.setTickFont(font)
            item.setLabel(side, label, color=theme.axis)
            axis.label.setFont(font)
        item.setTitle(_key_of(panel) if panel.family else None, color=theme.axis, size="9pt")
        lines = [self._add_curve(item, curve, legend) for curve, legend in curves]
        marks = []
        for mark in panel.marks:
            marked = self._add_mark(item, mark, figure.x_logarithmic, panel.logarithmic)
            if marked is not None:
                labels.add(marked, mark.kind == "vertical")
                marks.append(marked)
        self._drawn[number] = _Drawn(look, [each for each in lines if each is not None], marks)
        _place_legend(item)

    def _curves_of(self, figure: Figure, kept: Sequence[Figure]) -> list[tuple[FigureCurve, bool]]:
        """Return every curve, those of kept results first, and whether the legend names it."""
        panel, found = figure.panels[0], []
        for place, earlier in enumerate(kept):
            hue = getattr(self._theme, _KEPT_HUES[place % len(_KEPT_HUES)])
            for number, curve in enumerate(earlier.panels[0].curves):
                name = self._names[place] if number == 0 else ""
                found.append((replace(curve, color=hue, name=name), True))
        named = sum(bool(curve.name) for curve in panel.curves)
        legend = named <= _MOST_LEGEND and not panel.family
        for number, curve in enumerate(panel.curves):
            own = self._names[-1] if kept and number == 0 else curve.name
            found.append((replace(curve, name=own), legend))
        return found

    def _look_of(
        self, figure: Figure, curves: Sequence[tuple[FigureCurve, bool]]
    ) -> tuple[object, ...] | None:
        """Return all that decides how the figure looks but its numbers, to be compared.

        It is None if new numbers may need more than new data for the same items.
        """
        panel = figure.panels[0]
        if panel.image is not None or any(
            mark.kind not in ("vertical", "horizontal") for mark in panel.marks
        ):
            return None
        looks = [(c.name, c.color, c.dash, c.marker, legend, _is_there(c)) for c, legend in curves]
        return (
            self._theme, self._scale, figure.x_label, panel.y_label, figure.x_logarithmic,
            panel.logarithmic, panel.family, tuple(looks),
            tuple((mark.kind, bool(mark.text)) for mark in panel.marks),
        )  # fmt: skip

    def _add_curve(self, item: pg.PlotItem, curve: FigureCurve, legend: bool) -> FigureLine | None:
        """Draw a curve and return its item, None if it has no points.

        legend: whether the legend names it.
        """
        if not _is_there(curve):
            return None  # pyqtgraph warns of points that are all missing
        color = QColor(self._shade(curve.color))
        pen = pg.mkPen(color, width=1.0 if self._scale <= 1.0 else 2.0, style=_LINES[curve.dash])
        line = FigureLine(
            curve.x, curve.y, pen=pen, symbol=_SYMBOLS[curve.marker], size=5 * self._scale,
            brush=pg.mkBrush(color), name=curve.name if legend and curve.name else None,
        )  # fmt: skip
        item.addItem(line)
        return line

    def _add_mark(
        self, item: pg.PlotItem, mark: FigureMark, x_log: bool, y_log: bool
    ) -> pg.InfiniteLine | None:
        """Draw a mark; return its item if it is a line across the plot, else None.

        x_log, y_log: which axes are logarithmic.
        """
        pen = pg.mkPen(self._theme.faint_text, width=1, style=Qt.PenStyle.DashLine)
        at = [(_on_axis(x, x_log), _on_axis(y, y_log)) for x, y in mark.at]
        options = {"color": self._theme.faint_text}
        if mark.kind in ("vertical", "horizontal"):
            angle = 90 if mark.kind == "vertical" else 0
            place = at[0][0] if angle else at[0][1]
            line = pg.InfiniteLine(place, angle, pen, label=mark.text, labelOpts=options)
            item.addItem(line)
            return line
        if mark.kind == "band":
            fill = QColor(self._theme.faint_text)
            fill.setAlphaF(0.15)
            region = pg.LinearRegionItem(
                (at[0][0], at[1][0]), movable=False, brush=fill, pen=pg.mkPen(None)
            )
            region.setZValue(-20)
            item.addItem(region)
        else:
            item.addItem(pg.ScatterPlotItem(
                [at[0][0]], [at[0][1]], symbol="+", size=12, pen=pen, brush=None
            ))  # fmt: skip
        return None

    def _shade(self, color: str) -> str:
        """Return the colour in the present theme for a figure's colour, meant for white paper."""
        if self._theme.name == "light":
            return color
        if color in _IN_DARK:
            return str(_IN_DARK[color])
        return QColor(color).lighter(150).name() if QColor(color).lightness() < 110 else color

    def _on_clicked(self, event: object) -> None:
        place: QPointF = event.scenePos()  # type: ignore[attr-defined]
        for number, item in enumerate(self._items):
            view = item.getViewBox()
            if view.sceneBoundingRect().contains(place):
                at = view.mapSceneToView(place)
                figure = self._figures[number]
                x = 10.0 ** at.x() if figure.x_logarithmic else at.x()
                y = 10.0 ** at.y() if figure.panels[0].logarithmic else at.y()
                self.clicked.emit(number, x, y)


def _key_of(panel: FigurePanel) -> str:
    """Return the legend of a family of curves as HTML: a colour ramp with the names of its ends.

    It stands above the plot, where it covers nothing.
    """
    first, last = (with_minus(curve.name) for curve in (panel.curves[0], panel.curves[-1]))
    dashes = "".join(f'<span style="color: {c.color}">━</span>' for c in panel.curves)
    return f"{escape(first)} {dashes} {escape(last.removeprefix(panel.family).strip())}"


def _is_there(curve: FigureCurve) -> bool:
    return bool((np.isfinite(curve.x) & np.isfinite(curve.y)).any())


def _place_of(mark: FigureMark, figure: Figure) -> float:
    """Return the value, on the x or y axis, at which a marked line crosses it."""
    x, y = mark.at[0]
    if mark.kind == "vertical":
        return _on_axis(x, figure.x_logarithmic)
    return _on_axis(y, figure.panels[0].logarithmic)


def _place_legend(item: pg.PlotItem) -> None:
    """Place the legend in the corner with the fewest points.

    Of several such corners an upper one is taken before a lower one, and a right one before a left.
    """
    drawn = [curve.getData() for curve in item.listDataItems()]
    points = [np.array(data, dtype=float) for data in drawn if data[0] is not None]
    if not points:
        return
    x, y = np.concatenate(points, axis=1)
    x, y = (each - np.nanmin(each, initial=np.inf) for each in (x, y))
    right, up = x > 0.7 * np.nanmax(x, initial=0.0), y > 0.7 * np.nanmax(y, initial=0.0)
    left, low = x < 0.3 * np.nanmax(x, initial=0.0), y < 0.3 * np.nanmax(y, initial=0.0)
    corners = {(1, 0): right & up, (0, 0): left & up, (1, 1): right & low, (0, 1): left & low}
    corner = min(corners, key=lambda each: int(corners[each].sum()))
    item.legend.anchor(corner, corner, offset=[-8 if end else 8 for end in corner])


def _on_axis(value: float, log: bool) -> float:
    """Return where a value lies on an axis, its logarithm if ``log``."""
    return float(np.log10(value)) if log and value > 0.0 else value
