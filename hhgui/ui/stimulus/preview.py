"""Preview the sum of all components of the stimulus."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsTextItem

from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.preview import Waveform, waveform
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import with_minus
from hhgui.ui.gesture import begin_gesture, end_gesture
from hhgui.ui.plots.axis import Axis, PlainAxis
from hhgui.ui.stimulus.grip_drag import FINE, GripDrag, grip_at
from hhgui.ui.widgets.currents import in_unit, shown_currents
from hhgui.ui.widgets.theme import current_theme, curve_style

LINES = 4.7  # of type is its height
EMPTY_MS = 100.0
# Shares of the current's own height: under it, and above it for the line of text.
_FLOOR, _HEADROOM = 0.08, 0.38
_SMALLER = 0.85  # its type beside the panel's
_BAND_OPACITY = 100
_UP_AND_DOWN = Qt.CursorShape.SizeVerCursor


class StimulusPreview(pg.PlotWidget):
    """Draws one period of a stimulus, or all of one that is not repeated.

    Edges and levels can be dragged, finely with Shift; a drag is one step of undo.
    ``component_dragged(place, Component)``: Emitted with the changed component and its index.
    """

    component_dragged = Signal(int, object)

    def __init__(self, lines: float = LINES, draggable: bool = False) -> None:
        """Create the preview; lines: its height in lines of text.

        draggable: whether edges and levels can be dragged.
        """
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
        self._lines, self._draggable = lines, draggable
        self._stimulus, self.selected = Stimulus(), 0
        self._drag: GripDrag | None = None
        self._from, self._pixel = QPointF(), QPointF()
        self._waveform: Waveform | None = None
        self.extremes = (0.0, 0.0)  # of the stimulus that is shown
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
        """Draw this stimulus; during a drag the axes only become longer."""
        self._stimulus = stimulus
        stop = stimulus.repeat or max(1.05 * stimulus.end, 1.0) * bool(stimulus.components)
        self._waveform = waveform(stimulus, stop or EMPTY_MS)
        low, high = self.extremes = self._waveform.range(1.0)
        clamps = isinstance(stimulus, Command)
        bottom, top = (low, high) if clamps else (min(low, 0.0), max(high, 0.0))
        height = top - bottom or 1.0
        times = 0.0, float(self._waveform.times[-1])
        values = bottom - _FLOOR * height, top + _HEADROOM * height
        if self._drag is not None:
            (_, last), (lowest, highest) = self.getViewBox().viewRange()
            times = 0.0, max(times[1], last)
            values = min(values[0], lowest), max(values[1], highest)
        self.getViewBox().setRange(xRange=times, yRange=values, padding=0.0)
        noise = ", noise as mean ± sd" if self._waveform.noisy else ""
        symbol, unit = ("V", "mV") if clamps else ("I", "µA/cm²")
        self._unit.setPlainText(in_unit(f"{symbol} ({unit}) over t (ms){noise}"))
        self.getAxis("left").setScale(1.0 if clamps else shown_currents().unit.factor)
        what = "One period" if stimulus.repeat else "The sum of all components"
        hint = "\nDrag an edge or a level to change it: Shift fine" if self._draggable else ""
        self.setToolTip(in_unit(with_minus(f"{what}: {low:g} to {high:g} {unit}{noise}")) + hint)
        self._draw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._grip_at(event) if event.button() == Qt.MouseButton.LeftButton else None
        if found is None:
            super().mousePressEvent(event)
            return
        self._drag, self._pixel = found, self._pixel_size()
        self._from = event.position()
        self.selected = found.place
        begin_gesture()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self._show_cursor(self._grip_at(event))
            super().mouseMoveEvent(event)
            return
        fine = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        moved, pixel = event.position() - self._from, self._pixel * fine
        by = QPointF(moved.x() * pixel.x(), -moved.y() * pixel.y())
        if self._stimulus.repeat is not None:  # what lies beyond it would not be played
            by.setX(min(by.x(), self._stimulus.repeat - self._drag.grip.start))
        component = self._drag.moved(by, pixel)
        if component != self._stimulus.components[self._drag.place]:
            self.component_dragged.emit(self._drag.place, component)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseReleaseEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = None
            end_gesture()
            self.set_stimulus(self._stimulus)

    def _grip_at(self, event: QMouseEvent) -> GripDrag | None:
        """Return the edge or level under the mouse, None if there is none."""
        shown = self._waveform
        if not self._draggable or shown is None:
            return None
        at = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
        level = float(np.interp(at.x(), shown.times, shown.current))
        return grip_at(self._stimulus, self.selected, at, level, self._pixel_size())

    def _pixel_size(self) -> QPointF:
        """Return the time (ms) and the current (µA/cm²) of a pixel."""
        width, height = self.getViewBox().viewPixelSize()
        return QPointF(width, height)

    def _show_cursor(self, found: GripDrag | None) -> None:
        """Show by the shape of the mouse pointer what can be dragged, and in which direction."""
        if found is None:
            self.viewport().unsetCursor()
        else:
            along = Qt.CursorShape.SizeHorCursor if found.grip.is_edge else _UP_AND_DOWN
            self.viewport().setCursor(along)

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
            scaled = round(size * font.pointSizeF() / 9.0)
            axis.setWidth(scaled) if side == "left" else axis.setHeight(scaled)
        self._unit.setFont(font)
        self._unit.setDefaultTextColor(QColor(theme.axis))
        color = QColor(curve_style(theme, "I_stim").color)
        self._curve.setPen(pg.mkPen(color, width=1))
        color.setAlpha(_BAND_OPACITY)
        self._band.setBrush(color)
