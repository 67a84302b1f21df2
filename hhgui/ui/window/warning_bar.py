"""Show what went wrong over the tabs until the user has read it."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import Theme

_MOST_LINES = 5


class WarningBar(QFrame):
    """List warnings, the newest last; only the user closes it, by its button or by Esc.

    The status bar is for what may be missed: there a notice goes after some seconds, or with the
    next one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("warning")
        self._lines: list[str] = []
        self.text = named(QLabel(wordWrap=True), "warning.text", "What went wrong")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = named(QToolButton(), "warning.close", "Close the warnings")
        close.setText("✕")
        close.setAutoRaise(True)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        row.addWidget(self.text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def add(self, text: str) -> None:
        """Add a warning below those that are not closed yet; of many the newest are shown."""
        if self.isHidden():
            self._lines = []
        self._lines = [line for line in self._lines if line != text] + [text]
        shown = self._lines[-_MOST_LINES:]
        more = len(self._lines) - len(shown)
        lines = [f"… and {more} earlier", *shown] if more else shown
        self.text.setText("<br>".join(f"⚠ {escape(line)}" for line in lines))
        self.show()

    def set_theme(self, theme: Theme) -> None:
        """Draw a thin frame in the colour of errors."""
        self.setStyleSheet(
            f"QFrame#warning {{ border: 1px solid {theme.error}; border-radius: 5px;"
            f" background: {theme.base}; }} QLabel#warning\\.text {{ color: {theme.text}; }}"
        )
