"""Show the measurements of an action potential in a table: quantity, value and method."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.session import DEFAULT_RISE, RISE
from hhgui.experiments.marked import Annotation, MarkedPotential
from hhgui.figures.marked import value_text
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.parameter import Parameter
from hhgui.model.words import counted, sentence
from hhgui.ui.widgets.copy_table import copy_rows
from hhgui.ui.widgets.field_rows import label_of
from hhgui.ui.widgets.labels import named, push_button, set_text
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField

MEASURING = "measuring…"
# What experiments find, and their labels while they do.
SLOW = (
    ("excitability", "pulse threshold"),
    ("absolute_refractory", "absolute refractory period"),
    ("relative_refractory", "relative refractory period"),
)
WHICH = Parameter(
    "which", "spike", "spike", "", 1, 1_000_000, 1, 0, "Which of the run's spikes is marked.",
    whole=True,
)  # fmt: skip


class MarksPanel(QWidget):
    """The table of measurements, with fields that choose the spike and the threshold's slope.

    zoom, export: buttons that zoom to the spike and export the table. ``copied(notice)``: Emitted
    when the table has been copied. ``choice_changed()``: Emitted when the user has changed ``rise``
    or ``which``.
    """

    choice_changed = Signal()
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("experiment.marks.panel")
        self._marks: tuple[Annotation, ...] = ()
        self._currents = DENSITY
        self._count, self._shown_which = 0, -1
        self._which, self._of = NumberField(WHICH, "experiment.which"), QLabel()
        self._rise = NumberField(RISE, "experiment.rise")
        self.zoom = QPushButton("Zoom to it")
        self._copy = push_button("Copy", "experiment.marks.copy", "Copy the table")
        self.export = push_button("Export…", "experiment.marks.export",
                                  "Write values and places of the marks to a CSV file")  # fmt: skip
        self._table = QTableWidget(0, 2)
        self._how = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._problem.setObjectName("experiment.marks.problem")
        self._set_up_fields()
        self._set_up_table()
        self._lay_out()

    @property
    def rise(self) -> float:
        """Return the slope dV/dt (mV/ms) that defines the threshold."""
        return self._rise.value

    def set_rise(self, rise: float) -> None:
        """Show such a slope (mV/ms) without emitting a signal."""
        self._rise.set_value_silently(rise)

    @property
    def which(self) -> int:
        """Return the index of the spike to measure, counted from 0."""
        return round(self._which.value) - 1

    def show_marks(
        self, marked: MarkedPotential, measuring: bool, currents: CurrentUnit = DENSITY
    ) -> None:
        """Fill the table.

        measuring: whether further results are expected, which are shown as being measured.
        currents: the unit in which currents are shown.
        """
        self._currents = currents
        self._count = marked.count
        if marked.which != self._shown_which:  # otherwise keep the user's choice
            self._shown_which = marked.which
            self._which.set_value_silently(marked.which + 1)
        self._of.setText(f"of {marked.count}")
        self._which.setEnabled(marked.count > 1)
        self._enable(not marked.problem)
        missing = [(k, label) for k, label in SLOW if measuring and marked.mark(k) is None]
        waiting = [Annotation(key, label, None, "", "An experiment runs for it.")
                   for key, label in missing]  # fmt: skip
        self._marks = (*marked.marks, *waiting)
        self._table.setRowCount(len(self._marks))
        for row, mark in enumerate(self._marks):
            how = currents.sentence(mark.how)
            self._put(row, 0, sentence(mark.label), sentence(how))
            self._put(row, 1, MEASURING if mark in waiting else value_text(mark, currents), how)
        self._problem.setText(currents.sentence(marked.problem))
        self._problem.setVisible(bool(marked.problem))
        self._explain()

    def say(self, text: str) -> None:
        """Show in place of the table why there are no measurements."""
        self._marks = ()
        self._table.setRowCount(0)
        self._enable(False)
        self._problem.hide()
        set_text(self._how, text)

    def _enable(self, there: bool) -> None:
        """Enable the controls that need measurements if there are any."""
        for button in (self.zoom, self._copy, self.export):
            button.setEnabled(there)

    def _choose_spike(self, number: float) -> None:
        """Choose a spike by its number from 1, or the last one if there are fewer."""
        if number > self._count > 0:
            self._which.set_value_silently(self._count)
            self._which.show_error(f"the run has {counted(self._count, 'spike')}")
        self.choice_changed.emit()

    def _put(self, row: int, column: int, text: str, how: str) -> None:
        """Write a cell; how: its tooltip."""
        item = self._table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if column == 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._table.setItem(row, column, item)
        item.setText(text)
        item.setToolTip(how)

    def _explain(self) -> None:
        """Show how the quantity in the selected row was measured."""
        row = self._table.currentRow()
        hint = "Choose a row to read how it was measured."
        if 0 <= row < len(self._marks):
            hint = sentence(self._currents.sentence(self._marks[row].how)) + "."
        set_text(self._how, hint)

    def _set_up_fields(self) -> None:
        self._which.set_value_silently(1.0)
        self._which.value_committed.connect(self._choose_spike)
        self._rise.set_value_silently(DEFAULT_RISE)
        self._rise.set_default(DEFAULT_RISE)
        self._rise.value_committed.connect(lambda _value: self.choice_changed.emit())
        named(self.zoom, "experiment.marks.zoom", "Zoom to the marked action potential")
        self.zoom.setToolTip("Show the marked spike from near; double-click a plot to go back")
        self._how.setObjectName("experiment.marks.how")
        self._how.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _set_up_table(self) -> None:
        table = self._table
        named(table, "experiment.marks.table", "What was measured on the action potential")
        table.setHorizontalHeaderLabels(["Action potential", "Value"])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        rows = table.verticalHeader()
        rows.setMinimumSectionSize(self.fontMetrics().height() + 4)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._copy.clicked.connect(lambda: self.copied.emit(copy_rows(table, everything=True)))
        table.currentCellChanged.connect(lambda *_: self._explain())

    def _lay_out(self) -> None:
        first, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        for widget in (label_of(self._which), self._which, self._of):
            first.addWidget(widget)
        first.addStretch(1)
        first.addWidget(self.zoom)
        second.addWidget(label_of(self._rise))
        second.addWidget(self._rise, 1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        add_layout(column, first)
        add_layout(column, second)
        column.addWidget(self._problem)
        column.addWidget(self._table, 1)
        column.addWidget(self._how)
        last = QHBoxLayout()
        last.addWidget(self._copy)
        last.addWidget(self.export)
        last.addStretch(1)
        add_layout(column, last)
        # Room for three lines: a longer sentence must not move the table.
        self._how.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self._how.setAlignment(Qt.AlignmentFlag.AlignTop)
