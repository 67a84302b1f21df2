"""Provide the base of plots that stand above each other: view, axes, curves, cursor and grid."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneResizeEvent, QGraphicsWidget, QSizePolicy

from hhgui.ui.plots.axis import Axis
from hhgui.ui.plots.items import GridLines, Stroke, StrokedCurve, ZoomViewBox, scaled_font
from hhgui.ui.widgets.theme import Theme

MARGIN = 1.0  # px around the axes and the view
_ROUNDS = 3  # an axis that gets another length may need another width


class PlotArea(pg.GraphicsWidget):
    """A view with the value axis on its left and the other axis below it.

    pyqtgraph's PlotItem makes two more axes, a title, a button and sixty widgets of a context menu,
    which takes three times as long: a window with twenty panes would open later.
    """

    def __init__(self, view: pg.ViewBox, axes: Mapping[str, pg.AxisItem]) -> None:
        """Create the area; axes: by side ("left" or "bottom") those that are not plain ones."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._view = view
        self._axes = {side: axes.get(side) or Axis(side) for side in ("left", "bottom")}
        view.setParentItem(self)
        for axis in self._axes.values():
            axis.setParentItem(self)
            axis.linkToView(view)
            axis.setZValue(0.5)
            axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
            axis.geometryChanged.connect(self._arrange)  # it has another width or height
        self._arranging = False

    # Qt's own, which Qt asks for several times in each frame, instead of pyqtgraph's in Python
    boundingRect = QGraphicsWidget.boundingRect
    shape = QGraphicsWidget.shape

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give the axes the size that they need, and the view the rest.

        A QGraphicsLayout could do it, but if Python's garbage collection deletes the layout before
        the area, the area would delete it a second time.
        """
        if self._arranging:
            return
        self._arranging = True
        left, bottom = self._axes["left"], self._axes["bottom"]
        inner = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        needed, given = (left.minimumWidth(), bottom.minimumHeight()), None
        for _ in range(_ROUNDS):
            if given == needed:
                break
            width, height = given = needed
            across, down = max(inner.width() - width, 0.0), max(inner.height() - height, 0.0)
            left.setGeometry(QRectF(inner.left(), inner.top(), width, down))
            bottom.setGeometry(QRectF(inner.left() + width, inner.top() + down, across, height))
            self._view.setGeometry(QRectF(inner.left() + width, inner.top(), across, down))
            needed = left.minimumWidth(), bottom.minimumHeight()
        self._arranging = False

    def getAxis(self, side: str) -> pg.AxisItem:  # noqa: N802
        """Return the axis on a side, "left" or "bottom"."""
        return self._axes[side]

    def getViewBox(self) -> pg.ViewBox:  # noqa: N802
        """Return the view; pyqtgraph's items call this name."""
        return self._view


class PlotPane:
    """Curves, a cursor line and a grid in a plot area.

    The value axis shows the base range (``set_base_range``) until the user zooms it, and again
    after a reset.
    """

    def __init__(
        self, view: ZoomViewBox, axes: dict[str, pg.AxisItem], axis_width: int, **curves: Any
    ) -> None:
        """Create the pane; axis_width: that of the value axis (px).

        axes: by side those that are not plain ones. curves: pyqtgraph's options for every curve.
        """
        self.view = view
        view.disableAutoRange()
        view.borderRect.hide()  # it would be painted without a line in each frame
        self.item = PlotArea(view, axes)
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        self.view.addItem(self.cursor, ignoreBounds=True)
        self.curves: list[Any] = []
        self._curve_options = curves
        self._axis_width = axis_width
        self._grid = GridLines(view)
        self._base = (0.0, 1.0)
        self._users_range = False
        view.sigRangeChangedManually.connect(self._take_users_range)
        view.sigYRangeChanged.connect(self._place_grid)

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Have one curve for each of ``strokes``, each above the one before.

        Reuse existing curves.
        """
        for curve in self.curves[len(strokes) :]:
            self.view.removeItem(curve)
        del self.curves[len(strokes) :]
        while len(self.curves) < len(strokes):
            curve = StrokedCurve(**self._curve_options)
            curve.setZValue(len(self.curves))
            self.curves.append(curve)
            self.view.addItem(curve, ignoreBounds=True)
        for curve, stroke in zip(self.curves, strokes, strict=True):
            curve.set_stroke(stroke)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set the colours of background, axes, grid and cursor; ``scale`` enlarges the type."""
        self.view.setBackgroundColor(theme.plot_background)
        font = scaled_font(scale)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.axis)
            axis.setTickFont(font)
            axis.label.setFont(font)
        self.item.getAxis("left").setWidth(round(self._axis_width * scale))
        self.cursor.setPen(pg.mkPen(theme.faint_text, width=1))
        self._grid.pen = pg.mkPen(theme.grid, width=1)

    def set_base_range(self, low: float, high: float) -> None:
        """Set the range that the value axis shows at first and after a reset."""
        if (low, high) != self._base:
            self._base = (low, high)
            if not self._users_range:
                self.reset_range()

    @property
    def moved(self) -> bool:
        """Return whether the user has moved or zoomed the value axis."""
        return self._users_range

    def reset_range(self) -> None:
        """Show the base range again."""
        self._users_range = False
        self.view.setYRange(*self._base, padding=0)

    def _take_users_range(self, mask: list[bool]) -> None:
        """Note that the user has moved or zoomed the value axis; mask: of x and of y, which was."""
        self._users_range = self._users_range or bool(mask[1])

    def _place_grid(self, *_args: object) -> None:
        """Place the grid lines at the labelled values of the axis."""
        low, high = self.view.viewRange()[1]
        spacings = self.item.getAxis("left").tickValues(low, high, max(self.view.height(), 1.0))
        ticks = spacings[0][1] if spacings else []
        if len(ticks) < 3 and len(spacings) > 1:
            ticks = [*ticks, *spacings[1][1]]
        self._grid.fractions = [(high - tick) / (high - low) for tick in ticks]
        self._grid.update()
