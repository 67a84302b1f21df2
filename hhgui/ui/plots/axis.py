"""Provide the axes of plots, which paint what the view shows without pyqtgraph's cost."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

_DONT_CLIP = Qt.TextFlag.TextDontClip
_BESIDE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | _DONT_CLIP
_BELOW = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | _DONT_CLIP
# Texts of a further level are drawn where those above it leave room: so many texts, so full.
_FILL_LIMITS = ((0, 0.8), (2, 0.6), (4, 0.4), (6, 0.2))


class Axis(pg.AxisItem):
    """Draw a left or bottom axis that reads the range of the view while painting.

    The axis looks like pyqtgraph's, which measures every text, makes three objects of every tick
    and records a QPicture (for which PySide keeps references) each time that its range or size
    changes: ten times the time.
    """

    def tickValues(  # noqa: N802
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """Return spacing and values of each level of ticks, without those of higher ones."""
        levels: list[tuple[float, list[float]]] = []
        for spacing, _offset in self.tickSpacing(minVal, maxVal, size):
            numbers = range(math.ceil(minVal / spacing), math.floor(maxVal / spacing) + 1)
            shares = [spacing / above for above, _values in levels]
            values = [n * spacing for n in numbers if not any(_is_whole(n * s) for s in shares)]
            levels.append((spacing, values))
        return self.logTickValues(minVal, maxVal, size, levels) if self.logMode else levels

    def paint(self, painter: QPainter, *_args: object) -> None:
        view, upright = self.linkedView(), self.orientation == "left"
        across, length = self.size().width(), self.size().height()
        if not upright:
            across, length = length, across
        if view is None or length <= 0.0:
            return
        low, high = view.viewRange()[upright]
        scale = length / (high - low)
        levels = self.tickValues(low, high, length)
        places = [
            [(high - v if upright else v - low) * scale for v in values] for _, values in levels
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen())
        if upright:
            painter.drawLine(QLineF(across - 1.0, -1.0, across - 1.0, length + 1.0))
        else:
            painter.drawLine(QLineF(-1.0, 1.0, length + 1.0, 1.0))
        self._draw_ticks(painter, places, length, across if upright else None)
        if self.style["showValues"]:
            self._write(painter, levels, places, length, across if upright else None)

    def _draw_ticks(
        self, painter: QPainter, places: list[list[float]], length: float, edge: float | None
    ) -> None:
        """Draw ticks, each level shorter and fainter. edge: x of an upright axis' ticks."""
        pen = QPen(self.tickPen())
        color = QColor(pen.color())
        for number, level in enumerate(places):
            color.setAlpha(int(255 / (number + 1)))
            pen.setColor(color)
            painter.setPen(pen)
            tick = self.style["tickLength"] / (1.0 + 0.5 * number)
            shown = [at for at in level if 0.0 <= at <= length]
            if edge is None:
                painter.drawLines([QLineF(x, 0.0, x, tick) for x in shown])
            else:
                painter.drawLines([QLineF(edge, y, edge - tick, y) for y in shown])

    def _write(
        self,
        painter: QPainter,
        levels: list[tuple[float, list[float]]],
        places: list[list[float]],
        length: float,
        edge: float | None,
    ) -> None:
        """Draw the tick labels of the levels that have room."""
        font = self.style["tickFont"]
        if font is not None:
            painter.setFont(font)
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self.textPen())
        bounds = self.boundingRect()
        gap = max(0, self.style["tickLength"]) + self.style["tickTextOffset"][edge is None]
        height = 0.8 * metrics.height()
        written, taken, widest = 0, 0.0, 0.0
        for number, (spacing, values) in enumerate(levels[: self.style["maxTextLevel"] + 1]):
            texts = self.tickStrings(values, self.autoSIPrefixScale * self.scale, spacing)
            shown = [
                (at, text, metrics.horizontalAdvance(text))
                for at, text in zip(places[number], texts, strict=True)
                if text and 0.0 <= at <= length
            ]
            taken += sum(width if edge is None else height for _, _, width in shown)
            if number and any(written >= n and taken / length >= f for n, f in _FILL_LIMITS):
                break
            widest = max(widest, *(width for _, _, width in shown), 0.0)
            for at, text, width in shown:
                if edge is None:
                    rect = QRectF(at - width / 2.0, gap, width, height)
                    fits = bounds.left() <= rect.left() and rect.right() <= bounds.right()
                else:
                    rect = QRectF(edge - gap - width, at - height / 2.0, width, height)
                    fits = bounds.top() <= rect.top() and rect.bottom() <= bounds.bottom()
                if fits:
                    painter.drawText(rect, int(_BELOW if edge is None else _BESIDE), text)
                    written += 1
        self._updateMaxTextSize(height if edge is None else widest)


class PlainAxis(Axis):
    """Write large tick labels in full: 3 512 400, not 3.5124e+06."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not values or max(abs(v) for v in values) < 10_000.0:
            return super().tickStrings(values, scale, spacing)
        digits = max(0, math.ceil(-math.log10(spacing * scale)))
        return [f"{v * scale:,.{digits}f}".replace(",", "\u202f") for v in values]


class LogAxis(PlainAxis):
    """Label 1, 2 and 5 of each decade as plain numbers on a logarithmic axis."""

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        return [_in_full(10.0**v) if _is_labelled(10.0**v) else "" for v in values]


def _in_full(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 10_000.0 else f"{value:.4g}"


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 0.001


def _is_labelled(value: float) -> bool:
    leading = value / 10.0 ** math.floor(math.log10(value) + 1e-9)
    return any(abs(leading - digit) < 1e-6 for digit in (1.0, 2.0, 5.0))
