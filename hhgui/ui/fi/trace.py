"""Draw an f–I curve: dots; rings where V oscillates without spikes; crosses for early ends."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen

from hhgui.document.fi_curve import GrowingFiCurve
from hhgui.ui.fi.style import look_of
from hhgui.ui.widgets.theme import Theme

_DOTS_UP_TO = 400  # closer together, dots would only be a thick line that is slow to draw
_EARLIER_ALPHA = 180


class FiTrace:
    """The items in the plot of one curve.

    place: its index among earlier ones, None for the newest.
    """

    def __init__(
        self, plot: pg.PlotWidget, curve: GrowingFiCurve, theme: Theme, thickness: float
    ) -> None:
        self.curve = curve
        self.place: int | None = None
        self.pen = QPen()
        self._plot = plot
        self._line = pg.PlotCurveItem(antialias=True, connect="finite")
        self._dots = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._rings = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._crosses = pg.ScatterPlotItem(pxMode=True, antialias=True, symbol="x")
        self._items = (self._line, self._dots, self._rings, self._crosses)
        for item in self._items:
            plot.addItem(item, ignoreBounds=True)
        self.set_theme(theme, thickness)

    def set_theme(self, theme: Theme, thickness: float) -> None:
        """Set colours and sizes, strong for the newest curve, faint for earlier ones.

        thickness: a factor on the width of lines.
        """
        current = self.place is None
        hue, dash = look_of(self.place)
        color = QColor(getattr(theme, hue))
        color.setAlpha(255 if current else _EARLIER_ALPHA)
        # One pixel where there are many points: a wider antialiased pen costs ten times as much.
        wide = current and len(self.curve.currents) <= _DOTS_UP_TO
        self.pen = pg.mkPen(color, width=thickness * (1.8 if wide else 1.0), style=dash)
        self._line.setPen(self.pen)
        self._dots.setPen(pg.mkPen(theme.plot_background, width=1) if current else None)
        self._dots.setBrush(color)
        larger = thickness**0.5
        self._dots.setSize((8 if current else 4) * larger)
        self._rings.setPen(pg.mkPen(color, width=1.5))
        self._rings.setBrush(theme.plot_background)
        self._rings.setSize((8 if current else 6) * larger)
        self._crosses.setPen(pg.mkPen(theme.error, width=1.5))
        self._crosses.setSize((9 if current else 7) * larger)
        for item in self._items:
            item.setZValue(10 if current else 0)

    def draw(self, as_rate: bool) -> None:
        """Give all points to pyqtgraph, as rates (Hz) if ``as_rate``, else as numbers of spikes."""
        currents, values, early = self.curve.currents, self.values(as_rate), self.curve.ended_early
        whole = np.where(early, np.nan, values)
        self._line.setData(currents, whole)
        if len(currents) <= _DOTS_UP_TO:
            there = np.isfinite(whole)
            self._dots.setData(currents[there], whole[there])
        for item, marked in (
            (self._rings, self.curve.oscillating & ~early),
            (self._crosses, early),
        ):
            places = np.flatnonzero(marked)
            places = places[:: -(-len(places) // _DOTS_UP_TO) or 1]
            item.setData(currents[places], values[places])

    def values(self, as_rate: bool) -> NDArray[np.float64]:
        """Return y for every current of the protocol, NaN where there is no point yet.

        as_rate: whether y is the rate (Hz), or the number of spikes; likewise below.
        """
        return self.curve.rates if as_rate else self.curve.counts

    def largest(self, as_rate: bool, first: float, last: float) -> float:
        """Return the largest y between two currents (µA/cm²), 0 if there are no points.

        as_rate: whether y is the rate (Hz), or the number of spikes.
        """
        currents, values = self.curve.currents, self.values(as_rate)
        inside = (currents >= first) & (currents <= last) & np.isfinite(values)
        return float(values[inside].max(initial=0.0))

    def nearest(
        self, x: float, y: float, pixel: tuple[float, float], as_rate: bool
    ) -> tuple[float, int]:
        """Return the distance (px) and the index of the point nearest to (x, y).

        The distance is infinite if there are no points. pixel: width and height of a pixel in units
        of the axes. as_rate: whether y is the rate (Hz), or the number of spikes.
        """
        across = (self.curve.currents - x) / pixel[0]
        up = (self.values(as_rate) - y) / pixel[1]
        squares = np.where(np.isnan(up), np.inf, across**2 + up**2)
        index = int(np.argmin(squares))
        return float(np.sqrt(squares[index])), index

    def leave(self) -> None:
        """Remove the items from the plot."""
        for item in self._items:
            self._plot.removeItem(item)
