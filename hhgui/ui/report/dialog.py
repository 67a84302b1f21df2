"""Choose what goes into a lab report, and where it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDate, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from hhgui.model.words import counted
from hhgui.report.report import Head, ReportItem
from hhgui.ui.report.pdf import PAPERS
from hhgui.ui.widgets.labels import named, push_button, set_message
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.progress_strip import ProgressStrip
from hhgui.ui.window.settings import remember, remember_text, remembered, remembered_text

Groups = Sequence[tuple[str, Sequence[ReportItem]]]
KINDS = ("html", "pdf")
_REMEMBER_AFTER_MS = 300
_LONGEST = 2000  # of a line; a text may be longer
_ITEM = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Order:
    """A report that is to be written.

    base: the path without ending. kinds: the endings of its files. paper: the paper of a PDF. head:
    its beginning. items: its parts.
    """

    base: Path
    kinds: tuple[str, ...]
    paper: str
    head: Head
    items: tuple[ReportItem, ...]


class ReportDialog(QDialog):
    """Edits the head of a report, lets the user tick its parts, and saves it.

    ``save_requested(Order)``: Emitted to write the files; the receiver calls ``begin``,
    ``show_progress`` and ``finish``, and stops if the dialog is closed before the end.
    ``cancel_requested()``: Emitted to stop writing.
    """

    save_requested = Signal(object)
    cancel_requested = Signal()

    def __init__(self, groups: Groups, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report.dialog")
        self.setWindowTitle("Lab report")
        self._folder, self._running = folder, False
        self._saved: tuple[Path, ...] = ()
        self._name, self._course = QLineEdit(), QLineEdit()
        self._date, self._text = QDateEdit(), QPlainTextEdit()
        self._items, self._paper = QTreeWidget(), QComboBox()
        self._kinds = {kind: QCheckBox(kind.upper()) for kind in KINDS}
        self._all = push_button("All", "report.all", "Tick everything")
        self._none = push_button("None", "report.none", "Tick nothing")
        self._save = push_button("Save…", "report.save", "Save the report")
        self._open = push_button("Open it", "report.open", "Show the saved report")
        self._close = push_button("Close", "report.close", "Close")
        self._strip, self._message = ProgressStrip("report.progress"), QLabel(wordWrap=True)
        self._soon = QTimer(self, singleShot=True, interval=_REMEMBER_AFTER_MS)
        self._name_widgets()
        self._list(groups)
        self._recall()
        self._lay_out()
        self._connect()
        self._update()

    @property
    def chosen(self) -> tuple[ReportItem, ...]:
        """Return the ticked entries, in order."""
        return tuple(
            row.data(0, _ITEM) for row in self._rows() if row.checkState(0) == Qt.CheckState.Checked
        )

    @property
    def head(self) -> Head:
        """Return the head of the report as the fields have it."""
        date = self._date.date().toString(Qt.DateFormat.ISODate)
        return Head(self._name.text(), date, self._course.text(), self._text.toPlainText())

    def begin(self) -> None:
        """Show that the report is being made."""
        self._running = True
        self._strip.begin("Making the report")
        set_message(self._message, "")
        self._update()

    @Slot(float)
    def show_progress(self, fraction: float) -> None:
        """Show the completed fraction of the work, from 0 to 1."""
        self._strip.show_fraction(fraction)

    def finish(self, saved: Sequence[Path], problem: str) -> None:
        """Show that writing has ended.

        saved: the files. problem: why others were not written, "" if all were.
        """
        self._running = False
        self._strip.hide()
        self._saved = tuple(saved) or self._saved
        names = " and ".join(path.name for path in saved)
        parts = filter(None, (f"Saved {names} in {saved[0].parent}." if saved else "", problem))
        set_message(self._message, " ".join(parts), error=bool(problem))
        self._update()

    def done(self, result: int) -> None:
        """Close the dialog, and cancel a report that is being made."""
        self._remember()
        super().done(result)

    # Building

    def _name_widgets(self) -> None:
        for widget, name, title in (
            (self._name, "report.name", "Your name"),
            (self._date, "report.date", "Date of the report"),
            (self._course, "report.course", "Course, the title of the report"),
            (self._text, "report.text", "Text of your own"),
            (self._items, "report.items", "What goes into the report"),
            (self._paper, "report.paper", "Paper of the PDF"),
            (self._message, "report.message", "What happened"),
            (self._kinds["html"], "report.html", "Save as HTML, one file with its pictures"),
            (self._kinds["pdf"], "report.pdf", "Save as PDF"),
        ):
            named(widget, name, title)
            widget.setToolTip(title)
        for button in (self._all, self._none, self._open, self._close):
            button.setAutoDefault(False)
        for line in (self._name, self._course):
            line.setMaxLength(_LONGEST)
        self._date.setDisplayFormat("yyyy-MM-dd")
        self._date.setCalendarPopup(True)
        self._date.setDate(QDate.currentDate())
        self._text.setPlaceholderText("A text of your own, before the results (optional)")
        self._text.setTabChangesFocus(True)
        self._paper.addItems(list(PAPERS))
        self._items.setHeaderHidden(True)

    def _list(self, groups: Groups) -> None:
        """List the entries in groups, one per tab."""
        for title, items in groups:
            if not items:
                continue
            group = QTreeWidgetItem(self._items, [title])
            group.setFlags(group.flags() | Qt.ItemFlag.ItemIsUserCheckable
                           | Qt.ItemFlag.ItemIsAutoTristate)  # fmt: skip
            for item in items:
                row = QTreeWidgetItem(group, [item.title])
                row.setToolTip(0, item.title)
                row.setData(0, _ITEM, item)
                row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                row.setCheckState(0, _state(item.chosen))
            group.setExpanded(True)

    def _rows(self) -> Iterable[QTreeWidgetItem]:
        for place in range(self._items.topLevelItemCount()):
            group = self._items.topLevelItem(place)
            assert group is not None
            for number in range(group.childCount()):
                row = group.child(number)
                assert row is not None
                yield row

    def _lay_out(self) -> None:
        form, left, right = QFormLayout(), QVBoxLayout(), QVBoxLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            ("&Name", self._name),
            ("&Date", self._date),
            ("&Course", self._course),
        ):
            form.addRow(label, field)
        add_layout(left, form)
        left.addWidget(self._text, 1)
        add_layout(left, _row(self._kinds["html"], self._kinds["pdf"], "on", self._paper, None))
        right.addWidget(self._items, 1)
        add_layout(right, _row(self._all, self._none, None))
        columns, column = QHBoxLayout(), QVBoxLayout(self)
        add_layout(columns, left, 2)
        add_layout(columns, right, 3)
        add_layout(column, columns, 1)
        column.addWidget(self._message)
        column.addWidget(self._strip)
        add_layout(column, _row(self._open, None, self._save, self._close))
        # room for two lines, so that nothing moves when something is said
        self._message.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        digit = self.fontMetrics().horizontalAdvance("0")
        self.resize(110 * digit, 34 * self.fontMetrics().lineSpacing())

    def _connect(self) -> None:
        for changed in (self._name.textChanged, self._course.textChanged, self._text.textChanged):
            changed.connect(self._soon.start)
        self._soon.timeout.connect(self._remember)
        self._items.itemChanged.connect(self._update)
        for box in self._kinds.values():
            box.toggled.connect(self._update)
        self._all.clicked.connect(lambda: self._tick(True))
        self._none.clicked.connect(lambda: self._tick(False))
        self._save.clicked.connect(self._ask_path)
        self._open.clicked.connect(self._show_saved)
        self._close.clicked.connect(self.reject)
        self._strip.cancel_requested.connect(self.cancel_requested)

    # What the user chose last

    def _recall(self) -> None:
        self._name.setText(remembered_text("report/name", ""))
        self._course.setText(remembered_text("report/course", ""))
        self._text.setPlainText(remembered_text("report/text", ""))
        self._paper.setCurrentText(remembered_text("report/paper", "A4"))
        for kind, box in self._kinds.items():
            box.setChecked(remembered(f"report/{kind}", True))

    @Slot()
    def _remember(self) -> None:
        """Store the fields at once, because the program may crash before the dialog is closed."""
        self._soon.stop()
        head = self.head
        for key in ("name", "course", "text"):
            remember_text(f"report/{key}", getattr(head, key))
        remember_text("report/paper", self._paper.currentText())
        for kind, box in self._kinds.items():
            remember(f"report/{kind}", box.isChecked())

    # What the user requests

    def _tick(self, on: bool) -> None:
        """Tick all entries, or none."""
        for row in self._rows():
            row.setCheckState(0, _state(on))

    @Slot()
    def _update(self) -> None:
        """Enable the buttons that apply."""
        kinds = any(box.isChecked() for box in self._kinds.values())
        count = len(self.chosen)
        self._save.setEnabled(kinds and bool(count) and not self._running)
        self._paper.setEnabled(self._kinds["pdf"].isChecked())
        self._open.setEnabled(bool(self._saved) and not self._running)
        why = "" if kinds else "Tick HTML, PDF or both."
        why = why if count else "Tick at least one thing that goes into the report."
        self._save.setToolTip(why or f"Save a report of {counted(count, 'part')}")

    @Slot()
    def _ask_path(self) -> None:
        kinds = tuple(kind for kind, box in self._kinds.items() if box.isChecked())
        start = Path(self._folder) / f"lab-report.{kinds[0]}"
        names = " and ".join(kind.upper() for kind in kinds)
        filters = f"{names} (*.{kinds[0]})"
        name, _ = QFileDialog.getSaveFileName(self, "Save report", str(start), filters)
        if not name:
            return
        asked = Path(name)
        base = asked.with_suffix("") if asked.suffix.lower()[1:] in KINDS else asked
        others = [path for kind in kinds if (path := file_of(base, kind)) != asked]
        if not self._may_replace([path for path in others if path.exists()]):
            return
        self._folder = str(base.parent)
        self._remember()
        self.save_requested.emit(
            Order(base, kinds, self._paper.currentText(), self.head, self.chosen)
        )

    def _may_replace(self, there: Sequence[Path]) -> bool:
        """Ask whether to replace existing files about which the file dialog has not asked."""
        if not there:
            return True
        question = f"{' and '.join(path.name for path in there)} is there already. Replace it?"
        answer = QMessageBox.question(self, "Save report", question)
        return bool(answer == QMessageBox.StandardButton.Yes)

    @Slot()
    def _show_saved(self) -> None:
        """Open the PDF, or the HTML if there is no PDF, in the system's program for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved[-1])))


def file_of(base: Path, kind: str) -> Path:
    """Return the path of a file of the report; its name may contain dots."""
    return base.with_name(f"{base.name}.{kind}")


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def _row(*parts: QWidget | str | None) -> QHBoxLayout:
    """Return a row of widgets and texts; None is a gap that takes the room there is."""
    row = QHBoxLayout()
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(QLabel(part) if isinstance(part, str) else part)
    return row
