"""Provide helpers for names of widgets and texts of labels."""

import re
from typing import TypeVar

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

W = TypeVar("W", bound=QWidget)
_PER = re.compile("/(?=cm|mm|ms)")


def set_text(label: QLabel, text: str) -> None:
    """Set the text of a label if it differs; an equal text would repaint the label."""
    if label.text() != text:
        label.setText(text)


def set_message(label: QLabel, text: str, error: bool = False) -> None:
    """Set the text of a label and its colour, that of errors or of text, if they differ."""
    role = QPalette.ColorRole.BrightText if error else QPalette.ColorRole.WindowText
    if role != label.foregroundRole():
        label.setForegroundRole(role)
    set_text(label, text)


def unbroken(text: str) -> str:
    """Return the text with word joiners after "per", so that no line breaks inside a unit."""
    return _PER.sub("/\u2060", text)


def named(widget: W, name: str, title: str) -> W:
    """Give a widget its objectName and its accessible name, and return it."""
    widget.setObjectName(name)
    widget.setAccessibleName(title)
    return widget


def push_button(text: str, name: str, title: str) -> QPushButton:
    """Return a button; title: its accessible name, which is also its tooltip."""
    button = named(QPushButton(text), name, title)
    button.setToolTip(title)
    return button
