"""Show a protocol's question in a bar over the tabs, which the user can close."""

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from hhgui.ui.widgets.labels import named, unbroken
from hhgui.ui.widgets.theme import Theme

_SUBSCRIPT = re.compile(r"([αβτgICEV])_(\w+)")


class NoteBar(QFrame):
    """Show a note; hide while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("note")
        self.text = named(QLabel(wordWrap=True), "note.text", "What this protocol asks")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setObjectName("note.close")
        close.setText("✕")
        close.setAutoRaise(True)
        close.setAccessibleName("Close the note")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        row.addWidget(self.text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def shown(self) -> str:
        """Return the rich text that is shown, or "" while the bar is hidden."""
        return "" if self.isHidden() else self.text.text()

    def show_again(self, text: str) -> None:
        """Show rich text, such as ``shown`` returned; hide the bar for ""."""
        self.text.setText(text)
        self.setVisible(bool(text))

    def show_note(self, title: str, text: str, source: str = "") -> None:
        """Show a title and a paragraph."""
        self.show_again(note_text(title, text, source))

    def set_theme(self, theme: Theme) -> None:
        """Draw a thin frame in the accent colour."""
        self.setStyleSheet(
            f"QFrame#note {{ border: 1px solid {theme.accent}; border-radius: 5px;"
            f" background: {theme.base}; }} QLabel#note\\.text {{ color: {theme.text}; }}"
        )


def note_text(title: str, text: str, source: str = "") -> str:
    """Return a title and a paragraph as the rich text of a note."""
    ending = f" <i>{escape(source)}</i>" if source else ""
    written = _SUBSCRIPT.sub(r"\1<sub>\2</sub>", escape(unbroken(text)))
    return f"<b>{escape(title)}</b> &nbsp;{written}{ending}"
