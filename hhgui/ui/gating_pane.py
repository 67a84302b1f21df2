"""One plot of the gating tab: a quantity of some gates over voltage, and the live voltage in it."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QGraphicsSceneMouseEvent, QGraphicsSceneWheelEvent

from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.ui.gating_items import LiveMarker, Stroke, StrokedCurve
from hhgui.ui.nice_range import nice_range
from hhgui.ui.theme import Theme
from hhgui.ui.trace_pane import GridLines

SHOWN_MV = (-120.0, 60.0)
NARROWEST_MV = 10.0
AXIS_WIDTH = 52
DECADES = 5.0  # a logarithmic axis shows at most so many
_ZOOM = 1000.0
Array = NDArray[np.float64]


class GatingViewBox(pg.ViewBox):
    """A view whose wheel zooms the voltage; over the value axis it zooms values, as in Live."""

    reset_asked = Signal()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        super().wheelEvent(event, 0 if axis is None else axis)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reset_asked.emit()
        event.accept()


class ValueAxis(pg.AxisItem):
    """A value axis that writes the powers of ten of a logarithmic one as 0.001 … 100."""

    logarithmic = False

    def tickSpacing(  # noqa: N802
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, float]]:
        if self.logarithmic and maxVal - minVal > 1.5:
            return [(1.0, 0.0)]
        return super().tickSpacing(minVal, maxVal, size)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logarithmic:
            return [f"{10.0**value:.10g}" for value in values]
        return super().tickStrings(values, scale, spacing)


class GatingPane:
    """A plot item with a curve for each shown gate.

    The value axis is fixed: it is fitted when what is shown changes, grows in round steps while
    a rate is edited, and is the user's own once zoomed, until it is reset.
    """

    def __init__(self, quantity: str, label: str, unit_range: bool = False) -> None:
        self.quantity = quantity
        self.view = GatingViewBox(enableMenu=False)
        self._axis = ValueAxis("left")
        self.item = pg.PlotItem(viewBox=self.view, enableMenu=False, axisItems={"left": self._axis})
        self.item.hideButtons()
        self.item.disableAutoRange()
        for side in ("left", "bottom", "right", "top"):
            self.item.getAxis(side).enableAutoSIPrefix(False)
        self._axis.setStyle(tickTextOffset=4, maxTickLevel=0)
        self.item.getAxis("bottom").setStyle(maxTickLevel=0)
        self._axis.setLabel(label)
        self.view.setLimits(xMin=V_MIN_MV, xMax=V_MAX_MV, minXRange=NARROWEST_MV)
        self.marker = LiveMarker(self.view)
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        self.item.addItem(self.cursor, ignoreBounds=True)
        self._grid = GridLines(self.view)
        self.curves: list[pg.PlotCurveItem] = []
        self._unit_range = unit_range  # a steady state: always 0..1
        self._base = (0.0, 1.0)
        self._users_range = False
        self.view.sigRangeChangedManually.connect(self._take_users_range)
        self.view.sigRangeChanged.connect(self._place_grid)

    @property
    def logarithmic(self) -> bool:
        return self._axis.logarithmic

    def set_logarithmic(self, on: bool) -> None:
        """Powers of ten on the value axis; the curves must be drawn again."""
        self._axis.logarithmic = on
        self._users_range = False

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """A curve for each, thin ones over thick ones; those that are there are used again."""
        for curve in self.curves[len(strokes) :]:
            self.item.removeItem(curve)
        del self.curves[len(strokes) :]
        while len(self.curves) < len(strokes):
            curve = StrokedCurve()
            curve.setZValue(len(self.curves))
            self.curves.append(curve)
            self.item.addItem(curve)
        for curve, stroke in zip(self.curves, strokes, strict=True):
            curve.spread = stroke.spread
            curve.setPen(stroke.pen)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Colours of background, axes and marker; ``scale`` above 1: large type."""
        self.view.setBackgroundColor(theme.plot_background)
        font = QApplication.font()
        font.setPointSizeF(font.pointSizeF() * scale)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.axis)
            axis.setTickFont(font)
            axis.label.setFont(font)
        self._axis.setWidth(round(AXIS_WIDTH * scale))
        self.cursor.setPen(pg.mkPen(theme.faint_text, width=1))
        self.marker.line_pen = pg.mkPen(theme.accent, width=1)
        self.marker.rim_pen = pg.mkPen(theme.plot_background, width=1)
        self._grid.pen = pg.mkPen(theme.grid, width=1)

    def heights(self, values: Array) -> Array:
        """Values in the axis's own units: their logarithm on a logarithmic one; NaN if none."""
        if not self.logarithmic:
            return np.where(np.isfinite(values), values, np.nan)
        there = np.isfinite(values) & (values > 0.0)
        return np.log10(values, out=np.full_like(values, np.nan), where=there)

    def draw(self, voltage: Array, values: Sequence[Array], refit: bool) -> None:
        """Draw one array per curve over ``voltage`` (mV)."""
        heights = [self.heights(each) for each in values]
        for curve, each in zip(self.curves, heights, strict=True):
            curve.setData(voltage, each)
        inside = (voltage >= SHOWN_MV[0]) & (voltage <= SHOWN_MV[1])
        self._fit([each[inside] for each in heights], refit)

    def reset_range(self) -> None:
        """Back to the fixed range."""
        self._users_range = False
        self.view.setRange(xRange=SHOWN_MV, yRange=self._base, padding=0)

    def _fit(self, heights: Sequence[Array], refit: bool) -> None:
        seen = np.concatenate([each[np.isfinite(each)] for each in heights] or [np.zeros(0)])
        if seen.size == 0:
            seen = np.array([-3.0, 0.9] if self.logarithmic else [0.0, 1.0])
        base = self._range_of(float(seen.min()), float(seen.max()))
        if not refit:
            base = min(base[0], self._base[0]), max(base[1], self._base[1])
        if base == self._base and not refit:
            return
        self._base = base
        low, high = base
        room = (high - low) * (0.5 if self._unit_range or self.logarithmic else 9.0)
        self.view.setLimits(
            yMin=low - min(room, high - low), yMax=high + room, minYRange=(high - low) / _ZOOM
        )
        if not self._users_range:
            self.view.setYRange(low, high, padding=0)

    def _range_of(self, lowest: float, highest: float) -> tuple[float, float]:
        if self._unit_range:
            return -0.04, 1.04
        if self.logarithmic:
            high = np.ceil(highest + 0.05)
            return float(max(np.floor(lowest), high - DECADES)), float(high)
        low, high = nice_range(min(lowest, 0.0), max(highest, 1e-6))
        return (low if lowest < 0.0 else -0.03 * high), high

    def _take_users_range(self, mask: list[bool]) -> None:
        self._users_range = self._users_range or bool(mask[1])

    def _place_grid(self, *_args: object) -> None:
        """Lines at the axis's labelled values."""
        low, high = self.view.viewRange()[1]
        spacings = self._axis.tickValues(low, high, max(self.view.height(), 1.0))
        ticks = spacings[0][1] if spacings else []
        self._grid.shares = [(high - tick) / (high - low) for tick in ticks]
        self._grid.update()
