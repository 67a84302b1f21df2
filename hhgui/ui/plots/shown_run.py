"""Describe how plots show a run: its quantities by pane, their pens and values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from hhgui.experiments.single_run import SingleRun
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.quantity import Quantity, quantities_by_pane
from hhgui.ui.plots.panes import quantity_style, read_out
from hhgui.ui.plots.thinning import Array, pixel_extremes
from hhgui.ui.widgets.theme import Theme

_FAINT = 150  # of 255: a kept run's gates and currents stay behind the current one's


@dataclass
class ShownRun:
    """A run as plots show it.

    hue: for a kept run the name of its colour in the theme, None for the present run, whose
    quantities have colours of their own. line: its dash pattern. quantities: those of each pane, by
    the pane's key.
    """

    run: SingleRun
    hue: str | None = None
    line: Qt.PenStyle = Qt.PenStyle.SolidLine
    quantities: dict[str, tuple[Quantity, ...]] = field(init=False)
    _extents: dict[str, tuple[float, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.quantities = quantities_by_pane(self.run.setup.membrane, self.run.injected)

    @property
    def duration(self) -> float:
        """Return the duration of the run (ms): as requested, or its last time if that is later."""
        times, wanted = self.run.times, self.run.setup.duration
        return max(wanted, float(times[-1])) if times.size else wanted

    def extent(self, pane: str) -> tuple[float, float] | None:
        """Return the lowest and highest value of the quantities of a pane, None if it has none."""
        if pane not in self._extents and self.quantities[pane] and self.run.times.size:
            values = [self.run.column(q.key) for q in self.quantities[pane]]
            lows, highs = [float(v.min()) for v in values], [float(v.max()) for v in values]
            self._extents[pane] = min(lows), max(highs)
        return self._extents.get(pane)

    def reduced(
        self, panes: Sequence[str], span: tuple[float, float], bins: int
    ) -> dict[str, tuple[Array, Array]]:
        """Return times (ms) and values of the quantities of ``panes`` by key, reduced for drawing.

        span: the range of times (ms). bins: the number of pixel columns.
        """
        names = [quantity.key for pane in panes for quantity in self.quantities[pane]]
        columns = [self.run.column(name) for name in names]
        times, values = pixel_extremes(self.run.times, columns, *span, bins)
        return {name: (times, each) for name, each in zip(names, values, strict=True)}

    def row_at(self, time: float) -> int | None:
        """Return the row nearest to a time (ms), None outside the run."""
        times = self.run.times
        if not (times.size and times[0] <= time <= times[-1]):
            return None
        after = int(np.searchsorted(times, time))
        return max(after - 1, 0) if time - times[after - 1] < times[after] - time else after

    def values(self, pane: str, row: int) -> dict[str, float]:
        """Return the values of the quantities of a pane in a row, by key."""
        return {q.key: float(self.run.column(q.key)[row]) for q in self.quantities[pane]}

    def read_out(self, panes: Sequence[str], row: int, unit: CurrentUnit = DENSITY) -> str:
        """Return the values of the quantities of ``panes`` in a row as one line of text.

        unit: in which currents are shown.
        """
        described = [quantity for pane in panes for quantity in self.quantities[pane]]
        values = {key: value for pane in panes for key, value in self.values(pane, row).items()}
        return read_out(float(self.run.times[row]), described, values, unit)


def pen_of(shown: ShownRun, quantity: Quantity, theme: Theme) -> QPen:
    """Return the pen for a quantity of a run; a kept run has the colour of the run."""
    style = quantity_style(theme, quantity)
    if shown.hue is None:
        return _thin_pen(style.color, style.line)
    hue = QColor(getattr(theme, shown.hue))
    if len(shown.quantities[quantity.pane]) == 1:
        return _thin_pen(hue, shown.line)
    return _thin_pen(QColor(hue.red(), hue.green(), hue.blue(), _FAINT), style.line)


def _thin_pen(color: QColor, line: Qt.PenStyle) -> QPen:
    """Return a pen of one pixel; dots are two pixels long because Qt fades shorter ones."""
    pen = pg.mkPen(color, width=1, style=line)
    if line == Qt.PenStyle.DotLine:
        pen.setDashPattern([2.0, 2.5])
    return pen
