"""Ask for the name and the task of a protocol that the user saves."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from hhgui.content.protocols import Protocol
from hhgui.document.setup import Setup
from hhgui.model.words import id_from_name
from hhgui.ui.widgets.labels import named, set_message
from hhgui.ui.widgets.layouts import add_layout

_LONGEST_NAME = 60
_NOTES_LINES = 4


class ProtocolDialog(QDialog):
    """Edits what the file of a protocol says besides its settings.

    A problem is shown beside its field. ``saved(Protocol)``: Emitted with the protocol when the
    user clicks Save.
    """

    saved = Signal(object)

    def __init__(self, setup: Setup, taken: Collection[str], folder: Path, parent: QWidget) -> None:
        """Create the dialog.

        setup: the settings to save. taken: the ids of other protocols. folder: where the file will
        be.
        """
        super().__init__(parent)
        self.setObjectName("save_protocol.dialog")
        self.setWindowTitle("Save as protocol")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._setup, self._taken, self._folder = setup, taken, folder
        self._name, self._group = QLineEdit("My protocol"), QLineEdit("Own")
        self._notes, self._problem = QPlainTextEdit(), QLabel(wordWrap=True)
        self._file = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._name_widgets()
        self._lay_out()
        self._name.textChanged.connect(self._check)
        self._group.textChanged.connect(self._check)
        self._buttons.accepted.connect(self._save)
        self._buttons.rejected.connect(self.reject)
        self._name.selectAll()
        self._check()

    def _name_widgets(self) -> None:
        for key, widget, title in (
            ("name", self._name, "Name of the protocol"),
            ("group", self._group, "Heading in the menu"),
            ("notes", self._notes, "What the protocol asks"),
            ("problem", self._problem, "What is wrong"),
            ("file", self._file, "File of the protocol"),
        ):
            named(widget, f"save_protocol.{key}", title)
        self._name.setMaxLength(_LONGEST_NAME)
        self._group.setMaxLength(_LONGEST_NAME)
        self._notes.setPlaceholderText("what it asks, and what to look for")
        self._notes.setTabChangesFocus(True)
        self._notes.setFixedHeight(_NOTES_LINES * self.fontMetrics().lineSpacing() + 12)
        self._problem.setMinimumHeight(self.fontMetrics().height())  # no row moves for it
        self._file.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        form, column = QFormLayout(), QVBoxLayout(self)
        form.addRow("&Name", self._name)
        form.addRow("", self._problem)
        form.addRow("&Heading", self._group)
        form.addRow("&Task", self._notes)
        form.addRow("File", self._file)
        add_layout(column, form)
        column.addWidget(self._buttons)
        self.resize(max(self.sizeHint().width(), 480), self.sizeHint().height())

    @Slot()
    def _check(self) -> None:
        """Show what is wrong with the name, and allow saving only if nothing is."""
        found, problem = id_from_name(self._name.text()), ""
        path = self._folder / f"{found}.toml"
        if not found:
            problem = "a name is needed, with a letter or digit; the menu shows it"
        elif not self._group.text().strip():
            problem = "a heading is needed; the menu groups protocols by it"
        elif found in self._taken or path.exists():
            problem = f"there is a protocol {found} already; choose another name"
        set_message(self._problem, problem, error=True)
        self._file.setText("" if problem else str(path))
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not problem)

    @Slot()
    def _save(self) -> None:
        name = self._name.text().strip()
        self.saved.emit(Protocol(
            id_from_name(name), name, self._group.text().strip(), self._setup.base.source or name,
            " ".join(self._notes.toPlainText().split()) or name, self._setup,
        ))  # fmt: skip
        self.accept()
