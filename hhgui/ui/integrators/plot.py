"""Draw the voltages of a comparison over each other."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QFont

from hhgui.engine.methods import Trial
from hhgui.figures.measured import HIGHEST_MV, LOWEST_MV
from hhgui.model.words import with_minus
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.integrators.style import trial_name, trial_style
from hhgui.ui.plots.axis import Axis, PlainAxis
from hhgui.ui.plots.items import THICK, Stroke, StrokedCurve, ZoomViewBox
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.plots.nice_range import nice_range
from hhgui.ui.plots.thinning import extreme_points
from hhgui.ui.plots.time_pane import AXIS_WIDTH
from hhgui.ui.widgets.deferred import DrawingTimer
from hhgui.ui.widgets.theme import LIGHT, Theme

_USUAL = -90.0, 50.0
_ZOOM = 5000.0  # the mouse may magnify time so far
WITHIN_PIXELS = 14.0


class ComparisonPlot(ReadByMouse, pg.PlotWidget):
    """Draws a curve for each result, with a cross where a run ended early.

    ``hovered(text)``: Emitted with the name and the value of the curve at the mouse, or "".
    """

    hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__(
            viewBox=ZoomViewBox(), axisItems={"left": Axis("left"), "bottom": PlainAxis("bottom")}
        )
        self._view: ZoomViewBox = self.getViewBox()
        self.setObjectName("integrators.plot")
        self.setAccessibleName("Voltage over time, by every method and dt")
        self._theme, self._scale = LIGHT, 1.0
        self._duration = 100.0
        self._trials: Sequence[Trial] = ()
        self._results: list[TrialResult] = []
        self._voltages: list[NDArray[np.float64]] = []
        self._curves: list[StrokedCurve] = []
        self._crosses = pg.ScatterPlotItem(pxMode=True, antialias=True, symbol="x", pen=None)
        self._timer = DrawingTimer(self, 16)
        self._timer.due.connect(self._draw)
        self._watch_mouse(self._emit_value, lambda: self.hovered.emit(""))
        self._set_up()
        self.reset_range()

    def _set_up(self) -> None:
        self._view.setDefaultPadding(0.0)
        self._view.disableAutoRange()
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMinimumSize(240, 140)
        self.addItem(self._crosses, ignoreBounds=True)
        self._crosses.setZValue(30)
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self.getPlotItem().layout.setContentsMargins(2, 8, 20, 2)
        self._view.reset_requested.connect(self.reset_range)
        self._view.sigRangeChanged.connect(lambda *_: self._timer.begin())

    def begin(self, duration: float, trials: Sequence[Trial]) -> None:
        """Remove all curves; duration: of the new ones (ms); trials: what is compared."""
        for curve in self._curves:
            self.removeItem(curve)
        self._results, self._curves, self._voltages = [], [], []
        self._duration, self._trials = duration, trials
        self.reset_range()
        self._timer.begin()

    def add_result(self, result: TrialResult) -> None:
        """Draw a result; the reference, the adaptive solution, is drawn below the others."""
        curve = StrokedCurve(skipFiniteCheck=True)
        curve.setZValue(-1.0 if result.reference else float(len(self._curves)))
        self._results.append(result)
        self._voltages.append(np.clip(result.voltage, LOWEST_MV, HIGHEST_MV))
        self._curves.append(curve)
        self.addItem(curve, ignoreBounds=True)
        self._style(curve, result)
        if result.reference:
            self.reset_range()
        self._timer.begin()

    def set_shown(self, place: int, shown: bool) -> None:
        """Show or hide the result with this index."""
        self._curves[place].setVisible(shown)
        self._timer.begin()

    def is_shown(self, place: int) -> bool:
        return bool(self._curves[place].isVisible())

    @property
    def shown_range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the visible ranges of time (ms) and voltage (mV)."""
        times, voltages = self._view.viewRange()
        return (times[0], times[1]), (voltages[0], voltages[1])

    @property
    def shown_data(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the same ranges without the margins around the curves."""
        (start, stop), voltages = self.shown_range
        return (max(start, 0.0), min(stop, self._duration)), voltages

    def reset_range(self) -> None:
        """Show the whole duration and all voltages of the reference."""
        low, high = _USUAL
        for result in self._results:
            if result.reference and np.isfinite(result.voltage).any():
                low = min(low, float(np.nanmin(result.voltage)))
                high = max(high, float(np.nanmax(result.voltage)))
        low, high = nice_range(max(low, LOWEST_MV), min(high, HIGHEST_MV))
        air = 0.01 * self._duration
        self._view.setLimits(
            xMin=-air, xMax=self._duration + air, yMin=LOWEST_MV, yMax=HIGHEST_MV,
            minXRange=self._duration / _ZOOM, maxXRange=self._duration + 2.0 * air,
            minYRange=0.01, maxYRange=HIGHEST_MV - LOWEST_MV,
        )  # fmt: skip
        self._view.setRange(xRange=(-air, self._duration + air), yRange=(low, high), padding=0.0)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives thick lines for a projector."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.plot_background)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.axis)
        self._crosses.setBrush(theme.error)
        self._crosses.setSize(10 * scale)
        for curve, result in zip(self._curves, self._results, strict=True):
            self._style(curve, result)
        self.apply_font(self.font())

    def apply_font(self, font: QFont) -> None:
        """Set the font of the axes, which do not inherit the widget's."""
        style = {"color": self._theme.axis, "font-size": f"{font.pointSizeF():.1f}pt"}
        for side, label in (("left", "V (mV)"), ("bottom", "time (ms)")):
            self.getAxis(side).setTickFont(font)
            self.setLabel(side, label, **style)
        self.getAxis("left").setWidth(round(AXIS_WIDTH * self._scale))

    def _style(self, curve: StrokedCurve, result: TrialResult) -> None:
        style = trial_style(self._theme, result, self._trials)
        thick = result.reference or self._scale > 1.0
        pen = pg.mkPen(style.color, width=1, style=style.line)
        curve.set_stroke(Stroke(pen, THICK if thick else 0.0))

    def _draw(self) -> None:
        """Draw every visible curve, reduced to the pixels there are."""
        times, _ = self.shown_range
        wide = 2.0 if self._scale > 1.0 else 1.0  # pixels a thick line covers anyway
        columns = max(int(self._view.width() / wide), 100)
        ends = []
        parts = zip(self._curves, self._results, self._voltages, strict=True)
        for curve, result, shown in parts:
            if not curve.isVisible():
                continue
            curve.setData(*extreme_points(result.times, shown, *times, columns), connect="finite")
            if not result.finite and result.times.size:
                ends.append(_end_of(result.times, shown))
        self._crosses.setData([t for t, _ in ends], [v for _, v in ends])
        self.scene().prepareForPaint()

    def _emit_value(self, place: QPoint) -> None:
        """Emit ``hovered`` for the curve that is vertically nearest to a position in the widget."""
        at = self._view.mapSceneToView(self.mapToScene(place))
        within, text = WITHIN_PIXELS * self._view.viewPixelSize()[1], ""
        for curve, result in zip(self._curves, self._results, strict=True):
            if not curve.isVisible() or not _reaches(result.times, at.x()):
                continue
            value = float(np.interp(at.x(), result.times, result.voltage))
            if abs(value - at.y()) <= within:
                within = abs(value - at.y())
                text = f"{trial_name(result)}: {value:.2f} mV at {at.x():.3f} ms"
        self.hovered.emit(with_minus(text))


def _reaches(times: NDArray[np.float64], time: float) -> bool:
    """Return whether a curve extends to ``time`` (ms)."""
    return bool(times.size and times[0] <= time <= times[-1])


def _end_of(times: NDArray[np.float64], voltage: NDArray[np.float64]) -> tuple[float, float]:
    """Return the last point (ms, mV) whose voltage is finite."""
    there = np.flatnonzero(np.isfinite(voltage))
    last = int(there[-1]) if there.size else 0
    return float(times[last]), float(np.nan_to_num(voltage[last]))
