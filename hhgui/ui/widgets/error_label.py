"""Show why an entry was refused, in a balloon beside its field."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from hhgui.ui.widgets.theme import current_theme

ERROR_SHOWN_MS = 6000
_WIDEST = 300
_GAP = 6
_PADDING = 5
_FOLLOW_MS = 50  # how often the balloon looks where its field is


class ErrorLabel(QLabel):
    """Shows an error message in red until it is cleared or a few seconds have passed.

    While it is shown the balloon is a child of the window, so that nothing in the panel moves;
    clicks go through it. It stands to the right of the widget ``beside`` and of its panel, or below
    if there is no room. ``cleared()``: Emitted when the message has been removed.
    """

    cleared = Signal()

    def __init__(self, name: str, beside: QWidget) -> None:
        super().__init__(beside, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setObjectName(f"error.{name}")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setContentsMargins(_PADDING, _PADDING, _PADDING, _PADDING)
        self.hide()
        self._beside = beside
        beside.destroyed.connect(self.deleteLater)  # the window's at that moment, it would stay
        self._timer = QTimer(self, singleShot=True, interval=ERROR_SHOWN_MS)
        self._timer.timeout.connect(self.clear_error)
        self._follower = QTimer(self, interval=_FOLLOW_MS)
        self._follower.timeout.connect(self._follow)
        beside.destroyed.connect(self._follower.stop)  # it would still look before it is deleted

    def show_error(self, text: str) -> None:
        """Show a message for a few seconds."""
        theme = current_theme()
        self.setStyleSheet(
            f"QLabel {{ color: {theme.error}; background: {theme.base};"
            f" border: 1px solid {theme.error}; border-radius: 4px; }}"
        )
        self.setText(text)
        if self.parent() is not self._beside.window():
            self.setParent(self._beside.window())
        self._come_into_view()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        self._follower.start()

    def clear_error(self) -> None:
        """Remove the message, if there is one."""
        if not self.text():
            return  # each field that follows the document asks for this
        self._timer.stop()
        self._follower.stop()
        self.hide()
        self.clear()
        if self.parent() is not self._beside:
            self.setParent(self._beside)
        self.cleared.emit()

    def _follow(self) -> None:
        """Move with the field, which may be scrolled or moved; hide if the field is not visible."""
        if self._beside.isVisible():
            self._place()
            self.setVisible(not self._beside.visibleRegion().isEmpty())
        else:  # its tab is not in front any more
            self.clear_error()

    def _place(self) -> None:
        field, window = self._beside, self._beside.window()
        size = self._needed()
        at = QRect(field.mapTo(window, QPoint()), field.size())
        panel = self._scroll_area()  # beside it no other field is covered
        edge = at if panel is None else QRect(panel.mapTo(window, QPoint()), panel.size())
        x, y = max(at.right(), edge.right()) + _GAP, at.center().y() - size.height() // 2
        if x + size.width() > window.width():
            x, y = at.left(), at.bottom() + 2
        x = max(min(x, window.width() - size.width()), 0)
        y = max(min(y, window.height() - size.height()), 0)
        self.setGeometry(QRect(QPoint(x, y), size))

    def _needed(self) -> QSize:
        """Return the size (px) that the message needs."""
        room = QRect(0, 0, _WIDEST, 10_000)
        text = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.text())
        return text.size() + QSize(2 * _PADDING + 6, 2 * _PADDING + 4)

    def _scroll_area(self) -> QScrollArea | None:
        """Return the scroll area in which the field is, or None."""
        around = self._beside.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        return around

    def _come_into_view(self) -> None:
        """Scroll so that the field is visible."""
        panel = self._scroll_area()
        if panel is not None:
            panel.ensureWidgetVisible(self._beside, 0, 4)
