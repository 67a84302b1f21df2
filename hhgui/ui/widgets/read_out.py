"""Provide the line of values at the mouse, which wraps and has its room reserved."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from hhgui.ui.widgets.labels import set_text

BETWEEN = "   "  # the values of a text, which is wrapped there and nowhere else
_TALL = 10_000


class ReadOut(QLabel):
    """Show a text that wraps between its values and never widens the window.

    The label is as high as the longest text needs at its width, so that nothing moves while the
    mouse is over a plot.
    """

    def __init__(self, name: str) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._longest = ""

    def reserve(self, longest: str) -> None:
        """Reserve the room for this text."""
        self._longest = _unbroken(longest)
        self._fit_height()

    def show_text(self, text: str) -> None:
        """Show a text; one that is longer than what was reserved gets the room it needs."""
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
        room = QRect(0, 0, max(self.width(), 1), _TALL)
        wrapped = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text or " ")
        return wrapped.height() if self.width() else self.fontMetrics().height()


def _unbroken(text: str) -> str:
    """Return the text with spaces inside its values at which no line breaks."""
    return BETWEEN.join(value.replace(" ", "\u00a0") for value in text.split(BETWEEN))
