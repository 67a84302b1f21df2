"""One of the experiment's stacked plots: the same columns of one or several runs."""

from collections.abc import Sequence
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen
from PySide6.QtWidgets import QApplication, QGraphicsTextItem

from hhgui.ui.experiment_columns import PANES, airy_range, column_style, key_html
from hhgui.ui.experiment_thinning import Array
from hhgui.ui.theme import LIGHT, Theme
from hhgui.ui.trace_pane import AXIS_WIDTH, GridLines, PlainAxis, TimeViewBox, TraceCurve

_FAINT = 150  # of 255
_LABEL_ROOM = 4.0  # pixels of the gap between two panes that a label may use


def thin_pen(color: QColor, line: Qt.PenStyle) -> QPen:
    """A pen of one pixel; its dots are two long, for Qt's fade into the ground."""
    pen = pg.mkPen(color, width=1, style=line)
    if line == Qt.PenStyle.DotLine:
        pen.setDashPattern([2.0, 2.5])
    return pen


def faint(color: QColor) -> QColor:
    """For a kept run's gates and currents, which stay behind the current one's."""
    return QColor(color.red(), color.green(), color.blue(), _FAINT)


class CurveSpec(NamedTuple):
    """A curve to draw: which run (its place in the plots' list), which column, with what pen."""

    run: int
    column: str
    pen: QPen


class ShareAxis(PlainAxis):
    """A gate's axis: its values end at 1, whatever room there is above."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list:  # noqa: N802
        levels = super().tickValues(minVal, maxVal, size)
        return [(step, [v for v in values if v < 1.0 + 1e-9]) for step, values in levels]


class ExperimentPane:
    """A plot item with its curves.

    The value axis is fixed: ``set_base_range`` gives it, and it stays until the person zooms it
    (then it is the person's) or resets it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        spec = PANES[name]
        self.view = TimeViewBox(enableMenu=False)
        axes = {"bottom": PlainAxis("bottom")}
        if name == "gates":
            axes["left"] = ShareAxis("left")
        self.item = pg.PlotItem(viewBox=self.view, enableMenu=False, axisItems=axes)
        self.item.hideButtons()
        self.item.disableAutoRange()
        self.item.setLabel("left", spec.label)
        self.item.getAxis("left").setStyle(tickTextOffset=4, tickLength=0)
        for side in ("left", "bottom", "right", "top"):
            self.item.getAxis(side).enableAutoSIPrefix(False)
        self.item.hideAxis("bottom")
        self.view.setLimits(yMin=spec.limits[0], yMax=spec.limits[1])
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        self.item.addItem(self.cursor, ignoreBounds=True)
        self.key = QGraphicsTextItem(self.view)
        self.key.setPos(6, -2)
        self.key.setZValue(30)
        self._grid = GridLines(self.view)
        self._curves: list[TraceCurve] = []
        self.specs: tuple[CurveSpec, ...] = ()
        self._columns: list[str] = []
        self._key_shown = ""
        self._theme = LIGHT
        self._base = (0.0, 1.0)
        self._users_range = self._thick = False
        self.view.sigRangeChangedManually.connect(self._take_users_range)
        self.view.sigYRangeChanged.connect(self._place_grid)

    def set_curves(self, specs: Sequence[CurveSpec], columns: list[str]) -> None:
        """Draw these from now on, the last on top; ``columns`` are those the key names."""
        self.specs, self._columns = tuple(specs), columns
        for curve in self._curves[len(specs) :]:
            self.item.removeItem(curve)
        del self._curves[len(specs) :]
        while len(self._curves) < len(specs):
            self._curves.append(TraceCurve())
            self.item.addItem(self._curves[-1], ignoreBounds=True)
        for place, (curve, spec) in enumerate(zip(self._curves, specs, strict=True)):
            curve.thick = self._thick
            curve.setZValue(place)
            curve.setPen(spec.pen)
        self.show_values({})

    def draw(self, points: Sequence[tuple[Array, Array]]) -> None:
        """Times and values of each curve, in the order of ``specs``."""
        for curve, (times, values) in zip(self._curves, points, strict=True):
            curve.setData(times, values)

    def fit_label(self) -> None:
        """The axis's full label where it has room, else its short one."""
        spec, axis = PANES[self.name], self.item.getAxis("left")
        width = QFontMetricsF(axis.label.font()).horizontalAdvance(spec.label)
        text = spec.label if width < self.view.height() + _LABEL_ROOM else spec.short
        if axis.labelText != text:
            axis.setLabel(text)
            axis.resizeEvent(None)  # which is what puts a label into the middle

    def show_values(self, values: dict[str, float]) -> None:
        """Write values by column into the key; none where the mouse is nowhere."""
        theme = self._theme
        styles = [column_style(theme, self.name, c, i) for i, c in enumerate(self._columns)]
        html = key_html(self.name, self._columns, styles, theme, values)
        if html != self._key_shown:
            self._key_shown = html
            self.key.setHtml(html)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Colours of background, axes and key; the curves' pens come with ``set_curves``."""
        self._theme, self._thick = theme, scale > 1.0
        self.view.setBackgroundColor(theme.plot_background)
        font = QApplication.font()
        font.setPointSizeF(font.pointSizeF() * scale)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.axis)
            axis.setTickFont(font)
            axis.label.setFont(font)
        self.item.getAxis("left").setWidth(round(AXIS_WIDTH * scale))
        self.key.setFont(font)
        self.cursor.setPen(pg.mkPen(theme.faint_text, width=1))
        self._grid.pen = pg.mkPen(theme.grid, width=1)

    @property
    def base_range(self) -> tuple[float, float]:
        """The range that a reset goes back to."""
        return self._base

    def set_base_range(self, low: float, high: float) -> None:
        """The range to start from, and to come back to on reset."""
        if (low, high) != self._base:
            self._base = (low, high)
            if not self._users_range:
                self.reset_range()

    def grow_to(self, low: float, high: float) -> None:
        """Make the range hold low..high; an end that does already stays where it is."""
        first, last = self._base
        lower, upper = airy_range(min(low, first), max(high, last))
        self.set_base_range(lower if low < first else first, upper if high > last else last)

    def reset_range(self) -> None:
        """Back to the fixed range."""
        self._users_range = False
        self.view.setYRange(*self._base, padding=0)

    def _take_users_range(self, mask: list[bool]) -> None:
        self._users_range = self._users_range or bool(mask[1])

    def _place_grid(self, *_args: object) -> None:
        """Lines at the axis's labelled values."""
        low, high = self.view.viewRange()[1]
        spacings = self.item.getAxis("left").tickValues(low, high, max(self.view.height(), 1.0))
        ticks = spacings[0][1] if spacings else []
        if len(ticks) < 3 and len(spacings) > 1:
            ticks = [*ticks, *spacings[1][1]]
        self._grid.shares = [(high - tick) / (high - low) for tick in ticks]
        self._grid.update()
