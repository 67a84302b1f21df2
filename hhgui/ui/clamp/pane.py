"""Provide a plot of sweeps over time, with marks of where they are measured."""

import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsTextItem

from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.ui.clamp.lines import SweepLines
from hhgui.ui.plots.axis import PlainAxis
from hhgui.ui.plots.items import ZoomViewBox, scaled_font
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.widgets.theme import LIGHT, Theme

AXIS_WIDTH = 62


class ClampPane(PlotPane):
    """One quantity of all sweeps; for a current also the window of the peak and the late time.

    window, late: the marks that can be dragged; None for a voltage.
    """

    def __init__(self, symbol: str, unit: str, measured: bool) -> None:
        """Create the plot; measured: whether its curves are measured, so that it has the marks."""
        super().__init__(ZoomViewBox(), {"bottom": PlainAxis("bottom")}, AXIS_WIDTH)
        self.lines = SweepLines(self.view)
        self._symbol, self._unit, self._sign = symbol, unit, ""
        self._currents = DENSITY
        left = self.item.getAxis("left")
        left.setStyle(tickTextOffset=4)
        left.setWidth(AXIS_WIDTH)
        self.key = QGraphicsTextItem()
        self.key.setParentItem(self.view)
        self.key.setPos(4, -3)
        self.key.setZValue(30)
        self._theme = LIGHT
        self.window: pg.LinearRegionItem | None = None
        self.late: pg.InfiniteLine | None = None
        if measured:
            self._grid.setZValue(0.5)  # between the opaque window and the sweeps
            self.window = pg.LinearRegionItem((0.0, 1.0), swapMode="block")
            self.window.setZValue(-30)
            self._grid.setZValue(0.5)  # over the window, which is opaque, and below the sweeps
            self.late = pg.InfiniteLine(1.0, 90, movable=True)
            self.late.setZValue(-20)
            for item in (self.window, self.late):
                self.view.addItem(item, ignoreBounds=True)
        for still in (left, left.label, self.item.getAxis("bottom")):
            still.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.view.sigResized.connect(self._fit_label)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours except the sweeps'; a ``scale`` above 1 gives large type."""
        super().set_theme(theme, scale)
        self._theme = theme
        self.lines.thick = scale > 1.0
        self.key.setFont(scaled_font(scale))
        self.show_key("")
        if self.window is not None and self.late is not None:
            # opaque: the transparent fill of three panes took a quarter of their painting
            self.window.setBrush(_tinted(theme, 0.10))
            self.window.setHoverBrush(_tinted(theme, 0.20))
            edge = QColor(theme.accent)
            edge.setAlphaF(0.55)
            for line in self.window.lines:
                line.setPen(pg.mkPen(edge, width=1))
                line.setHoverPen(pg.mkPen(theme.accent, width=2))
            self.late.setPen(pg.mkPen(theme.purple, width=1))
            self.late.setHoverPen(pg.mkPen(theme.purple, width=2))
        self._fit_label()

    def show_currents_in(self, unit: CurrentUnit) -> None:
        """Label the axis in this unit if it shows a current.

        The curves themselves stay densities.
        """
        self._currents = unit
        self.item.getAxis("left").setScale(unit.factor_of(self._unit))
        self._place_grid()
        self._fit_label()

    def show_inward_up(self, on: bool) -> None:
        """Show by a minus sign in the label that inward currents are drawn upwards."""
        self._sign = "−" if on else ""
        self.show_key("")
        self._fit_label()

    def show_key(self, text: str) -> None:
        """Show the symbol of the quantity, followed by a value; text: that value, or ""."""
        value = f" <b>{text}</b>" if text else ""
        ground, color = self._theme.plot_background, self._theme.text
        self.key.setHtml(
            f'<span style="background-color:{ground};color:{color}">&nbsp;{self._html}{value}'
            "&nbsp;</span>"
        )

    def show_time_axis(self, shown: bool) -> None:
        """Show or hide the time axis, which only the lowest pane has."""
        axis = self.item.getAxis("bottom")
        axis.setLabel("time (ms)" if shown else "")
        axis.setVisible(shown)

    def place_marks(self, window: tuple[float, float], late: float) -> None:
        """Place the marks without emitting a signal.

        window: that of the peak; late: the time of the late current (ms on the time axis).
        """
        if self.window is not None and self.late is not None:
            with QSignalBlocker(self.window):
                self.window.setRegion(window)
            with QSignalBlocker(self.late):
                self.late.setValue(late)

    def show_marks(self, on: bool) -> None:
        """Show or hide the marks."""
        for item in (self.window, self.late):
            if item is not None:
                item.setVisible(on)

    @property
    def _html(self) -> str:
        head, _, tail = self._symbol.partition("_")
        return self._sign + (f"{head}<sub>{tail}</sub>" if tail else head)

    def _fit_label(self, *_args: object) -> None:
        """Label the axis with the unit, and with the symbol if there is room for both."""
        axis = self.item.getAxis("left")
        unit = self._currents.unit(self._unit)
        text = f"{self._html} ({unit})"
        plain = f"{self._sign}{self._symbol} ({unit})"
        if QFontMetricsF(axis.label.font()).horizontalAdvance(plain) > self.view.height():
            text = unit
        if axis.labelText != text:
            axis.setLabel(text)
            axis.resizeEvent(None)


def _tinted(theme: Theme, part: float) -> QColor:
    """Return the colour of the plots' background, mixed with the theme's accent colour.

    part: of the accent colour in the mixture (0..1).
    """
    ground, accent = QColor(theme.plot_background), QColor(theme.accent)
    pairs = (
        (ground.red(), accent.red()), (ground.green(), accent.green()),
        (ground.blue(), accent.blue()),
    )  # fmt: skip
    return QColor(*(round((1.0 - part) * a + part * b) for a, b in pairs))
