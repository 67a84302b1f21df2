"""Draw the phase plane: nullclines, direction field, equilibria, and the neuron moving in it."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.analysis.equilibrium import Equilibrium, eigenvalue_text
from hhgui.analysis.nullclines import Curve, directions
from hhgui.analysis.slice import IONIC, SLOPE, VOLTAGE, Others
from hhgui.model.current_unit import DENSITY_TEXT
from hhgui.model.membrane import Membrane
from hhgui.model.words import with_minus
from hhgui.ui.dynamics.instant import Instant
from hhgui.ui.dynamics.layers import Curves, Drawn, Field, Point, Points, Trail, sample_html
from hhgui.ui.dynamics.portrait import Path, Portrait, axis_label
from hhgui.ui.dynamics.view import PlaneView
from hhgui.ui.plots.axis import Axis
from hhgui.ui.plots.card import Card
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.plots.panes import voltage_range
from hhgui.ui.plots.time_pane import AXIS_WIDTH
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import LIGHT, Theme, curve_style

Array = NDArray[np.float64]
Range = tuple[float, float]
GATE_RANGE = -0.03, 1.03
_FIRST = {SLOPE: (-100.0, 100.0), IONIC: (-100.0, 100.0)}
_LIMITS = {VOLTAGE: (-200.0, 200.0), SLOPE: (-1e5, 1e5), IONIC: (-1e6, 1e6)}
_GATE_LIMITS = -0.5, 1.5
_ARROWS, _ARROW_PX = (22, 15), 13.0  # at most
_ARROW_ROOM_PX = 19.0, 26.0
_FIELD_EVERY = 3  # frames
_REACH_PX = 8.0
_UNITS = {VOLTAGE: " mV", SLOPE: " mV/ms", IONIC: f" {DENSITY_TEXT}"}


class PhasePlane(ReadByMouse, pg.GraphicsLayoutWidget):
    """Draws portraits (all that a phase plane shows at one moment) and the neuron in them.

    ``start_requested(x, y)``: Emitted after a click, to start the neuron there.
    ``trajectory_requested(x, y)``: Emitted after a click with Shift, to draw a trajectory.
    ``lifted(x, y, first, last)``: Emitted while the V-nullcline is dragged, with whether the drag
    begins or ends. ``hovered(text)``: Emitted with the values at the mouse, or "".
    """

    start_requested = Signal(float, float)
    trajectory_requested = Signal(float, float)
    lifted = Signal(float, float, bool, bool)
    hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dynamics.plane")
        self.setAccessibleName("Phase plane: nullclines, equilibria and the moving neuron")
        self.setMinimumSize(200, 130)
        self.ci.layout.setContentsMargins(2, 6, 10, 2)
        self.view = PlaneView(self._is_on_nullcline)
        self._pane = PlotPane(self.view, {"left": Axis("left")}, AXIS_WIDTH)
        self.ci.addItem(self._pane.item, 0, 0)
        self.field = Field(self.view)
        self.still, self.moving = Curves(self.view, 0), Curves(self.view, 1)
        self.paths, self.points = Curves(self.view, 5), Points(self.view)
        self.trail = Trail(self.view)
        for layer in (self.still, self.paths, self.points):
            layer.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.card = Card(self, "dynamics.card", "The equilibrium at the mouse")
        self._theme, self._scale = LIGHT, 1.0
        self._portrait: Portrait | None = None
        self._base: tuple[Range, Range] = ((-100.0, 60.0), GATE_RANGE)
        self._users_range = False
        self._frame = 0
        self._keys: dict[str, object] = {}
        self._paths: Sequence[Path] = ()
        self._threshold: Sequence[Curve] = ()
        self.field_shown = True
        self._watch_mouse(self._read_at, self._stop_hover)
        self._connect()

    def _connect(self) -> None:
        self.view.clicked.connect(self._on_clicked)
        self.view.dragged.connect(self.lifted)
        self.view.sigRangeChanged.connect(lambda *_: self.redraw())
        self.view.sigResized.connect(lambda *_: self.redraw())
        self.view.sigRangeChangedManually.connect(self._note_users_range)

    # What is shown

    @property
    def portrait(self) -> Portrait | None:
        """Return the portrait that is drawn, None if there is none yet."""
        return self._portrait

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
    def shown_paths(self) -> Sequence[Path]:
        """Return the trajectories that are drawn."""
        return self._paths

    @property
    def shown_threshold(self) -> Sequence[Curve]:
        """Return the branches of the threshold that are drawn."""
        return self._threshold

    def set_axes(self, x: str, y: str, membrane: Membrane) -> None:
        """Label the axes for the variables x and y, and show their usual ranges."""
        self._base = _usual_range(x, membrane), _usual_range(y, membrane)
        for side, name in (("bottom", x), ("left", y)):
            self._pane.item.getAxis(side).setLabel(axis_label(name, shown_currents().unit))
            factor = shown_currents().unit.factor if name == IONIC else 1.0
            self._pane.item.getAxis(side).setScale(factor)
        (x_low, x_high), (y_low, y_high) = (_LIMITS.get(n, _GATE_LIMITS) for n in (x, y))
        self.view.setLimits(xMin=x_low, xMax=x_high, yMin=y_low, yMax=y_high)
        self.reset_ranges()

    def reset_ranges(self) -> None:
        """Show the usual ranges of the axes."""
        self._users_range = False
        x, y = self._base
        self.view.setRange(xRange=x, yRange=y, padding=0)

    def show_users_range(self, ends: Sequence[float]) -> None:
        """Show ranges, given by four ends, as if the user had moved the axes."""
        self._users_range = True
        self.view.setRange(xRange=ends[:2], yRange=ends[2:], padding=0)

    def show_paths(self, paths: Sequence[Path]) -> None:
        """Draw these trajectories, in place of those before."""
        self._paths = paths
        self._draw_paths()

    def show_threshold(self, branches: Sequence[Curve]) -> None:
        """Draw the branches of the threshold; none removes it."""
        self._threshold = branches
        self._draw_paths()

    def show_portrait(self, portrait: Portrait, instant: Instant | None) -> None:
        """Draw a portrait and the neuron in it; parts that have not changed are not drawn again."""
        self._portrait = portrait
        self._frame += 1
        if instant is not None:
            self._grow(instant)
            self.trail.move_to(instant.x, instant.y)
        else:
            self.trail.move_to(np.empty(0), np.empty(0))
        self._draw_curves(portrait)
        self._draw_points(portrait)
        self._draw_field(portrait)

    def redraw(self) -> None:
        """Draw everything again, because ranges or colours have changed."""
        self._keys.clear()
        if self._portrait is not None:
            self._draw_curves(self._portrait)
            self._draw_points(self._portrait)
            self._draw_field(self._portrait)
        self._draw_paths()
        self.trail.update()
        self.card.hide()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives thick lines for a projector."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.window)
        self._pane.set_theme(theme, scale)
        self.card.set_theme(theme, scale)
        arrows = QColor(theme.faint_text)
        arrows.setAlpha(110)
        self.field.pen = QPen(arrows, 1)
        self.trail.color, self.trail.rim = QColor(theme.text), QColor(theme.plot_background)
        self.trail.size = scale
        self.points.ground = QColor(theme.plot_background)
        self.redraw()

    def apply_font(self, _font: QFont) -> None:
        """Set the font of the axes anew."""
        self._pane.set_theme(self._theme, self._scale)

    # Drawing

    def pen_of(self, name: str, theme: Theme) -> QPen:
        """Return the pen for the nullcline of a variable, or for the "relation"."""
        if name == "relation":
            return QPen(QColor(theme.orange), 1)
        style = curve_style(theme, name)
        pen = QPen(style.color, 1, Qt.PenStyle.SolidLine)
        pen.setStyle(Qt.PenStyle.SolidLine if name == VOLTAGE else Qt.PenStyle.DashLine)
        if name == VOLTAGE:
            pen.setColor(QColor(theme.green))
        return pen

    def key_html(self, portrait: Portrait) -> str:
        """Return the legend as HTML: what the lines and points are."""
        plane, theme = portrait.plane, self._theme
        if not plane.is_of_states:
            names = [] if {plane.x, plane.y} == {SLOPE, IONIC} else ["relation"]
            parts = [sample_html(self.pen_of(n, theme), f"{_symbol(plane.y)} against {plane.x}")
                     for n in names]  # fmt: skip
            parts.append(sample_html(self.pen_of(VOLTAGE, theme), "dV/dt = 0"))
        else:
            parts = [sample_html(self.pen_of(VOLTAGE, theme), "V-nullcline")]
            parts += [
                sample_html(self.pen_of(n, theme), f"{n}-nullcline") for n in plane.shown_gates
            ]
        parts.append("● stable &nbsp;○ unstable &nbsp;◐ saddle")
        if portrait.reduced:
            parts.append(f'<span style="color:{theme.vermillion}">● of the reduction</span>')
        return " &nbsp; ".join(parts)

    def _draw_curves(self, portrait: Portrait) -> None:
        plane = portrait.plane
        moves = plane.others in (Others.FROZEN, Others.FAST) or VOLTAGE not in (plane.x, plane.y)
        key = (plane.membrane, plane.x, plane.y, plane.others, plane.lines, plane.current,
               None if not moves else plane.state.tobytes())  # fmt: skip
        if key == self._keys.get("curves"):
            return
        self._keys["curves"] = key
        found = portrait.nullclines(*self.shown_range)
        drawn = {
            name: Drawn(*curve, self.pen_of(name, self._theme), 0.8 * self._scale)
            for name, curve in found.items()
        }
        self.moving.show_curves(
            [drawn.pop(name) for name in (VOLTAGE, "relation") if name in drawn]
        )
        still = key[:5] if VOLTAGE in (plane.x, plane.y) else key
        if still != self._keys.get("still"):
            self._keys["still"] = still
            self.still.show_curves(list(drawn.values()))

    def _draw_points(self, portrait: Portrait) -> None:
        key = portrait.plane.x, portrait.plane.y, portrait.plane.current, portrait.plane.membrane
        if self._keys.get("points") == key and self._keys.get("reduced") is portrait.reduced:
            return
        self._keys["points"], self._keys["reduced"] = key, portrait.reduced
        text = QColor(self._theme.text)
        drawn = [
            Point(*portrait.place_of(each), text, 6.0 * self._scale, _filling(each))
            for each in portrait.points
        ]
        drawn += [
            Point(
                *portrait.place_of_reduced(each), QColor(self._theme.vermillion), 4.0 * self._scale,
                1.0 if each.is_stable else 0.5 if each.is_saddle else 0.0,
            )
            for each in portrait.reduced
        ]  # fmt: skip
        self.points.show_points(drawn)

    def _draw_field(self, portrait: Portrait) -> None:
        plane = portrait.plane
        if not (self.field_shown and plane.is_of_states):
            if len(self._keys) and self._keys.get("field") != "none":
                self._keys["field"] = "none"
                self.field.clear()
            return
        key = plane.membrane, plane.x, plane.y, plane.others, plane.lines, plane.current
        if key == self._keys.get("field") and self._frame % _FIELD_EVERY:
            return
        self._keys["field"] = key
        (left, right), (low, high) = self.shown_range
        sides = self.view.width(), self.view.height()
        across, up = (
            max(1, min(most, round(side / (room * self._scale))))
            for most, side, room in zip(_ARROWS, sides, _ARROW_ROOM_PX, strict=True)
        )
        columns, rows = np.meshgrid(
            left + (np.arange(across) + 0.5) * (right - left) / across,
            low + (np.arange(up) + 0.5) * (high - low) / up,
        )
        x, y = columns.ravel(), rows.ravel()
        self.field.show_directions(x, y, *directions(plane, x, y), _ARROW_PX * self._scale)

    def _draw_paths(self) -> None:
        theme = self._theme
        ways = QPen(QColor(theme.purple), 1)
        parts = [Drawn(path.x, path.y, ways, 0.6 * self._scale) for path in self._paths]
        border = QPen(QColor(theme.vermillion), 1.5 * self._scale, Qt.PenStyle.DashDotLine)
        parts += [Drawn(*branch, border) for branch in self._threshold]
        self.paths.show_curves(parts)

    def _grow(self, instant: Instant) -> None:
        """Extend the range of an axis without a usual range so that the neuron is visible."""
        assert self._portrait is not None
        names = self._portrait.plane.x, self._portrait.plane.y
        if self._users_range or not set(names) & set(_FIRST):
            return
        base = list(self._base)
        for axis, (name, values) in enumerate(zip(names, (instant.x, instant.y), strict=True)):
            low, high = base[axis]
            if name in _FIRST and values.size and (values.min() < low or values.max() > high):
                base[axis] = nice_range(
                    min(low, float(values.min())), max(high, float(values.max()))
                )
        if tuple(base) != self._base:
            self._base = base[0], base[1]
            self.reset_ranges()

    # The mouse

    def _note_users_range(self, *_args: object) -> None:
        self._users_range = True

    def _on_clicked(self, x: float, y: float, shift: bool) -> None:
        (self.trajectory_requested if shift else self.start_requested).emit(x, y)

    def _is_on_nullcline(self, place: QPointF) -> bool:
        """Return whether a position (px) is on the V-nullcline, so that a drag moves it."""
        if self._portrait is None or not self._portrait.plane.is_of_states:
            return False
        for curve in self.moving.drawn[:1]:
            x, y = self.moving.pixels(curve.x, curve.y)
            return _distance(x, y, place) <= _REACH_PX
        return False

    def _read_at(self, mouse: QPoint) -> None:
        position = QPointF(self.mapToScene(mouse))
        if self._portrait is None or not self.view.sceneBoundingRect().contains(position):
            self._stop_hover()
            return
        inside = self.view.mapFromScene(position)
        at = self.points.nearest(inside, _REACH_PX)
        if at is not None:
            self.card.show_at(mouse, self._card_html(at))
        else:
            self.card.hide()
        lifts = self._is_on_nullcline(inside)
        self.setCursor(Qt.CursorShape.SizeVerCursor if lifts else Qt.CursorShape.CrossCursor)
        place = self.view.mapSceneToView(position)
        self.hovered.emit(self._text_at(place.x(), place.y()))

    def _stop_hover(self) -> None:
        self.card.hide()
        self.unsetCursor()
        self.hovered.emit("")

    def _text_at(self, x: float, y: float) -> str:
        assert self._portrait is not None
        plane, unit = self._portrait.plane, shown_currents().unit
        parts = [
            f"{_symbol(n)} {v:.4g}{_UNITS.get(n, '')}" for n, v in ((plane.x, x), (plane.y, y))
        ]
        if plane.is_of_states:
            speeds = directions(plane, np.array([x]), np.array([y]))
            parts += [
                f"d{n}/dt {float(v[0]):.3g}{' mV/ms' if n == VOLTAGE else ' /ms'}"
                for n, v in zip((plane.x, plane.y), speeds, strict=True)
            ]
        return unit.sentence(with_minus("   ".join(parts)))

    def _card_html(self, index: int) -> str:
        assert self._portrait is not None
        if index >= len(self._portrait.points):
            point = self._portrait.reduced[index - len(self._portrait.points)]
            kind = "stable" if point.is_stable else "saddle" if point.is_saddle else "unstable"
            return with_minus(
                f"<b>Equilibrium of the reduction</b>: {kind}<br>V {point.voltage:.3f} mV, "
                f"{escape(self._portrait.plane.shown_gates[0])} {point.gate:.4f}"
            )
        return card_html(self._portrait.points[index], self._portrait.plane.names)


def card_html(point: Equilibrium, names: Sequence[str]) -> str:
    """Return the numbers of an equilibrium as HTML: type, V, gates and eigenvalues.

    names: of the gates.
    """
    gates = ", ".join(f"{escape(n)} {x:.4f}" for n, x in zip(names, point.gates, strict=True))
    seen = dict.fromkeys(eigenvalue_text(value) for value in point.values.tolist())
    return with_minus(
        f"<b>{point.words[:1].upper()}{point.words[1:]}</b><br>V {point.voltage:.4f} mV"
        f"{'<br>' if gates else ''}{gates}<br>eigenvalues {', '.join(seen)} /ms"
    )


def _filling(point: Equilibrium) -> float:
    """Return which part of an equilibrium's disc is filled: 1 stable, 0 unstable, 0.5 saddle."""
    return 1.0 if point.is_stable else 0.5 if point.is_saddle else 0.0


def _symbol(name: str) -> str:
    return {SLOPE: "dV/dt", IONIC: "I ionic"}.get(name, name)


def _usual_range(name: str, membrane: Membrane) -> Range:
    """Return the usual range of the axis of a variable."""
    if name == VOLTAGE:
        return voltage_range(membrane)
    return _FIRST.get(name, GATE_RANGE)


def _distance(x: Array, y: Array, place: QPointF) -> float:
    """Return the distance (px) of a position from a curve with gaps, whose points are x, y (px)."""
    dx, dy = np.diff(x), np.diff(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = ((place.x() - x[:-1]) * dx + (place.y() - y[:-1]) * dy) / (dx * dx + dy * dy)
        part = np.clip(part, 0.0, 1.0)
        away = np.hypot(x[:-1] + part * dx - place.x(), y[:-1] + part * dy - place.y())
    away = away[np.isfinite(away)]
    return float(away.min()) if away.size else np.inf
