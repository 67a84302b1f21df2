"""What labels share."""

from PySide6.QtWidgets import QLabel


def set_text(label: QLabel, text: str) -> None:
    """Set a label's text only when it differs: an equal one would repaint for nothing."""
    if label.text() != text:
        label.setText(text)
