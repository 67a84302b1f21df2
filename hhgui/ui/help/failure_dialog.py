"""Report a failure, with the path of the log and details to copy; the window runs on."""

import os
from time import monotonic

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hhgui.failures import Failure
from hhgui.ui.widgets.labels import named, set_text

GOES_ON = "hhgui goes on. What you just did may not have worked; save your session to be sure."
# A failure that repeats, as in a timer's slot, does not open its dialog each time.
QUIET_S = 2.0
MOST_WAITING = 20


class FailureDialog(QDialog):
    """Shows one failure without blocking the window."""

    def __init__(self, failure: Failure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("failure")
        self.setWindowTitle("Something went wrong")
        self.text, self.log = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.details = QPlainTextEdit(readOnly=True)
        self._copy, self._folder = QPushButton("&Copy"), QPushButton("&Open log folder")
        self._failure = failure
        self._name_widgets()
        self._lay_out()
        self._copy.clicked.connect(self._copy_details)
        self._folder.clicked.connect(self._open_folder)
        self.show_failure(failure)

    @property
    def key(self) -> str:
        """Return the key of the failure, which its repetitions share."""
        return self._failure.key

    def show_failure(self, failure: Failure) -> None:
        """Show a failure, or count one more repetition of it."""
        self._failure = failure
        times = f" This happened {failure.count} times." if failure.count > 1 else ""
        set_text(self.text, f"{failure.summary}.{times}\n\n{GOES_ON}")
        missing = "It could not be written to a log file: the folder can't be written to."
        set_text(self.log, f"Log file: {failure.log}" if failure.log else missing)
        if self.details.toPlainText() != failure.details:
            self.details.setPlainText(failure.details)
        self._folder.setEnabled(failure.log is not None)

    def _name_widgets(self) -> None:
        for widget, name, title in (
            (self.text, "failure.text", "What went wrong"),
            (self.log, "failure.log", "Where the log is"),
            (self.details, "failure.details", "Details for a report"),
            (self._copy, "failure.copy", "Copy the details"),
            (self._folder, "failure.folder", "Open the log folder"),
        ):
            named(widget, name, title)
        for label in (self.text, self.log):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy.setToolTip("Copy all of this, to send it with a report")

    def _lay_out(self) -> None:
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setObjectName("failure.close")
        close.setDefault(True)
        for button in (self._copy, self._folder):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.text, self.log, self.details, buttons):
            column.addWidget(widget, int(widget is self.details))
        self.resize(640, 400)

    def _copy_details(self) -> None:
        text = "\n\n".join((self.text.text(), self.log.text(), self.details.toPlainText()))
        QGuiApplication.clipboard().setText(text)
        self._copy.setText("Copied")
        self._copy.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_DialogApplyButton))

    def _open_folder(self) -> None:
        if self._failure.log is not None:
            folder = os.path.realpath(self._failure.log.parent)
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))


class FailureDialogs(QObject):
    """Shows one failure at a time; others wait, and repetitions are counted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: FailureDialog | None = None
        self._waiting: dict[str, Failure] = {}
        self._last_seen: dict[str, float] = {}
        self._dismissed: set[str] = set()

    @Slot(object)
    def show_failure(self, failure: Failure) -> None:
        """Show a failure now, or after the present one has been closed."""
        now, key = monotonic(), failure.key
        quiet = now - self._last_seen.get(key, -QUIET_S) >= QUIET_S
        self._last_seen[key] = now
        if key in self._dismissed and not quiet:
            return
        self._dismissed.discard(key)
        if self.dialog is None:
            self._open(failure)
        elif self.dialog.key == key:
            self.dialog.show_failure(failure)
        elif key in self._waiting or len(self._waiting) < MOST_WAITING:
            self._waiting[key] = failure

    def _open(self, failure: Failure) -> None:
        self.dialog = FailureDialog(failure, self._window)
        self.dialog.finished.connect(self._show_next)
        self.dialog.show()

    def _show_next(self) -> None:
        if self.dialog is not None:
            self._dismissed.add(self.dialog.key)
            self.dialog.deleteLater()
            self.dialog = None
        if self._waiting:
            self._open(self._waiting.pop(next(iter(self._waiting))))
