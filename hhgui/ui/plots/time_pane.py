"""Provide the plot over time of which the Live and Single run tabs arrange several."""

from collections.abc import Mapping, Sequence

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsSceneWheelEvent, QGraphicsTextItem

from hhgui.model.current_unit import DENSITY, DENSITY_TEXT, CurrentUnit
from hhgui.model.quantity import PANES, Pane, Quantity
from hhgui.ui.plots.axis import PlainAxis
from hhgui.ui.plots.items import THICK, ZoomViewBox, scaled_font
from hhgui.ui.plots.pane import PlotPane
from hhgui.ui.plots.panes import key_html
from hhgui.ui.widgets.theme import LIGHT, Theme

AXIS_WIDTH = 62
KEY_INSET = 6.0
_LABEL_ROOM = 4.0  # pixels of the gap between two panes that a label may use
_LEAST_LABEL = 0.6  # of the ordinary type


class TimeViewBox(ZoomViewBox):
    """A view in which dragging moves the time only, and the wheel asks for another span of time.

    Values are moved and zoomed over their axis.
    """

    time_zoomed = Signal(float, float)  # factor, around which time (ms)

    def __init__(self) -> None:
        super().__init__()
        self._behind = False

    def show_time(self, start: float, stop: float) -> None:
        """Show ``start`` to ``stop`` (ms) without a signal, and update the transform when needed.

        pyqtgraph's linked axes would spend a fifth of a frame on signals and transforms.
        """
        for key in ("viewRange", "targetRange"):
            self.state[key][0] = [start, stop]
        self._behind = True

    def updateMatrix(self, changed: object = None) -> None:  # noqa: N802
        if self._behind:
            self._behind, self._matrixNeedsUpdate = False, True
        super().updateMatrix(changed)

    def prepareForPaint(self) -> None:  # noqa: N802
        if not self._behind:
            super().prepareForPaint()

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:
        axis, enabled = axis or 0, self.state["mouseEnabled"]
        # pyqtgraph would say that both axes were moved
        self.state["mouseEnabled"] = [enabled[each] and each == axis for each in (0, 1)]
        super().mouseDragEvent(event, axis)
        self.state["mouseEnabled"] = enabled

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        if axis == 1:
            super().wheelEvent(event, axis)
            return
        at = self.mapSceneToView(event.scenePos()).x()
        self.time_zoomed.emit(1.02 ** (-event.delta() / 8.0), at)
        event.accept()


class TimePane(PlotPane):
    """A pane of PANES, with a legend of its curves and their values at the mouse."""

    def __init__(self, name: str, **axes: pg.AxisItem) -> None:
        """Create the pane ``name``; axes: by side those that are not plain ones."""
        super().__init__(
            TimeViewBox(), {"bottom": PlainAxis("bottom"), **axes}, AXIS_WIDTH, skipFiniteCheck=True
        )
        self.name = name
        self.spec = spec = PANES[name]
        left = self.item.getAxis("left")
        left.setLabel(spec.label)
        left.setWidth(AXIS_WIDTH)
        left.setStyle(tickTextOffset=4)
        self.item.getAxis("bottom").hide()
        self.view.setLimits(yMin=spec.limits[0], yMax=spec.limits[1])
        self.key = QGraphicsTextItem()
        self.key.setParentItem(self.view)
        self.key.setPos(KEY_INSET, -2)
        self.key.setZValue(30)
        self.quantities: Sequence[Quantity] = ()  # those that the key names
        self._key_shown = ""
        self._theme, self._spread = LIGHT, 0.0
        self._font = scaled_font(1.0)
        self._currents = DENSITY
        self.view.sigResized.connect(self._fit_label)
        self.view.sigResized.connect(self._fit_key)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours but those of the curves; a ``scale`` above 1 gives large type."""
        super().set_theme(theme, scale)
        self._theme, self._spread = theme, THICK if scale > 1.0 else 0.0
        self._font = scaled_font(scale)
        self.key.setFont(self._font)
        self._fit_label()

    def show_currents_in(self, unit: CurrentUnit) -> None:
        """Label the axis in this unit if it shows currents.

        The curves themselves stay densities.
        """
        self._currents = unit
        axis = self.item.getAxis("left")
        if DENSITY_TEXT in self.spec.label:
            axis.setScale(unit.factor)
            self._place_grid()
        self._fit_label()

    def set_spec(self, spec: Pane) -> None:
        """Label the axis as ``spec`` says; a pane has another description while V is clamped."""
        self.spec = spec
        self._fit_label()

    def show_time_axis(self, shown: bool) -> None:
        """Show or hide the time axis and its label; only the lowest pane shows it."""
        axis = self.item.getAxis("bottom")
        axis.setVisible(shown)  # before the label, which gives the height of a visible axis only
        axis.setLabel("time (ms)" if shown else "")

    def _fit_label(self, *_args: object) -> None:
        """Show the full label of the value axis if it fits, else the short one, in smaller type."""
        spec, axis = self.spec, self.item.getAxis("left")
        metrics, room = QFontMetricsF(self._font), self.view.height() + _LABEL_ROOM
        for label in (spec.label, spec.short):
            text = self._currents.sentence(label)
            width = metrics.horizontalAdvance(text)
            if width < room:
                break
        font = QFont(self._font)
        if width >= room:  # small type is a little wider than in proportion
            fraction = max(0.95 * room / width, _LEAST_LABEL)
            font.setPointSizeF(font.pointSizeF() * fraction)
        if (axis.labelText, axis.label.font()) != (text, font):
            axis.label.setFont(font)
            axis.setLabel(text)
            axis.resizeEvent(None)  # which is what puts a label into the middle

    def _fit_key(self, *_args: object) -> None:
        """Wrap the legend where it would be wider than the pane."""
        room = max(self.view.width() - 2 * KEY_INSET, 1.0)
        self.key.setTextWidth(room if self.key.document().idealWidth() > room else -1.0)

    def show_values(self, values: Mapping[str, float]) -> None:
        """Show values, by the key of their quantity, in the legend.

        An empty mapping removes them.
        """
        html = key_html(self.quantities, self._theme, values, self._currents)
        if html != self._key_shown:
            self._key_shown = html
            self.key.setTextWidth(-1.0)
            self.key.setHtml(html)
            self._fit_key()
