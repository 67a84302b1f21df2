"""A run as its plots show it: its quantities by pane, with what pens, and its values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from hhgui.experiments.single_run import SingleRun
from hhgui.model.quantity import Quantity, quantities_by_pane
from hhgui.ui.plots.panes import quantity_style, read_out
from hhgui.ui.plots.thinning import Array, pixel_extremes
from hhgui.ui.run.pane import CurveSpec
from hhgui.ui.widgets.theme import Theme

_FAINT = 150  # of 255: a kept run's gates and currents stay behind the current one's


@dataclass
class ShownRun:
    """A run in the plots; ``hue`` and ``line`` of a kept one, None for the current one."""

    run: SingleRun
    hue: str | None = None
    line: Qt.PenStyle = Qt.PenStyle.SolidLine
    quantities: dict[str, tuple[Quantity, ...]] = field(init=False)
    _extents: dict[str, tuple[float, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.quantities = quantities_by_pane(self.run.setup.membrane)

    @property
    def duration(self) -> float:
        """How long the run is (ms): a step at least, and as long as it was to be."""
        times, wanted = self.run.times, self.run.setup.duration
        return max(wanted, float(times[-1])) if times.size else wanted

    def extent(self, pane: str) -> tuple[float, float] | None:
        """Lowest and highest value of a pane's quantities; None without any."""
        if pane not in self._extents and self.quantities[pane] and self.run.times.size:
            values = [self.run.column(q.key) for q in self.quantities[pane]]
            lows, highs = [float(v.min()) for v in values], [float(v.max()) for v in values]
            self._extents[pane] = min(lows), max(highs)
        return self._extents.get(pane)

    def reduced(
        self, panes: Sequence[str], span: tuple[float, float], bins: int
    ) -> dict[str, tuple[Array, Array]]:
        """Times (ms) and values by key of the panes within ``span``, for so many pixels."""
        names = [quantity.key for pane in panes for quantity in self.quantities[pane]]
        columns = [self.run.column(name) for name in names]
        times, values = pixel_extremes(self.run.times, columns, *span, bins)
        return {name: (times, each) for name, each in zip(names, values, strict=True)}

    def row_at(self, time: float) -> int | None:
        """The row nearest to a time (ms); None outside the run."""
        times = self.run.times
        if not (times.size and times[0] <= time <= times[-1]):
            return None
        after = int(np.searchsorted(times, time))
        return max(after - 1, 0) if time - times[after - 1] < times[after] - time else after

    def values(self, pane: str, row: int) -> dict[str, float]:
        """A pane's quantities in a row, by key."""
        return {q.key: float(self.run.column(q.key)[row]) for q in self.quantities[pane]}

    def read_out(self, panes: Sequence[str], row: int) -> str:
        """The panes' quantities in a row, in one line."""
        described = [quantity for pane in panes for quantity in self.quantities[pane]]
        values = {key: value for pane in panes for key, value in self.values(pane, row).items()}
        return read_out(float(self.run.times[row]), described, values)


def curve_specs(runs: Sequence[ShownRun], pane: str, theme: Theme) -> list[CurveSpec]:
    """Every curve of a pane, the last run's on top."""
    return [
        CurveSpec(index, quantity.key, _pen(shown, quantity, theme))
        for index, shown in enumerate(runs)
        for quantity in shown.quantities[pane]
    ]


def _pen(shown: ShownRun, quantity: Quantity, theme: Theme) -> QPen:
    style = quantity_style(theme, quantity)
    if shown.hue is None:
        return _thin_pen(style.color, style.line)
    hue = QColor(getattr(theme, shown.hue))
    if len(shown.quantities[quantity.pane]) == 1:
        return _thin_pen(hue, shown.line)
    return _thin_pen(QColor(hue.red(), hue.green(), hue.blue(), _FAINT), style.line)


def _thin_pen(color: QColor, line: Qt.PenStyle) -> QPen:
    """A pen of one pixel; its dots are two long, for Qt's fade into the ground."""
    pen = pg.mkPen(color, width=1, style=line)
    if line == Qt.PenStyle.DotLine:
        pen.setDashPattern([2.0, 2.5])
    return pen
