"""Show new users where to begin, in a bar above the tabs."""

from PySide6.QtWidgets import QMenu, QPushButton

from hhgui.ui.window.bar import Bar
from hhgui.ui.window.settings import remember, remembered

WELCOME = "window/welcome"


class WelcomeBar(Bar):
    """Offers protocols, lessons and demonstrations, until the user closes it for good."""

    def __init__(self, protocols: QMenu, demonstrations: QMenu) -> None:
        """Create the bar; protocols, demonstrations: the menus that its buttons open."""
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
        """Show the bar unless the user has closed it before; allowed: whether there is room."""
        self.setVisible(allowed and remembered(WELCOME, True))
