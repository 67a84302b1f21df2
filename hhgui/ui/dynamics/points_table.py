"""List the special points of a bifurcation diagram with their numbers."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from hhgui.model.words import with_minus
from hhgui.ui.dynamics.picture import Rows

_SHORT = "Hopf, supercritical M"  # a name that is not cut, however narrow the table is


class PointsTable(QTableWidget):
    """A row for each special point, by rising parameter."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        self._shown: Rows | None = None
        self.setObjectName("dynamics.points")
        self.setAccessibleName("Special points of the bifurcation diagram")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(False)
        self.setMinimumHeight(60)

    def show_rows(self, table: Rows) -> None:
        """Show the special points computed so far."""
        if table == self._shown:  # most pieces of a diagram bring none
            return
        self._shown = table
        self.setColumnCount(len(table.headings))
        self.setHorizontalHeaderLabels(table.headings)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.setRowCount(len(table.rows))
        for row, texts in enumerate(table.rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(with_minus(text) if column else text)
                item.setToolTip(texts[0])
                if column:
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(right)
                self.setItem(row, column, item)
        self._fit_names()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()

    def _fit_names(self) -> None:
        """Give the names the room that the numbers leave, at least that of a short name."""
        if not self.columnCount():
            return
        numbers = sum(self.columnWidth(column) for column in range(1, self.columnCount()))
        least = min(self.sizeHintForColumn(0), self.fontMetrics().horizontalAdvance(_SHORT))
        self.setColumnWidth(0, max(least, self.viewport().width() - numbers))
