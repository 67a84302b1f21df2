"""Provide helpers for the text of labels."""

import re

from PySide6.QtWidgets import QLabel

_PER = re.compile("/(?=cm|mm|ms)")


def set_text(label: QLabel, text: str) -> None:
    """Set a label's text only if it differs, because setting an equal text repaints the label."""
    if label.text() != text:
        label.setText(text)


def unbroken(text: str) -> str:
    """Return the text with word joiners after "per", so that no line breaks inside a unit."""
    return _PER.sub("/\u2060", text)
