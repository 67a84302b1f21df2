"""Axes and view of the f-I plot: what is in sight, and how far the mouse may take it."""

import pyqtgraph as pg

from hhgui.ui.nice_range import nice_range

_SIDE = 0.025  # empty share of the x range beside the first and the last current
_ENDS = 0.04  # empty share of the y range under zero, so that zeros are seen, and above the top
_ZOOM = 2000.0  # the mouse may magnify so far
_LEAST_TOP = {False: 5.0, True: 20.0}  # of an axis of counts, of rates: no spike is no drama


def axis_top(value: float, as_rate: bool) -> float:
    """The end of a y axis that holds ``value`` with some air, from a coarse row of numbers."""
    return nice_range(0.0, max(value, _LEAST_TOP[as_rate]))[1]


class CountAxis(pg.AxisItem):
    """An axis that never ticks between whole numbers while ``whole_numbers`` is set."""

    whole_numbers = True

    def tickSpacing(  # noqa: N802
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, float]]:
        levels = super().tickSpacing(minVal, maxVal, size)
        if not self.whole_numbers:
            return levels
        return [level for level in levels if level[0] >= 1.0] or [(1.0, 0.0)]


class FiViewBox(pg.ViewBox):
    """Fixed in x from the start; in y it grows in steps, until the user zooms.

    The mouse can't leave the union of everything there is, so no curve is ever lost.
    """

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setDefaultPadding(0.0)
        self.disableAutoRange()
        self.span = 0.0, 10.0
        self._follows = True
        self.sigRangeChangedManually.connect(self._stop_following)

    @property
    def follows(self) -> bool:
        """Whether the y range still grows by itself."""
        return self._follows

    def show_span(self, first: float, last: float) -> None:
        """Show the currents from ``first`` to ``last`` and follow the curve again."""
        low, high = min(first, last), max(first, last)
        if high - low < 1e-9 * max(1.0, abs(low)):  # one current only
            low, high = low - 0.5, high + 0.5
        self.span = low, high
        self._follows = True

    def fit(self, everything: tuple[float, float], top: float, highest: float) -> None:
        """Limit the mouse to ``everything`` × 0..``highest``; show the span × 0..``top``.

        If the user has zoomed, only the limits change.
        """
        low, high = min(everything[0], self.span[0]), max(everything[1], self.span[1])
        air = _SIDE * (high - low)
        highest = max(top, highest)
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

    def _stop_following(self, *_axes: object) -> None:
        self._follows = False
