"""The sheet of keys is made from the actions themselves."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QTextBrowser

from hhgui.ui.help.keys import KeysSheet


def test_every_key_of_the_menus_is_listed(qtbot):
    """Keys of submenus are listed too; entries without a key are not."""
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&File")
    for action, text, key in ((menu, "&Open…", "Ctrl+O"), (menu, "About", ""),
                              (menu.addMenu("More"), "Salt && &pepper", "Alt+1")):  # fmt: skip
        entry = QAction(text, window)
        entry.setShortcut(key)
        action.addAction(entry)
    text = KeysSheet(window).findChild(QTextBrowser, "keys.text").toPlainText()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    assert lines[:5] == ["File", "Alt+1", "Salt & pepper", "Ctrl+O", "Open"]
    assert "About" not in lines
