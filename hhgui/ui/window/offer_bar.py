"""Offer to recover the session of a crashed window, in a bar above the tabs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from hhgui.ui.widgets.labels import named
from hhgui.ui.window.bar import Bar


class OfferBar(Bar):
    """The bar with an offer and the buttons ``restore`` and ``discard``.

    Hidden if there is none.
    """

    def __init__(self) -> None:
        super().__init__("offer", "A session to restore", "orange")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.restore, self.discard = QPushButton("Restore"), QPushButton("Discard")
        self.add(named(self.restore, "offer.restore", "Restore the session"))
        self.add(named(self.discard, "offer.discard", "Discard the session"))

    def show_offer(self, text: str) -> None:
        """Show this text, which describes the offer."""
        self.text.setText(text)
        self.show()
