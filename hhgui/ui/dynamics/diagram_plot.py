"""Draw a bifurcation diagram as its pieces come, and the place of the live neuron in it."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.experiments.along import unit_of_path
from hhgui.experiments.diagram import CyclePoint
from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.layers import Curves, Drawn, Layer, Point, Points
from hhgui.ui.dynamics.picture import Dot, Line, Picture, Range
from hhgui.ui.dynamics.question import Y_LABELS, axis_text, symbol
from hhgui.ui.dynamics.view import PlaneView
from hhgui.ui.plots.axis import Axis
from hhgui.ui.plots.card import Card
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.plots.time_pane import AXIS_WIDTH
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import LIGHT, Theme

_REACH_PX = 10.0
_KEPT_ALPHA = 130
_BEYOND = 5e3  # what the axis across can be moved beyond its usual range


class Marker(Layer):
    """The place of the live neuron: a dot on a line at its parameter, or where two lines cross.

    free: whether it can be dragged in both directions, as in the plane of two numbers.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, 30)
        self.place: tuple[float, float] | None = None
        self.free = False
        self.color, self.rim = QColor(), QColor()
        self.size = 1.0

    def move_to(self, place: tuple[float, float] | None, free: bool = False) -> None:
        """Move to a place in units of the axes; a y of NaN hides the dot, None hides all.

        free: see the class.
        """
        before, was_free = self.place, self.free
        self.place, self.free = place, free
        if free or was_free:
            if (before, was_free) != (place, free):
                self.update()
            return
        for each in (before, place):
            if each is not None and each != (before if each is place else place):
                self.update(self._strip(each[0]))

    def distance(self, at: QPointF) -> float:
        """Return the distance (px) of a position in the view from the part that can be dragged."""
        if self.place is None:
            return np.inf
        x, y = self._pixels()
        return float(np.hypot(x - at.x(), y - at.y())) if self.free else abs(x - at.x())

    @property
    def cursor_shape(self) -> Qt.CursorShape:
        """Return the shape of the mouse pointer over that part."""
        return Qt.CursorShape.SizeAllCursor if self.free else Qt.CursorShape.SizeHorCursor

    def _pixels(self) -> tuple[float, float]:
        assert self.place is not None
        x, y = self.pixels(*(np.array(value) for value in self.place))
        return float(x), float(y)

    def _strip(self, parameter: float) -> QRectF:
        x, size = self.pixels(np.array(parameter), np.array(0.0))[0], 9.0 * self.size
        return QRectF(float(x) - size, 0.0, 2.0 * size, self._view.height())

    def paint(self, painter: QPainter, *_args: object) -> None:
        if self.place is None:
            return
        x, y = self._pixels()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.DotLine if self.free else Qt.PenStyle.SolidLine
        painter.setPen(QPen(self.color, 1.0, style))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, self._view.height()))
        if self.free:
            painter.drawLine(QPointF(0.0, y), QPointF(self._view.width(), y))
        if np.isfinite(y):
            size = (6.5 if self.free else 5.0) * self.size
            painter.setPen(QPen(self.rim, 1.5))
            painter.setBrush(self.color)
            painter.drawEllipse(QPointF(x, y), size, size)


class DiagramPlot(ReadByMouse, pg.GraphicsLayoutWidget):
    """Draws a picture of a diagram, what is stable solid, over faint ones that were kept.

    ``cycle_chosen(CyclePoint)``: Emitted after a click on a cycle. ``marker_dragged(x, y, first,
    last)``: Emitted while the mark of the live neuron is dragged, with whether the drag begins or
    ends. ``hovered(text)``: Emitted with the values at the mouse, or "".
    """

    cycle_chosen = Signal(object)
    marker_dragged = Signal(float, float, bool, bool)
    hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dynamics.diagram")
        self.setAccessibleName("Bifurcation diagram: equilibria and limit cycles")
        self.setMinimumSize(200, 120)
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
        self._picture: Picture | None = None
        self._kept: Sequence[tuple[Picture, str]] = ()
        self._users_range = False
        self._watch_mouse(self._read_at, self._stop_hover)
        self.view.clicked.connect(self._on_clicked)
        self.view.dragged.connect(self.marker_dragged)
        self.view.sigRangeChanged.connect(lambda *_: self._update_layers())
        self.view.sigResized.connect(lambda *_: self._update_layers())
        self.view.sigRangeChangedManually.connect(self._note_users_range)

    @property
    def shown_range(self) -> tuple[Range, Range]:
        """Return the visible ranges of both axes."""
        (left, right), (low, high) = self.view.viewRange()
        return (float(left), float(right)), (float(low), float(high))

    @property
    def users_range(self) -> tuple[float, ...]:
        """Return the four ends of the visible ranges, () if the user has not moved an axis."""
        x, y = self.shown_range
        return (*x, *y) if self._users_range else ()

    @property
    def picture(self) -> Picture | None:
        """Return what is drawn, or None."""
        return self._picture

    def show_picture(
        self, picture: Picture, kept: Sequence[tuple[Picture, str]] = (), new: bool = False
    ) -> None:
        """Draw a picture; the axes fit it until the user moves one.

        kept: further pictures with the same axes, and their hues. new: whether it is of another
        question, so that the axes fit it in any case.
        """
        before, self._picture, self._kept = self._picture, picture, kept
        new = new or before is None or before.axes != picture.axes
        if new:
            self._users_range = False
            self._label()
        ranges = before is None or before[-3:] != picture[-3:]
        if (ranges or new) and not self._users_range:
            self.reset_ranges()
        self._draw()

    def reset_ranges(self) -> None:
        """Show the whole range of the parameter and all values."""
        self._users_range = False
        if self._picture is not None:
            self._set_limits()
            x, y = self._picture.x_range, self._picture.y_range
            self.view.setRange(xRange=x, yRange=y, padding=0)

    def show_users_range(self, ends: Sequence[float]) -> None:
        """Show ranges, given by four ends, as if the user had moved the axes."""
        self._users_range = True
        self._set_limits()
        self.view.setRange(xRange=ends[:2], yRange=ends[2:], padding=0)

    def set_live(self, place: tuple[float, float] | None, free: bool) -> None:
        """Move the mark of the live neuron to a place in units of the axes; None hides it.

        free: whether it can be dragged in both directions.
        """
        self.marker.move_to(place, free)

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
        """Show currents in the chosen unit."""
        self._label()

    def pen_of(self, line: Line) -> QPen:
        """Return the pen for a line of a picture."""
        pen = QPen(QColor(getattr(self._theme, line.hue)), 1)
        pen.setStyle(Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine)
        return pen

    def _set_limits(self) -> None:
        assert self._picture is not None
        x, limits = self._picture.x_range, self._picture.limits
        for side, ends in (("x", (x[0] - _BEYOND, x[1] + _BEYOND)), ("y", limits)):
            self.view.setLimits(**{f"{side}Min": ends[0], f"{side}Max": ends[1]})

    def _label(self) -> None:
        if self._picture is None:
            return
        unit = shown_currents().unit
        for side, name in zip(("bottom", "left"), self._picture.axes, strict=True):
            axis = self._pane.item.getAxis(side)
            axis.setScale(unit.factor if name == CURRENT else 1.0)
            axis.setLabel(axis_text(name, unit))

    def _draw(self) -> None:
        if self._picture is None:
            return
        drawn = []
        for picture, hue in self._kept:
            for line in picture.lines:
                pen = self.pen_of(line)
                color = QColor(getattr(self._theme, hue))
                color.setAlpha(_KEPT_ALPHA)
                pen.setColor(color)
                drawn.append(Drawn(line.x, line.y, pen))
        for line in self._picture.lines:
            spread = 0.0 if line.dashed else 0.8 * self._scale
            drawn.append(Drawn(line.x, line.y, self.pen_of(line), spread))
        self.lines.show_curves(drawn)
        blue = QColor(self._theme.blue)
        self.points.show_points(
            [Point(d.x, d.y, blue, 4.5 * self._scale, d.filled) for d in self._picture.dots]
        )

    def _update_layers(self) -> None:
        for layer in (self.lines, self.points, self.marker):
            layer.update()
        self.card.hide()

    # The mouse

    def _note_users_range(self, *_args: object) -> None:
        self._users_range = True

    def _on_clicked(self, x: float, y: float, _shift: bool) -> None:
        point = self.cycle_at(x, y)
        if point is not None:
            self.cycle_chosen.emit(point)

    def cycle_at(self, x: float, y: float) -> CyclePoint | None:
        """Return the cycle within ten pixels of a position in units of the axes, or None."""
        index = self._spot_at(x, y)
        if self._picture is None or index is None or not self._picture.spots.things:
            return None
        thing = self._picture.spots.things[index]
        return thing if isinstance(thing, CyclePoint) else None

    def _spot_at(self, x: float, y: float) -> int | None:
        """Return the index of the spot (see ``picture.Spots``) within ten pixels, or None."""
        if self._picture is None or not self._picture.spots.x.size:
            return None
        spots = self._picture.spots
        across, down = self.lines.pixels(spots.x, spots.y)
        at_x, at_y = self.lines.pixels(np.array(x), np.array(y))
        distance = np.hypot(across - at_x, down - at_y).min(axis=0)
        nearest = int(distance.argmin())
        return nearest if distance[nearest] <= _REACH_PX else None

    def _read_at(self, mouse: QPoint) -> None:
        position = QPointF(self.mapToScene(mouse))
        if self._picture is None or not self.view.sceneBoundingRect().contains(position):
            self._stop_hover()
            return
        inside, place = self.view.mapFromScene(position), self.view.mapSceneToView(position)
        at = self.points.nearest(inside, _REACH_PX)
        if at is not None:
            self.card.show_at(mouse, _card_html(self._picture.dots[at]))
        else:
            self.card.hide()
        grabs = self.marker.distance(inside) <= _REACH_PX
        spot = None if grabs else self._spot_at(place.x(), place.y())
        opens = spot is not None and bool(self._picture.spots.things)
        shape = Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.CrossCursor
        self.setCursor(self.marker.cursor_shape if grabs else shape)
        text = self._place_text(place) if spot is None else self._picture.spots.words(spot)
        self.hovered.emit(shown_currents().unit.sentence(with_minus(text)))

    def _stop_hover(self) -> None:
        self.card.hide()
        self.unsetCursor()
        self.hovered.emit("")

    def _place_text(self, place: QPointF) -> str:
        assert self._picture is not None
        values = zip(self._picture.axes, (place.x(), place.y()), strict=True)
        return "   ".join(
            f"{_name(axis)} {value:.4g} {_UNITS.get(axis) or unit_of_path(axis)}"
            for axis, value in values
        )


_UNITS = {"V": "mV", "rate": "Hz", "period": "ms"}


def _name(axis: str) -> str:
    return axis if axis in Y_LABELS else symbol(axis)


def _card_html(dot: Dot) -> str:
    """Return the numbers of a special point as HTML."""
    html = f"<b>{sentence(dot.name)}</b><br>{'<br>'.join(dot.numbers)}"
    return shown_currents().unit.sentence(with_minus(html))
