"""Control the visible range of the f–I plot, and limit it to the curves."""

from collections.abc import Sequence

import pyqtgraph as pg

from hhgui.ui.fi.trace import FiTrace
from hhgui.ui.plots.nice_range import nice_range

_SIDE = 0.025  # empty fraction of the x range beside the first and the last current
_ENDS = 0.04  # empty fraction of y below zero, which shows zeros, and above the top
_ZOOM = 2000.0  # the mouse may magnify so far
_LEAST_TOP = {
    False: 5.0,
    True: 20.0,
}  # counts, rates; also if all are zero


class FiViewBox(pg.ViewBox):
    """A view whose y range grows in steps with the curves until the user zooms; x is fixed.

    One cannot zoom or move beyond the range of all curves, so no curve is ever lost.
    """

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setDefaultPadding(0.0)
        self.disableAutoRange()
        self.span = 0.0, 10.0
        self._follows = True
        self.sigRangeChangedManually.connect(self._stop_following)

    def show_span(self, first: float, last: float) -> None:
        """Show the currents ``first`` to ``last`` (µA/cm²), and let y follow the curves again."""
        low, high = min(first, last), max(first, last)
        if high - low < 1e-9 * max(1.0, abs(low)):  # one current only
            low, high = low - 0.5, high + 0.5
        self.span = low, high
        self._follows = True

    def show_all(self, traces: Sequence[FiTrace]) -> None:
        """Show the currents of all curves."""
        self.show_span(*self._ends(traces))

    def fit(self, traces: Sequence[FiTrace], as_rate: bool) -> None:
        """Limit zooming to the curves, and unless the user has zoomed, fit y to them.

        as_rate: whether y is the rate (Hz), or the number of spikes.
        """
        first, last = self._ends(traces)
        top = _top(traces, as_rate, *self.span)
        highest = max(top, _top(traces, as_rate, first, last))
        low, high = min(first, self.span[0]), max(last, self.span[1])
        air = _SIDE * (high - low)
        self.setLimits(
            xMin=low - air, xMax=high + air, yMin=-_ENDS * highest, yMax=(1.0 + _ENDS) * highest,
            minXRange=(high - low) / _ZOOM, minYRange=highest / _ZOOM,
        )  # fmt: skip
        if self._follows:
            air = _SIDE * (self.span[1] - self.span[0])
            self.setRange(
                xRange=(self.span[0] - air, self.span[1] + air),
                yRange=(-_ENDS * top, (1.0 + _ENDS) * top),
                padding=0.0,
            )

    def _ends(self, traces: Sequence[FiTrace]) -> tuple[float, float]:
        """Return the lowest and the highest current of all curves, or those visible if none."""
        ends = [float(trace.curve.currents[i]) for trace in traces for i in (0, -1)]
        return (min(ends), max(ends)) if ends else self.span

    def _stop_following(self, *_axes: object) -> None:
        self._follows = False


def _top(traces: Sequence[FiTrace], as_rate: bool, first: float, last: float) -> float:
    """Return an upper end of the y axis, from a coarse series of numbers, that leaves a margin.

    first, last: the range of currents whose points count. as_rate: whether y is the rate (Hz), or
    the number of spikes.
    """
    largest = max((trace.largest(as_rate, first, last) for trace in traces), default=0.0)
    return nice_range(0.0, max(largest, _LEAST_TOP[as_rate]))[1]
