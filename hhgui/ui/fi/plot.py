"""Plot the present and earlier f–I curves, and show the values at the mouse."""

from functools import partial

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QMenu

from hhgui.document.fi_curve import GrowingFiCurve
from hhgui.document.fi_protocol import FiProtocol
from hhgui.model.current_unit import CurrentUnit
from hhgui.ui.fi.axes import CountAxis, FiAxes
from hhgui.ui.fi.hover import FiHover
from hhgui.ui.fi.legend import FiLegend, LegendEntry
from hhgui.ui.fi.style import Look, look_of
from hhgui.ui.fi.trace import FiTrace
from hhgui.ui.fi.view import FiViewBox
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.deferred import DrawingTimer
from hhgui.ui.widgets.theme import LIGHT, Theme

REDRAW_MS = 33


class FiPlot(ReadByMouse, pg.PlotWidget):
    """Draws ``GrowingFiCurve``s, the present one in the accent colour, earlier ones faint.

    Whoever adds points to the present curve calls ``note_points``; they are drawn with the next
    frame.
    """

    removal_clicked = Signal(object)  # the GrowingFiCurve to remove
    clearing_clicked = Signal()
    point_clicked = Signal(object, int)  # a GrowingFiCurve, the index of its point
    points_drawn = Signal()  # at most once per display tick

    def __init__(self) -> None:
        super().__init__(viewBox=FiViewBox(), axisItems={"left": CountAxis("left")})
        self._view: FiViewBox = self.getViewBox()
        self._axes = FiAxes(self.getPlotItem())
        self.setObjectName("fi.plot")
        self.setAccessibleName("f–I curve")
        self._traces: list[FiTrace] = []  # oldest first
        self._as_rate = False
        self._theme, self._thickness = LIGHT, 1.0
        self._places = 0  # how many curves have become earlier ones
        self._timer = DrawingTimer(self, REDRAW_MS)
        self._timer.due.connect(self._draw_new)
        self._legend = FiLegend(self)
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
        self.getPlotItem().layout.setContentsMargins(4, 10, 14, 4)
        self._legend.removal_clicked.connect(self.removal_clicked)
        self._view.sigResized.connect(lambda _view: self._hover.hide())
        self._view.sigResized.connect(lambda _view: self._place_legend())
        self._view.sigRangeChanged.connect(lambda *_: self._hover.hide())
        self.scene().sigMouseClicked.connect(self._on_clicked)
        self._watch_mouse(self._read_at, self._hover.hide)
        shown_currents().changed.connect(self.refresh)

    @property
    def looks(self) -> list[Look]:
        """Return the colours and dash patterns of the curves that have points, oldest first."""
        return [look_of(trace.place) for trace in self._traces if len(trace.curve)]

    def show_curve(self, curve: GrowingFiCurve) -> None:
        """Make ``curve`` the present one; the one before becomes faint."""
        for trace in self._traces:
            if trace.place is None:
                trace.draw(self._as_rate)  # what came since the last tick
                trace.place = self._places
                trace.set_theme(self._theme, self._thickness)
                self._places += 1
        self._traces.append(FiTrace(self, curve, self._theme, self._thickness))
        self._view.show_span(curve.protocol.first, curve.protocol.last)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Update visible range and legend, after curves or names have changed."""
        self._hover.hide()
        if self.currents != self._axes.currents:
            self._axes.show_currents_in(self.currents)
        self._view.fit(self._traces, self._as_rate)
        earlier = [t for t in reversed(self._traces) if t.place is not None]
        shown = [t for t in self._traces if t.place is None] + earlier
        words = self.currents.sentence
        entries = [
            LegendEntry(t.curve, words(t.curve.name), t.pen, t.place is not None) for t in shown
        ]
        # A single curve is named above the plot.
        self._legend.show_entries(entries if earlier else [])
        self._place_legend()

    @property
    def currents(self) -> CurrentUnit:
        """Return the unit of currents: the chosen one if the cells of all curves have one area.

        Without a curve it is that of the document's neuron.
        """
        areas = [trace.curve.membrane.area for trace in self._traces]
        return shown_currents().unit_of(areas) if areas else shown_currents().unit

    def note_points(self) -> None:
        """Draw the new points of the present curve with the next frame."""
        self._timer.begin()

    def remove_curve(self, curve: GrowingFiCurve) -> None:
        """Remove a curve from the plot."""
        for trace in [t for t in self._traces if t.curve is curve]:
            trace.leave()
            self._traces.remove(trace)
        self.refresh()

    def show_rate(self, as_rate: bool) -> None:
        """Plot rates (Hz) if ``as_rate``, else numbers of spikes."""
        self._as_rate = as_rate
        self._axes.show_rate(as_rate)
        for trace in self._traces:
            trace.draw(as_rate)
        self._view.show_span(*self._view.span)
        self.refresh()

    def view_all(self) -> None:
        """Show all curves completely."""
        self._view.show_all(self._traces)
        self._view.fit(self._traces, self._as_rate)

    def set_theme(self, theme: Theme, thickness: float = 1.0) -> None:
        """Set all colours; ``thickness`` above 1 gives thick lines for a projector."""
        self._theme, self._thickness = theme, thickness
        self.setBackground(theme.plot_background)
        self._axes.set_theme(theme)
        self._hover.set_theme(theme)
        for trace in self._traces:
            trace.set_theme(theme, thickness)
        self._legend.set_theme(theme)
        self.refresh()

    def apply_font(self, font: QFont) -> None:
        """Set the font of axes, legend and read-out, which do not inherit the widget's."""
        self._hover.hide()
        self._axes.set_font(font)
        for child in (self._legend, self._hover.label):
            child.setFont(font)
        self.refresh()

    def fill_menu(self, menu: QMenu) -> None:
        """Add the entries for earlier curves to the context menu."""
        earlier = [t.curve for t in self._traces if t.place is not None]
        if earlier:
            remove = menu.addMenu("Remove curve")
            for curve in earlier:
                remove.addAction(curve.name, partial(self.removal_clicked.emit, curve))
            menu.addAction("Clear earlier curves", self.clearing_clicked.emit)

    def _draw_new(self) -> None:
        if self._traces:
            self._traces[-1].draw(self._as_rate)
            self._view.fit(self._traces, self._as_rate)
        self.points_drawn.emit()

    def _place_legend(self) -> None:
        corner = self.mapFromScene(self._view.sceneBoundingRect().topLeft())
        self._legend.move(corner + QPoint(10, 6))

    def _on_clicked(self, event: MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.view_all()
            return
        self._hover.show_nearest(event.scenePos(), self._traces, self._as_rate)
        if self._hover.found is not None:
            trace, index = self._hover.found
            self.point_clicked.emit(trace.curve, index)

    def _read_at(self, place: QPoint) -> None:
        at = self.mapToScene(place)
        self._hover.show_nearest(at, self._traces, self._as_rate, self.currents)
