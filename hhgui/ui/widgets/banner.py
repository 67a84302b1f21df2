"""Show a message across the top of a tab that names a problem and offers a remedy."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from hhgui.engine.methods import METHODS
from hhgui.engine.stops import Stop
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import Theme


class Banner(QFrame):
    """Shows a problem, and a button that applies its remedy; hidden if there is no problem.

    ``remedy_chosen(Stop)``: Emitted with the stop when the user clicks the button.
    """

    remedy_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._stop: Stop | None = None
        self.text = QLabel(wordWrap=True)
        self.text.setObjectName("banner.text")
        self.apply = named(QPushButton(), "banner.apply", "Run with settings that help")
        self.close_button = QToolButton()
        self.close_button.setObjectName("banner.close")
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName("Dismiss the message")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.text, 1)
        row.addWidget(self.apply)
        row.addWidget(self.close_button)
        self.apply.clicked.connect(self._choose)
        self.close_button.clicked.connect(self.hide)
        self.hide()

    def show_stop(self, stop: Stop) -> None:
        """Show why the run stopped, and offer settings that avoid it if some are known."""
        self._stop = stop
        self.text.setText(stop.message)
        changes = []
        if stop.method is not None:
            changes.append(METHODS[stop.method].label)
        if stop.dt is not None:
            changes.append(f"dt {stop.dt:g} ms")
        self.apply.setVisible(bool(changes))
        self.apply.setText("Run with " + ", ".join(changes))
        self.apply.setAccessibleName(self.apply.text())
        self.show()

    def show_message(self, text: str) -> None:
        """Show a message that has no remedy."""
        self._stop = None
        self.text.setText(text)
        self.apply.hide()
        self.show()

    def set_theme(self, theme: Theme) -> None:
        """Draw a thin frame in the theme's error colour."""
        self.setStyleSheet(
            f"QFrame#banner {{ border: 1px solid {theme.error}; border-radius: 5px;"
            f" background: {theme.base}; }} QLabel#banner\\.text {{ color: {theme.text}; }}"
        )

    def _choose(self) -> None:
        """Emit ``remedy_chosen`` and hide."""
        self.hide()
        if self._stop is not None:
            self.remedy_chosen.emit(self._stop)
