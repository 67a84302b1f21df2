"""Show a card of text beside the mouse on a plot."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from hhgui.ui.plots.items import scaled_font
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import Theme

_GAP, _EDGE = 14, 4


class Card(QLabel):
    """A label over a plot that ignores the mouse and always lies within the plot."""

    def __init__(self, plot: QWidget, name: str, title: str) -> None:
        super().__init__(plot, textFormat=Qt.TextFormat.RichText)
        self._plot = plot
        named(self, name, title)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set the colours and the font."""
        self.setFont(scaled_font(scale))
        self.setStyleSheet(
            f"color: {theme.text}; background: {theme.base}; padding: 4px 7px;"
            f" border: 1px solid {theme.outline}; border-radius: 4px;"
        )

    def show_at(self, mouse: QPoint, html: str) -> None:
        """Show a text (HTML) beside the position ``mouse``, in coordinates of the plot."""
        if self.text() != html:
            self.setText(html)
            self.adjustSize()
        size, corner = self.size(), mouse + QPoint(_GAP, _GAP)
        if corner.x() + size.width() > self._plot.width() - _EDGE:
            corner.setX(mouse.x() - _GAP - size.width())
        if corner.y() + size.height() > self._plot.height() - _EDGE:
            corner.setY(mouse.y() - _GAP - size.height())
        self.move(max(corner.x(), _EDGE), max(corner.y(), _EDGE))
        self.show()
