"""Show View → Preferences, which sets the format of exported tables."""

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QVBoxLayout,
    QWidget,
)

from hhgui.storage.table_form import TableForm
from hhgui.ui.window.settings import settings

TABLES = "tables"
# By the words that settings.ini keeps.
FORMS = {
    "comma-point": ("comma and decimal point: 0.5,10.0", TableForm()),
    "semicolon-comma": (
        "semicolon and decimal comma: 0,5;10,0 (Excel in most of Europe)",
        TableForm("csv", ";", ","),
    ),
    "semicolon-point": ("semicolon and decimal point: 0.5;10.0", TableForm("csv", ";")),
    "tab-point": ("tab and decimal point", TableForm("csv", "\t")),
    "tab-comma": ("tab and decimal comma", TableForm("csv", "\t", ",")),
}  # fmt: skip


def table_form() -> TableForm:
    """Return the chosen format of tables, by default comma and decimal point."""
    chosen = str(settings().value(TABLES, ""))
    return FORMS.get(chosen, FORMS["comma-point"])[1]


class Preferences(QDialog):
    """Edit choices that outlast the session and store each one at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle("Preferences")
        self._tables = QComboBox()
        self._tables.setObjectName("preferences.tables")
        self._tables.setAccessibleName("Separator and decimal sign of tables")
        for word, (text, form) in FORMS.items():
            self._tables.addItem(text, word)
            if form == table_form():
                self._tables.setCurrentIndex(self._tables.count() - 1)
        self._tables.currentIndexChanged.connect(self._keep)
        group = QGroupBox("Tables")
        QFormLayout(group).addRow("Separator and decimal sign", self._tables)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(group)
        column.addWidget(buttons)

    def _keep(self) -> None:
        settings().setValue(TABLES, self._tables.currentData())
