"""Convert a drawn figure to a QImage for the preview and the clipboard."""

from PySide6.QtGui import QImage

from hhgui.figures.drawing import MM_PER_INCH, FigureSize, Pixels, figure_pixels
from hhgui.figures.figure import Figure


def picture_of(figure: Figure, size: FigureSize) -> QImage:
    """Return the figure as an image that knows its resolution.

    Raises MemoryError if there is not enough memory for the pixels.
    """
    image = image_of(figure_pixels(figure, size))
    dots_per_metre = round(size.dpi * 1000.0 / MM_PER_INCH)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    return image


def image_of(pixels: Pixels) -> QImage:
    """Return RGBA pixels, shape (height, width, 4), as an image without transparency."""
    height, width, _ = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
