"""One of the stacked live plots: a few curves of the recording over the common time axis."""

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
    QGraphicsTextItem,
)

from hhgui.ui.nice_range import nice_range
from hhgui.ui.theme import CurveStyle, Theme, curve_style

AXIS_WIDTH = 62
# Pixels; together they look about three wide.
THICK_OFFSETS = ((-0.8, 0.0), (0.8, 0.0), (0.0, -0.8), (0.0, 0.8))
_DASHES = {
    Qt.PenStyle.SolidLine: "──",
    Qt.PenStyle.DashLine: "╌╌",
    Qt.PenStyle.DashDotLine: "╌·",
    Qt.PenStyle.DotLine: "···",
}


class TimeViewBox(pg.ViewBox):
    """A view whose wheel zooms time; over the value axis it zooms values, as elsewhere."""

    time_zoomed = Signal(float, float)
    reset_asked = Signal()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        if axis == 1:
            super().wheelEvent(event, axis)
            return
        at = self.mapSceneToView(event.scenePos()).x()
        self.time_zoomed.emit(1.02 ** (-event.delta() / 8.0), at)
        event.accept()

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reset_asked.emit()
        event.accept()


class GridLines(QGraphicsItem):
    """Faint lines across a view: one item, where a line item each would cost a third of a frame.

    shares: where the lines are, from 0 at the top of the view to 1 at its bottom.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view)
        self._view = view
        self.pen = pg.mkPen("#888888")
        self.shares: list[float] = []
        self.setZValue(-50)  # above the view's background, below its curves

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, *_args: object) -> None:
        rect = self._view.rect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen)
        for share in self.shares:
            y = rect.top() + share * rect.height()
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))


class PlainAxis(pg.AxisItem):
    """An axis that writes large numbers out: 3 512 400, not 3.5124e+06."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not values or max(abs(v) for v in values) < 10_000.0:
            return super().tickStrings(values, scale, spacing)
        digits = max(0, math.ceil(-math.log10(spacing * scale)))
        return [f"{v * scale:,.{digits}f}".replace(",", "\u202f") for v in values]


class TraceCurve(pg.PlotCurveItem):
    """A curve that looks thick where asked to, by a few strokes of the 1-pixel path.

    A wide antialiased pen costs twenty times as much, and a dash pattern even more.
    """

    def __init__(self) -> None:
        super().__init__(skipFiniteCheck=True)
        self.thick = False

    def paint(self, painter: QPainter, *args: object) -> None:
        if not self.thick:
            super().paint(painter, *args)
            return
        transform = painter.transform()
        for dx, dy in THICK_OFFSETS:
            painter.setTransform(transform * QTransform.fromTranslate(dx, dy))
            super().paint(painter, *args)
        painter.setTransform(transform)


class TracePane:
    """A plot item with its curves. ``rows`` are the recording's columns that it shows.

    The value axis is fixed: ``base`` is its range until values leave it, then it grows in round
    steps and stays, until the user zooms it (then it is the user's) or resets it.
    """

    def __init__(self, name: str, label: str, limits: tuple[float, float]) -> None:
        self.name = name
        self.view = TimeViewBox(enableMenu=False)
        axes = {"bottom": PlainAxis("bottom")}
        self.item = pg.PlotItem(viewBox=self.view, enableMenu=False, axisItems=axes)
        self.item.hideButtons()
        self.item.disableAutoRange()
        self.item.setLabel("left", label)
        self.item.getAxis("left").setWidth(AXIS_WIDTH)
        self.item.getAxis("left").setStyle(tickTextOffset=4)
        for side in ("left", "bottom", "right", "top"):
            # hidden axes too: each would set a new label text in every frame
            self.item.getAxis(side).enableAutoSIPrefix(False)
        self.item.hideAxis("bottom")
        self.view.setLimits(yMin=limits[0], yMax=limits[1])
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        self.item.addItem(self.cursor, ignoreBounds=True)
        self._key = QGraphicsTextItem(self.view)
        self._key.setPos(6, -2)
        self._key.setZValue(10)
        self._grid = GridLines(self.view)
        self.curves: list[TraceCurve] = []
        self.rows: list[int] = []
        self._names: list[str] = []
        self._base = (0.0, 1.0)
        self._users_range = False
        self._thick = False
        self.view.sigRangeChangedManually.connect(self._take_users_range)
        self.view.sigYRangeChanged.connect(self._place_grid)
        self.view.reset_asked.connect(self.reset_range)

    def set_curves(self, rows: list[int], names: list[str], theme: Theme) -> None:
        """Show these columns; curves that are there already are used again."""
        self.rows, self._names = rows, names
        for curve in self.curves[len(rows) :]:
            self.item.removeItem(curve)
        del self.curves[len(rows) :]
        while len(self.curves) < len(rows):
            self.curves.append(TraceCurve())
            self.item.addItem(self.curves[-1])
        self._style_curves(theme)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Colours of background, axes, curves and key; ``scale`` above 1: large and thick."""
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
        self._key.setFont(font)
        self.cursor.setPen(pg.mkPen(theme.faint_text, width=1))
        self._grid.pen = pg.mkPen(theme.grid, width=1)
        self._thick = scale > 1.0
        self._style_curves(theme)

    def _style_curves(self, theme: Theme) -> None:
        styles = [curve_style(theme, n, i) for i, n in enumerate(self._names)]
        for curve, style in zip(self.curves, styles, strict=True):
            curve.thick = self._thick
            curve.setPen(pg.mkPen(style.color, width=1, style=style.line))
        self._key.setHtml(_key_html(self._names, styles, theme))

    def set_base_range(self, low: float, high: float) -> None:
        """The range to start from, and to come back to on reset."""
        if (low, high) != self._base:
            self._base = (low, high)
            if not self._users_range:
                self.reset_range()

    def reset_range(self) -> None:
        """Back to the fixed range."""
        self._users_range = False
        self.view.setYRange(*self._base, padding=0)

    def draw(self, times: NDArray[np.float64], values: NDArray[np.float32]) -> None:
        """Draw the recording's columns; the range grows if they leave it."""
        if times.size and not self._users_range:
            self._grow(values)
        for curve, row in zip(self.curves, self.rows, strict=True):
            curve.setData(times, values[row])

    def _grow(self, values: NDArray[np.float32]) -> None:
        mine = values[self.rows[0] : self.rows[-1] + 1]
        lowest, highest = float(mine.min()), float(mine.max())
        low, high = self.view.viewRange()[1]
        if lowest < low or highest > high:
            self.view.setYRange(*nice_range(min(lowest, low), max(highest, high)), padding=0)

    def _take_users_range(self, mask: list[bool]) -> None:
        self._users_range = self._users_range or bool(mask[1])

    def _place_grid(self, *_args: object) -> None:
        """Lines at the axis's labelled values."""
        low, high = self.view.viewRange()[1]
        height = max(self.view.height(), 1.0)
        spacings = self.item.getAxis("left").tickValues(low, high, height)
        ticks = spacings[0][1] if spacings else []
        if len(ticks) < 3 and len(spacings) > 1:
            ticks = [*ticks, *spacings[1][1]]
        self._grid.shares = [(high - tick) / (high - low) for tick in ticks]
        self._grid.update()


def _key_html(names: list[str], styles: list[CurveStyle], theme: Theme) -> str:
    if len(names) < 2:
        return ""
    parts = [
        f'<span style="color:{s.color.name()}"><b>{_DASHES[s.line]}</b> {_name_html(n)}</span>'
        for n, s in zip(names, styles, strict=True)
    ]
    # an opaque ground, so that curves pass behind the key and not through it
    text = "&nbsp;&nbsp;&nbsp;".join(parts)
    return f'<span style="background-color:{theme.plot_background}">&nbsp;{text}&nbsp;</span>'


def _name_html(name: str) -> str:
    head, _, tail = name.partition("_")
    return f"{head}<sub>{tail}</sub>" if head == "I" else name
