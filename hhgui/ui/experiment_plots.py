"""The experiment's stacked, time-linked plots: one run whole, and others laid over it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from hhgui.experiments.single_run import SingleRun
from hhgui.ui.experiment_columns import (
    FIRST_SHOWN,
    PANES,
    column_style,
    first_range,
    number_text,
    pane_columns,
    plain_name,
)
from hhgui.ui.experiment_marks_item import MarksItem
from hhgui.ui.experiment_pane import CurveSpec, ExperimentPane, faint, thin_pen
from hhgui.ui.experiment_thinning import Array, thinned
from hhgui.ui.theme import LIGHT, Theme

DRAW_MS = 15
PANE_SPACING = 7.0
ZOOM_LIMIT = 20_000.0  # the mouse may magnify time so far


@dataclass
class ShownRun:
    """A run in the plots; ``hue`` and ``line`` of a kept one, None for the current one."""

    run: SingleRun
    hue: str | None = None
    line: Qt.PenStyle = Qt.PenStyle.SolidLine
    columns: dict[str, tuple[str, ...]] = field(init=False)
    _extents: dict[str, tuple[float, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = pane_columns(self.run.setup.membrane)

    @property
    def duration(self) -> float:
        """How long the run is (ms): a step at least, and as long as it was to be."""
        times, wanted = self.run.times, self.run.setup.duration
        return max(wanted, float(times[-1])) if times.size else wanted

    def extent(self, pane: str) -> tuple[float, float] | None:
        """Lowest and highest value of a pane's columns; None without any."""
        if pane not in self._extents and self.columns[pane] and self.run.times.size:
            values = [self.run.column(name) for name in self.columns[pane]]
            lows, highs = [float(v.min()) for v in values], [float(v.max()) for v in values]
            self._extents[pane] = min(lows), max(highs)
        return self._extents.get(pane)


class ExperimentPlots(pg.GraphicsLayoutWidget):
    """Draws runs over 0…duration. Changes are drawn together at the next tick of its own timer.

    hovered(text): the current run's values at the mouse, or "".
    """

    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("experiment.plots")
        self.setAccessibleName("Traces of the run over its whole time")
        self.ci.layout.setContentsMargins(2, 4, 10, 2)
        self._runs: list[ShownRun] = []
        self._theme, self._scale = LIGHT, 1.0
        self._duration = 0.0
        self._structure: object = None
        self._mouse: QPointF | None = None
        self._laid_out: list[str] = []
        self._timer = QTimer(self, interval=DRAW_MS, singleShot=True)
        self._timer.timeout.connect(self.draw_now)
        self._hover_timer = QTimer(self, interval=DRAW_MS, singleShot=True)
        self._hover_timer.timeout.connect(self._show_hover)
        self.panes = {name: ExperimentPane(name) for name in PANES}
        self._shown = {name: name in FIRST_SHOWN for name in PANES}
        self.voltage = self.panes["voltage"]
        self.marks = MarksItem(self.voltage.view)
        for pane in self.panes.values():
            if pane is not self.voltage:
                pane.view.setXLink(self.voltage.view)
            pane.view.time_zoomed.connect(self._zoom_time)
            pane.view.reset_asked.connect(self.reset_ranges)
            pane.view.sigYRangeChanged.connect(self._note_change)
        self.voltage.view.sigXRangeChanged.connect(self._note_change)
        self.voltage.view.sigResized.connect(self._note_change)
        self.scene().sigMouseMoved.connect(self._move_mouse)
        self.set_duration(50.0)
        self._lay_out()

    @property
    def shown_panes(self) -> tuple[str, ...]:
        """The names of the panes that are switched on."""
        return tuple(name for name, on in self._shown.items() if on)

    @property
    def shown_span(self) -> tuple[float, float]:
        """The shown time (ms)."""
        low, high = self.voltage.view.viewRange()[0]
        return float(low), float(high)

    def show_runs(self, runs: Sequence[ShownRun]) -> None:
        """Draw these, the last on top; the last one without a hue is the current run."""
        self._runs = list(runs)
        self._make_curves()
        if runs:
            self.set_duration(max(shown.duration for shown in runs))
        self._fit_ranges()
        self._note_change()

    def set_duration(self, duration: float) -> None:
        """The whole time (ms), which the mouse cannot leave; shown whole if it is another."""
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
        """Show this time (ms), as far as there is any."""
        self.voltage.view.setXRange(max(start, 0.0), min(stop, self._duration), padding=0)

    def reset_ranges(self) -> None:
        """The whole time, and every value axis fixed to what the shown runs need."""
        self._structure = None
        self._fit_ranges()
        self.show_span(0.0, self._duration)
        for pane in self.panes.values():
            pane.reset_range()

    def begin_afresh(self) -> None:
        """What comes next is another experiment: whole, and with axes of its own."""
        self.reset_ranges()
        self._structure = None

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in other colours, or large and thick for a projector."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.window)
        for pane in self.panes.values():
            pane.set_theme(theme, scale)
        self.marks.set_theme(theme, scale)
        self._make_curves()
        self._note_change()

    def draw_now(self) -> None:
        """Reduce the shown time of every run to pixels and draw it."""
        self._timer.stop()
        self._lay_out()
        reduced = [self._reduced(shown) for shown in self._runs]
        for name in self._laid_out:
            pane = self.panes[name]
            points = [reduced[spec.run][spec.column] for spec in pane.specs]
            pane.draw(points)
            pane.fit_label()
            if pane is self.voltage:
                self.marks.place(np.stack(points[-1], axis=1) if points else np.empty((0, 2)))
        # the views' transforms now, or they would change while painting and all be painted twice
        self.scene().prepareForPaint()
        self._hover_timer.start()

    def close(self) -> bool:
        """As any widget; pyqtgraph deletes the items then, so nothing may be drawn after it."""
        for timer in (self._timer, self._hover_timer):
            timer.timeout.disconnect()
            timer.stop()
        self._mouse = None
        return super().close()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self._show_hover()
        super().leaveEvent(event)

    def _reduced(self, shown: ShownRun) -> dict[str, tuple[Array, Array]]:
        """Times and values of a run's columns in the panes that are shown, for their pixels."""
        names = [column for pane in self._laid_out for column in shown.columns[pane]]
        columns = [shown.run.column(name) for name in names]
        bins = max(int(self.voltage.view.width()), 100)
        times, values = thinned(shown.run.times, columns, *self.shown_span, bins)
        return {name: (times, each) for name, each in zip(names, values, strict=True)}

    def _make_curves(self) -> None:
        for name, pane in self.panes.items():
            specs: list[CurveSpec] = []
            for index, shown in enumerate(self._runs):
                columns = shown.columns[name]
                specs += [
                    CurveSpec(index, column, self._pen(shown, name, column, place))
                    for place, column in enumerate(columns)
                ]
            key = list(self._runs[-1].columns[name]) if self._runs else []
            pane.set_curves(specs, key)

    def _pen(self, shown: ShownRun, pane: str, column: str, place: int) -> QPen:
        style = column_style(self._theme, pane, column, place)
        if shown.hue is None:
            return thin_pen(style.color, style.line)
        hue = QColor(getattr(self._theme, shown.hue))
        alone = len(shown.columns[pane]) == 1
        return thin_pen(hue, shown.line) if alone else thin_pen(faint(hue), style.line)

    def _fit_ranges(self) -> None:
        """Value axes that hold every shown run; they only grow while the membrane's build stays."""
        if not self._runs:
            return
        structure = self._runs[-1].run.setup.membrane.structure
        fresh, self._structure = structure != self._structure, structure
        for name, pane in self.panes.items():
            extents = [e for shown in self._runs if (e := shown.extent(name)) is not None]
            if not extents:
                continue
            low, high = min(e[0] for e in extents), max(e[1] for e in extents)
            if fresh:
                membrane = self._runs[-1].run.setup.membrane
                pane.set_base_range(*first_range(name, membrane, low, high))
            pane.grow_to(low, high)

    def _lay_out(self) -> None:
        """Put the shown plots below each other; only the last has a time axis."""
        shown = [n for n, on in self._shown.items() if on and self._has_curves(n)] or ["voltage"]
        if shown == self._laid_out:
            return
        self._laid_out = shown
        self.ci.clear()
        for row, name in enumerate(shown):
            item, last = self.panes[name].item, row == len(shown) - 1
            self.ci.addItem(item, row, 0)
            item.setLabel("bottom", "time (ms)" if last else "")
            item.showAxis("bottom", last)
        for row in range(len(PANES)):  # an empty row would still take its spacing
            used = row < len(shown)
            self.ci.layout.setRowSpacing(row, PANE_SPACING if used else 0.0)
            self.ci.layout.setRowStretchFactor(row, PANES[shown[row]].share if used else 0)
        self._note_change()

    def _has_curves(self, name: str) -> bool:
        return not self._runs or bool(self.panes[name].specs)

    def _note_change(self, *_args: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _zoom_time(self, factor: float, at: float) -> None:
        start, stop = self.shown_span
        width = min((stop - start) * factor, self._duration)
        begin = at - (at - start) / (stop - start) * width
        begin = min(max(begin, 0.0), self._duration - width)
        self.show_span(begin, begin + width)

    def _move_mouse(self, position: QPointF) -> None:
        self._mouse = position
        if not self._hover_timer.isActive():
            self._hover_timer.start()

    def _show_hover(self) -> None:
        """Cursor line in every plot, and the current run's values at it."""
        row = self._row_under_mouse()
        for name, pane in self.panes.items():
            pane.cursor.setVisible(row is not None)
            values = {}
            if row is not None:
                pane.cursor.setValue(self._runs[-1].run.times[row])
                values = self._values(name, row)
            pane.show_values(values)
        self.hovered.emit("" if row is None else self._read_out(row))

    def _row_under_mouse(self) -> int | None:
        if self._mouse is None or not self._runs or self._runs[-1].hue is not None:
            return None
        times = self._runs[-1].run.times
        at = float(self.voltage.view.mapSceneToView(self._mouse).x())
        start, stop = self.shown_span
        if not (times.size and start <= at <= stop and times[0] <= at <= times[-1]):
            return None
        after = int(np.searchsorted(times, at))
        return max(after - 1, 0) if at - times[after - 1] < times[after] - at else after

    def _values(self, pane: str, row: int) -> dict[str, float]:
        shown = self._runs[-1]
        return {name: float(shown.run.column(name)[row]) for name in shown.columns[pane]}

    def _read_out(self, row: int) -> str:
        parts = [f"t {self._runs[-1].run.times[row]:.3f} ms"]
        for pane in self._laid_out:
            for name, value in self._values(pane, row).items():
                parts.append(f"{plain_name(pane, name)} {number_text(pane, value)}")
        return "   ".join(parts)
