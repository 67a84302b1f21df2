"""The Help menu: the quick tour and the About box."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from hhgui.model.resources import resource_dir
from hhgui.ui.about import AboutDialog


def show_tour(parent: QWidget) -> None:
    """A window beside the main one, so that the tour can be followed while reading."""
    dialog = QDialog(parent)
    dialog.setObjectName("tour.dialog")
    dialog.setWindowTitle("Quick tour")
    dialog.resize(560, 640)
    text = QTextBrowser()
    text.setOpenExternalLinks(True)
    text.setMarkdown((resource_dir() / "help" / "tour.md").read_text(encoding="utf-8"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.show()


def show_about(parent: QWidget) -> None:
    """Versions, sources and licences."""
    AboutDialog(parent).open()
