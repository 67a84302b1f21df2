"""Draw a curve of a few points with its markers, as results have them."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

Array = NDArray[np.float64]


class FigureLine(pg.GraphicsObject):
    """A curve in a plot: a line through points, broken where one is missing, and their markers.

    It replaces pyqtgraph's PlotDataItem, in which setting points with markers takes 1.5 ms: too
    long in a plot that follows a knob. ``opts``: pen, symbol, size and brush, which the legend
    reads.
    """

    def __init__(self, x: Array, y: Array, *, pen: QPen, symbol: str | None, size: float,
                 brush: QBrush, name: str | None) -> None:  # fmt: skip
        """Create the curve; points with a NaN are missing.

        symbol: of the markers, "o", "x" or None. size: of a marker (px). brush: its colour. name:
        in the legend, None to leave the curve out of it.
        """
        super().__init__()
        self.opts = {"pen": pen, "symbol": symbol, "size": size, "brush": brush}
        self._name = name
        self._log = False, False
        self._x, self._y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self._shown = self._x, self._y

    # What pyqtgraph's plots ask of a curve

    def implements(self, interface: str | None = None) -> bool:
        return interface == "plotData"

    def name(self) -> str | None:
        return self._name

    def getData(self) -> tuple[Array, Array]:  # noqa: N802
        """Return x and y of the points as drawn; along a logarithmic axis these are logarithms."""
        return self._shown

    def setData(self, x: Array, y: Array) -> None:  # noqa: N802
        """Replace the points."""
        self._x, self._y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self._place()

    def setLogMode(self, x: bool, y: bool) -> None:  # noqa: N802
        """Set which axes are logarithmic; points with x or y not above 0 are missing there."""
        self._log = bool(x), bool(y)
        self._place()

    def _place(self) -> None:
        pair = zip((self._x, self._y), self._log, strict=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = (np.log10(values) if log else values for values, log in pair)
        there = np.isfinite(x) & np.isfinite(y)
        self._shown = np.where(there, x, np.nan), np.where(there, y, np.nan)
        self.informViewBoundsChanged()
        self.update()

    def dataBounds(  # noqa: N802
        self, axis: int, frac: float = 1.0, orthoRange: object = None
    ) -> tuple[float | None, float | None]:
        """Return the lowest and highest value as drawn along an axis, 0 for x and 1 for y.

        Both are None without points. pyqtgraph calls this; the other arguments are ignored.
        """
        values = self._shown[axis]
        found = values[np.isfinite(values)]
        return (float(found.min()), float(found.max())) if found.size else (None, None)

    def pixelPadding(self) -> float:  # noqa: N802
        """Return how far (px) markers or line extend beyond the outermost points."""
        return 0.7 * float(self.opts["size"]) if self.opts["symbol"] else 1.0  # type: ignore[arg-type]

    def viewRangeChanged(self) -> None:  # noqa: N802
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(self.viewRect())

    def paint(self, painter: QPainter, *_args: object) -> None:
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self._shown[0] * transform.m11() + transform.dx()
        y = self._shown[1] * transform.m22() + transform.dy()
        pen: QPen = self.opts["pen"]  # type: ignore[assignment]
        if pen.style() != Qt.PenStyle.NoPen:
            painter.setPen(pen)
            for line in polylines(x, y):
                painter.drawPolyline(line)
        if self.opts["symbol"]:
            there = np.isfinite(x)
            points = zip(x[there].tolist(), y[there].tolist(), strict=True)
            self._paint_markers(painter, [QPointF(*pair) for pair in points])

    def _paint_markers(self, painter: QPainter, points: list[QPointF]) -> None:
        half = 0.5 * float(self.opts["size"])  # type: ignore[arg-type]
        brush: QBrush = self.opts["brush"]  # type: ignore[assignment]
        if self.opts["symbol"] == "o":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            for point in points:
                painter.drawEllipse(point, half, half)
        elif self.opts["symbol"] == "x":
            painter.setPen(QPen(brush.color(), 0.5 * half))
            for point in points:
                across, along = QPointF(half, half), QPointF(half, -half)
                painter.drawLines([QLineF(point - each, point + each) for each in (across, along)])


def polylines(x: Array, y: Array) -> list[QPolygonF]:
    """Return the stretches of a curve between its missing points (NaN), each of two or more."""
    there = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return [
        pg.functions.arrayToQPolygonF(x[begin:end], y[begin:end])
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
        if end - begin > 1
    ]
