"""Mark the f–I point at the mouse with a ring, and show its values."""

import textwrap
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel

from hhgui.document.fi_protocol import FiPoint
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.words import counted, with_minus
from hhgui.ui.fi.trace import FiTrace
from hhgui.ui.widgets.theme import Theme

WITHIN_PIXELS = 14.0
CLICK = "Click: open this run"
_CHARACTERS = 44  # of one line
_GAP = 14
_EDGE = 4


def hover_text(point: FiPoint, name: str = "", note: str = "") -> str:
    """Return the values of a point as text.

    name: of its curve if there are several, else "". note: what its counts leave out, or "".
    """
    lines = [name] if name else []
    lines.append(with_minus(f"{point.current:.6g} µA/cm²"))
    lines.append(f"{counted(point.count, 'spike')} · {point.rate:.1f} Hz")
    if point.steady_rate is not None:
        lines.append(f"steady {point.steady_rate:.1f} Hz")
    if point.latency is None:
        lines.append("no spike")
    else:
        lines.append(f"first spike after {point.latency:.2f} ms")
    if point.outside:
        lines.append(f"{point.outside} outside the step, in no rate")
    lines += textwrap.wrap(with_minus(note), _CHARACTERS)
    if point.problem:
        lines += textwrap.wrap(f"run ended early: {point.problem}", _CHARACTERS)
    return "\n".join(lines)


class FiHover:
    """Shows the values of the point at the mouse in a label over the plot."""

    def __init__(self, plot: pg.PlotWidget, view: pg.ViewBox) -> None:
        self._plot, self._view = plot, view
        self._hovered: tuple[FiTrace, int] | None = None
        self._currents = DENSITY
        self._ring = pg.ScatterPlotItem(size=15, pxMode=True, antialias=True, brush=None)
        self._ring.setZValue(20)
        plot.addItem(self._ring, ignoreBounds=True)
        self.label = QLabel(plot, textFormat=Qt.TextFormat.PlainText)
        self.label.hide()
        self.label.setObjectName("fi.read_out")
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of ring and label."""
        self._ring.setPen(pg.mkPen(theme.text, width=1.5))
        self.label.setStyleSheet(
            f"color: {theme.text}; background: {theme.base}; padding: 4px 7px;"
            f" border: 1px solid {theme.outline}; border-radius: 4px;"
        )

    def show_nearest(
        self, position: QPointF, traces: Sequence[FiTrace], as_rate: bool,
        currents: CurrentUnit = DENSITY,
    ) -> None:  # fmt: skip
        """Show the point nearest to a position of the scene, if it is close enough.

        traces: the curves. as_rate: whether they are drawn as rates. currents: the unit in which
        currents are shown.
        """
        if not self._view.sceneBoundingRect().contains(position):
            self.hide()
            return
        at, pixel = self._view.mapSceneToView(position), self._view.viewPixelSize()
        best, within = None, WITHIN_PIXELS
        for trace in reversed(traces):  # of two at one place the newer
            distance, index = trace.nearest(at.x(), at.y(), pixel, as_rate)
            if distance < within:
                best, within = (trace, index), distance
        if best is None:
            self.hide()
        elif best != self._hovered:
            self._currents = currents
            self._hovered = best
            self._show(*best, as_rate, len(traces) > 1)

    @property
    def found(self) -> tuple[FiTrace, int] | None:
        """Return the curve and the index of the marked point, None if none is marked."""
        return self._hovered

    def hide(self) -> None:
        """Hide ring and label."""
        if self._hovered is not None:
            self._hovered = None
            self._ring.setData([], [])
            self.label.hide()
            self._plot.viewport().unsetCursor()

    def _show(self, trace: FiTrace, index: int, as_rate: bool, named: bool) -> None:
        x, y = float(trace.curve.currents[index]), float(trace.values(as_rate)[index])
        self._ring.setData([x], [y])
        point = trace.curve.point(index)
        note = point.note(trace.curve.protocol)
        text = hover_text(point, trace.curve.name * named, note)
        self.label.setText(f"{self._currents.sentence(text)}\n{CLICK}")
        self._plot.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.label.adjustSize()
        self._place(self._plot.mapFromScene(self._view.mapViewToScene(QPointF(x, y))))
        self.label.show()

    def _place(self, point: QPoint) -> None:
        """Place the label below right or above left of the point, where a rising curve is not."""
        size = self.label.size()
        under_right = point + QPoint(_GAP, _GAP)
        above_left = point - QPoint(_GAP + size.width(), _GAP + size.height())
        right = under_right.x() + size.width() < self._plot.width() - _EDGE
        room_under = under_right.y() + size.height() < self._plot.height() - _EDGE
        under = room_under and (right or above_left.y() < _EDGE)
        x = under_right.x() if right else above_left.x()
        y = under_right.y() if under else above_left.y()
        self.label.move(max(x, _EDGE), max(y, _EDGE))
