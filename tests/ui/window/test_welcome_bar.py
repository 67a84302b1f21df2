"""The strip that shows a newcomer where to begin."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from tests.ui.controls import button


def test_three_doors_until_they_are_closed_for_good(desktop, qtbot):
    """Each button opens its menu or panel; a closed bar stays closed at the next start."""
    window = desktop.window
    assert window.welcome.isVisible()
    for name, entry in (("protocols", "protocol.lab3-step"), ("demonstrations", "protocol.")):
        menu = button(window, f"welcome.{name}").menu()
        assert any(action.objectName().startswith(entry) for action in menu.actions())
    qtbot.mouseClick(button(window, "welcome.lessons"), Qt.MouseButton.LeftButton)
    assert window.lesson_dock.isVisible()
    present = window.actions_by_name["presentation"]
    present.trigger()
    assert not window.welcome.isVisible()
    present.trigger()
    assert window.welcome.isVisible()
    qtbot.mouseClick(window.findChild(QToolButton, "welcome.close"), Qt.MouseButton.LeftButton)
    assert not window.welcome.isVisible()
    window.restore_layout()  # as the next start does
    QApplication.processEvents()
    assert not window.welcome.isVisible()
