"""Provide the axes of the f–I plot: number of spikes, or firing rate, over current."""

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetrics

from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.ui.widgets.theme import LIGHT, Theme

_DIGITS = 7.5  # width; fixed: a wider tick label must not shift the plot while it fills


class CountAxis(pg.AxisItem):
    """An axis with ticks at whole numbers only, if ``whole_numbers`` is set."""

    whole_numbers = True

    def tickSpacing(  # noqa: N802
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, float]]:
        levels = super().tickSpacing(minVal, maxVal, size)
        if not self.whole_numbers:
            return levels
        return [level for level in levels if level[0] >= 1.0] or [(1.0, 0.0)]


class FiAxes:
    """Controls both axes of a plot whose left axis is a CountAxis."""

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self._counts: CountAxis = item.getAxis("left")
        self._both = self._counts, item.getAxis("bottom")
        self._theme, self._font = LIGHT, QFont()
        self.currents = DENSITY
        for axis in self._both:
            axis.enableAutoSIPrefix(False)
            axis.setStyle(maxTickLevel=0)
            axis.setTickDensity(1.6)
            axis.setGrid(255)
            axis.setZValue(-100)  # the grid behind the curves

    def show_rate(self, as_rate: bool) -> None:
        """Label the left axis for rates (Hz), or else for numbers of spikes."""
        self._counts.whole_numbers = not as_rate
        self._label()

    def show_currents_in(self, unit: CurrentUnit) -> None:
        """Label the currents in this unit; the points themselves stay densities."""
        self.currents = unit
        self._item.getAxis("bottom").setScale(unit.factor)
        self._label()

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of lines, numbers and labels."""
        self._theme = theme
        for axis in self._both:
            axis.setPen(theme.axis)
            axis.setTextPen(theme.axis)
            axis.setTickPen(theme.grid)
        self._label()

    def set_font(self, font: QFont) -> None:
        """Set the font of numbers and labels."""
        self._font = font
        for axis in self._both:
            axis.setTickFont(font)
        self._counts.setWidth(QFontMetrics(font).horizontalAdvance("0") * _DIGITS)
        self._label()

    def _label(self) -> None:
        style = {"color": self._theme.axis, "font-size": f"{self._font.pointSizeF():.1f}pt"}
        self._item.setLabel("bottom", self.currents.sentence("I (µA/cm²)"), **style)
        counted = "spikes" if self._counts.whole_numbers else "rate (Hz)"
        self._item.setLabel("left", counted, **style)
