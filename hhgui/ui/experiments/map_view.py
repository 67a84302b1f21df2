"""Show a map of two numbers: a heat map with contours, and sections through one pixel.

The pixel is marked by a cross; the sections, called cuts, are the values along its lines.
"""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsGridLayout

from hhgui.figures.figure import Contour, Figure, FigureImage, edges_of, unit_of
from hhgui.model.words import with_minus
from hhgui.ui.gesture import begin_gesture, end_gesture
from hhgui.ui.plots.axis import LogAxis
from hhgui.ui.plots.items import ZoomViewBox, scaled_font
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.plots.problem_note import ProblemNote
from hhgui.ui.widgets.theme import LIGHT, Theme

Array = NDArray[np.float64]
_COLORS = "viridis"
_KEPT_HUES = ("orange", "vermillion", "sky", "purple")
# An unevenly spaced side is drawn with so many even cells.
_CELLS = 600
_LEFT, _BOTTOM = 62, 44  # of the axes (px), so that cuts and map have the same edges
_HINT = "click or drag: in Live"


class MapBox(ZoomViewBox):
    """A view that reports clicks and drags instead of being moved by them.

    ``pressed(x, y)``: Emitted with a position in units of the axes, after a click and during a
    drag. ``dragged(bool)``: Emitted when a drag begins (True) and ends (False).
    """

    pressed = Signal(float, float)
    dragged = Signal(bool)

    def mouseClickEvent(self, event: object) -> None:
        if event.button() == Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            event.accept()  # type: ignore[attr-defined]
            self._report(event.pos())  # type: ignore[attr-defined]

    def mouseDragEvent(self, event: object, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            event.ignore()  # type: ignore[attr-defined]
            return
        event.accept()  # type: ignore[attr-defined]
        if event.isStart():  # type: ignore[attr-defined]
            self.dragged.emit(True)
            self._report(event.buttonDownPos())  # type: ignore[attr-defined]
        self._report(event.pos())  # type: ignore[attr-defined]
        if event.isFinish():  # type: ignore[attr-defined]
            self.dragged.emit(False)

    def _report(self, place: QPoint) -> None:
        at = self.mapToView(place)
        self.pressed.emit(at.x(), at.y())


class MapView(pg.GraphicsLayoutWidget, ReadByMouse):
    """Draws the figure of a map, with cuts through the pixel under the mouse, or else the cross.

    ``pixel_chosen(x, y)``: Emitted with the two numbers of a pixel that was clicked, or over which
    the mouse is dragged.
    """

    pixel_chosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("measure.map")
        self.setAccessibleName("Map of a measure against two numbers")
        self._theme, self._scale = LIGHT, 1.0
        self._figure: Figure | None = None
        self._at: tuple[int, int] | None = None  # row and column of the cross
        self._chosen: tuple[int, int] | None = None
        self._lines: list[pg.GraphicsObject] = []
        self._note = ProblemNote(self, "measure.map.problem")
        self._watch_mouse(self._hover, self._leave)

    def _build(self) -> None:
        """Make the plots, at the first map: few see one, and every start would wait for them."""
        self.view = MapBox()
        self._map, self._across, self._up = (self._plot(box) for box in (self.view, None, None))
        self._picture = pg.ImageItem()
        self._bar = pg.ColorBarItem(colorMap=_COLORS, interactive=False, width=14)
        self._cross = [pg.InfiniteLine(angle=angle) for angle in (90, 0, 90, 0)]
        self.cuts = [pg.PlotDataItem(connect="finite") for _ in range(2)]
        self.read_out = pg.LabelItem(justify="left")
        self._lay_out()
        self.view.pressed.connect(self._choose)
        self.view.dragged.connect(lambda on: begin_gesture() if on else end_gesture())
        self.view.reset_requested.connect(self.reset_range)

    def _plot(self, box: ZoomViewBox | None) -> pg.PlotItem:
        axes = {"bottom": LogAxis("bottom"), "left": LogAxis("left")}
        item = pg.PlotItem(viewBox=box or ZoomViewBox(), enableMenu=False, axisItems=axes)
        item.hideButtons()
        item.getAxis("left").setWidth(_LEFT)
        item.getAxis("bottom").setHeight(_BOTTOM)
        return item

    def _lay_out(self) -> None:
        for item, row, column in ((self._map, 1, 0), (self._across, 2, 0), (self._up, 1, 1)):
            self.addItem(item, row, column)
        self.addItem(self._bar, 1, 2)
        self.addItem(self.read_out, 0, 0, colspan=3)
        grid: QGraphicsGridLayout = self.ci.layout
        for place, stretch in ((1, 4), (2, 1)):
            grid.setRowStretchFactor(place, stretch)
        for place, stretch in ((0, 4), (1, 1), (2, 0)):
            grid.setColumnStretchFactor(place, stretch)
        grid.setRowMinimumHeight(2, 130)
        grid.setColumnMinimumWidth(1, 170)
        self._map.addItem(self._picture)
        self._map.addLegend(offset=(8, 8), labelTextSize="8pt")
        for line, item in zip(
            self._cross, (self._map, self._map, self._across, self._up), strict=True
        ):
            item.addItem(line)
        self._across.addItem(self.cuts[0])
        self._up.addItem(self.cuts[1])
        self._across.setXLink(self._map)
        self._up.setYLink(self._map)

    def show_figure(
        self, figure: Figure, kept: Sequence[Figure] = (), names: Sequence[str] = ()
    ) -> None:
        """Draw a map, over the contours of kept maps; names: of the kept ones."""
        if self._figure is None:
            self._build()
        before, self._figure = self._figure, figure
        image = self._image
        self._draw_picture(image)
        self._draw_contours(kept, names)
        logs = figure.x_logarithmic, figure.panels[0].logarithmic
        for item, x_log, y_log in (
            (self._map, *logs), (self._across, logs[0], False), (self._up, False, logs[1])
        ):  # fmt: skip
            item.setLogMode(x_log, y_log)
        if before is None or not _same_sides(before, figure):
            self._at = self._chosen = None
            self.reset_range()
        if self._at is None:
            self._at = image.y.size // 2, image.x.size // 2
        self._label()
        self._draw_cuts()
        self.scene().prepareForPaint()

    def show_problem(self, text: str) -> None:
        """Show above the map why something could not be measured; "" removes this."""
        self._note.show_text(text)

    def reset_range(self) -> None:
        """Show the whole map."""
        if self._figure is None:
            return
        ends = self._figure.x_range, self._figure.panels[0].y_range
        (left, right), (low, high) = (
            np.log10(each) if log else each for each, log in zip(ends, self._logs, strict=True)
        )
        self.view.setRange(xRange=(left, right), yRange=(low, high), padding=0.0)
        self._across.enableAutoRange(y=True)
        self._up.enableAutoRange(x=True)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives thick lines for a projector."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.plot_background)
        self._note.set_theme(theme)
        if self._figure is not None:
            self._label()
            self._draw_cuts()

    @property
    def _image(self) -> FigureImage:
        assert self._figure is not None
        image = self._figure.panels[0].image
        assert image is not None
        return image

    @property
    def _logs(self) -> tuple[bool, bool]:
        assert self._figure is not None
        return self._figure.x_logarithmic, self._figure.panels[0].logarithmic

    def _draw_picture(self, image: FigureImage) -> None:
        x, y = (
            np.log10(edges_of(each, log)) if log else edges_of(each)
            for each, log in zip((image.x, image.y), self._logs, strict=True)
        )
        values = image.values[:, _even(x)][_even(y)]
        levels = _levels(image.values)
        self._picture.setImage(values.T, levels=levels, autoLevels=False)
        self._picture.setColorMap(pg.colormap.get(_COLORS))
        self._picture.setRect(QRectF(x[0], y[0], x[-1] - x[0], y[-1] - y[0]))
        self._bar.setLevels(levels)

    def _draw_contours(self, kept: Sequence[Figure], names: Sequence[str]) -> None:
        for item in self._lines:
            self._map.removeItem(item)
        self._lines, legend = [], self._map.legend
        legend.clear()
        legend.setLabelTextColor(self._theme.text)
        shadow = QColor("black")
        shadow.setAlphaF(0.35)
        contours = self._image.contours
        for place, contour in enumerate(contours, start=1):
            self._add_line(contour, pg.mkPen("white", width=1.2), pg.mkPen(shadow, width=3.0))
            self._add_value(contour, place / (len(contours) + 1))
        for place, figure in enumerate(kept):
            image = figure.panels[0].image
            pen = pg.mkPen(getattr(self._theme, _KEPT_HUES[place % len(_KEPT_HUES)]), width=1.5,
                           style=Qt.PenStyle.DashLine)  # fmt: skip
            lines = [self._add_line(c, pen) for c in (image.contours if image else ())]
            if lines:
                legend.addItem(lines[0], names[place])

    def _add_line(self, contour: Contour, pen: object, shadow: object = None) -> pg.PlotDataItem:
        line = pg.PlotDataItem(
            contour.x, contour.y, pen=pen, shadowPen=shadow, connect="finite", antialias=True
        )
        self._map.addItem(line)
        self._lines.append(line)
        return line

    def _add_value(self, contour: Contour, fraction: float) -> None:
        """Write the value of a contour on it, at ``fraction`` (0 to 1) of its length."""
        there = np.flatnonzero(np.isfinite(contour.x))
        at = there[int(fraction * there.size)]
        text = pg.TextItem(with_minus(f"{contour.value:g}"), color="white", anchor=(0.5, 0.5),
                           fill=QColor(0, 0, 0, 110))  # fmt: skip
        text.setFont(scaled_font(0.8 * self._scale))
        place = contour.x[at], contour.y[at]
        x, y = (np.log10(p) if log else p for p, log in zip(place, self._logs, strict=True))
        text.setPos(x, y)
        self._map.addItem(text)
        self._lines.append(text)

    def _label(self) -> None:
        assert self._figure is not None
        theme, figure = self._theme, self._figure
        measure = self._image.label
        font = scaled_font(self._scale)
        for item, x_label, y_label in (
            (self._map, "", figure.panels[0].y_label),
            (self._across, figure.x_label, measure),
            (self._up, measure, ""),
        ):
            for side, text in (("bottom", x_label), ("left", y_label)):
                axis = item.getAxis(side)
                axis.setPen(theme.outline)
                axis.setTextPen(theme.axis)
                axis.setTickFont(font)
                item.setLabel(side, text or None, color=theme.axis)
                axis.label.setFont(font)
                axis.showLabel(bool(text))
        self._bar.axis.setPen(theme.outline)
        self._bar.axis.setTextPen(theme.axis)

    # The cross

    @property
    def pixel(self) -> tuple[float, float] | None:
        """Return the two numbers of the pixel under the cross, None if there is no map."""
        if self._figure is None or self._at is None:
            return None
        row, column = self._at
        return float(self._image.x[column]), float(self._image.y[row])

    def _choose(self, x: float, y: float) -> None:
        """Move the cross to a position in the view, and emit ``pixel_chosen``."""
        at = self._pixel(x, y)
        if at is not None:
            self._chosen = None if at == self._chosen else self._chosen
            self._at = at
            self._draw_cuts()
            if at != self._chosen:
                self._chosen = at
                image = self._image
                self.pixel_chosen.emit(float(image.x[at[1]]), float(image.y[at[0]]))

    def _hover(self, place: QPoint) -> None:
        if self._figure is None:
            return
        at = self.view.mapSceneToView(self.mapToScene(place))
        inside = self.view.sceneBoundingRect().contains(self.mapToScene(place))
        found = self._pixel(at.x(), at.y()) if inside else None
        if found is not None and found != self._at:
            self._at = found
            self._draw_cuts()

    def _leave(self) -> None:
        """Show again the pixel that was chosen last."""
        if self._chosen is not None and self._at != self._chosen:
            self._at = self._chosen
            self._draw_cuts()

    def _pixel(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the pixel at a position in the view, None outside the map."""
        if self._figure is None:
            return None
        image, found = self._image, []
        for at, centres, log in ((y, image.y, self._logs[1]), (x, image.x, self._logs[0])):
            edges = edges_of(centres, log)
            number = int(np.searchsorted(edges, 10.0**at if log else at)) - 1
            if not 0 <= number < centres.size:
                return None
            found.append(number)
        return found[0], found[1]

    def _draw_cuts(self) -> None:
        """Draw the values along the two lines of the cross, and write the value where they meet."""
        if self._figure is None or self._at is None:
            return
        theme, image = self._theme, self._image
        row, column = self._at
        pen, thin = pg.mkPen(theme.blue, width=1.5 * self._scale), pg.mkPen(theme.text, width=1)
        thin.setStyle(Qt.PenStyle.DashLine)
        self.cuts[0].setData(image.x, image.values[row], pen=pen)
        self.cuts[1].setData(image.values[:, column], image.y, pen=pen)
        over = pg.mkPen("white", width=1, style=Qt.PenStyle.DashLine)
        x, y = (
            np.log10(value) if log else value
            for value, log in zip((image.x[column], image.y[row]), self._logs, strict=True)
        )
        for line, at, own in zip(self._cross, (x, y, x, y), (over, over, thin, thin), strict=True):
            line.setPos(at)
            line.setPen(own)
        self.read_out.setText(with_minus(self._words(row, column)), color=theme.axis, size="9pt")

    def _words(self, row: int, column: int) -> str:
        """Return the numbers and the value of a pixel as text."""
        assert self._figure is not None
        image = self._image
        labels = self._figure.x_label, self._figure.panels[0].y_label, image.label
        values = image.x[column], image.y[row], image.values[row, column]
        x, y, measure = (_said(*pair) for pair in zip(labels, values, strict=True))
        return f"{x}, {y}: {measure}  ·  {_HINT}"


def _said(label: str, value: float) -> str:
    """Return an axis label with a value in place: "ḡNa 120 mS/cm²"."""
    unit = unit_of(label)
    name = label.removesuffix(f"({unit})").strip() if unit else label
    return f"{name}: none" if np.isnan(value) else f"{name} {value:.4g} {unit}".strip()


def _same_sides(one: Figure, other: Figure) -> bool:
    """Return whether two maps have the same numbers on both sides."""
    return (one.x_label, one.x_range) == (other.x_label, other.x_range) and (
        one.panels[0].y_label, one.panels[0].y_range
    ) == (other.panels[0].y_label, other.panels[0].y_range)  # fmt: skip


def _even(edges: Array) -> NDArray[np.int64]:
    """Return the indices of the cells at evenly spaced places between the first and last edge."""
    cells = edges.size - 1
    if np.allclose(np.diff(edges), (edges[-1] - edges[0]) / cells):
        return np.arange(cells)
    places = np.linspace(edges[0], edges[-1], _CELLS, endpoint=False)
    places += 0.5 * (edges[-1] - edges[0]) / _CELLS
    return np.asarray(np.clip(np.searchsorted(edges, places) - 1, 0, cells - 1))


def _levels(values: Array) -> tuple[float, float]:
    """Return the values for the darkest and the brightest colour."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (low, high) if high > low else (low, low + 1.0)
