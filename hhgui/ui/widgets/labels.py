"""What labels share."""

import re

from PySide6.QtWidgets import QLabel

_PER = re.compile("/(?=cm|mm|ms)")


def set_text(label: QLabel, text: str) -> None:
    """Set a label's text only when it differs: an equal one would repaint for nothing."""
    if label.text() != text:
        label.setText(text)


def unbroken(text: str) -> str:
    """The text with units that no line ends within: a word joiner follows their "per"."""
    return _PER.sub("/\u2060", text)
