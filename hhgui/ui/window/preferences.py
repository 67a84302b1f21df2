"""Provide the dialog View → Preferences: unit of currents, form of tables, file dialogs."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QWidget,
)

from hhgui.model.current_unit import ABSOLUTE, DENSITY_TEXT
from hhgui.storage.table_form import TableForm
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.page import Page
from hhgui.ui.window.settings import (
    remember,
    remember_text,
    remembered,
    remembered_text,
    settings,
)

TABLES = "tables"
CURRENTS = "currents"
NATIVE_DIALOGS = "native_file_dialogs"
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

NO_AREA = (
    "This neuron has no membrane area, which pA and nA need: set it in the panel Neuron. "
    "Until then currents are in µA/cm²."
)
FILES_KEEP = (
    "Sessions and exported tables keep µA/cm²; figures, and their numbers, are as shown. "
    "Every header names its unit."
)


def table_form() -> TableForm:
    """Return the form in which tables are exported; by default CSV with comma and decimal point."""
    chosen = str(settings().value(TABLES, ""))
    return FORMS.get(chosen, FORMS["comma-point"])[1]


def current_choice() -> str:
    """Return the chosen unit of currents; by default "µA/cm²"."""
    chosen = remembered_text(CURRENTS, DENSITY_TEXT)
    return chosen if chosen in ABSOLUTE else DENSITY_TEXT


def apply_dialog_choice() -> None:
    """Use the system's file dialogs or those of Qt, as chosen; by default the system's."""
    own = not remembered(NATIVE_DIALOGS, True)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, own)


class Preferences(Page):
    """The dialog; every choice is stored at once and kept between sessions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("preferences", "Preferences", parent)
        self._tables = QComboBox()
        named(self._tables, "preferences.tables", "Separator and decimal sign of tables")
        for word, (text, form) in FORMS.items():
            self._tables.addItem(text, word)
            if form == table_form():
                self._tables.setCurrentIndex(self._tables.count() - 1)
        self._tables.currentIndexChanged.connect(self._keep)
        self._native = QCheckBox("Use the file dialogs of the system")
        self._native.setObjectName("preferences.native_dialogs")
        self._native.setAccessibleName(self._native.text())
        self._native.setToolTip("Untick this if hhgui ends or hangs when a file is chosen")
        self._native.setChecked(remembered(NATIVE_DIALOGS, True))
        self._native.toggled.connect(self._keep_dialogs)
        self._currents = QComboBox()
        self._currents.setObjectName("preferences.currents")
        self._currents.setAccessibleName("Unit of currents")
        self._currents.addItems([DENSITY_TEXT, *ABSOLUTE])
        self._currents.setCurrentText(current_choice())
        self._currents.currentTextChanged.connect(self._keep_currents)
        self._missing = QLabel(wordWrap=True)
        self._missing.setObjectName("preferences.currents.note")
        self._note_area()
        tables, files = QGroupBox("Tables"), QGroupBox("Files")
        currents = QGroupBox("Currents")
        rows = QFormLayout(currents)
        rows.addRow("Shown and entered in", self._currents)
        rows.addRow(self._missing)
        QFormLayout(tables).addRow("Separator and decimal sign", self._tables)
        QFormLayout(files).addRow(self._native)
        self.fill(currents, tables, files)

    def _keep_currents(self, text: str) -> None:
        remember_text(CURRENTS, text)
        shown_currents().choose(text)
        self._note_area()

    def _note_area(self) -> None:
        """Say that pA and nA need an area, if the neuron has none."""
        absolute = self._currents.currentText() in ABSOLUTE
        self._missing.setText(NO_AREA if absolute and not shown_currents().has_area else FILES_KEEP)

    def _keep(self) -> None:
        settings().setValue(TABLES, self._tables.currentData())

    def _keep_dialogs(self, native: bool) -> None:
        remember(NATIVE_DIALOGS, native)
        apply_dialog_choice()
