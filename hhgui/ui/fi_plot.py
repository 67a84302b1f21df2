"""The plot of f-I curves: the one being measured, the earlier ones, and a read-out of any point."""

from functools import partial

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QMenu

from hhgui.experiments.fi import FiProtocol
from hhgui.experiments.fi_curve import GrowingFiCurve
from hhgui.ui.fi_hover import FiHover
from hhgui.ui.fi_legend import FiLegend, LegendEntry
from hhgui.ui.fi_trace import FiTrace
from hhgui.ui.fi_view import CountAxis, FiViewBox, axis_top
from hhgui.ui.theme import LIGHT, Theme

REDRAW_MS = 33
_AXIS_DIGITS = 7.5  # width; fixed: a wider tick label must not shift the plot while it fills


class FiPlot(pg.PlotWidget):
    """Draws ``GrowingFiCurve``s: the current one in the accent colour, the earlier ones faint.

    The owner puts points into the current curve and calls ``note_points``; a timer that runs only
    while something is new draws them.
    """

    removal_clicked = Signal(object)  # the GrowingFiCurve to remove
    clearing_clicked = Signal()
    points_drawn = Signal()  # at most once per display tick

    def __init__(self) -> None:
        axes = {"left": CountAxis("left"), "bottom": pg.AxisItem("bottom")}
        super().__init__(viewBox=FiViewBox(), axisItems=axes)
        self._view: FiViewBox = self.getViewBox()
        self.setObjectName("fi.plot")
        self.setAccessibleName("f–I curve")
        self._traces: list[FiTrace] = []  # oldest first
        self._as_rate = False
        self._theme, self._thickness = LIGHT, 1.0
        self._places = 0  # how many curves have become earlier ones
        self._mouse = QPoint()
        self._mouse_timer = QTimer(self, interval=16, singleShot=True)
        self._mouse_timer.timeout.connect(self._hover_at_mouse)
        self._timer = QTimer(self, interval=REDRAW_MS, singleShot=True)
        self._timer.timeout.connect(self._draw_new)
        self._legend = FiLegend(self)
        self._legend.removal_clicked.connect(self.removal_clicked)
        self._hover = FiHover(self, self._view)
        self._set_up()
        usual = FiProtocol()
        self._view.show_span(usual.first, usual.last)
        self.apply_font(self.font())
        self.set_theme(LIGHT)

    def _set_up(self) -> None:
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMinimumSize(240, 180)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(maxTickLevel=0)
            axis.setTickDensity(1.6)
            axis.setGrid(255)
            axis.setZValue(-100)  # the grid behind the curves
        self.getPlotItem().layout.setContentsMargins(4, 10, 14, 4)
        self._view.sigResized.connect(self._on_resized)
        self._view.sigRangeChanged.connect(lambda *_: self._hover.hide())
        self.scene().sigMouseClicked.connect(self._on_clicked)

    def show_curve(self, curve: GrowingFiCurve) -> None:
        """Make ``curve`` the current one; the one before becomes a faint earlier one."""
        for trace in self._traces:
            if trace.place is None:
                trace.draw(self._as_rate)  # what came since the last tick
                trace.place = self._places
                trace.set_theme(self._theme, self._thickness)
                self._places += 1
        self._traces.append(FiTrace(self, curve, self._theme, self._thickness))
        self._view.show_span(curve.protocol.first, curve.protocol.last)
        self._update()

    def refresh_names(self) -> None:
        """A curve was renamed."""
        self._update()

    def note_points(self) -> None:
        """Points were put into the current curve: they are drawn at the next display tick."""
        if not self._timer.isActive():
            self._timer.start()

    def remove_curve(self, curve: GrowingFiCurve) -> None:
        """Take a curve out of the plot."""
        for trace in [t for t in self._traces if t.curve is curve]:
            trace.leave()
            self._traces.remove(trace)
        self._update()

    def show_rate(self, as_rate: bool) -> None:
        """Plot rates (Hz) instead of spike counts, or back."""
        self._as_rate = as_rate
        self.getAxis("left").whole_numbers = not as_rate
        self._label_axes()
        for trace in self._traces:
            trace.draw(as_rate)
        self._view.show_span(*self._view.span)
        self._update()

    def view_all(self) -> None:
        """Show every curve in full."""
        self._view.show_span(*self._everything())
        self._fit()

    def set_theme(self, theme: Theme, thickness: float = 1.0) -> None:
        """Colours of everything in the plot; ``thickness``: lines for a projector are thicker."""
        self._theme, self._thickness = theme, thickness
        self.setBackground(theme.plot_background)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(theme.axis)
            axis.setTextPen(theme.axis)
            axis.setTickPen(theme.grid)
        self._label_axes()
        self._hover.set_theme(theme)
        for trace in self._traces:
            trace.set_theme(theme, thickness)
        self._legend.set_theme(theme)
        self._update()

    def apply_font(self, font: QFont) -> None:
        """Type of axes, legend and read-out: pyqtgraph does not take the widget's."""
        self._hover.hide()
        for side in ("left", "bottom"):
            self.getAxis(side).setTickFont(font)
        self.getAxis("left").setWidth(QFontMetrics(font).horizontalAdvance("0") * _AXIS_DIGITS)
        for child in (self._legend, self._hover.label):
            child.setFont(font)
        self._label_axes()
        self._update()

    def build_menu(self) -> QMenu:
        """The context menu for the curves there are now."""
        menu = QMenu(self)
        menu.addAction("View all", self.view_all)
        earlier = [t.curve for t in self._traces if t.place is not None]
        if earlier:
            remove = menu.addMenu("Remove curve")
            for curve in earlier:
                remove.addAction(curve.name, partial(self.removal_clicked.emit, curve))
            menu.addAction("Clear earlier curves", self.clearing_clicked.emit)
        return menu

    # Drawing

    def _draw_new(self) -> None:
        if self._traces:
            self._traces[-1].draw(self._as_rate)
            self._fit()
        self.points_drawn.emit()

    def _update(self) -> None:
        self._hover.hide()
        self._fit()
        earlier = [t for t in reversed(self._traces) if t.place is not None]
        shown = [t for t in self._traces if t.place is None] + earlier
        entries = [LegendEntry(t.curve, t.curve.name, t.pen, t.place is not None) for t in shown]
        # A single curve is named above the plot.
        self._legend.show_entries(entries if earlier else [])
        self._place_legend()

    def _fit(self) -> None:
        first, last = self._everything()
        top, highest = (
            max((t.largest(self._as_rate, *ends) for t in self._traces), default=0.0)
            for ends in (self._view.span, (first, last))
        )
        tops = axis_top(top, self._as_rate), axis_top(highest, self._as_rate)
        self._view.fit((first, last), *tops)

    def _everything(self) -> tuple[float, float]:
        ends = [float(t.curve.currents[i]) for t in self._traces for i in (0, -1)]
        return (min(ends), max(ends)) if ends else self._view.span

    def _label_axes(self) -> None:
        size = f"{self._legend.font().pointSizeF():.1f}pt"
        style = {"color": self._theme.axis, "font-size": size}
        self.setLabel("bottom", "I (µA/cm²)", **style)
        self.setLabel("left", "rate (Hz)" if self._as_rate else "spikes", **style)

    def _place_legend(self) -> None:
        corner = self.mapFromScene(self._view.sceneBoundingRect().topLeft())
        self._legend.move(corner + QPoint(10, 6))

    # Mouse

    def _on_resized(self, _view: object) -> None:
        self._hover.hide()
        self._place_legend()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse_timer.stop()
        self._hover.hide()

    def _on_clicked(self, event: MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            menu = self.build_menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.screenPos().toPoint())
        elif event.double():
            self.view_all()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # Not pyqtgraph's sigMouseMoved: it drops moves, maybe the last one.
        super().mouseMoveEvent(event)
        self._mouse = event.position().toPoint()
        if not self._mouse_timer.isActive():
            self._mouse_timer.start()

    def _hover_at_mouse(self) -> None:
        self._hover.show_nearest(self.mapToScene(self._mouse), self._traces, self._as_rate)
