"""Show a newcomer where to begin, in a bar over the tabs."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton

from hhgui.ui.widgets.theme import Theme
from hhgui.ui.window.settings import remember, remembered

WELCOME = "window/welcome"


class WelcomeBar(QFrame):
    """Offer protocols, lessons and demonstrations until the user closes it, which is for good."""

    def __init__(self, protocols: QMenu, demonstrations: QMenu) -> None:
        """Create the bar. protocols, demonstrations: Menus that its buttons open."""
        super().__init__()
        self.setObjectName("welcome")
        text = QLabel("<b>New here?</b> The neuron is running: change a number, or begin with")
        text.setWordWrap(True)
        self.lessons = QPushButton("Lessons")
        doors = (("protocols", QPushButton("Lab protocols"), protocols),
                 ("lessons", self.lessons, None),
                 ("demonstrations", QPushButton("Demonstrations"), demonstrations))  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        row.addWidget(text, 1)
        for name, button, menu in doors:
            button.setObjectName(f"welcome.{name}")
            if menu is not None:
                button.setMenu(menu)
            row.addWidget(button)
        close = QToolButton()
        close.setObjectName("welcome.close")
        close.setText("✕")
        close.setAutoRaise(True)
        close.setAccessibleName("Close for good")
        close.setToolTip("Close for good: all three are in the menus Simulation and Help")
        close.clicked.connect(self._close_for_good)
        row.addWidget(close)
        self.hide()

    def show_unless_closed(self, allowed: bool = True) -> None:
        """Show the bar if the user has never closed it. allowed: Whether there is room for it."""
        self.setVisible(allowed and remembered(WELCOME, True))

    def set_theme(self, theme: Theme) -> None:
        """Draw a frame in the accent colour."""
        self.setStyleSheet(
            f"QFrame#welcome {{ border: 1px solid {theme.accent}; border-radius: 5px;"
            f" background: {theme.base}; }} QFrame#welcome QLabel {{ color: {theme.text}; }}"
        )

    def _close_for_good(self) -> None:
        remember(WELCOME, False)
        self.hide()
