"""Show widgets in a dialog that may stay open beside the window, with a Close button."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget


class Page(QDialog):
    """A dialog with a Close button only; ``fill`` puts widgets into it."""

    def __init__(
        self, name: str, title: str, parent: QWidget | None, size: QSize | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        if size is not None:
            self.resize(size)

    def fill(self, *widgets: QWidget) -> QDialogButtonBox:
        """Lay out the widgets from the top; return the row of buttons below them."""
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (*widgets, buttons):
            column.addWidget(widget)
        return buttons
