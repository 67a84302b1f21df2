"""Draw the parts of a phase plane in the pixels of its view, each kind as one item."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.ui.plots.figure_line import polylines

Array = NDArray[np.float64]
FAR = 5000.0  # px: painters take no numbers without end
_FADES = (40, 80, 130, 190, 255)  # of the trail, the oldest fifth first
_HEAD = 0.38  # of an arrow's length


class Drawn(NamedTuple):
    """A curve of the plane, (n,) in units of the axes with NaN in gaps, and how it is drawn.

    spread: the distance (px) at which its line is repeated to look thick, 0 for a single line.
    """

    x: Array
    y: Array
    pen: QPen
    spread: float = 0.0


class Point(NamedTuple):
    """A point of the plane.

    filled: the part of its disc that is filled: 1, 0 or 0.5. radius, rim (width of its outline):
    px.
    """

    x: float
    y: float
    color: QColor
    radius: float
    filled: float = 1.0
    rim: float = 1.6


class Layer(QGraphicsItem):
    """The base of items that draw over the whole view, in its pixels."""

    def __init__(self, view: pg.ViewBox, depth: float) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setZValue(depth)
        self._view = view

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def pixels(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return the pixels of points in units of the axes; points far outside are moved closer."""
        (left, right), (low, high) = self._view.viewRange()
        across = (x - left) * (self._view.width() / (right - left))
        down = (high - y) * (self._view.height() / (high - low))
        return np.clip(across, -FAR, FAR), np.clip(down, -FAR, FAR)


class Curves(Layer):
    """Draws curves, which may have gaps."""

    def __init__(self, view: pg.ViewBox, depth: float) -> None:
        super().__init__(view, depth)
        self.drawn: Sequence[Drawn] = ()

    def show_curves(self, drawn: Sequence[Drawn]) -> None:
        """Draw these curves, in place of those before."""
        self.drawn = drawn
        self.update()

    def paint(self, painter: QPainter, *_args: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in self.drawn:
            painter.setPen(curve.pen)
            x, y = self.pixels(curve.x, curve.y)
            for line in polylines(x, y):
                painter.drawPolyline(line)
                for dx, dy in ((curve.spread, 0.0), (0.0, curve.spread)) if curve.spread else ():
                    painter.translate(dx, dy)
                    painter.drawPolyline(line)
                    painter.translate(-dx, -dy)


class Field(Layer):
    """Draws the direction field as arrows of equal length."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, -20)
        self.pen = QPen()
        self._lines = PrimitiveArray(QLineF, 4)
        self._lines.resize(0)

    def clear(self) -> None:
        """Draw no arrows."""
        self._lines.resize(0)
        self.update()

    def show_directions(self, x: Array, y: Array, dx: Array, dy: Array, length: float) -> None:
        """Draw an arrow from each point (x, y) in the direction (dx, dy) (per ms), all (n,).

        length: of the arrows (px).
        """
        (left, right), (low, high) = self._view.viewRange()
        across = dx * (self._view.width() / (right - left))
        down = -dy * (self._view.height() / (high - low))
        size = np.hypot(across, down)
        moves = np.isfinite(size) & (size > 0.0)
        across, down, size = across[moves], down[moves], size[moves]
        ux, uy = across / size * length, down / size * length
        at_x, at_y = self.pixels(x[moves], y[moves])
        tip_x, tip_y = at_x + ux, at_y + uy
        count = tip_x.size
        self._lines.resize(3 * count)
        rows = self._lines.ndarray()
        rows[:count] = np.column_stack([at_x, at_y, tip_x, tip_y])
        for part, turn in enumerate((1.0, -1.0), start=1):
            back_x, back_y = _HEAD * (ux - turn * 0.6 * uy), _HEAD * (uy + turn * 0.6 * ux)
            rows[part * count : (part + 1) * count] = np.column_stack(
                [tip_x, tip_y, tip_x - back_x, tip_y - back_y]
            )
        self.update()

    def paint(self, painter: QPainter, *_args: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen)
        if len(self._lines):
            painter.drawLines(*self._lines.drawargs())


class Trail(Layer):
    """Draws where the neuron is, and a fading trail of where it has been."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, 20)
        self.way = np.empty((2, 0))
        self.color, self.rim = QColor(), QColor()
        self.size = 1.0
        self._shown = QRectF()

    def move_to(self, x: Array, y: Array) -> None:
        """Draw a trail (n,), the oldest point first; an empty one draws nothing."""
        self.way = np.array([x, y])
        before, self._shown = self._shown, self._around()
        self.update(before.united(self._shown))

    def _around(self) -> QRectF:
        if not self.way.size:
            return QRectF()
        x, y = self.pixels(*self.way)
        size = 10.0 * self.size
        return QRectF(QPointF(x.min(), y.min()), QPointF(x.max(), y.max())).adjusted(
            -size, -size, size, size
        )

    def paint(self, painter: QPainter, *_args: object) -> None:
        if not self.way.size:
            return
        x, y = self.pixels(*self.way)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = -(-x.size // len(_FADES))
        for part, alpha in enumerate(_FADES):
            piece = slice(part * size, (part + 1) * size + 1)
            color = QColor(self.color)
            color.setAlpha(alpha)
            painter.setPen(QPen(color, 1))
            line = pg.functions.arrayToQPolygonF(x[piece], y[piece])
            painter.drawPolyline(line)
            if part >= 3 or self.size > 1.0:
                painter.translate(0.6, 0.6)
                painter.drawPolyline(line)
                painter.translate(-0.6, -0.6)
        painter.setPen(QPen(self.rim, 1.5))
        painter.setBrush(self.color)
        painter.drawEllipse(QPointF(x[-1], y[-1]), 5.0 * self.size, 5.0 * self.size)


class Points(Layer):
    """Draws equilibria: filled if stable, empty if unstable, half filled if a saddle."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, 10)
        self.points: Sequence[Point] = ()
        self.ground = QColor()

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw these points, in place of those before."""
        self.points = points
        self.update()

    def nearest(self, place: QPointF, reach: float) -> int | None:
        """Return the index of the point nearest to a position (px) within ``reach`` px, or None."""
        best, found = reach, None
        for index, point in enumerate(self.points):
            x, y = self.pixels(np.array(point.x), np.array(point.y))
            distance = float(np.hypot(x - place.x(), y - place.y()))
            if distance <= best:
                best, found = distance, index
        return found

    def paint(self, painter: QPainter, *_args: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for point in self.points:
            x, y = (float(v) for v in self.pixels(np.array(point.x), np.array(point.y)))
            if abs(x) >= FAR or abs(y) >= FAR:
                continue
            r = point.radius
            painter.setPen(QPen(point.color, point.rim))
            painter.setBrush(QBrush(point.color if point.filled == 1.0 else self.ground))
            painter.drawEllipse(QPointF(x, y), r, r)
            if 0.0 < point.filled < 1.0:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(point.color)
                painter.drawPie(QRectF(x - r, y - r, 2 * r, 2 * r), 90 * 16, 180 * 16)


def sample_html(pen: QPen, text: str) -> str:
    """Return an entry of a legend as HTML: a piece of line as the pen draws it, and its text."""
    dashes = "──" if pen.style() == Qt.PenStyle.SolidLine else "╌╌"
    return f'<span style="color:{pen.color().name()}"><b>{dashes}</b> {escape(text)}</span>'
