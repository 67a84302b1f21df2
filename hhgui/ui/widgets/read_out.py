"""Provide the line that shows the values at the mouse; it may wrap, and room is reserved for it."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from hhgui.ui.widgets.labels import set_text

BETWEEN = "   "  # the values of a text, which is wrapped there and nowhere else
_TALL = 10_000


class ReadOut(QLabel):
    """A text that wraps between values and never makes the window wider.

    Its height is always that of the longest text, so that nothing moves while the mouse is over a
    plot.
    """

    def __init__(self, name: str) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._longest = ""

    def reserve(self, longest: str) -> None:
        """Reserve room for this text, the longest that is expected."""
        self._longest = _unbroken(longest)
        self._fit_height()

    def show_text(self, text: str) -> None:
        """Show a text; if it is longer than the reserved one, the room grows."""
        text = _unbroken(text) if BETWEEN in text else text
        set_text(self, text)
        if self._height_of(text) > self.height():
            self._fit_height()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_height()

    def _fit_height(self) -> None:
        # a letter that the font lacks comes from another one, whose lines may be taller
        spare = self.fontMetrics().lineSpacing() // 4
        needed = max(self._height_of(self._longest) + spare, self._height_of(self.text()))
        if needed != self.height():
            self.setFixedHeight(needed)

    def _height_of(self, text: str) -> int:
        """Return the height (px) of a text at the present width."""
        room = QRect(0, 0, max(self.width(), 1), _TALL)
        wrapped = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text or " ")
        return wrapped.height() if self.width() else self.fontMetrics().height()


def _unbroken(text: str) -> str:
    """Return the text with spaces within values at which no line breaks."""
    return BETWEEN.join(value.replace(" ", "\u00a0") for value in text.split(BETWEEN))
