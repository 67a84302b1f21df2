"""Provide one of the live plots, with a few quantities of the recording."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.model.quantity import Quantity
from hhgui.ui.live.edit_ticks import EditTicks
from hhgui.ui.live.kept_lines import KeptLines
from hhgui.ui.live.lines import TraceLines
from hhgui.ui.live.past_lines import PastLines
from hhgui.ui.plots.items import Stroke, scaled_font
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.panes import quantity_style
from hhgui.ui.plots.shown_run import ShownRun, pen_of
from hhgui.ui.plots.time_pane import TimePane
from hhgui.ui.widgets.theme import Theme

_FAINTEST = 30
_CACHED = QGraphicsItem.CacheMode.DeviceCoordinateCache
_NOT_CACHED = QGraphicsItem.CacheMode.NoCache


def _faint(pen: QPen, age: int) -> QPen:
    """Return the pen for a past sweep, fainter with its age (1: the last)."""
    faint = QPen(pen)
    color = QColor(pen.color())
    color.setAlpha(max(110 - 35 * age, _FAINTEST))
    faint.setColor(color)
    return faint


class TracePane(TimePane):
    """A plot over time of the live recording.

    The value axis becomes longer, in round steps, when values leave it, unless the user has zoomed
    it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines = TraceLines(self.view)
        self.ticks = EditTicks(self.view)
        self.past: list[tuple[NDArray[np.float64], NDArray[np.float32]]] = []  # newest first
        self._past_shown = 0  # most of them
        self._past_lines = PastLines(self.view)
        self.kept = KeptLines(self.view)
        self._kept_runs: Sequence[ShownRun] = ()
        left = self.item.getAxis("left")
        for still in (self.key, left, left.label):  # beside what moves in every frame
            still.setCacheMode(_CACHED)
        self.view.sigResized.connect(self._draw_key_again)

    def _draw_key_again(self, *_args: object) -> None:
        """Draw the legend again: its cached picture is empty if the plot had no height at first."""
        self.key.update()

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Have one curve per stroke, each above the one before."""
        self._lines.set_strokes(strokes)
        self.curves = self._lines.curves

    def set_curves(self, described: Sequence[Quantity]) -> None:
        """Show these quantities; existing curves are used again."""
        self.quantities = described
        self._style_curves()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives large type and thick lines."""
        super().set_theme(theme, scale)
        self.ticks.set_theme(theme, scaled_font(scale))
        self._style_curves()

    def _style_curves(self) -> None:
        styles = [quantity_style(self._theme, quantity) for quantity in self.quantities]
        pens = [pg.mkPen(style.color, width=1, style=style.line) for style in styles]
        self.set_strokes([Stroke(pen, self._spread) for pen in pens])
        self._past_strokes = [
            [Stroke(_faint(pen, age), self._spread) for pen in pens]
            for age in range(self._past_shown)
        ]
        self._past_lines.set_sweeps(self.past, self._past_strokes)
        self.kept.set_strokes([self._strokes_of(run) for run in self._kept_runs])
        self.show_values({})

    def _strokes_of(self, run: ShownRun) -> list[Stroke]:
        """Return how the curves of a kept sweep are drawn."""
        pens = (pen_of(run, each, self._theme) for each in run.quantities[self.name])
        return [Stroke(pen, self._spread) for pen in pens]

    def draw(self, times: NDArray[np.float64], values: NDArray[np.float32], unchanged: int) -> None:
        """Draw times (n,) in ms and values (quantities, n), and extend the value axis if needed.

        Values of a quantity that is shown for the first time may begin with NaN. unchanged: how
        many of the first points are drawn already, and within the axis.
        """
        if values.size and not unchanged:
            known = int(np.isnan(values[0]).sum())
            times, values = times[known:], values[:, known:]
        if times.size > unchanged and not self._users_range:
            self._grow(values[:, unchanged:])
        self._lines.set_data(times, values, unchanged)

    def show_time(self, start: float, stop: float) -> None:
        """Show the times from ``start`` to ``stop`` (ms) without a signal, for the stack."""
        self.view.show_time(start, stop)
        self.ticks.show_time()
        self.kept.follow_view()
        self._past_lines.follow_view()
        axis = self.item.getAxis("bottom")
        if axis.isVisible():
            axis.update()

    def hold_time_axis(self, still: bool) -> None:
        """Draw the time axis once if it stands still (a triggered sweep), else in every frame."""
        self.item.getAxis("bottom").setCacheMode(_CACHED if still else _NOT_CACHED)

    def keep_past(self, sweeps: int) -> None:
        """Draw up to so many past sweeps, fainter the older they are."""
        del self.past[sweeps:]
        self._past_shown = sweeps
        self._style_curves()

    def end_sweep(self, onset: float | None) -> None:
        """Make the drawn curves the newest of the past sweeps.

        onset: of their stimulus (ms), None if no sweep has begun yet.
        """
        times, values = self._lines.whole()
        if onset is not None and times.size and self._past_shown:
            self.past = [(times - onset, values), *self.past][: self._past_shown]
            self._past_lines.set_sweeps(self.past, self._past_strokes)

    def show_past(self, onset: float) -> None:
        """Draw the past sweeps aligned with the one whose stimulus begins at ``onset`` (ms)."""
        self._past_lines.show_at(onset)

    def set_kept(self, sweeps: Sequence[ShownRun]) -> None:
        """Prepare to draw these kept sweeps behind the traces."""
        self.kept.clear()
        self._kept_runs = sweeps
        self._style_curves()

    def draw_kept(
        self, place: int, times: NDArray[np.float64], values: NDArray[np.float32]
    ) -> None:
        """Draw the kept sweep with index ``place``, and extend the value axis if needed."""
        if values.size and not self._users_range:
            self._grow(values)
        self.kept.set_data(place, times, values)

    def _grow(self, values: NDArray[np.float32]) -> None:
        """Extend the value axis so that these values are visible."""
        lowest, highest = float(values.min()), float(values.max())
        low, high = self.view.viewRange()[1]
        if lowest < low or highest > high:
            self.view.setYRange(*nice_range(min(lowest, low), max(highest, high)), padding=0)
