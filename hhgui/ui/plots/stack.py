"""Arrange plots over time above each other, with a common time axis."""

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.quantity import PANES
from hhgui.ui.plots.pane import PlotArea
from hhgui.ui.plots.panes import longest_read_out
from hhgui.ui.plots.time_pane import TimePane
from hhgui.ui.widgets.theme import LIGHT, Theme

PANE_SPACING = 7.0
_LEAST_PANE = 40.0  # px of height on the average; in a lower window the tab scrolls


class StackedPlots(pg.GraphicsLayoutWidget):
    """The panes that are switched on and have curves, above each other.

    The lowest one has the time axis. laid_out: the names of the visible panes from top to bottom.
    ``panes_changed()``: Emitted when these have changed. ``hovered(text)``: Emitted with the values
    at the mouse, or "". ``longest_changed(text)``: Emitted with the longest text that ``hovered``
    may have, when this has changed. ``mouse_left()``: Emitted when the mouse has left the plots.
    """

    panes_changed = Signal()
    hovered = Signal(str)
    longest_changed = Signal(str)
    mouse_left = Signal()

    def __init__(self, panes: Mapping[str, TimePane], parent: QWidget | None) -> None:
        """Create the stack; panes: one for each name in PANES."""
        super().__init__(parent)
        self.ci.layout.setContentsMargins(2, 4, 10, 2)
        self.panes = panes
        self.voltage = panes["voltage"]
        self._shown = {name: PANES[name].shown for name in panes}
        self.laid_out: list[str] = []
        self.currents = DENSITY
        self._theme = LIGHT
        self._mouse: QPointF | None = None
        for pane in panes.values():
            if pane is not self.voltage:
                pane.view.setXLink(self.voltage.view)
        self.scene().sigMouseMoved.connect(self._move_mouse)

    @property
    def shown_panes(self) -> tuple[str, ...]:
        """Return the names of the panes that are switched on, from top to bottom."""
        return tuple(name for name, on in self._shown.items() if on)

    @property
    def shown_items(self) -> list[PlotArea]:
        """Return the visible plots from top to bottom."""
        return [self.panes[name].item for name in self.laid_out]

    @property
    def shown_span(self) -> tuple[float, float]:
        """Return the visible time span (ms)."""
        low, high = self.voltage.view.viewRange()[0]
        return float(low), float(high)

    @property
    def time_at_mouse(self) -> float | None:
        """Return the time (ms) under the mouse, even if it is not visible; None elsewhere."""
        if self._mouse is None:
            return None
        rect, (start, stop) = self.voltage.view.sceneBoundingRect(), self.shown_span
        return start + (self._mouse.x() - rect.left()) / max(rect.width(), 1.0) * (stop - start)

    def show_cursor(self, time: float | None) -> None:
        """Draw a line at this time (ms) in every plot; None removes it."""
        for pane in self.panes.values():
            pane.cursor.setVisible(time is not None)
            if time is not None:
                pane.cursor.setValue(time)

    def show_currents_in(self, unit: CurrentUnit) -> None:
        """Label axes and read-outs of currents in this unit.

        The curves themselves stay densities.
        """
        if unit != self.currents:
            self.currents = unit
            for pane in self.panes.values():
                pane.show_currents_in(unit)
            self._note_quantities()

    def reset_ranges(self) -> None:
        """Reset every value axis to its base range."""
        for pane in self.panes.values():
            pane.reset_range()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives large type and thick lines."""
        self._theme = theme
        self.setBackground(theme.window)
        for pane in self.panes.values():
            pane.set_theme(theme, scale)
        self._divide_height()  # the time axis has become higher

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.closed:  # the items are gone
            self._divide_height()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        super().leaveEvent(event)
        self.mouse_left.emit()

    def _move_mouse(self, position: QPointF) -> None:
        self._mouse = position

    def _lay_out(self) -> None:
        """Arrange the visible plots from top to bottom."""
        empty = not any(pane.curves for pane in self.panes.values())  # nothing to show yet
        shown = [n for n in self.shown_panes if empty or self.panes[n].curves] or ["voltage"]
        if shown == self.laid_out:
            return
        self.laid_out = shown
        self.ci.clear()
        for row, name in enumerate(shown):
            pane = self.panes[name]
            self.ci.addItem(pane.item, row, 0)
            pane.show_time_axis(row == len(shown) - 1)
        self._space_rows()
        self._divide_height()
        self.panes_changed.emit()
        self._note_quantities()

    def _note_quantities(self) -> None:
        """Emit ``longest_changed`` if other quantities or units are shown now."""
        described = [each for name in self.laid_out for each in self.panes[name].quantities]
        self.longest_changed.emit(longest_read_out(described, self.currents))

    def _divide_height(self) -> None:
        """Divide the height among the panes by their weights.

        The lowest pane gets the height of the time axis in addition.
        """
        if not getattr(self, "laid_out", None):  # pyqtgraph resizes it before it is made
            return
        lowest = self.panes[self.laid_out[-1]].item
        axis = max(lowest.getAxis("bottom").minimumHeight(), 0.0)
        weights = [PANES[name].weight for name in self.laid_out]
        _, top, _, bottom = self.ci.layout.getContentsMargins()
        beside = axis + top + bottom + PANE_SPACING * (len(weights) - 1)
        self.setMinimumHeight(round(beside + _LEAST_PANE * len(weights)))
        room = self.height() - beside
        for row, weight in enumerate(weights):
            height = room * weight / sum(weights) + (axis if row == len(weights) - 1 else 0.0)
            self.ci.layout.setRowPreferredHeight(row, max(height, 1.0))

    def _space_rows(self) -> None:
        """Remove the spacing of empty rows, which the layout would otherwise keep."""
        for row in range(len(self.panes)):
            used = row < len(self.laid_out)
            self.ci.layout.setRowSpacing(row, PANE_SPACING if used else 0.0)
            if not used:
                self.ci.layout.setRowPreferredHeight(row, 0.0)
