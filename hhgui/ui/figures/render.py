"""A figure as a picture: PNG, SVG, or an image for the clipboard. May run in any thread."""

import re
from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from hhgui.ui.figures.figure import Figure
from hhgui.ui.figures.painter import paint_figure

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0
MOST_PIXELS = 64_000_000  # 256 MB while it is painted
_FONT = re.compile(rb'\s+font-(family|size|weight|style)="[^"]*"')
_UNITS_PER_MM = 100  # an SVG's size is told in whole units: hundredths of a millimetre


@dataclass(frozen=True)
class FigureSize:
    """How large: width and height (mm), dots per inch, font size (points)."""

    width: float = 174.0
    height: float = 110.0
    dpi: float = 300.0
    font_size: float = 8.0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the image (pixels)."""
        per_mm = self.dpi / MM_PER_INCH
        return max(1, round(self.width * per_mm)), max(1, round(self.height * per_mm))

    @property
    def points(self) -> QSizeF:
        """Width and height (points)."""
        per_mm = POINTS_PER_INCH / MM_PER_INCH
        return QSizeF(self.width * per_mm, self.height * per_mm)


def render_image(figure: Figure, size: FigureSize) -> QImage:
    """The figure on white, ``size.pixels`` large. Raises MemoryError where there is no room."""
    width, height = size.pixels
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise MemoryError(f"no memory for {width} × {height} pixels")
    image.fill(0xFFFFFFFF)
    dots_per_metre = round(size.dpi * 1000.0 / MM_PER_INCH)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    painter = QPainter(image)
    try:
        points = size.points
        painter.scale(width / points.width(), height / points.height())
        paint_figure(painter, figure, points, size.font_size)
    finally:
        painter.end()  # a painter left open on a dying image ends the program
    return image


def png_bytes(figure: Figure, size: FigureSize) -> bytes:
    """The figure as a PNG that knows its size and its title."""
    image = render_image(figure, size)
    image.setText("Title", figure.title)
    image.setText("Software", "hhgui")
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def svg_bytes(figure: Figure, size: FigureSize) -> bytes:
    """The figure as an SVG of that size on paper; text is outlines, so no font can be missing."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(round(_UNITS_PER_MM * MM_PER_INCH))
    generator.setSize(QSize(round(size.width * _UNITS_PER_MM), round(size.height * _UNITS_PER_MM)))
    generator.setViewBox(QRectF(0.0, 0.0, size.points.width(), size.points.height()))
    generator.setTitle(figure.title)
    generator.setDescription("Drawn by hhgui")
    painter = QPainter(generator)
    try:
        painter.fillRect(QRectF(QPointF(), size.points), QColor("white"))
        paint_figure(painter, figure, size.points, size.font_size)
    finally:
        painter.end()
    # Qt writes its default font into every group, though there is no text
    return _FONT.sub(b"", bytes(buffer.data().data()))


def preview_image(figure: Figure, size: FigureSize, width: int, height: int) -> QImage:
    """The figure as it will look, as large as fits into width × height pixels."""
    per_mm = min(max(width, 1) / size.width, max(height, 1) / size.height)
    return render_image(figure, replace(size, dpi=per_mm * MM_PER_INCH))
