"""List the results of an experiment: quantity, value and method."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from hhgui.experiments.events import Result
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.words import sentence, with_minus

_HEADERS = ("Result", "Value", "How measured")


class ResultsTable(QTableWidget):
    """A row for each result; if a value is missing, its problem is shown instead."""

    def __init__(self) -> None:
        super().__init__(0, len(_HEADERS))
        self.setObjectName("measure.results")
        self.setAccessibleName("Results")
        self.setHorizontalHeaderLabels(list(_HEADERS))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def show_results(self, results: Sequence[Result], currents: CurrentUnit = DENSITY) -> None:
        """Show these results in order; currents: the unit in which currents are shown."""
        self.setRowCount(len(results))
        self.setVisible(bool(results))
        for row, result in enumerate(results):
            measured = "" if result.value is None and result.problem else result.how
            how = "; ".join(filter(None, (measured, result.problem)))
            how = with_minus(currents.sentence(how))
            texts = result.label, value_text(result, currents), how
            for column, text in enumerate(texts):
                item = QTableWidgetItem(sentence(text) if column != 1 else text)
                item.setToolTip(f"<p>{texts[2]}</p>")
                if column == 1:
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(right)
                self.setItem(row, column, item)


def value_text(result: Result, currents: CurrentUnit = DENSITY) -> str:
    """Return a value with five digits and its unit, "2.2413 µA/cm²"; a dash if it is missing.

    currents: the unit in which currents are shown.
    """
    if result.value is None:
        return "–"
    value = currents.factor_of(result.unit) * result.value
    return with_minus(f"{value:.5g} {currents.unit(result.unit)}".strip())
