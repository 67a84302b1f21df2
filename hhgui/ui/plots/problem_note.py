"""Show above the plots what could not be measured and why."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from hhgui.ui.widgets.theme import Theme

_EDGE = 10  # px


class ProblemNote(QLabel):
    """A text at the top of a view of plots; the plots become lower to make room for it."""

    def __init__(self, view: pg.GraphicsLayoutWidget, name: str) -> None:
        super().__init__(view, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view, self._above = view, -1
        self.hide()
        view.installEventFilter(self)

    def show_text(self, text: str) -> None:
        """Show a text; "" removes it."""
        self.setText(text)
        self.setVisible(bool(text))
        self._place()

    def set_theme(self, theme: Theme) -> None:
        """Set the colour, that of errors."""
        self.setStyleSheet(f"color: {theme.error};")
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = max(self._view.width() - 2 * _EDGE, 1)
        height = self.heightForWidth(width)
        self.setGeometry(_EDGE, _EDGE, width, height)
        above = height + _EDGE if self.text() else 0
        if above != self._above:  # a layout is done again for every call
            self._above = above
            self._view.ci.layout.setContentsMargins(_EDGE, _EDGE + above, _EDGE, _EDGE)
