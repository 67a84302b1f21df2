"""One of the stacked live plots: a few curves of the recording over the common time axis."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from hhgui.ui.plots.items import MovingAxis, Stroke
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.panes import column_style
from hhgui.ui.plots.time_pane import TimePane
from hhgui.ui.widgets.theme import Theme


class TracePane(TimePane):
    """A pane of the live recording; ``rows`` are the recording's columns that it shows.

    Its value axis grows in round steps when values leave it, and stays so, unless the person has
    zoomed it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, bottom=MovingAxis("bottom"))
        self.rows: list[int] = []

    def set_curves(self, rows: list[int], names: list[str]) -> None:
        """Show these columns; curves that are there already are used again."""
        self.rows, self._columns = rows, names
        self._style_curves()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Colours of everything; ``scale`` above 1: large and thick."""
        super().set_theme(theme, scale)
        self._style_curves()

    def _style_curves(self) -> None:
        styles = [column_style(self._theme, self.name, c, i) for i, c in enumerate(self._columns)]
        pens = [pg.mkPen(style.color, width=1, style=style.line) for style in styles]
        self.set_strokes([Stroke(pen, self._spread) for pen in pens])
        self.show_values({})

    def draw(self, times: NDArray[np.float64], values: NDArray[np.float32]) -> None:
        """Draw the recording's columns; the range grows if they leave it."""
        if times.size and not self._users_range:
            self._grow(values)
        for curve, row in zip(self.curves, self.rows, strict=True):
            curve.setData(times, values[row])

    def _grow(self, values: NDArray[np.float32]) -> None:
        mine = values[self.rows[0] : self.rows[-1] + 1]
        lowest, highest = float(mine.min()), float(mine.max())
        low, high = self.view.viewRange()[1]
        if lowest < low or highest > high:
            self.view.setYRange(*nice_range(min(lowest, low), max(highest, high)), padding=0)
