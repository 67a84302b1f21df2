"""Draw a short sample of a curve's line for legends, lists and tables."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap

SIZE = QSize(30, 14)


def line_sample(pen: QPen, size: QSize = SIZE, ratio: float = 2.0) -> QIcon:
    """Return an icon of a horizontal line drawn with ``pen``.

    ratio: device pixels per pixel of the screen.
    """
    pixels = QPixmap(size * ratio)
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    middle = size.height() / 2.0
    painter.drawLine(QPointF(1.0, middle), QPointF(size.width() - 1.0, middle))
    painter.end()
    return QIcon(pixels)
