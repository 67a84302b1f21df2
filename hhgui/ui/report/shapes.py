"""Put figures into a text document as shapes, so that its PDF has lines and not pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPen,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
)

from hhgui.figures.shapes import Picture, Shape
from hhgui.ui.figures.picture import image_of

_CAPS = {
    "butt": Qt.PenCapStyle.FlatCap, "round": Qt.PenCapStyle.RoundCap,
    "projecting": Qt.PenCapStyle.SquareCap,
}  # fmt: skip
_JOINS = {
    "miter": Qt.PenJoinStyle.MiterJoin, "round": Qt.PenJoinStyle.RoundJoin,
    "bevel": Qt.PenJoinStyle.BevelJoin,
}  # fmt: skip
# Codes of a matplotlib path.
_MOVE, _LINE, _QUADRATIC, _CUBIC, _CLOSE = 1, 2, 3, 4, 79


class DrawnFigures(QPyTextObject):
    """Draws the images of a document, which are figures, by their shapes.

    It takes the place of the document's own handler of images. figures: the width (points) and the
    shapes of each image, by its name.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.figures: dict[str, tuple[float, Sequence[Shape | Picture]]] = {}
        kind = QTextFormat.ObjectTypes.ImageObject.value
        document.documentLayout().registerHandler(kind, self)

    def intrinsicSize(  # noqa: N802
        self, doc: QTextDocument, posInDocument: int, format: QTextFormat
    ) -> QSizeF:
        image = format.toImageFormat()
        return QSizeF(image.width(), image.height())

    def drawObject(  # noqa: N802
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, posInDocument: int,
        format: QTextFormat,
    ) -> None:  # fmt: skip
        width, shapes = self.figures[format.toImageFormat().name()]
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / width, rect.width() / width)
        for shape in shapes:
            draw_shape(painter, shape)
        painter.restore()


def draw_shape(painter: QPainter, shape: Shape | Picture) -> None:
    """Draw a shape in a painter's units of points."""
    if isinstance(shape, Picture):
        painter.drawImage(QRectF(*shape.place), image_of(shape.pixels))
        return
    painter.save()
    if shape.clip is not None:
        painter.setClipRect(QRectF(*shape.clip), Qt.ClipOperation.IntersectClip)
    painter.setPen(_pen(shape))
    painter.setBrush(Qt.BrushStyle.NoBrush if shape.fill is None else QColor.fromRgbF(*shape.fill))
    painter.drawPath(path_of(shape))
    painter.restore()


def _pen(shape: Shape) -> QPen:
    if shape.line is None:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(QColor.fromRgbF(*shape.line))
    pen.setWidthF(shape.width)
    pen.setCapStyle(_CAPS[shape.cap])
    pen.setJoinStyle(_JOINS[shape.join])
    if shape.dashes:
        pen.setDashPattern([length / shape.width for length in shape.dashes])
        pen.setDashOffset(shape.offset / shape.width)
    return pen


def path_of(shape: Shape) -> QPainterPath:
    """Return the shape's lines and curves as a path."""
    path = QPainterPath()
    points, codes = shape.vertices.tolist(), shape.codes.tolist()
    place = 0
    while place < len(codes):
        code, taken = codes[place], 1
        if code == _MOVE:
            path.moveTo(*points[place])
        elif code == _LINE:
            path.lineTo(*points[place])
        elif code in (_QUADRATIC, _CUBIC):
            taken = code - 1
            numbers = np.ravel(points[place : place + taken]).tolist()
            (path.quadTo if code == _QUADRATIC else path.cubicTo)(*numbers)
        elif code == _CLOSE:
            path.closeSubpath()
        place += taken
    return path
