"""Ask for what a file leaves open, and show its rows and the resulting current."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import with_minus
from hhgui.storage.currents.choice import DECIMALS, HOLD, LINEAR, NUMBERS, Choice
from hhgui.storage.currents.current_file import CurrentFile
from hhgui.storage.currents.layout import SEPARATORS
from hhgui.storage.currents.problems import Undecided
from hhgui.storage.currents.table import Table
from hhgui.storage.currents.units import CURRENT_UNITS, TIME_UNITS
from hhgui.ui.stimulus.preview import StimulusPreview
from hhgui.ui.widgets.currents import in_unit
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.theme import current_theme

ROWS, COLUMNS = 50, 40
AS_THE_FILE = "as the file says"
_WAIT_MS = 250
_TITLES = {
    "time": "Time is column", "time_unit": "Unit of time", "time_offset": "Time offset (ms)",
    "current": "Current is column", "unit": "Unit of current", "area": "Membrane area (µm²)",
    "scale": "Scale", "offset": "Offset", "interpolate": "Between rows",
    "separator": "Separator", "decimal": "Decimal sign",
}  # fmt: skip
_EMPTY = {"area": "needed for A, nA, pA", "time_offset": "0", "scale": "1", "offset": "0"}


class ImportDialog(QDialog):
    """Shows a table and edits a Choice; it does not read the file itself.

    ``choice_changed(Choice)``: Emitted with the edited choice; the controller then calls
    ``show_answer``. current: that of the last answer, or None.
    """

    choice_changed = Signal(object)

    def __init__(self, table: Table, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.dialog")
        self.setWindowTitle(f"Import {table.name}")
        self.current: CurrentFile | None = None
        self._choice, self._asked = choice, False
        self._boxes = {key: _box(key) for key in _TITLES if key not in NUMBERS}
        self._lines = {key: _line(key) for key in _TITLES if key in NUMBERS}
        if choice.area is not None:
            self._lines["area"].setText(f"{choice.area:g}")
        self._fill_boxes(table)
        self.preview, self._rows = StimulusPreview(8.0), QTableWidget()
        self.problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._use = QPushButton("Use as stimulus")
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._name_widgets()
        self._lay_out()
        for box in self._boxes.values():
            box.currentIndexChanged.connect(self._on_edited)
        for line in self._lines.values():
            line.textEdited.connect(self._on_edited)
        self._wait.timeout.connect(self._ask)

    @property
    def choice(self) -> Choice:
        """Return the choice in the fields. Raises ModelError if a number is invalid."""
        choice = replace(
            self._choice, separator=self._boxes["separator"].currentData() or None,
            **{key: self._boxes[key].currentData() for key in self._boxes if key != "separator"},
            area=None, time_offset=None, scale=1.0, offset=0.0,
        )  # fmt: skip
        for key, line in self._lines.items():
            if line.text().strip():
                choice = choice.with_value(key, line.text().strip().replace(",", "."))
        return choice

    def show_progress(self, fraction: float) -> None:
        """Show the progress of reading the file again."""
        self._say(f"Reading… {100 * fraction:.0f} %", wrong=False)

    def show_answer(
        self, table: Table | None, current: CurrentFile | None, problem: ModelError | None
    ) -> None:
        """Show the current that the choice gives, or the problem with it."""
        self.current = current
        self._use.setEnabled(current is not None)
        if table is not None:
            self._fill_boxes(table)
            self._show_rows(table, current)
        self.preview.set_stimulus(Stimulus((current.samples,) if current else ()))
        if problem is not None:
            text = problem.question if isinstance(problem, Undecided) else str(problem)
            self._say(text, wrong=True)
            field: QWidget | None = self._boxes.get(problem.key) or self._lines.get(problem.key)
            if field is not None and not self._asked:
                field.setFocus()
        elif current is not None:
            samples = current.samples
            low = min(*samples.values, *(samples.ends or samples.values))
            high = max(*samples.values, *(samples.ends or samples.values))
            pieces = "lines" if samples.ends else "values"
            text = f"{len(samples.values):,} {pieces}, {samples.onset:g} to {samples.end:g} ms, "
            text += in_unit(f"{low:g} to {high:g} µA/cm²")
            self._say("\n".join([with_minus(text), *current.notes]), wrong=False)
        self._asked = True

    def _on_edited(self, _value: object = None) -> None:
        self._use.setEnabled(False)
        self._wait.start()

    def _ask(self) -> None:
        """Emit ``choice_changed``, or show what is invalid."""
        try:
            choice = self.choice
        except ModelError as error:
            self._say(str(error), wrong=True)
            return
        self.choice_changed.emit(choice)

    def _say(self, text: str, wrong: bool) -> None:
        colors = self.palette()
        if wrong:
            colors.setColor(QPalette.ColorRole.WindowText, QColor(current_theme().error))
        self.problem.setPalette(colors)
        self.problem.setText(text)

    def _fill_boxes(self, table: Table) -> None:
        """List the columns to choose from; keep what was chosen if it is still valid."""
        names = [heading.text for heading in table.headings] or [""] * table.width
        for key in ("time", "current"):
            box = self._boxes[key]
            wanted = box.currentData() or ""
            with QSignalBlocker(box):
                box.clear()
                box.addItem(AS_THE_FILE, "")
                for place, name in enumerate(names[:COLUMNS], 1):
                    box.addItem(f"{place}: {name}" if name else f"{place}", str(place))
                box.setCurrentIndex(max(box.findData(wanted), 0))

    def _show_rows(self, table: Table, current: CurrentFile | None) -> None:
        """Show the first rows, with the two columns in use highlighted."""
        rows, width = self._rows, min(table.width, COLUMNS)
        rows.setRowCount(min(len(table.head), ROWS))
        rows.setColumnCount(width)
        texts = [heading.text for heading in table.headings] or [""] * width
        used = {}
        if current is not None:
            used = {current.columns.time: "\n→ time", current.columns.current: "\n→ current"}
        titles = [f"{k + 1}: {texts[k]}".rstrip(": ") + used.get(k, "") for k in range(width)]
        rows.setHorizontalHeaderLabels(titles)
        mark = self.palette().color(QPalette.ColorRole.AlternateBase)
        for row, cells in enumerate(table.head[:ROWS]):
            for place in range(width):
                item = QTableWidgetItem(cells[place] if place < len(cells) else "")
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if place in used:
                    item.setBackground(mark)
                rows.setItem(row, place, item)

    def _name_widgets(self) -> None:
        named(self.preview, "import.preview", "The current that will be injected")
        named(self._rows, "import.table", "The file's first rows")
        self._rows.verticalHeader().hide()
        self._rows.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.problem.setObjectName("import.problem")
        self._use.setObjectName("import.use")
        self._use.setDefault(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        for key, title in _TITLES.items():
            form.addRow(title, self._boxes.get(key) or self._lines[key])
        right = QVBoxLayout()
        right.addWidget(self.preview)
        right.addWidget(self.problem)
        right.addWidget(self._rows, 1)
        both = QHBoxLayout()
        add_layout(both, form)
        add_layout(both, right, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        buttons.addButton(self._use, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        add_layout(column, both, 1)
        column.addWidget(buttons)
        self.resize(900, 520)


def _box(key: str) -> CalmComboBox:
    box = CalmComboBox(f"import.{key}", _TITLES[key])
    box.setMinimumContentsLength(16)
    box.addItem(AS_THE_FILE, "")
    items: dict[str, str] = {
        "time_unit": {unit.replace("us", "µs"): unit for unit in TIME_UNITS},
        "unit": {_unit_text(unit): unit for unit in CURRENT_UNITS},
        "interpolate": {"each row holds": HOLD, "straight lines": LINEAR},
        "separator": SEPARATORS,
        "decimal": {f"{word} {sign}": sign for word, sign in DECIMALS.items()},
    }.get(key, {})
    for text, data in items.items():
        box.addItem(text, data)
    return box


def _unit_text(unit: str) -> str:
    return unit.replace("u", "µ").replace("2", "²")


def _line(key: str) -> QLineEdit:
    line = named(QLineEdit(placeholderText=_EMPTY[key]), f"import.{key}", _TITLES[key])
    line.setToolTip(f"<p>{NUMBERS[key].help}</p>")
    return line
