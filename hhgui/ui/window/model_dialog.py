"""Ask for the name, id, source and notes of a neuron that is saved as a parameter set."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.edit import CHANGED
from hhgui.model.library import ORDER
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.words import id_from_name
from hhgui.ui.widgets.labels import named, set_message
from hhgui.ui.widgets.layouts import add_layout

_LONGEST_NAME = 60
_NOTES_LINES = 5


class ModelDialog(QDialog):
    """Edits what a model file says about its neuron besides the numbers.

    After the dialog has been accepted, membrane is the named neuron and path its file. Source and
    notes of the parameter set are offered only if the neuron has its numbers, since they would not
    be true of an edited one. Problems are shown beside their field. Before an existing file is
    replaced, the user is asked.
    """

    def __init__(
        self, membrane: Membrane, base: Membrane, folder: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("save_model.dialog")
        self.setWindowTitle("Save model as")
        self.membrane, self._folder = membrane, folder
        holds = membrane == base
        self._name, self._id = QLineEdit(), QLineEdit()
        self._source, self._notes = QLineEdit(), QPlainTextEdit()
        self._file = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._errors = {key: QLabel(wordWrap=True) for key in ("name", "id")}
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._name_widgets()
        self._lay_out()
        self._name.textEdited.connect(self._on_name_edited)
        self._id.textEdited.connect(self._check)
        self._buttons.accepted.connect(self._save)
        self._buttons.rejected.connect(self.reject)
        self._name.setText(f"My {base.name.removesuffix(CHANGED)}"[:_LONGEST_NAME])
        self._id.setText(self._free_id(id_from_name(self._name.text())))
        self._source.setText(base.source if holds else "")
        self._notes.setPlainText(base.notes if holds else "")
        self._name.selectAll()
        self._check()

    @property
    def path(self) -> Path:
        """Return the path of the model file, which is named after the id."""
        return self._folder / f"{self._id.text().strip()}.toml"

    def _name_widgets(self) -> None:
        widgets: dict[str, tuple[QWidget, str]] = {
            "name": (self._name, "Name of the neuron"),
            "id": (self._id, "Id of the neuron"),
            "source": (self._source, "Source of the neuron"),
            "notes": (self._notes, "Notes on the neuron"),
            "file": (self._file, "File of the model"),
        }
        for key, (widget, title) in widgets.items():
            named(widget, f"save_model.{key}", title)
        for key, label in self._errors.items():
            label.setObjectName(f"error.save_model.{key}")
            label.setMinimumHeight(self.fontMetrics().height())  # a row that comes moves others
        self._name.setMaxLength(_LONGEST_NAME)
        self._id.setMaxLength(64)
        self._id.setToolTip("What --model takes, and the name of the file")
        self._source.setPlaceholderText("where its numbers are from")
        self._notes.setPlaceholderText("what the neuron does, for those who choose it")
        self._notes.setTabChangesFocus(True)
        self._notes.setFixedHeight(_NOTES_LINES * self.fontMetrics().lineSpacing() + 12)
        self._file.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        form, column = QFormLayout(), QVBoxLayout(self)
        form.addRow("&Name", self._name)
        form.addRow("", self._errors["name"])
        form.addRow("&Id", self._id)
        form.addRow("", self._errors["id"])
        form.addRow("&Source", self._source)
        form.addRow("N&otes", self._notes)
        form.addRow("File", self._file)
        add_layout(column, form)
        column.addWidget(self._buttons)
        self.resize(max(self.sizeHint().width(), 520), self.sizeHint().height())

    def _free_id(self, wanted: str) -> str:
        """Return this id, with a number added if a file has it already."""
        found, number = wanted, 2
        while (self._folder / f"{found}.toml").exists():
            found, number = f"{wanted[:58]}-{number}", number + 1
        return found

    def _on_name_edited(self, name: str) -> None:
        """Make the id from the name, until the user has edited the id."""
        if not self._id.isModified():
            self._id.setText(self._free_id(id_from_name(name)))
        self._check()

    def _check(self) -> None:
        """Show what is wrong beside the fields, and allow saving only if nothing is."""
        problems = {"name": "", "id": ""}
        if not self._name.text().strip():
            problems["name"] = "a name is needed; it is what the list of parameter sets shows"
        given = self._id.text().strip()
        if given in ORDER:
            problems["id"] = f"{given} is a set that comes with the program; choose another id"
        try:
            self.membrane = replace(
                self.membrane,
                id=given,
                name=self._name.text().strip(),
                source=self._source.text().strip(),
                notes=self._notes.toPlainText().strip(),
            )
        except ModelError as error:
            problems["id"] = str(error)
        for key, problem in problems.items():
            set_message(self._errors[key], problem, error=True)
        fine = not any(problems.values())
        self._file.setText(str(self.path) if fine else "")
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(fine)

    def _save(self) -> None:
        self._check()
        if self.path.exists():
            answer = QMessageBox.question(
                self, "Save model as", f"{self.path.name} is there already. Replace it?"
            )
            if answer != QMessageBox.StandardButton.Yes:
                return
        self.accept()
