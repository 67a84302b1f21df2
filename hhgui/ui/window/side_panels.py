"""Show the panels of neuron and stimulus in a column that is as wide as its font requires."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

PANEL_WIDTH = 330


class SidePanels(QScrollArea):
    """Panels above each other, which scroll if the window is low."""

    def __init__(self, *panels: QWidget) -> None:
        super().__init__()
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(8, 4, 8, 8)
        for panel in panels:
            column.addWidget(panel)
        column.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(PANEL_WIDTH)

    def fit_width(self) -> None:
        """Fit the width to the font and the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        needed = self._inside.minimumSizeHint().width() + bar
        self.setMinimumWidth(max(PANEL_WIDTH, needed))
