"""Show the question of a protocol in a bar above the tabs, which the user can close."""

import re
from html import escape

from PySide6.QtCore import Qt

from hhgui.ui.widgets.labels import unbroken
from hhgui.ui.window.bar import Bar

_SUBSCRIPT = re.compile(r"([αβτgICEV])_(\w+)")


class NoteBar(Bar):
    """The bar with a note; hidden if there is none."""

    def __init__(self) -> None:
        super().__init__("note", "What this protocol asks", "accent")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_close_button("Close the note")

    @property
    def shown(self) -> str:
        """Return the rich text of the note, "" if the bar is hidden."""
        return "" if self.isHidden() else self.text.text()

    def show_again(self, text: str) -> None:
        """Show a rich text as ``shown`` has returned it; "" hides the bar."""
        self.text.setText(text)
        self.setVisible(bool(text))

    def show_note(self, title: str, text: str, source: str = "") -> None:
        """Show a title and a paragraph, and where they come from."""
        self.show_again(note_text(title, text, source))


def note_text(title: str, text: str, source: str = "") -> str:
    """Return title, paragraph and source as the rich text of a note."""
    ending = f" <i>{escape(source)}</i>" if source else ""
    written = _SUBSCRIPT.sub(r"\1<sub>\2</sub>", escape(unbroken(text)))
    return f"<b>{escape(title)}</b> &nbsp;{written}{ending}"
