"""Provide the plots over time of whole runs, drawn over each other."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from hhgui.model.quantity import PANES
from hhgui.ui.plots.panes import first_range
from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.plots.stack import StackedPlots
from hhgui.ui.run.hover import ExperimentHover
from hhgui.ui.run.marks_item import MarksItem
from hhgui.ui.run.pane import ExperimentPane, curve_specs
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.deferred import DrawingTimer
from hhgui.ui.widgets.theme import Theme

DRAW_MS = 15
ZOOM_LIMIT = 20_000.0  # the mouse may magnify time so far


class ExperimentPlots(StackedPlots):
    """Draws runs from 0 to their duration; several changes in quick succession are drawn once."""

    panes: dict[str, ExperimentPane]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__({name: ExperimentPane(name) for name in PANES}, parent)
        self.setObjectName("experiment.plots")
        self.setAccessibleName("Traces of the run over its whole time")
        self._runs: list[ShownRun] = []
        self._duration = 0.0
        self._structure: object = None
        self._timer = DrawingTimer(self, DRAW_MS)
        self._timer.due.connect(self.draw_now)
        self.hover = ExperimentHover(self)
        self.hover.values_changed.connect(self.hovered)
        self.marks = MarksItem(self.voltage.view)
        for pane in self.panes.values():
            pane.view.time_zoomed.connect(self._zoom_time)
            pane.view.reset_requested.connect(self.reset_ranges)
            pane.view.sigYRangeChanged.connect(self._note_change)
        self.voltage.view.sigXRangeChanged.connect(self._note_change)
        self.voltage.view.sigResized.connect(self._note_change)
        self.panes_changed.connect(self._note_change)
        shown_currents().changed.connect(self._show_currents)
        self._set_duration(50.0)
        self._lay_out()

    def show_runs(self, runs: Sequence[ShownRun]) -> None:
        """Draw these runs, the last on top.

        One without a hue is the present run, the others are kept.
        """
        self._runs = list(runs)
        self._show_currents()
        self.hover.run = runs[-1] if runs and runs[-1].hue is None else None
        self._make_curves()
        self._note_quantities()
        if runs:
            self._set_duration(max(shown.duration for shown in runs))
        self._fit_ranges()
        self._note_change()

    @Slot()
    def _show_currents(self) -> None:
        """Show currents in the chosen unit, if the cells of all runs have the same area."""
        areas = (shown.run.setup.membrane.area for shown in self._runs)
        self.show_currents_in(shown_currents().unit_of(areas))
        self.marks.show_currents_in(self.currents)

    def _set_duration(self, duration: float) -> None:
        """Set the duration (ms), beyond which one cannot zoom out; if it has changed, show all."""
        if duration == self._duration:
            return
        self._duration = duration
        for pane in self.panes.values():
            pane.view.setLimits(xMin=0.0, xMax=duration, minXRange=duration / ZOOM_LIMIT)
        self.show_span(0.0, duration)

    def set_pane_shown(self, name: str, shown: bool) -> None:
        """Show or hide one of the plots."""
        self._shown[name] = shown
        self._note_change()  # a protocol switches several: they are laid out once

    def show_span(self, start: float, stop: float) -> None:
        """Show the times from ``start`` to ``stop`` (ms), as far as they are within the run."""
        self.voltage.view.setXRange(max(start, 0.0), min(stop, self._duration), padding=0)

    def reset_ranges(self) -> None:
        """Show the whole duration, and fit every value axis to the visible runs."""
        self._structure = None
        self._fit_ranges()
        self.show_span(0.0, self._duration)
        super().reset_ranges()

    def begin_afresh(self) -> None:
        """Show the next run whole and with new value axes, because it is of another kind."""
        self.reset_ranges()
        self._structure = None

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives large type and thick lines."""
        super().set_theme(theme, scale)
        self.marks.set_theme(theme, scale)
        self._make_curves()
        self._note_change()

    def draw_now(self) -> None:
        """Reduce the visible part of every run to the pixels there are, and draw it."""
        self._timer.stop()
        self._lay_out()
        bins = max(int(self.voltage.view.width()), 100)
        reduced = [shown.reduced(self.laid_out, self.shown_span, bins) for shown in self._runs]
        for name in self.laid_out:
            pane = self.panes[name]
            points = [reduced[spec.run][spec.column] for spec in pane.specs]
            pane.draw(points)
            if pane is self.voltage:
                self.marks.place(np.stack(points[-1], axis=1) if points else np.empty((0, 2)))
        # the views' transforms now, or they would change while painting and all be painted twice
        self.scene().prepareForPaint()
        self.hover.show_soon()

    def close(self) -> bool:
        """Close the plots; pyqtgraph then deletes its items, so nothing may be drawn afterwards."""
        self._timer.stop()
        self.hover.end()
        self._mouse = None
        return super().close()

    def _make_curves(self) -> None:
        for name, pane in self.panes.items():
            key = self._runs[-1].quantities[name] if self._runs else ()
            pane.set_curves(curve_specs(self._runs, name, self._theme), key)

    def _fit_ranges(self) -> None:
        """Extend the value axes to include every visible run.

        They become smaller only if the neuron has other currents or gates than before; that of the
        stimulus always fits.
        """
        if not self._runs:
            return
        structure = self._runs[-1].run.setup.membrane.structure
        fresh, self._structure = structure != self._structure, structure
        for name, pane in self.panes.items():
            extents = [e for shown in self._runs if (e := shown.extent(name)) is not None]
            if not extents:
                continue
            low, high = min(e[0] for e in extents), max(e[1] for e in extents)
            if fresh or name == "stimulus":
                membrane = self._runs[-1].run.setup.membrane
                pane.set_base_range(*first_range(name, membrane, low, high))
            pane.grow_to(low, high)

    def _note_change(self, *_args: object) -> None:
        self._timer.begin()

    def _zoom_time(self, factor: float, at: float) -> None:
        start, stop = self.shown_span
        width = min((stop - start) * factor, self._duration)
        begin = at - (at - start) / (stop - start) * width
        begin = min(max(begin, 0.0), self._duration - width)
        self.show_span(begin, begin + width)
