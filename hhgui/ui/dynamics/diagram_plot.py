"""Draw a bifurcation diagram as it fills in, and the live neuron's place in it."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.experiments.diagram import CyclePoint
from hhgui.model.words import with_minus
from hhgui.ui.dynamics.diagram_data import DiagramData, axis_text, kind_text, values_of_cycle
from hhgui.ui.dynamics.layers import Curves, Drawn, Layer, Point, Points
from hhgui.ui.dynamics.view import PlaneView
from hhgui.ui.plots.axis import Axis
from hhgui.ui.plots.card import Card
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.plots.time_pane import AXIS_WIDTH
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import LIGHT, Theme

Range = tuple[float, float]
Y_LABELS = {"V": "V (mV)", "rate": "rate (Hz)", "period": "period (ms)"}
_LIMITS = {"V": (-200.0, 200.0), "rate": (0.0, 1e4), "period": (0.0, 1e5)}
_REACH_PX = 10.0
_LONG = 6.0  # of the shortest period: what the axis of periods shows at first


class Marker(Layer):
    """Draw where the live neuron is: a line at its parameter and a dot at its V."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, 30)
        self.place: tuple[float, float] | None = None
        self.color, self.rim = QColor(), QColor()
        self.size = 1.0

    def move_to(self, place: tuple[float, float] | None) -> None:
        """Show a parameter and V (mV), whose dot NaN hides, or nothing."""
        before, self.place = self.place, place
        for each in (before, place):
            if each is not None and each != (before if each is place else place):
                self.update(self._strip(each[0]))

    def distance(self, at: QPointF) -> float:
        """Return the distance (px) of a place in the view from the line."""
        return np.inf if self.place is None else abs(self._across(self.place[0]) - at.x())

    def _across(self, parameter: float) -> float:
        return float(self.pixels(np.array(parameter), np.array(0.0))[0])

    def _strip(self, parameter: float) -> QRectF:
        x, size = self._across(parameter), 9.0 * self.size
        return QRectF(x - size, 0.0, 2.0 * size, self._view.height())

    def paint(self, painter: QPainter, *_args: object) -> None:
        if self.place is None:
            return
        x, y = (float(v) for v in self.pixels(*(np.array(v) for v in self.place)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.color, 1.0))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, self._view.height()))
        if np.isfinite(y):
            painter.setPen(QPen(self.rim, 1.5))
            painter.setBrush(self.color)
            painter.drawEllipse(QPointF(x, y), 5.0 * self.size, 5.0 * self.size)


class DiagramPlot(ReadByMouse, pg.GraphicsLayoutWidget):
    """Draw equilibria, cycles and special points, solid where they are stable.

    ``cycle_chosen(CyclePoint)``: Emitted after a click on a cycle. ``parameter_requested(value,
    first, last)``: Emitted while the live neuron's line is dragged. ``hovered(text)``: Emitted with
    the place of the mouse, or "".
    """

    cycle_chosen = Signal(object)
    parameter_requested = Signal(float, bool, bool)
    hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dynamics.diagram")
        self.setAccessibleName("Bifurcation diagram: equilibria and limit cycles")
        self.setMinimumSize(200, 140)
        self.ci.layout.setContentsMargins(2, 6, 10, 2)
        self.view = PlaneView(lambda at: self.marker.distance(at) <= _REACH_PX)
        self._pane = PlotPane(self.view, {"left": Axis("left")}, AXIS_WIDTH)
        self.ci.addItem(self._pane.item, 0, 0)
        self.lines, self.points = Curves(self.view, 0), Points(self.view)
        for layer in (self.lines, self.points):
            layer.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.marker = Marker(self.view)
        self.card = Card(self, "dynamics.point", "The special point at the mouse")
        self._theme, self._scale = LIGHT, 1.0
        self._data: DiagramData | None = None
        self._y = "V"
        self._base: tuple[Range, Range] = ((0.0, 1.0), (-100.0, 60.0))
        self._users_range = False
        self._watch_mouse(self._read_at, self._stop_hover)
        self.view.clicked.connect(self._on_clicked)
        self.view.dragged.connect(self._on_dragged)
        self.view.sigRangeChanged.connect(lambda *_: self._update_layers())
        self.view.sigResized.connect(lambda *_: self._update_layers())
        self.view.sigRangeChangedManually.connect(self._note_users_range)

    @property
    def shown_range(self) -> tuple[Range, Range]:
        """Return the visible ranges of the parameter and of what is drawn against it."""
        (left, right), (low, high) = self.view.viewRange()
        return (float(left), float(right)), (float(low), float(high))

    @property
    def y(self) -> str:
        """Return what is drawn against the parameter, a key of Y_LABELS."""
        return self._y

    def show_data(self, data: DiagramData, y: str) -> None:
        """Draw the pieces that have come; the axes fit them until the user moves one."""
        new = self._data is None or self._data.question[1:] != data.question[1:] or y != self._y
        self._data, self._y = data, y
        if new:
            self._users_range = False
            self._label()
        base = data.span, self._y_range(data)
        if base != self._base or new:
            self._base = base
            if not self._users_range:
                self.reset_ranges()
        self._draw()

    def reset_ranges(self) -> None:
        """Show the whole range of the parameter and all values."""
        self._users_range = False
        x, y = self._base
        for side, limits in (("x", (x[0] - 5e3, x[1] + 5e3)), ("y", _LIMITS[self._y])):
            self.view.setLimits(**{f"{side}Min": limits[0], f"{side}Max": limits[1]})
        self.view.setRange(xRange=x, yRange=y, padding=0)

    def set_live(self, parameter: float, voltage: float) -> None:
        """Move the marker of the live neuron to its parameter and V (mV); NaN hides it."""
        if not np.isfinite(parameter):
            self.marker.move_to(None)
        else:
            self.marker.move_to((parameter, voltage if self._y == "V" else np.nan))

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives thick lines for a projector."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.window)
        self._pane.set_theme(theme, scale)
        self.card.set_theme(theme, scale)
        self.points.ground = QColor(theme.plot_background)
        self.marker.color, self.marker.rim = QColor(theme.accent), QColor(theme.plot_background)
        self.marker.size = scale
        self._draw()

    def apply_font(self, _font: QFont) -> None:
        """Set the font of the axes anew."""
        self._pane.set_theme(self._theme, self._scale)

    def show_currents(self) -> None:
        """Show the currents in the chosen unit."""
        self._label()

    def _label(self) -> None:
        if self._data is None:
            return
        path, unit = self._data.question.path, shown_currents().unit
        bottom = self._pane.item.getAxis("bottom")
        bottom.setScale(unit.factor if path == CURRENT else 1.0)
        bottom.setLabel(axis_text(path, unit))
        self._pane.item.getAxis("left").setLabel(Y_LABELS[self._y])

    def _y_range(self, data: DiagramData) -> Range:
        values = [v for run in data.cycles(self._y) for v in run.values]
        if self._y == "V":
            values += [v for run in data.equilibria() for v in run.values]
        found = np.concatenate(values) if values else np.array([0.0, 1.0])
        if self._y == "period":
            found = found[found <= _LONG * found.min()]
        low, high = float(found.min()), float(found.max())
        if self._y != "V":
            return nice_range(0.0, high)
        room = 0.06 * (high - low) or 5.0
        return low - room, high + room

    def _draw(self) -> None:
        if self._data is None:
            return
        theme, data = self._theme, self._data
        drawn = []
        for runs, hues in (
            (data.cycles(self._y), (theme.green, theme.vermillion)),
            (data.equilibria() if self._y == "V" else [], (theme.text, theme.text)),
        ):
            for run in runs:
                pen = QPen(QColor(hues[0] if run.stable else hues[1]), 1)
                pen.setStyle(Qt.PenStyle.SolidLine if run.stable else Qt.PenStyle.DashLine)
                spread = 0.8 * self._scale if run.stable else 0.0
                drawn += [Drawn(run.parameter, values, pen, spread) for values in run.values]
        self.lines.show_curves(drawn)
        self.points.show_points(self._special(data))

    def _special(self, data: DiagramData) -> list[Point]:
        """Return the special points that have a place on the y axis."""
        found = []
        for point in data.points:
            height = data.height_of(point, self._y)
            if height is not None and not (self._y != "V" and point.kind in ("hopf", "fold")):
                filled = 0.0 if point.criticality == "subcritical" else 1.0
                found.append(Point(point.parameter, height, QColor(self._theme.blue),
                                   4.5 * self._scale, filled))  # fmt: skip
        return found

    def _update_layers(self) -> None:
        for layer in (self.lines, self.points, self.marker):
            layer.update()
        self.card.hide()

    # The mouse

    def _note_users_range(self, *_args: object) -> None:
        self._users_range = True

    def _on_dragged(self, x: float, _y: float, first: bool, last: bool) -> None:
        self.parameter_requested.emit(x, first, last)

    def _on_clicked(self, x: float, y: float, _shift: bool) -> None:
        point = self.cycle_at(x, y)
        if point is not None:
            self.cycle_chosen.emit(point)

    def cycle_at(self, x: float, y: float) -> CyclePoint | None:
        """Return the cycle within ten pixels of a place in the units of the axes, or None."""
        data = self._data
        every = [] if data is None else [p for b in data.branches.values() for p in b]
        if not every:
            return None
        heights = np.array([values_of_cycle(point, self._y) for point in every]).T
        across, down = self.lines.pixels(np.array([p.cycle.parameter for p in every]), heights)
        at_x, at_y = self.lines.pixels(np.array(x), np.array(y))
        distance = np.hypot(across - at_x, down - at_y).min(axis=0)
        nearest = int(distance.argmin())
        return every[nearest] if distance[nearest] <= _REACH_PX else None

    def _read_at(self, mouse: QPoint) -> None:
        position = QPointF(self.mapToScene(mouse))
        if self._data is None or not self.view.sceneBoundingRect().contains(position):
            self._stop_hover()
            return
        inside, place = self.view.mapFromScene(position), self.view.mapSceneToView(position)
        at = self.points.nearest(inside, _REACH_PX)
        if at is not None:
            self.card.show_at(mouse, self._card_html(at))
        else:
            self.card.hide()
        grabs = self.marker.distance(inside) <= _REACH_PX
        cycle = None if grabs else self.cycle_at(place.x(), place.y())
        shape = Qt.CursorShape.CrossCursor if cycle is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(Qt.CursorShape.SizeHorCursor if grabs else shape)
        self.hovered.emit(self._text_at(place, cycle))

    def _stop_hover(self) -> None:
        self.card.hide()
        self.unsetCursor()
        self.hovered.emit("")

    def _text_at(self, place: QPointF, cycle: CyclePoint | None) -> str:
        assert self._data is not None
        unit = self._data.question.unit
        if cycle is None:
            text = f"{place.x():.4g} {unit}   {Y_LABELS[self._y].split(' ')[0]} {place.y():.4g}"
        else:
            text = cycle_words(cycle, unit)
        return shown_currents().unit.sentence(with_minus(text))

    def _card_html(self, index: int) -> str:
        """Return the numbers of the special point that is drawn at ``index``."""
        assert self._data is not None
        shown = self._special(self._data)[index]
        point = next(p for p in self._data.points if p.parameter == shown.x)
        unit = self._data.question.unit
        lines = [f"{point.parameter:.6g} {unit}"]
        if point.voltage is not None:
            lines.append(f"V {point.voltage:.4f} mV")
        if point.frequency is not None:
            lines.append(f"{point.frequency:.4g} Hz, period {point.period:.5g} ms")
        name = kind_text(point)
        html = f"<b>{name[0].upper()}{name[1:]}</b><br>{'<br>'.join(lines)}"
        return shown_currents().unit.sentence(with_minus(html))


def cycle_words(point: CyclePoint, unit: str) -> str:
    """Return what a cycle is in words. unit: Of the parameter."""
    kind = "stable" if point.cycle.is_stable else "unstable"
    return (
        f"{kind} cycle at {point.cycle.parameter:.5g} {unit}: period {point.cycle.period:.5g} ms, "
        f"V from {point.low:.1f} to {point.high:.1f} mV"
    )
