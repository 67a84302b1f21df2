"""Show the quick tour, the equations and the About box from the Help menu."""

import re

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QMainWindow,
    QTextBrowser,
    QWidget,
)

from hhgui.paths import resource_dir
from hhgui.ui.help.about import AboutDialog
from hhgui.ui.help.keys import KeysSheet
from hhgui.ui.lessons.equations_page import EquationsPage
from hhgui.ui.widgets.page import Page
from hhgui.ui.window.actions import key_text


class Tour(Page):
    """The quick tour of the program."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("tour.dialog", "Quick tour", parent, QSize(560, 640))
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        tour = (resource_dir() / "help" / "tour.md").read_text(encoding="utf-8")
        text.setMarkdown(with_keys(tour, parent))
        self.fill(text)


def with_keys(text: str, window: QWidget) -> str:
    """Return a text with keys in place of commands: [[undo]] becomes Ctrl+Z, ⌘Z on macOS."""
    actions = {action.objectName(): action for action in window.findChildren(QAction)}
    return re.sub(r"\[\[([\w.]+)\]\]", lambda found: key_text(actions[found[1]]), text)


def show_beside(kind: type[Tour | EquationsPage | KeysSheet], window: QMainWindow) -> QDialog:
    """Show a page beside the window, which stays usable; each kind of page is created once."""
    page = window.findChild(kind) or kind(window)
    page.show()
    page.raise_()
    page.activateWindow()
    return page


def show_about(parent: QWidget) -> None:
    """Show the About box."""
    AboutDialog(parent).open()
