"""Place the two halves of the tab side by side, or above each other where that is too narrow."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_SIDE_BY_SIDE, _ABOVE = [500, 430], [1000, 1000]


class Halves(QSplitter):
    """A splitter that turns: beside a lesson on a small screen its parts are above each other."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._parts = first, second
        for part in self._parts:
            self.addWidget(part)
        self.setSizes(_SIDE_BY_SIDE)
        self.setChildrenCollapsible(False)

    def minimumSizeHint(self) -> QSize:
        """Return the size that the parts need above each other, or beside if there is room."""
        least = [self._least(part) for part in self._parts]
        high = [size.height() for size in least]
        above = self.orientation() == Qt.Orientation.Vertical
        return QSize(
            max(size.width() for size in least),
            sum(high) + self.handleWidth() if above else max(high),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = sum(self._least(part).width() for part in self._parts)
        fits = event.size().width() >= wide + self.handleWidth()
        turned = Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical
        if turned != self.orientation():
            self.setOrientation(turned)
            self.setSizes(_SIDE_BY_SIDE if fits else _ABOVE)
            self.updateGeometry()
        super().resizeEvent(event)

    @staticmethod
    def _least(part: QWidget) -> QSize:
        return part.minimumSizeHint().expandedTo(part.minimumSize())
