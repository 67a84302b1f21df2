"""Draw the curves of a live plot as one item that costs little more than its pixels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

from hhgui.ui.plots.items import Stroke

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
Range = tuple[float, float]
# Pixels beyond which a curve is cut off; painters take no numbers without end.
FAR = 10_000.0
# Less than that (px) is not seen.
_FLAT = 0.3


class _Drawn(NamedTuple):
    """The length (px) of each curve up to a point, on which the phase of its dashes depends."""

    point: int
    lengths: Array


_NOTHING = _Drawn(0, np.empty(0))


class TraceCurve(NamedTuple):
    """One curve of a ``TraceLines``, by its index, with the interface of a pyqtgraph curve."""

    lines: "TraceLines"
    place: int

    def getData(self) -> tuple[Array, Floats]:  # noqa: N802 - as pyqtgraph's curves have it
        """Return the times (ms) and values of the curve."""
        return self.lines.data(self.place)


class TraceLines(QGraphicsItem):
    """Draws curves over a common time axis, in pixels of the view.

    pyqtgraph's items follow the transform of the view, so that all of them would be redrawn in each
    frame in which time moves. Here only new points are painted as long as the axes stand still.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(-1)  # above the grid, below the cursor
        self._view = view
        self._strokes: Sequence[Stroke] = ()
        self._dashed = self._scrolls = False
        self._times: Array = np.empty(0)
        self._values: Floats = np.empty((0, 0), dtype=np.float32)
        self._axes: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._drawn = _NOTHING
        self._line, self._points = QPolygonF(), np.empty((0, 2))
        self._bounds = view.rect()  # Qt asks for it some ten times in each frame
        view.sigRangeChanged.connect(self._take_axes)
        view.sigResized.connect(self._take_axes)

    @property
    def curves(self) -> list[TraceCurve]:
        """Return the curves, from the lowest to the topmost."""
        return [TraceCurve(self, place) for place in range(len(self))]

    def data(self, place: int) -> tuple[Array, Floats]:
        """Return the times (ms) and values of the curve at this index."""
        empty = np.empty(0, dtype=np.float32)
        return self._times, self._values[place] if len(self._values) else empty

    def whole(self) -> tuple[Array, Floats]:
        """Return the times (n,) in ms and the values (curves, n) that are drawn."""
        return self._times, self._values

    def follow_view(self) -> None:
        """Update after the time of the view has been moved, which emits no signal."""
        if self._times.size and self._view_axes() != self._axes:
            self._take_axes()

    def __len__(self) -> int:
        return len(self._strokes)

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Have one curve per stroke; if their number is the same, the drawn points are kept."""
        if len(strokes) != len(self):
            self._times, self._values = np.empty(0), np.empty((0, 0), dtype=np.float32)
            self._drawn = _NOTHING
        self._strokes = list(strokes)
        self._dashed = any(each.pen.style() != Qt.PenStyle.SolidLine for each in strokes)
        self.update()

    def set_data(self, times: Array, values: Floats, unchanged: int) -> None:
        """Draw times (n,) in ms and values (curves, n).

        unchanged: how many of the first points are the same as set before.
        """
        axes = self._view_axes()
        same = axes == self._axes
        self._scrolls = not same  # where they stand still, parts are painted, dashes and all
        start = max(unchanged - 1, 0) if same and self._times.size >= unchanged else 0
        self._times, self._values, self._axes = times, values, axes
        if self._drawn.point > start:
            self._drawn = _NOTHING
        if start == 0:
            self.update()
            return
        x = self._to_x(times[[start, -1]])
        self.update(QRectF(x[0] - 2.0, 0.0, x[1] - x[0] + 4.0, self._bounds.height()))

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_args: object) -> None:
        if self._times.size < 2:
            return
        exposed, (start, stop) = option.exposedRect, self._axes[0]
        per_pixel = (stop - start) / self._bounds.width()
        left, right = start + (exposed.left() - 2.0) * per_pixel, exposed.right() + 2.0
        first = max(int(self._times.searchsorted(left)) - 1, 0)
        last = int(self._times.searchsorted(start + right * per_pixel)) + 1
        x, columns = self._in_pixels(first, last)
        if self._scrolls:
            x, columns = without_flat(x, columns)
        painter.setRenderHint(
            QPainter.RenderHint.Antialiasing, bool(pg.getConfigOption("antialias"))
        )
        for stroke, y, drawn in zip(self._strokes, columns, self._drawn_before(first), strict=True):
            line = self._polygon(x, y)
            painter.setPen(_continued(stroke.pen, drawn))
            draw_line(painter, line, stroke.spread)

    def _polygon(self, x: Array, y: Floats) -> QPolygonF:
        """Return the points (px) as a polygon, which is used again if their number is the same."""
        if self._line.size() != x.size:
            self._line = pg.functions.create_qpolygonf(x.size)
            self._points = pg.functions.ndarray_from_qpolygonf(self._line)
        self._points[:, 0], self._points[:, 1] = x, y
        return self._line

    def _take_axes(self, *_args: object) -> None:
        axes = self._view_axes()
        self._axes, self._drawn = axes, _NOTHING
        if self._view.rect() != self._bounds:
            self.prepareGeometryChange()
            self._bounds = self._view.rect()
        self.update()

    def _view_axes(self) -> tuple[Range, Range]:
        (start, stop), (low, high) = self._view.viewRange()
        return (float(start), float(stop)), (float(low), float(high))

    def _to_x(self, times: Array) -> Array:
        start, stop = self._axes[0]
        return np.asarray((times - start) * (self._bounds.width() / (stop - start)))

    def _in_pixels(self, first: int, last: int) -> tuple[Array, Floats]:
        """Return x (n,) and y (curves, n) in px of points ``first`` to ``last`` - 1."""
        low, high = self._axes[1]
        y = (high - self._values[:, first:last]) * (self._bounds.height() / (high - low))
        return self._to_x(self._times[first:last]), y.clip(-FAR, FAR)

    def _drawn_before(self, point: int) -> Array:
        """Return the length (px) of each curve up to a point.

        The next call continues from there.
        """
        if not self._dashed:
            return np.zeros(len(self))
        if point < self._drawn.point or self._drawn.lengths.size != len(self):
            self._drawn = _Drawn(0, np.zeros(len(self)))
        begun, lengths = self._drawn
        if point > begun:
            x, y = self._in_pixels(begun, point + 1)
            lengths = lengths + np.hypot(np.diff(x), np.diff(y)).sum(axis=1)
            self._drawn = _Drawn(point, lengths)
        return lengths


def without_flat(x: Array, columns: Floats) -> tuple[Array, Floats]:
    """Leave out the second of each pair of points between which no curve moves visibly.

    That is half of the points. x: (n,), columns: (curves, n), px.
    """
    moves = np.abs(columns[:, 1::2] - columns[:, : 2 * (x.size // 2) : 2]) > _FLAT
    kept = np.ones(x.size, dtype=bool)
    kept[1::2] = moves.any(axis=0)
    kept[-1] = True
    return x[kept], columns[:, kept]


def _continued(pen: QPen, drawn: float) -> QPen:
    """Return the pen with its dashes continued after a line of the length ``drawn`` (px)."""
    if drawn == 0.0 or pen.style() == Qt.PenStyle.SolidLine:
        return pen
    going_on = QPen(pen)
    going_on.setDashOffset(drawn)
    return going_on


def draw_line(painter: QPainter, line: QPolygonF, spread: float) -> None:
    """Draw a line; spread: the distance (px) at which it is repeated to look thick, or 0."""
    if spread == 0.0:
        painter.drawPolyline(line)
        return
    for dx, dy in ((-spread, 0.0), (spread, 0.0), (0.0, -spread), (0.0, spread)):
        painter.translate(dx, dy)
        painter.drawPolyline(line)
        painter.translate(-dx, -dy)
