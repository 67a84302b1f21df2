"""Plot one quantity of several gates over voltage, and mark the voltage of the live neuron."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.ui.gating.items import LiveMarker
from hhgui.ui.plots.axis import Axis
from hhgui.ui.plots.items import ZoomViewBox
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.widgets.theme import Theme

SHOWN_MV = (-120.0, 60.0)
NARROWEST_MV = 10.0
AXIS_WIDTH = 52
DECADES = 5.0  # a logarithmic axis shows at most so many
_ZOOM = 1000.0
Array = NDArray[np.float64]


class ValueAxis(Axis):
    """An axis that, if logarithmic, is labelled at powers of ten: 0.001 … 100."""

    logarithmic = False

    def tickSpacing(  # noqa: N802
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, float]]:
        if self.logarithmic and maxVal - minVal > 1.5:
            return [(1.0, 0.0)]
        return super().tickSpacing(minVal, maxVal, size)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logarithmic:
            return [f"{10.0**value:.10g}" for value in values]
        return super().tickStrings(values, scale, spacing)


class GatingPane(PlotPane):
    """A plot with one curve for each visible gate.

    The value axis is fitted when other curves are chosen; while a rate is edited it only grows, in
    round steps.
    """

    def __init__(self, quantity: str, label: str, unit_range: bool = False) -> None:
        """Create the plot of a quantity; label: of its axis.

        unit_range: whether all values lie between 0 and 1, as those of steady states.
        """
        self._axis = ValueAxis("left")
        super().__init__(
            ZoomViewBox(), {"left": self._axis}, AXIS_WIDTH, antialias=True, connect="finite"
        )
        self.quantity = quantity
        self._axis.setStyle(tickTextOffset=4, maxTickLevel=0)
        self.item.getAxis("bottom").setStyle(maxTickLevel=0)
        self._axis.setLabel(label)
        self.view.setLimits(xMin=V_MIN_MV, xMax=V_MAX_MV, minXRange=NARROWEST_MV)
        self.marker = LiveMarker(self.view)
        self._unit_range = unit_range
        self.view.sigXRangeChanged.connect(self._place_grid)

    @property
    def logarithmic(self) -> bool:
        return self._axis.logarithmic

    def set_logarithmic(self, on: bool) -> None:
        """Make the value axis logarithmic or linear; draw the curves again afterwards."""
        self._axis.logarithmic = on
        self._users_range = False

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours except the curves'; a ``scale`` above 1 gives large type."""
        super().set_theme(theme, scale)
        self.marker.line_pen = pg.mkPen(theme.accent, width=1)
        self.marker.rim_pen = pg.mkPen(theme.plot_background, width=1)

    def heights(self, values: Array) -> Array:
        """Return values as the axis needs them: their log10 if it is logarithmic, NaN if <= 0."""
        if not self.logarithmic:
            return np.where(np.isfinite(values), values, np.nan)
        there = np.isfinite(values) & (values > 0.0)
        return np.log10(values, out=np.full_like(values, np.nan), where=there)

    def draw(self, voltage: Array, values: Sequence[Array], refit: bool) -> None:
        """Draw one array per curve over ``voltage`` (mV); refit: whether to fit the axis again."""
        heights = [self.heights(each) for each in values]
        for curve, each in zip(self.curves, heights, strict=True):
            curve.setData(voltage, each)
        inside = (voltage >= SHOWN_MV[0]) & (voltage <= SHOWN_MV[1])
        self._fit([each[inside] for each in heights], refit)

    def reset_range(self) -> None:
        """Reset the ranges of values and voltage."""
        self._users_range = False
        self.view.setRange(xRange=SHOWN_MV, yRange=self._base, padding=0)

    def _fit(self, heights: Sequence[Array], refit: bool) -> None:
        seen = np.concatenate([each[np.isfinite(each)] for each in heights] or [np.zeros(0)])
        if seen.size == 0:
            seen = np.array([-3.0, 0.9] if self.logarithmic else [0.0, 1.0])
        base = self._range_of(float(seen.min()), float(seen.max()))
        if not refit:
            base = min(base[0], self._base[0]), max(base[1], self._base[1])
        if base == self._base and not refit:
            return
        self._base = base
        low, high = base
        room = (high - low) * (0.5 if self._unit_range or self.logarithmic else 9.0)
        self.view.setLimits(
            yMin=low - min(room, high - low), yMax=high + room, minYRange=(high - low) / _ZOOM
        )
        if not self._users_range:
            self.view.setYRange(low, high, padding=0)

    def _range_of(self, lowest: float, highest: float) -> tuple[float, float]:
        """Return the range of the axis for values from ``lowest`` to ``highest``."""
        if self._unit_range:
            return -0.04, 1.04
        if self.logarithmic:
            high = np.ceil(highest + 0.05)
            return float(max(np.floor(lowest), high - DECADES)), float(high)
        low, high = nice_range(min(lowest, 0.0), max(highest, 1e-6))
        return (low if lowest < 0.0 else -0.03 * high), high
