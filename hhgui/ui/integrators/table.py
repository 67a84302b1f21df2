"""List the results of a comparison, one per row, in the order of the trials."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from hhgui.engine.methods import METHODS
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.widgets.line_sample import SIZE, line_sample
from hhgui.ui.widgets.theme import CurveStyle

# Heading, the widest text under it, tooltip.
HEADINGS = (
    ("Method", "", "Tick a row to show its curve"),
    ("dt (ms)", "0.003125", "Time step; the adaptive method chooses its own"),
    ("Run", "stopped at 000.00 ms", "Whether the run reached its end"),
    ("Spikes", "0000", "Upward crossings of the threshold"),
    ("Error (ms)", "reference", "Worst spike time against the adaptive solution, spike by spike"),
    ("Took (ms)", "00000", "How long the computer took"),
)
_ROOM = 7


class ResultTable(QTableWidget):
    """The table of results.

    ``shown_changed(row, shown)``: Emitted when the user has clicked the check box of a row.
    """

    shown_changed = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__(0, len(HEADINGS))
        self.setObjectName("integrators.table")
        self.setAccessibleName("Results by method and dt")
        for column, (text, _, tip) in enumerate(HEADINGS):
            item = QTableWidgetItem(text)
            item.setToolTip(tip)
            self.setHorizontalHeaderItem(column, item)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setIconSize(SIZE)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.itemChanged.connect(self._on_changed)
        self._set_widths()

    def clear_results(self) -> None:
        """Remove all rows."""
        self.setRowCount(0)

    def add_result(self, place: int, result: TrialResult, style: CurveStyle) -> None:
        """Insert a row at index ``place``."""
        self.blockSignals(True)
        self.insertRow(place)
        for column, text in enumerate(row_texts(result)):
            item = QTableWidgetItem(text)
            if column in (1, 3, 4, 5):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(f"<p>{escape(result.problem or text)}</p>")
            if column == 0:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked)
            self.setItem(place, column, item)
        self.set_style(place, style)
        self.blockSignals(False)

    def set_style(self, row: int, style: CurveStyle) -> None:
        """Show a sample of the curve's line before the method."""
        item = self.item(row, 0)
        assert item is not None
        blocked = self.blockSignals(True)
        pen = QPen(style.color, 2.0, style.line, Qt.PenCapStyle.FlatCap)
        item.setIcon(line_sample(pen))
        self.blockSignals(blocked)

    def apply_font(self) -> None:
        """Fit widths and heights to the font."""
        self._set_widths()

    def _set_widths(self) -> None:
        """Fit each column to its longest text; that of the methods gets the rest of the width."""
        metrics = QFontMetrics(self.font())
        header = self.horizontalHeader()
        header.setMinimumSectionSize(metrics.horizontalAdvance("dt (ms)") + _ROOM)
        for column, (heading, widest, _) in enumerate(HEADINGS):
            width = max(map(metrics.horizontalAdvance, (heading, widest))) + 2 * _ROOM
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 6)

    def _on_changed(self, item: QTableWidgetItem) -> None:
        if item.column() == 0:
            self.shown_changed.emit(item.row(), item.checkState() == Qt.CheckState.Checked)


def row_texts(result: TrialResult) -> tuple[str, ...]:
    """Return the cells of a result: method, dt, outcome, spikes, spike error and run time."""
    error = "" if result.spike_error is None else f"{result.spike_error:.3g}"
    spikes = "" if result.spike_count is None else f"{result.spike_count}"
    dt = "its own" if METHODS[result.trial.method].adaptive else f"{result.trial.dt:g}"
    return (
        METHODS[result.trial.method].label,
        dt,
        run_text(result),
        spikes,
        "reference" if result.reference else error,
        f"{1000.0 * result.seconds:.3g}",
    )


def run_text(result: TrialResult) -> str:
    """Return in words how a run ended."""
    if result.finite:
        return "finite"
    if not result.times.size:
        return "did not start"
    return f"stopped at {result.times[-1]:.2f} ms"
