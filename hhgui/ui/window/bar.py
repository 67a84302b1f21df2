"""Provide the framed bars above the tabs: a text, with buttons at its right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import Theme


class Bar(QFrame):
    """A text in a thin frame of one of the theme's colours; hidden at first."""

    def __init__(self, name: str, meaning: str, color: str) -> None:
        """Create the bar.

        name: the beginning of the objectNames. meaning: the accessible name of the text. color: the
        name, in ``Theme``, of the colour of the frame.
        """
        super().__init__()
        self.setObjectName(name)
        self._color = color
        self.text = named(QLabel(wordWrap=True), f"{name}.text", meaning)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 5, 6, 5)
        self._row.addWidget(self.text, 1)
        self.hide()

    def add(self, button: QWidget) -> None:
        """Add a button at the right end."""
        self._row.addWidget(button)

    def add_close_button(self, meaning: str) -> QToolButton:
        """Add a button that hides the bar; meaning: its accessible name."""
        close = named(QToolButton(), f"{self.objectName()}.close", meaning)
        close.setText("✕")
        close.setAutoRaise(True)
        close.clicked.connect(self.hide)
        self._row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return close

    def set_theme(self, theme: Theme) -> None:
        """Draw the frame, its ground and the text in the theme's colours."""
        name = self.objectName()
        self.setStyleSheet(
            f"QFrame#{name} {{ border: 1px solid {getattr(theme, self._color)};"
            f" border-radius: 5px; background: {theme.base}; }}"
            f" QFrame#{name} QLabel {{ color: {theme.text}; }}"
        )
