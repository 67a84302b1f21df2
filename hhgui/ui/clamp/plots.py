"""Provide the plots of command, total current and each ionic current of all sweeps over time."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QColor, QShowEvent
from shiboken6 import Shiboken

from hhgui.experiments.clamp_record import ClampRecord, Curves
from hhgui.figures.measured import ramp
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.words import with_minus
from hhgui.ui.clamp.lines import SweepGroup
from hhgui.ui.clamp.pane import ClampPane
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.plots.panes import airy_range
from hhgui.ui.widgets.deferred import DrawingTimer
from hhgui.ui.widgets.theme import LIGHT, Theme

Array = NDArray[np.float64]
COMMAND, TOTAL, DIFFERENCE = "command", "total", "difference"
POINTS = 120  # of each sweep's stair
_DRAW_MS = 12
_WEIGHTS = {COMMAND: 2}  # of the heights; a current has 3
_VOLTAGE_AIR_MV = 8.0
_RAMP_ON_DARK = 130  # per cent of the ramp's lightness


class ShownFamily(NamedTuple):
    """A family to draw; hue: the name of its colour if it is a kept one, "" for the present one."""

    record: ClampRecord
    hue: str


class ClampPlots(ReadByMouse, pg.GraphicsLayoutWidget):
    """Draws families of sweeps, and marks where on the test stair they are measured.

    ``windows_moved(from, to, late)``: Emitted while the user drags the marks, with the window of
    the peak and the time of the late current (ms since the test stair began). ``pointed(text)``:
    Emitted with what is under the mouse, or "".
    """

    windows_moved = Signal(float, float, float)
    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clamp.plots")
        self.setAccessibleName("Sweeps: command, total current and each ionic current over time")
        self.ci.layout.setContentsMargins(2, 4, 10, 2)
        self.ci.layout.setSpacing(5)
        self.panes: dict[str, ClampPane] = {}
        self.hidden: frozenset[str] = frozenset()
        self._families: tuple[ShownFamily, ...] = ()
        self._curves: list[Curves] = []
        self._names: Sequence[str] = ()
        self._pair: tuple[ClampRecord, ClampRecord] | None = None
        self._before = 0.0
        self._windows = 0.0, 1.0, 1.0
        self._inward_up, self._ionic_scale = False, True
        self._unit = DENSITY
        self._theme, self._scale = LIGHT, 1.0
        self._users_time = False
        self._timer = DrawingTimer(self, _DRAW_MS)
        self._timer.due.connect(self.draw_now)
        self._stale = True
        self._watch_mouse(self._point_at, self._point_nowhere)

    # What is shown

    @property
    def curves(self) -> Curves | None:
        """Return the curves of the present family, None if there is none yet."""
        return self._curves[-1] if self._curves else None

    def set_currents(self, names: Iterable[str]) -> None:
        """Have a plot for each current of the neuron; existing plots of the same name are kept."""
        wanted = [COMMAND, TOTAL, DIFFERENCE, *names]
        if wanted == list(self.panes):
            return
        self.ci.clear()
        before, self.panes = self.panes, {}
        for name in wanted:
            self.panes[name] = before.pop(name) if name in before else self._made(name)
        for pane in before.values():
            Shiboken.delete(pane.item)  # Python, collecting it later, could delete it twice
        self._lay_out()

    def _made(self, name: str) -> ClampPane:
        titles = {COMMAND: ("V", "mV"), DIFFERENCE: ("ΔI", "µA/cm²"), TOTAL: ("I", "µA/cm²")}
        pane = ClampPane(*titles.get(name, (f"I_{name}", "µA/cm²")), measured=name != COMMAND)
        pane.set_theme(self._theme, self._scale)
        pane.show_currents_in(self._unit)
        pane.show_inward_up(self._inward_up and name != COMMAND)
        pane.show_time_axis(False)
        pane.view.reset_requested.connect(self.reset_ranges)
        pane.view.sigRangeChangedManually.connect(self._note_users_time)
        if name != COMMAND:
            pane.view.setXLink(self.panes[COMMAND].view)
        if pane.window is not None and pane.late is not None:
            pane.window.sigRegionChanged.connect(self._take_window)
            pane.late.sigPositionChanged.connect(self._take_late)
        return pane

    def set_hidden(self, names: Iterable[str]) -> None:
        """Hide the plots of these names; at least one always stays."""
        hidden = frozenset(names)
        if hidden == self.hidden:
            return
        self.hidden = hidden
        self._lay_out()
        self._invalidate()

    def show_families(
        self, families: Sequence[ShownFamily], names: Sequence[str], before: float
    ) -> None:
        """Draw these families, the last on top.

        names: of the sweeps of the last one. before: how much of the holding is shown (ms).
        """
        self._families, self._names, self._before = tuple(families), names, before
        self._invalidate()

    def show_difference(self, pair: tuple[ClampRecord, ClampRecord] | None) -> None:
        """Show a plot of the total current of one record minus that of another; None removes it."""
        changed = (pair is None) != (self._pair is None)
        self._pair = pair
        if changed:
            self._lay_out()
        self._invalidate()

    def show_windows(self, start: float, stop: float, late: float) -> None:
        """Mark the window of the peak and the late time (ms since the test stair began)."""
        self._windows = start, stop, late
        self._invalidate()

    def set_inward_up(self, on: bool) -> None:
        """Draw inward currents upwards if ``on``, else outward ones."""
        self._inward_up = on
        for name, pane in self.panes.items():
            pane.show_inward_up(on and name != COMMAND)
        self._invalidate()

    def set_ionic_scale(self, on: bool) -> None:
        """Fit the axis of the total current to the ionic currents if ``on``, else to all of it."""
        self._ionic_scale = on
        self._invalidate()

    def show_currents_in(self, unit: CurrentUnit) -> None:
        """Label the axes of currents in this unit."""
        self._unit = unit
        for pane in self.panes.values():
            pane.show_currents_in(unit)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives large type and thick lines."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.window)
        for pane in self.panes.values():
            pane.set_theme(theme, scale)
        self._invalidate()

    def reset_ranges(self) -> None:
        """Show the whole time and fit every value axis."""
        self._users_time = False
        for pane in self.panes.values():
            pane.reset_range()
        self._invalidate()

    def colors_of(self, count: int, hue: str = "") -> list[QColor]:
        """Return the colours of ``count`` sweeps.

        Those of a kept family all have the colour ``hue``.
        """
        if hue:
            return [QColor(getattr(self._theme, hue))] * count
        if count == 1:
            return [QColor(self._theme.black)]
        colors = [QColor(ramp(place / max(count - 1, 1))) for place in range(count)]
        if self._theme.name == "dark":
            colors = [_lightened(color) for color in colors]
        return colors

    # Drawing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._invalidate()

    def draw_now(self) -> None:
        """Compute the curves and draw them."""
        self._timer.stop()
        if not self._families or not self.panes:
            return
        self._stale = False
        self._curves = [each.record.curves(POINTS, self._before) for each in self._families]
        sign = -1.0 if self._inward_up else 1.0
        for name, pane in self.panes.items():
            if name not in self._shown:
                continue
            groups: list[SweepGroup] = []
            if name == DIFFERENCE:
                groups = [self._difference(sign)]
                pane.lines.show_groups(groups)
                self._fit(name, pane, groups)
                continue
            for family, curves in zip(self._families, self._curves, strict=True):
                colors = self.colors_of(len(curves.time), family.hue)
                if name == COMMAND:
                    if not family.record.is_ideal:
                        faint = [QColor(self._theme.faint_text)] * len(colors)
                        groups.append(SweepGroup(curves.time, curves.command, faint))
                    groups.append(SweepGroup(curves.time, curves.voltage, colors))
                elif (values := self._values(family.record, curves, name)) is not None:
                    groups.append(SweepGroup(curves.time, sign * values, colors))
            pane.lines.show_groups(groups)
            if groups:
                self._fit(name, pane, groups)
        self._place_windows()
        self.scene().prepareForPaint()

    def _values(self, record: ClampRecord, curves: Curves, name: str) -> Array | None:
        """Return a current by its name, None if the neuron of the record does not have it."""
        if name == TOTAL:
            return curves.total
        names = [current.name for current in record.membrane.currents]
        return curves.currents[names.index(name)] if name in names else None

    def _fit(self, name: str, pane: ClampPane, groups: Sequence[SweepGroup]) -> None:
        start = min(float(group.time.min()) for group in groups)
        stop = max(float(group.time.max()) for group in groups)
        if not self._users_time and name == COMMAND:
            pane.view.setXRange(start, stop, padding=0.01)
        values = [group.values for group in groups]
        if name == COMMAND:
            low, high = min(v.min() for v in values), max(v.max() for v in values)
            pane.set_base_range(float(low) - _VOLTAGE_AIR_MV, float(high) + _VOLTAGE_AIR_MV)
            return
        if name == TOTAL and self._ionic_scale:
            sign = -1.0 if self._inward_up else 1.0
            values = [sign * curves.currents.sum(axis=0) for curves in self._curves]
        low, high = min(v.min() for v in values), max(v.max() for v in values)
        pane.set_base_range(*airy_range(min(float(low), 0.0), max(float(high), 1e-3)))

    @property
    def _shown(self) -> list[str]:
        """Return the names of the visible plots, from top to bottom."""
        off = self.hidden | (frozenset() if self._pair else {DIFFERENCE})
        return [name for name in self.panes if name not in off] or list(self.panes)[:1]

    def _difference(self, sign: float) -> SweepGroup:
        """Return the difference of two families with equal commands.

        sign: see ``set_inward_up``.
        """
        assert self._pair is not None
        first, second = (each.curves(POINTS, self._before) for each in self._pair)
        colors = self.colors_of(len(first.time))
        return SweepGroup(first.time, sign * (first.total - second.total), colors)

    def _lay_out(self) -> None:
        shown = self._shown
        self.ci.clear()
        for row, name in enumerate(shown):
            self.ci.addItem(self.panes[name].item, row, 0)
            self.ci.layout.setRowStretchFactor(row, _WEIGHTS.get(name, 3))
            self.panes[name].show_time_axis(row == len(shown) - 1)
        for row in range(len(shown), len(self.panes)):
            self.ci.layout.setRowStretchFactor(row, 0)

    def _invalidate(self) -> None:
        self._stale = True
        if self.isVisible():
            self._timer.begin()

    # Windows

    @property
    def _onset(self) -> float:
        """Return when the test stair of the last sweep begins (ms), where the marks are drawn."""
        return float(self._families[-1].record.test_onset[-1]) if self._families else 0.0

    def _place_windows(self) -> None:
        start, stop, late = (self._onset + each for each in self._windows)
        for pane in self.panes.values():
            pane.place_marks((start, stop), late)

    def _take_window(self, region: pg.LinearRegionItem) -> None:
        start, stop = region.getRegion()
        self._move(start - self._onset, stop - self._onset, self._windows[2])

    def _take_late(self, line: pg.InfiniteLine) -> None:
        self._move(self._windows[0], self._windows[1], float(line.value()) - self._onset)

    def _move(self, start: float, stop: float, late: float) -> None:
        if not self._families:
            return
        longest = float(self._families[-1].record.test_duration[-1])
        start, stop, late = (min(max(round(t, 3), 0.0), longest) for t in (start, stop, late))
        self._windows = start, stop, late
        self._place_windows()
        self.windows_moved.emit(start, stop, late)

    def _note_users_time(self, mask: list[bool]) -> None:
        self._users_time = self._users_time or bool(mask[0])

    # Pointing

    def _point_at(self, place: QPoint) -> None:
        at = self.mapToScene(place)
        for name, pane in self.panes.items():
            if name in self._shown and pane.view.sceneBoundingRect().contains(at):
                point = pane.view.mapSceneToView(at)
                self._read_sweep(name, pane, float(point.x()), float(point.y()))
            else:
                pane.show_key("")

    def _point_nowhere(self) -> None:
        for pane in self.panes.values():
            pane.show_key("")
        self.pointed.emit("")

    def _read_sweep(self, name: str, pane: ClampPane, time: float, value: float) -> None:
        """Show which sweep is nearest to the mouse, and its value there."""
        groups = pane.lines.groups
        if not groups:
            return
        times, values = groups[-1].time, groups[-1].values
        there = np.array([np.interp(time, t, v) for t, v in zip(times, values, strict=True)])
        nearest = int(np.abs(there - value).argmin())
        if not times[nearest, 0] <= time <= times[nearest, -1]:
            self._point_nowhere()
            return
        unit = "mV" if name == COMMAND else "µA/cm²"
        text = self._unit.sentence(f"{there[nearest]:.5g} {unit}")
        pane.show_key(with_minus(text))
        self.pointed.emit(with_minus(f"t {time:.3f} ms · {self._names[nearest]} · {text}"))


def _lightened(color: QColor) -> QColor:
    return color.lighter(_RAMP_ON_DARK + 40) if color.lightness() < 90 else color
