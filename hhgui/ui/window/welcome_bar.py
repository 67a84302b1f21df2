"""Show a newcomer where to begin, in a bar over the tabs."""

from PySide6.QtWidgets import QMenu, QPushButton

from hhgui.ui.window.bar import Bar
from hhgui.ui.window.settings import remember, remembered

WELCOME = "window/welcome"


class WelcomeBar(Bar):
    """Offer protocols, lessons and demonstrations until the user closes it, which is for good."""

    def __init__(self, protocols: QMenu, demonstrations: QMenu) -> None:
        """Create the bar. protocols, demonstrations: Menus that its buttons open."""
        super().__init__("welcome", "Where to begin", "accent")
        self.text.setText("<b>New here?</b> The neuron is running: change a number, or begin with")
        self.lessons = QPushButton("Lessons")
        doors = (("protocols", QPushButton("Lab protocols"), protocols),
                 ("lessons", self.lessons, None),
                 ("demonstrations", QPushButton("Demonstrations"), demonstrations))  # fmt: skip
        for name, button, menu in doors:
            button.setObjectName(f"welcome.{name}")
            if menu is not None:
                button.setMenu(menu)
            self.add(button)
        close = self.add_close_button("Close for good")
        close.setToolTip("Close for good: all three are in the menus Simulation and Help")
        close.clicked.connect(lambda: remember(WELCOME, False))

    def show_unless_closed(self, allowed: bool = True) -> None:
        """Show the bar if the user has never closed it. allowed: Whether there is room for it."""
        self.setVisible(allowed and remembered(WELCOME, True))
