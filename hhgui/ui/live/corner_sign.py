"""Show a word in the corner of a plot."""

import pyqtgraph as pg
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsTextItem

from hhgui.ui.widgets.theme import Theme

_GAP = 6.0


class CornerSign(QGraphicsTextItem):
    """A word at the top right of a plot, on a background that hides the curves behind it."""

    def __init__(self, view: pg.ViewBox, word: str) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setZValue(40)  # above the key
        self._view, self._word = view, word
        self.hide()
        view.sigResized.connect(self._place)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Set colours and font."""
        self.setFont(font)
        self.setHtml(
            f'<b style="color:{theme.plot_background}; background-color:{theme.accent}">'
            f"&nbsp;{self._word}&nbsp;</b>"
        )
        self._place()

    def _place(self, *_args: object) -> None:
        self.setPos(self._view.width() - self.boundingRect().width() - _GAP, 2.0)
