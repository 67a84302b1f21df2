"""Preview the sum of all components of the stimulus."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsTextItem

from hhgui.model.stimulus.preview import Waveform, waveform
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import with_minus
from hhgui.ui.plots.axis import Axis, PlainAxis
from hhgui.ui.widgets.theme import current_theme, curve_style

LINES = 4.7  # of type is its height
EMPTY_MS = 100.0
# Shares of the current's own height: under it, and above it for the line of text.
_FLOOR, _HEADROOM = 0.08, 0.38
_SMALLER = 0.85  # its type beside the panel's
_BAND_OPACITY = 100


class StimulusPreview(pg.PlotWidget):
    """Draw one period of a stimulus, or all of one that does not repeat; ignore the mouse."""

    def __init__(self, lines: float = LINES) -> None:
        view = pg.ViewBox(enableMenu=False, enableMouse=False)
        axes = {"left": Axis("left"), "bottom": PlainAxis("bottom")}
        super().__init__(viewBox=view, enableMenu=False, axisItems=axes)
        self.setObjectName("stimulus.preview")
        self.setAccessibleName("Preview of the stimulus")
        self.setMinimumWidth(100)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.getPlotItem().layout.setContentsMargins(0, 2, 12, 0)  # half of the last number
        view.disableAutoRange()
        self._lines = lines
        self._waveform: Waveform | None = None
        self._curve = pg.PlotCurveItem(skipFiniteCheck=True)
        self._band = QGraphicsPathItem()  # pyqtgraph's own filled item takes ten times as long
        self._band.setPen(pg.mkPen(None))
        self.addItem(self._band)
        self.addItem(self._curve)
        self._unit = QGraphicsTextItem()
        self._unit.setParentItem(view)
        self._unit.setPos(0, -4)
        self._apply_theme()

    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Draw this stimulus."""
        stop = stimulus.repeat or max(1.05 * stimulus.end, 1.0) * bool(stimulus.components)
        self._waveform = waveform(stimulus, stop or EMPTY_MS)
        low, high = self._waveform.range(1.0)
        bottom, top = min(low, 0.0), max(high, 0.0)
        height = top - bottom or 1.0
        self.getViewBox().setRange(
            xRange=(0.0, self._waveform.times[-1]),
            yRange=(bottom - _FLOOR * height, top + _HEADROOM * height),
            padding=0.0,
        )
        noise = ", noise as mean ± sd" if self._waveform.noisy else ""
        self._unit.setPlainText(f"I (µA/cm²) over t (ms){noise}")
        what = "One period" if stimulus.repeat else "The sum of all components"
        self.setToolTip(with_minus(f"{what}: {low:g} to {high:g} µA/cm²{noise}"))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.FontChange)
        if event.type() in kinds and hasattr(self, "_unit"):
            self._apply_theme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_unit"):
            self._draw()

    def _draw(self) -> None:
        shown = self._waveform
        if shown is None:
            return
        columns = 2 * max(int(self.getViewBox().width()), 50)
        self._curve.setData(*shown.thinned(columns))
        self._band.setVisible(shown.noisy)
        if shown.noisy:
            low, high = (
                replace(shown, current=shown.current + sign * shown.sd).thinned(columns)
                for sign in (-1.0, 1.0)
            )
            around = [
                np.concatenate([below, above[::-1]]) for below, above in zip(low, high, strict=True)
            ]
            self._band.setPath(pg.arrayToQPath(*around))

    def _apply_theme(self) -> None:
        """Apply the theme's colours and the panel's font."""
        theme = current_theme()
        font = QApplication.font()
        self.setFixedHeight(round(self._lines * self.fontMetrics().lineSpacing()))
        font.setPointSizeF(self.font().pointSizeF() * _SMALLER)
        self.setBackground(theme.window)
        self.getViewBox().setBackgroundColor(theme.plot_background)
        for side, size in (("left", 34), ("bottom", 18)):
            axis = self.getAxis(side)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.axis)
            axis.setTickFont(font)
            axis.setStyle(tickTextOffset=3, tickLength=-3, hideOverlappingLabels=False)
            axis.enableAutoSIPrefix(False)
            scaled = round(size * font.pointSizeF() / 9.0)
            axis.setWidth(scaled) if side == "left" else axis.setHeight(scaled)
        self._unit.setFont(font)
        self._unit.setDefaultTextColor(QColor(theme.axis))
        color = QColor(curve_style(theme, "I_stim").color)
        self._curve.setPen(pg.mkPen(color, width=1))
        color.setAlpha(_BAND_OPACITY)
        self._band.setBrush(color)
