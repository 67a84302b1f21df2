"""Provide the axes of plots, which read the visible range while painting and so cost little."""

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

Array = NDArray[np.float64]
Levels = list[tuple[float, list[float]]]
_TIGHT = 0.8  # of a line's height, which digits do not fill
_MOST_WIDTHS = 1000
_ROUNDING = 0.001  # of the distance of two ticks
# Where not even the labels of the first level have room, each of so many is drawn.
_EVERY = (1, 2, 4, 5, 10)
_ROOM = 15  # px for a text beyond the end of an axis
# From so many labels on, a further level is left out if all would fill more of the axis than this.
_FILL_LIMITS = ((0, 0.8), (2, 0.6), (4, 0.4), (6, 0.2))


class Axis(pg.AxisItem):
    """A left or bottom axis that reads the range of its view while painting.

    It looks like pyqtgraph's, which measures every text, makes three objects for every tick and
    records a QPicture (for which PySide keeps references) each time its range or size changes, and
    so takes ten times as long.
    """

    def __init__(self, orientation: str) -> None:
        self._widths: dict[str, float] = {}
        self._measured, self._metrics = QFont(), QFontMetricsF(QFont())
        self._label_html = ""
        self._bounds_of: tuple[object, ...] = ()
        self._bounds = QRectF()
        super().__init__(orientation)
        self.autoSIPrefix = False
        self._lines = PrimitiveArray(QLineF, 4)

    def setPen(self, *args: object, **options: object) -> None:  # noqa: N802
        """Set the pen of line and ticks; the label keeps the colour of text."""
        self._pen = pg.mkPen(*args, **options)
        self.update()

    def setScale(self, scale: float | None = None) -> None:  # noqa: N802
        """Show the values multiplied by ``scale``, also if the label names no unit.

        The label is kept.
        """
        super().setScale(scale)
        self.update()

    def updateAutoSIPrefix(self) -> None:  # noqa: N802
        """Do nothing: a unit prefix (k, m) would set a new label whenever the range moves."""

    def _updateLabel(self) -> None:  # noqa: N802
        if self._label_html != (html := self.labelString()):
            self._label_html = html
            super()._updateLabel()

    def tickValues(  # noqa: N802
        self, minVal: float, maxVal: float, size: float
    ) -> Levels:
        """Return for each level of ticks, coarse to fine, their spacing and their values.

        A value belongs to one level only. Values are round as the axis shows them, that is after
        multiplication by ``scale``. minVal, maxVal: the visible range. size: the length of the axis
        (px).
        """
        levels: Levels = []
        low, high = self.scale * minVal, self.scale * maxVal
        for spacing, _offset in self.tickSpacing(low, high, size):
            numbers = np.arange(math.ceil(low / spacing), math.floor(high / spacing) + 1)
            for above, _values in levels:
                fractions = numbers * (spacing / above)
                numbers = numbers[abs(fractions - fractions.round()) > _ROUNDING]
            levels.append((spacing, (numbers * spacing).tolist()))
        if self.scale != 1.0:
            levels = [(d / self.scale, [v / self.scale for v in level]) for d, level in levels]
        return self.logTickValues(minVal, maxVal, size, levels) if self.logMode else levels

    def boundingRect(self) -> QRectF:  # noqa: N802
        key = self.size(), self.style["tickLength"], self.style["hideOverlappingLabels"]
        if key != self._bounds_of:  # Qt asks some ten times in each frame
            self._bounds_of, self._bounds = key, self._find_bounds()
        return self._bounds

    def _find_bounds(self) -> QRectF:
        size, ticks = self.size(), max(-self.style["tickLength"], 0)
        room = 0 if self.style["hideOverlappingLabels"] is True else _ROOM
        if self.orientation == "left":
            return QRectF(0.0, -room, size.width() + ticks, size.height() + 2 * room)
        return QRectF(-room, -ticks, size.width() + 2 * room, size.height() + ticks)

    def paint(self, painter: QPainter, *_args: object) -> None:
        view, upright = self.linkedView(), self.orientation == "left"
        across, length = self.size().width(), self.size().height()
        if not upright:
            across, length = length, across
        if view is None or length <= 0.0:
            return
        low, high = view.viewRange()[upright]
        levels = self.tickValues(low, high, length)
        scale = length / (high - low)
        places = [(np.array(values) - low) * scale for _, values in levels]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen())
        if upright:
            places = [length - place for place in places]
            painter.drawLine(QLineF(across - 1.0, -1.0, across - 1.0, length + 1.0))
        else:
            painter.drawLine(QLineF(-1.0, 1.0, length + 1.0, 1.0))
        self._draw_ticks(painter, places, length, across)
        if self.style["showValues"]:
            self._write(painter, levels, places, length, across)

    def _draw_ticks(
        self, painter: QPainter, places: list[Array], length: float, across: float
    ) -> None:
        """Draw the ticks at ``places`` (px), one array per level; each level is shorter, fainter.

        length, across: the size of the axis along and across (px).
        """
        pen = QPen(self.tickPen())
        color = QColor(pen.color())
        for number, level in enumerate(places):
            shown = level[(level >= 0.0) & (level <= length)]
            if shown.size == 0:
                continue
            color.setAlpha(int(255 / (number + 1)))
            pen.setColor(color)
            painter.setPen(pen)
            tick = self.style["tickLength"] / (1.0 + 0.5 * number)
            self._lines.resize(shown.size)
            ends = self._lines.ndarray()
            if self.orientation == "left":
                ends[:, 0], ends[:, 2] = across, across - tick
                ends[:, 1] = ends[:, 3] = shown
            else:
                ends[:, 1], ends[:, 3] = 0.0, tick
                ends[:, 0] = ends[:, 2] = shown
            painter.drawLines(*self._lines.drawargs())

    def _write(
        self,
        painter: QPainter,
        levels: Levels,
        places: list[Array],
        length: float,
        across: float,
    ) -> None:
        """Draw the labels of those levels of ticks for which there is room.

        places: those of the ticks (px); length, across: the size of the axis along and across (px).
        """
        font, upright = self.style["tickFont"] or painter.font(), self.orientation == "left"
        painter.setFont(font)
        if font != self._measured:
            self._measured, self._metrics = QFont(font), QFontMetricsF(font)
            self._widths.clear()
        metrics = self._metrics
        painter.setPen(self.textPen())
        bounds, height, ascent = self.boundingRect(), metrics.height(), metrics.ascent()
        gap = max(0, self.style["tickLength"]) + self.style["tickTextOffset"][not upright]
        written, taken, widest, full = 0, 0.0, 0.0, False
        for number, (spacing, values) in enumerate(levels[: self.style["maxTextLevel"] + 1]):
            texts = self.tickStrings(values, self.autoSIPrefixScale * self.scale, spacing)
            if number == 0 and spacing is not None and len(values) > 1:  # no level of decades
                apart = abs(float(places[0][1] - places[0][0]))
                size = max(_TIGHT * height if upright else self._width(t, metrics) for t in texts)
                texts = _thinned(texts, values, spacing, size / apart)
                full = "" in texts
            shown = [
                (at, text, self._width(text, metrics))
                for at, text in zip(places[number].tolist(), texts, strict=True)
                if text and 0.0 <= at <= length
            ]
            taken += sum(_TIGHT * height if upright else width for _, _, width in shown)
            filled = any(written >= n and taken / length >= f for n, f in _FILL_LIMITS)
            if number and (full or filled):
                break
            for at, text, width in shown:
                widest = max(widest, width)
                if upright:
                    corner = QPointF(across - gap - width, at - 0.5 * height + ascent)
                    first, last = bounds.top(), bounds.bottom()
                    size = _TIGHT * height
                else:
                    corner = QPointF(at - 0.5 * width, gap + ascent)
                    first, last, size = bounds.left(), bounds.right(), width
                if first <= at - 0.5 * size and at + 0.5 * size <= last:
                    painter.drawText(corner, text)
                    written += 1
        self._updateMaxTextSize(widest if upright else _TIGHT * height)

    def _width(self, text: str, metrics: QFontMetricsF) -> float:
        """Return the width of a text (px); it is kept, because measuring takes long."""
        if text not in self._widths:
            if len(self._widths) > _MOST_WIDTHS:
                self._widths.clear()
            self._widths[text] = metrics.horizontalAdvance(text)
        return self._widths[text]


def _thinned(
    texts: list[str], values: list[float], spacing: float, size: float
) -> list[str]:  # fmt: skip
    """Return the labels of a level, with "" in place of those that would overlap their neighbours.

    spacing: of the values. size: of a label, as a multiple of the distance of two labels. Labels of
    round multiples are kept.
    """
    every = next((each for each in _EVERY if each > size), _EVERY[-1])
    return [
        text if round(value / spacing) % every == 0 else ""
        for text, value in zip(texts, values, strict=True)
    ]


class PlainAxis(Axis):
    """An axis that writes large numbers in full: 3 512 400, not 3.5124e+06."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not values or max(abs(v * scale) for v in values) < 10_000.0:
            return super().tickStrings(values, scale, spacing)
        digits = max(0, math.ceil(-math.log10(spacing * scale)))
        return [f"{v * scale:,.{digits}f}".replace(",", "\u202f") for v in values]


class LogAxis(PlainAxis):
    """A logarithmic axis that labels 1, 2 and 5 of each decade, as plain numbers."""

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        return [_in_full(10.0**v) if _is_labelled(10.0**v) else "" for v in values]


def _in_full(value: float) -> str:
    """Return a number without an exponent, its thousands separated by spaces."""
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 10_000.0 else f"{value:.4g}"


def _is_labelled(value: float) -> bool:
    """Return whether a value is 1, 2 or 5 times a power of ten."""
    leading = value / 10.0 ** math.floor(math.log10(value) + 1e-9)
    return any(abs(leading - digit) < 1e-6 for digit in (1.0, 2.0, 5.0))
