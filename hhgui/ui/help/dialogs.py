"""Show the quick tour, the equations and the About box from the Help menu."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from hhgui.paths import resource_dir
from hhgui.ui.help.about import AboutDialog
from hhgui.ui.lessons.equations_page import EquationsPage


class Tour(QDialog):
    """Show the quick tour of the program."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour.dialog")
        self.setWindowTitle("Quick tour")
        self.resize(560, 640)
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        text.setMarkdown((resource_dir() / "help" / "tour.md").read_text(encoding="utf-8"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)


def show_beside(kind: type[Tour | EquationsPage], window: QWidget) -> QDialog:
    """Return a page beside the window that stays usable; each kind is created once."""
    page = window.findChild(kind) or kind(window)
    page.show()
    page.raise_()
    page.activateWindow()
    return page


def show_about(parent: QWidget) -> None:
    """Show the About box."""
    AboutDialog(parent).open()
