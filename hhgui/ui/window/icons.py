"""Draw the icons of the run bar in the theme's colours, as no font or icon theme has them all."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from hhgui.ui.widgets.theme import Theme

SIZES = (16, 24, 32, 48)
Points = list[tuple[float, float]]


def _ring(x: float, y: float, radius: float) -> Points:
    """Return the corners of a polygon that looks like a circle."""
    turns = (2.0 * math.pi * n / 24 for n in range(24))
    return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]


# On a grid of 24 by 24.
FILLED: dict[str, list[Points]] = {
    "run": [[(7, 4), (20, 12), (7, 20)]],
    "pause": [[(6, 4), (10, 4), (10, 20), (6, 20)], [(14, 4), (18, 4), (18, 20), (14, 20)]],
    "stop": [[(5, 5), (19, 5), (19, 19), (5, 19)]],
    "step": [[(5, 4), (15, 12), (5, 20)], [(16, 4), (19, 4), (19, 20), (16, 20)]],
    "annotate.laser": [_ring(12, 12, 5.5)],
    "annotate.pen": [
        [(3.5, 20.5), (5, 15), (15, 5), (19, 9), (9, 19)],
        [(16, 4), (18, 2), (22, 6), (20, 8)],
    ],
    "annotate.text": [[(4, 4), (20, 4), (20, 8), (14, 8), (14, 21), (10, 21), (10, 8), (4, 8)]],
    "pulse": [[(14, 2), (5, 13.5), (11, 13.5), (9, 22), (19, 9.5), (12.5, 9.5)]],
}


def drawn_icon(shape: str, theme: Theme) -> QIcon:
    """Return the icon of a command of the run bar, paler for when it is disabled."""
    icon = QIcon()
    color = theme.accent if shape in {"run", "pause", "stop", "pulse"} else theme.text
    if shape == "annotate.laser":
        color = theme.error
    for size in SIZES:
        icon.addPixmap(_pixmap(shape, color, size))
        icon.addPixmap(_pixmap(shape, theme.disabled_text, size), QIcon.Mode.Disabled)
    return icon


def _pixmap(shape: str, color: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 24.0, size / 24.0)
    if shape == "reset":
        _draw_reset(painter, QColor(color))
    elif shape == "annotate.zoom":
        painter.setPen(QPen(QColor(color), 2.4))
        painter.drawEllipse(QPointF(10, 10), 6.5, 6.5)
        painter.drawLine(QPointF(15, 15), QPointF(21, 21))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        for points in FILLED[shape]:
            painter.drawPolygon(QPolygonF([QPointF(*p) for p in points]))
    painter.end()
    return pixmap


def _draw_reset(painter: QPainter, color: QColor) -> None:
    """Draw an arrow that turns most of a circle."""
    start, sweep, radius = 40.0, 290.0, 7.5
    arc = QPainterPath()
    box = QRectF(12 - radius, 12 - radius, 2 * radius, 2 * radius)
    arc.arcMoveTo(box, start)
    arc.arcTo(box, start, sweep)
    painter.setPen(QPen(color, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawPath(arc)
    tip = math.radians(start)
    x, y = 12 + radius * math.cos(tip), 12 - radius * math.sin(tip)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    corners = [(x + 3.6, y - 3.6), (x + 3.0, y + 4.2), (x - 4.8, y + 2.2)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
