"""Offer to recover the session of a crashed window in a bar over the tabs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import Theme


class OfferBar(QFrame):
    """Show an offer with the buttons ``restore`` and ``discard``; hide while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.text = named(QLabel(wordWrap=True), "offer.text", "A session to restore")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.restore, self.discard = QPushButton("Restore"), QPushButton("Discard")
        named(self.restore, "offer.restore", "Restore the session")
        named(self.discard, "offer.discard", "Discard the session")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        row.addWidget(self.text, 1)
        row.addWidget(self.restore)
        row.addWidget(self.discard)
        self.hide()

    def show_offer(self, text: str) -> None:
        """Show the description of the offer."""
        self.text.setText(text)
        self.show()

    def set_theme(self, theme: Theme) -> None:
        """Draw a frame in a distinct colour."""
        self.setStyleSheet(
            f"QFrame#offer {{ border: 1px solid {theme.orange}; border-radius: 5px;"
            f" background: {theme.base}; }} QLabel#offer\\.text {{ color: {theme.text}; }}"
        )
