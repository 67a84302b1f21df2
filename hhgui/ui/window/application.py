"""Define the QApplication, which also receives files that the Finder opens (macOS)."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """The QApplication. ``file_opened(path)``: Emitted for a file that the Finder opens with hhgui.

    On macOS this happens after a double click, *Open with* or a drop on the icon, also before the
    first window is there; other systems start the program with the path as its argument.
    """

    file_opened = Signal(str)

    def event(self, event: QEvent) -> bool:
        """Handle events of the application itself."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_opened.emit(event.file())
            return True
        return bool(super().event(event))
