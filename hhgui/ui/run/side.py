"""Provide the column beside the plots with the kept runs and the measurements."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from hhgui.ui.run.marks import MarksPanel
from hhgui.ui.widgets.kept_list import WIDTH_DIGITS, KeptList

_LEAST_LIST = 150  # height of the kept runs beside a table of marks


class ExperimentSide(QSplitter):
    """The column beside the plots, which is visible only if it has content."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.kept, self.table = KeptList("experiment", "Kept runs", current=True), MarksPanel()
        self.addWidget(self.kept)
        self.addWidget(self.table)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * WIDTH_DIGITS)

    def fit(self, marking: bool, height: int) -> None:
        """Fit the column to its content.

        marking: whether the table of measurements is in use. height: of the whole tab (px).
        """
        listing = bool(self.kept.runs)
        self.kept.setVisible(listing)
        self.setVisible(listing or marking)
        if listing and marking and min(self.sizes()) < _LEAST_LIST:
            self.setSizes([_LEAST_LIST, height - _LEAST_LIST])
