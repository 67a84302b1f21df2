"""Draw the kept sweeps of a live plot, which never change, as one picture."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

from hhgui.ui.live.lines import FAR, draw_line
from hhgui.ui.plots.items import Stroke

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
_PAD = 4.0  # px around a picture, for thick lines
_MOST_WIDTHS = 3.0  # of the view; a longer picture would take too much memory


class DrawnSweep(NamedTuple):
    """The curves of a sweep: their strokes, times (n,) in ms and values (curves, n)."""

    strokes: Sequence[Stroke]
    times: Array = np.empty(0)
    values: Floats = np.empty((0, 0), dtype=np.float32)


class KeptLines(QGraphicsItem):
    """Draws kept sweeps behind the live traces.

    They are drawn once per zoom, into a picture that is then moved by whole pixels: drawing eight
    of them in every frame would cost three times as much as the live traces.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(-1.5)  # above the past sweeps
        self._view = view
        self._sweeps: list[DrawnSweep] = []
        self._picture = QPixmap()
        self._drawn_for: tuple[object, ...] = ()
        self.hide()
        view.sigRangeChanged.connect(self.follow_view)
        view.sigResized.connect(self.follow_view)

    def data(self, place: int) -> tuple[Array, Floats]:
        """Return times (n,) in ms and values (curves, n) of the sweep with index ``place``."""
        return self._sweeps[place].times, self._sweeps[place].values

    def set_strokes(self, strokes: Sequence[Sequence[Stroke]]) -> None:
        """Set the strokes of the curves of each sweep.

        If their numbers are equal, data are kept.
        """
        if len(strokes) == len(self._sweeps):
            found = zip(self._sweeps, strokes, strict=True)
            self._sweeps = [sweep._replace(strokes=own) for sweep, own in found]
        else:
            self._sweeps = [DrawnSweep(own) for own in strokes]
        self._forget()

    def clear(self) -> None:
        """Remove all sweeps."""
        self._sweeps = []
        self._forget()

    def set_data(self, place: int, times: Array, values: Floats) -> None:
        """Set times (n,) in ms and values (curves, n) of the sweep with index ``place``."""
        self._sweeps[place] = self._sweeps[place]._replace(times=times, values=values)
        self._forget()

    def follow_view(self, *_args: object) -> None:
        """Update after the time of the view has been moved, which emits no signal."""
        if self._sweeps:
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect() if self._sweeps else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_args: object) -> None:
        shown = [sweep for sweep in self._sweeps if sweep.times.size > 1]
        if not shown:
            return
        (start, stop), values = self._view.viewRange()
        scale, height = self._view.width() / (stop - start), self._view.height()
        first = min(float(sweep.times[0]) for sweep in shown)
        length = (max(float(sweep.times[-1]) for sweep in shown) - first) * scale
        left = (first - start) * scale
        if length > _MOST_WIDTHS * self._view.width():
            painter.translate(left, 0.0)
            exposed = option.exposedRect.translated(-left, 0.0)
            draw_sweeps(painter, shown, first, scale, (*values, height), exposed)
            painter.translate(-left, 0.0)
            return
        ratio = painter.device().devicePixelRatio()
        made_for = (round(length, 1), *values, height, ratio)
        if made_for != self._drawn_for:
            size = QSizeF(length + 2.0 * _PAD, height) * ratio
            self._picture = QPixmap(size.toSize())
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            own = QPainter(self._picture)
            own.translate(_PAD, 0.0)
            draw_sweeps(
                own, shown, first, scale, (*values, height), QRectF(0.0, 0.0, length, height)
            )
            own.end()
            self._drawn_for = made_for
        # between pixels a picture would be blurred
        painter.drawPixmap(QPointF(round((left - _PAD) * ratio) / ratio, 0.0), self._picture)

    def _forget(self) -> None:
        self._drawn_for = ()
        self.setVisible(bool(self._sweeps))  # an empty item would still be painted
        self.prepareGeometryChange()
        self.update()


def draw_sweeps(
    painter: QPainter, sweeps: Sequence[DrawnSweep], first: float, scale: float,
    axis: tuple[float, float, float], exposed: QRectF,
) -> None:  # fmt: skip
    """Draw sweeps from the time ``first`` (ms) on.

    scale: pixels per ms. axis: the lowest and highest value, and the height (px). exposed: the part
    that must be painted.
    """
    low, high, height = axis
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, bool(pg.getConfigOption("antialias")))
    for sweep in sweeps:
        ends = first + np.array([exposed.left() - _PAD, exposed.right() + _PAD]) / scale
        begin, end = np.searchsorted(sweep.times, ends)
        part = slice(max(int(begin) - 1, 0), int(end) + 1)
        x = (sweep.times[part] - first) * scale
        columns = np.clip((high - sweep.values[:, part]) * (height / (high - low)), -FAR, FAR)
        for stroke, y in zip(sweep.strokes, columns, strict=True):
            line = pg.functions.arrayToQPolygonF(x, y)
            painter.setPen(stroke.pen)
            draw_line(painter, line, stroke.spread)
