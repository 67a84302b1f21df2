"""List the special points of a bifurcation diagram with their numbers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.diagram_data import DiagramData, axis_text, kind_text
from hhgui.ui.widgets.currents import shown_currents


class PointsTable(QTableWidget):
    """Show a row for each special point, by rising parameter."""

    def __init__(self) -> None:
        super().__init__(0, 5)
        self.setObjectName("dynamics.points")
        self.setAccessibleName("Special points of the bifurcation diagram")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(False)
        self.setMinimumHeight(60)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_points(self, data: DiagramData) -> None:
        """Show the points that have come."""
        unit = shown_currents().unit
        axis = axis_text(data.question.path, unit)
        self.setHorizontalHeaderLabels(["Point", axis, "V (mV)", "f (Hz)", "T (ms)"])
        self.setRowCount(len(data.points))
        factor = unit.factor_of(data.question.unit)
        for row, point in enumerate(data.points):
            numbers = factor * point.parameter, point.voltage, point.frequency, point.period
            texts = [sentence(kind_text(point))]
            texts += ["" if value is None else f"{value:.6g}" for value in numbers]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(with_minus(text))
                item.setToolTip(texts[0])
                if column:
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(right)
                self.setItem(row, column, item)
