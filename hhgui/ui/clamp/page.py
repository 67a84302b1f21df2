"""Lay out the sweeps of a voltage clamp and, beside them, what is measured on them."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from hhgui.ui.clamp.plots import ClampPlots
from hhgui.ui.clamp.results import ResultWords
from hhgui.ui.plots.figure_plots import FigurePlots
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.labels import named, set_text
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme

_SWEEPS, _RESULTS = "sweeps", "results"
_HINT = "Drag the shaded window over the peak and the line to where the late current is read."


_SWEEPS_DIGITS = 28  # the least width of the sweeps


class ClampPage(QSplitter):
    """Title, sweeps and read-out on the left, the plot and words of the results on the right."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.sweeps = ClampPlots()
        self.results = FigurePlots("clamp.result", "What is measured in the sweeps")
        self.words = ResultWords()
        self._title = named(QLabel(), "clamp.title", "What is clamped")
        self._hint = named(ReadOut("clamp.read_out"), "clamp.read_out", "What is under the mouse")
        self._hint.reserve(_HINT)
        self._hint.show_text(_HINT)
        self._output = CalmComboBox("clamp.output", "What figure, copy and export take")
        self._output.addItem("Sweeps", _SWEEPS)
        self._output.addItem("Result", _RESULTS)
        self._title.setWordWrap(True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self._title, self._hint):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._lay_out()
        self.sweeps.pointed.connect(self._point)

    @property
    def gives_results(self) -> bool:
        """Return whether figure, copy and export are to be of the results, not of the sweeps.

        That depends on which of the two was clicked last.
        """
        return bool(self._output.currentData() == _RESULTS)

    def show_title(self, text: str) -> None:
        """Show in words what is clamped."""
        set_text(self._title, text)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives large type and thick lines."""
        self.sweeps.set_theme(theme, scale)
        self.results.set_theme(theme, scale)
        self.words.set_theme(theme)

    def reset_ranges(self) -> None:
        """Show everything, with each axis in its usual range."""
        self.sweeps.reset_ranges()
        self.results.reset_range()

    def _lay_out(self) -> None:
        middle, right = QWidget(), QSplitter(Qt.Orientation.Vertical)
        middle.setMinimumWidth(middle.fontMetrics().horizontalAdvance("0" * _SWEEPS_DIGITS))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._title)
        column.addWidget(self.sweeps, 1)
        column.addWidget(self._hint)
        below = QWidget()
        under = QVBoxLayout(below)
        under.setContentsMargins(0, 0, 0, 0)
        under.addWidget(self.words, 1)
        # above each other: on a small screen the sweeps need the width
        under.addWidget(QLabel("Figure, copy, export:"))
        under.addWidget(self._output)
        right.addWidget(self.results)
        right.addWidget(below)
        right.setSizes([360, 220])
        right.setChildrenCollapsible(False)
        self.addWidget(middle)
        self.addWidget(right)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)
        self.setSizes([460, 300])
        self.setChildrenCollapsible(False)

    @Slot(str)
    def _point(self, text: str) -> None:
        self._hint.show_text(text or _HINT)
