"""Provide the time axis of the live traces, whose range changes in every frame."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from hhgui.ui.plots.items import PlainAxis

_ALIGN = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip
# Texts of a further level are drawn where those above it leave room: so many texts, so full.
_FILL_LIMITS = ((0, 0.8), (2, 0.6), (4, 0.4), (6, 0.2))


class TimeAxis(PlainAxis):
    """Read the range of the view while painting, without pyqtgraph's per-change cost.

    The axis looks like pyqtgraph's, which measures every text, makes three objects of every tick
    and records a QPicture (for which PySide keeps references) each time that the range moves.
    """

    def paint(self, painter: QPainter, *_args: object) -> None:
        view = self.linkedView()
        width = self.size().width()
        if view is None or width <= 0.0:
            return
        start, stop = view.viewRange()[0]
        scale = width / (stop - start)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen())
        painter.drawLine(QLineF(-1.0, 1.0, width + 1.0, 1.0))
        levels = self.tickValues(start, stop, width)
        pen = QPen(self.tickPen())
        color = QColor(pen.color())
        places = []
        for number, (_spacing, values) in enumerate(levels):
            color.setAlpha(int(255 / (number + 1)))
            pen.setColor(color)
            painter.setPen(pen)
            length = self.style["tickLength"] / (1.0 + 0.5 * number)
            places.append([(float(v) - start) * scale for v in values])
            lines = [QLineF(x, 0.0, x, length) for x in places[-1] if 0.0 <= x <= width]
            painter.drawLines(lines)
        self._write(painter, levels, places, width)

    def _write(
        self,
        painter: QPainter,
        levels: list[tuple[float, list[float]]],
        places: list[list[float]],
        width: float,
    ) -> None:
        """Draw the tick labels of the levels that have room."""
        font = self.style["tickFont"]
        if font is not None:
            painter.setFont(font)
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self.textPen())
        bounds = self.boundingRect()
        top = max(0, self.style["tickLength"]) + self.style["tickTextOffset"][1]
        height = 0.8 * metrics.height()
        written, taken = 0, 0.0
        for number, (spacing, values) in enumerate(levels[: self.style["maxTextLevel"] + 1]):
            texts = self.tickStrings(values, self.autoSIPrefixScale * self.scale, spacing)
            shown = [
                (x, text, metrics.horizontalAdvance(text))
                for x, text in zip(places[number], texts, strict=True)
                if 0.0 <= x <= width
            ]
            taken += sum(each for _, _, each in shown)
            if number and any(written >= n and taken / width >= f for n, f in _FILL_LIMITS):
                break
            for x, text, each in shown:
                rect = QRectF(x - each / 2.0, top, each, height)
                if bounds.left() <= rect.left() and rect.right() <= bounds.right():
                    painter.drawText(rect, int(_ALIGN), text)
                    written += 1
        self._updateMaxTextSize(height)
