"""Show a picture of a lesson as wide as the panel allows."""

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from hhgui.content.picture import Picture


class PictureView(QWidget):
    """Draws a PNG or SVG file at its own size, or smaller if the panel is narrower.

    Its accessible name and tooltip are the words in which the lesson describes the picture.
    """

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self.setObjectName("lesson.picture")
        self.setAccessibleName(picture.text)
        self.setToolTip(picture.text)
        self._svg: QSvgRenderer | None = None
        self._pixmap = QPixmap()
        if picture.path.suffix.lower() == ".svg":
            self._svg = QSvgRenderer(str(picture.path), self)
            self._svg.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
            self._size = QSizeF(self._svg.defaultSize())
        else:
            self._pixmap.load(str(picture.path))
            self._size = QSizeF(self._pixmap.size())
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def shown(self) -> bool:
        """Return whether the file could be read as a picture."""
        return not self._size.isEmpty()

    def sizeHint(self) -> QSize:
        return self._size.toSize()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        if not self.shown:
            return 2 * self.fontMetrics().height()
        return round(min(1.0, width / self._size.width()) * self._size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._size.scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        size = size.boundedTo(self._size)
        place = QRectF(0.0, 0.0, size.width(), size.height())
        if not self.shown:
            painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap, self.accessibleName())
        elif self._svg is not None:
            self._svg.render(painter, place)
        else:
            painter.drawPixmap(place, self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()  # a painter that outlives its event crashes Qt
