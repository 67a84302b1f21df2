"""Draw the annotations of an action potential on its trace: points, spans and labels."""

from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.experiments.marked import Annotation, Point
from hhgui.figures.marked import label_texts
from hhgui.figures.placement import along, place_labels, visible_middle
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.ui.plots.items import scaled_font
from hhgui.ui.plots.thinning import Array
from hhgui.ui.widgets.theme import LIGHT, Theme

_DOT = 3.0  # radius in pixels
_TICK = 4.0  # half the length of a span's end
_TRACE_STEP = 5.0
_EDGE = 3.0
EVERY_S = 0.12  # labels follow a knob at most so often
_SPAN_STEP = 9.0
_SMALLER = 0.92  # its type beside the axes'
_ROOMY_DIGITS = 50  # a plot narrower than so many digits has no room for values at its labels


class _Drawn(NamedTuple):
    """An annotation in pixels of the view.

    points: (1, 2) or (2, 2), its place. anchor: (2,), what the label names. box: of the label, None
    if there is no room for it.
    """

    points: Array
    anchor: Array
    box: QRectF | None
    text: str


class MarksItem(QGraphicsItem):
    """Draws annotations over one view; call ``place`` whenever the trace has been drawn."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self._view = view
        self._texts: dict[tuple[Point, ...], str] = {}  # with values,
        self._names: dict[tuple[Point, ...], str] = {}  # and without, where the table has them
        self._trace = np.empty((0, 2))
        self._drawn: list[_Drawn] = []
        self._marks: tuple[Annotation, ...] = ()
        self._currents = DENSITY
        self._placed = 0.0
        self._later = QTimer(view, singleShot=True)  # ends with the view
        self._later.timeout.connect(self._place_now)
        self._theme, self._font, self._width = LIGHT, QFont(), 1.0
        self.setZValue(20)  # above the curves, below the key

    @property
    def boxes(self) -> list[QRectF]:
        """Return the rectangles of the labels in pixels of the view."""
        self._place_if_due()
        return [drawn.box for drawn in self._drawn if drawn.box is not None]

    def show_marks(self, marks: Sequence[Annotation]) -> None:
        """Show these annotations; those without a place are left out."""
        self._marks = tuple(marks)
        self._texts, self._names = label_texts(marks, self._currents)
        self.place(self._trace)

    def show_currents_in(self, unit: CurrentUnit) -> None:
        """Write currents in this unit."""
        if unit != self._currents:
            self._currents = unit
            self.show_marks(self._marks)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set the colours and size of the labels."""
        self._theme, self._width = theme, 2.0 if scale > 1.0 else 1.0
        self._font = scaled_font(_SMALLER * scale)
        self.place(self._trace)

    @property
    def texts(self) -> list[str]:
        """Return the texts of the labels."""
        self._place_if_due()
        return [drawn.text for drawn in self._drawn]

    def place(self, trace: Array) -> None:
        """Place all labels; trace: (rows, 2), the curve as it is drawn (ms, mV).

        This takes some ms. Of several calls in quick succession, as while a value is being changed,
        the first takes effect at once and the last a little later.
        """
        self._trace = trace
        wait = EVERY_S - (perf_counter() - self._placed)
        if wait <= 0.0:
            self._place_now()
        elif not self._later.isActive():
            self._later.start(round(1000.0 * wait))

    def _place_if_due(self) -> None:
        if self._later.isActive():
            self._later.stop()
            self._place_now()

    def _place_now(self) -> None:
        self._placed = perf_counter()
        trace = self._trace
        self.prepareGeometryChange()
        metrics = QFontMetricsF(self._font)
        bounds = self.boundingRect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        edges = np.array([bounds.left(), bounds.top(), bounds.right(), bounds.bottom()])
        seen: list[tuple[Array, Array, str]] = []
        starts: list[Point] = []
        roomy = bounds.width() >= _ROOMY_DIGITS * metrics.horizontalAdvance("0")
        for at, text in (self._texts if roomy else self._names).items():
            points = self._pixels(np.array(at, dtype=np.float64))
            if len(at) > 1:  # spans that begin at one point lie below each other
                starts.append(at[0])
                points[:, 1] += _SPAN_STEP * (starts.count(at[0]) - 1)
            anchor = visible_middle(points, edges[:2], edges[2:])
            if anchor is not None:
                seen.append((points, anchor, text))
        anchors = np.array([anchor for _, anchor, _ in seen]).reshape(-1, 2)
        sizes = [(metrics.horizontalAdvance(t) + 8.0, metrics.height() + 2.0) for *_, t in seen]
        path = along(self._pixels(trace), edges, _TRACE_STEP) if seen else trace
        corners = place_labels(anchors, np.array(sizes).reshape(-1, 2), edges, path)
        self._drawn = []
        for (points, anchor, text), corner, size in zip(seen, corners, sizes, strict=True):
            box = None if corner is None else QRectF(corner[0], corner[1], *size)
            self._drawn.append(_Drawn(points, anchor, box, text))
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, *_args: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        accent, ground = QColor(self._theme.accent), QColor(self._theme.plot_background)
        line = QPen(accent, self._width)
        leader = QPen(QColor(self._theme.faint_text), 0.8 * self._width)
        for drawn in self._drawn:
            if drawn.box is not None:
                painter.setPen(leader)
                painter.drawLine(QPointF(*drawn.anchor), _nearest(drawn.box, drawn.anchor))
        for drawn in self._drawn:
            painter.setPen(line)
            painter.setBrush(accent)
            _draw_points(painter, drawn.points)
        ground.setAlpha(225)
        for drawn in self._drawn:
            if drawn.box is not None:
                painter.fillRect(drawn.box, ground)
                painter.setPen(QColor(self._theme.text))
                inner = drawn.box.adjusted(4.0, 1.0, 0.0, 0.0)
                painter.drawText(QPointF(inner.left(), inner.top() + _ascent(painter)), drawn.text)

    def _pixels(self, points: Array) -> Array:
        """Return points (n, 2) in ms and mV as pixels of the view."""
        (left, right), (low, high) = self._view.viewRange()
        rect = self._view.rect()
        x = rect.left() + (points[:, 0] - left) / (right - left) * rect.width()
        y = rect.bottom() - (points[:, 1] - low) / (high - low) * rect.height()
        return np.stack([x, y], axis=1)


def _ascent(painter: QPainter) -> float:
    return QFontMetricsF(painter.font()).ascent()


def _nearest(box: QRectF, anchor: Array) -> QPointF:
    """Return the point of a rectangle that is nearest to an anchor."""
    x = min(max(float(anchor[0]), box.left()), box.right())
    return QPointF(x, min(max(float(anchor[1]), box.top()), box.bottom()))


def _draw_points(painter: QPainter, points: Array) -> None:
    """Draw a point as a dot, or a span as a line with a tick at each end."""
    if len(points) == 1:
        painter.drawEllipse(QPointF(*points[0]), _DOT, _DOT)
        return
    (x0, y0), (x1, y1) = points[0], points[-1]
    painter.drawLine(QLineF(x0, y0, x1, y1))
    length = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-9)
    across_x, across_y = _TICK * (y1 - y0) / length, -_TICK * (x1 - x0) / length
    for x, y in (points[0], points[-1]):
        painter.drawLine(QLineF(x - across_x, y - across_y, x + across_x, y + across_y))
