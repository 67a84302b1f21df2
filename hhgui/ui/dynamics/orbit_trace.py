"""Draw V over two turns of the cycle that was chosen in the diagram."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen

from hhgui.ui.dynamics.layers import Curves, Drawn
from hhgui.ui.plots.axis import Axis
from hhgui.ui.plots.items import ZoomViewBox
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.plots.time_pane import AXIS_WIDTH
from hhgui.ui.widgets.theme import LIGHT, Theme

Array = NDArray[np.float64]
_HEIGHT = 120


class OrbitTrace(pg.GraphicsLayoutWidget):
    """A plot of V (mV) over time (ms); hidden if no cycle is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dynamics.trace")
        self.setAccessibleName("Voltage over two turns of the chosen cycle")
        self.setFixedHeight(_HEIGHT)
        self.ci.layout.setContentsMargins(2, 2, 10, 2)
        self._view = ZoomViewBox()
        self._pane = PlotPane(self._view, {"left": Axis("left")}, AXIS_WIDTH)
        self.ci.addItem(self._pane.item, 0, 0)
        self._pane.item.getAxis("left").setLabel("V (mV)")
        self._pane.item.getAxis("bottom").setLabel("t (ms)")
        self.curve = Curves(self._view, 0)
        self._theme, self._scale = LIGHT, 1.0
        self._turn: tuple[Array, Array] | None = None
        self._view.reset_requested.connect(self._fit)
        self._view.sigRangeChanged.connect(lambda *_: self.curve.update())
        self.hide()

    def show_turn(self, times: Array, voltage: Array) -> None:
        """Draw two turns of a cycle, given one: times (ms, from 0 to the period) and V (mV)."""
        self._turn = times, voltage
        self.show()
        self._fit()
        self._draw()

    def clear_turn(self) -> None:
        """Remove the cycle and hide the plot."""
        self._turn = None
        self.hide()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives large type."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.window)
        self._pane.set_theme(theme, scale)
        self.setFixedHeight(round(_HEIGHT * scale))
        self._draw()

    def _fit(self) -> None:
        if self._turn is None:
            return
        times, voltage = self._turn
        low, high = nice_range(float(voltage.min()), float(voltage.max()))
        self._view.setRange(xRange=(0.0, 2.0 * float(times[-1])), yRange=(low, high), padding=0)

    def _draw(self) -> None:
        if self._turn is None:
            return
        times, voltage = self._turn
        pen = QPen(QColor(self._theme.purple), 1)
        x, y = np.concatenate([times, times[-1] + times]), np.concatenate([voltage, voltage])
        self.curve.show_curves([Drawn(x, y, pen, 0.6 * self._scale)])
