"""Show what an experiment has measured: plots, or a map."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hhgui.figures.figure import Figure
from hhgui.ui.experiments.map_view import MapView
from hhgui.ui.plots.figure_plots import FigurePlots
from hhgui.ui.widgets.theme import Theme


class MeasureView(QWidget):
    """The plots of an experiment, or the map of one that has a map, with what went wrong.

    ``clicked(number, x, y)``: Emitted with the index of a plot and a position in units of its axes.
    ``pixel_chosen(x, y)``: Emitted with the two numbers of a pixel of a map that was clicked, or
    over which the mouse is dragged.
    """

    clicked = Signal(int, float, float)
    pixel_chosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._plots, self._map = FigurePlots("measure", "What is measured"), MapView()
        self._stack = QStackedWidget()
        for view in (self._plots, self._map):
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._plots.clicked.connect(self.clicked)
        self._map.pixel_chosen.connect(self.pixel_chosen)

    def show_figures(
        self,
        figures: Sequence[Figure],
        kept: Sequence[Sequence[Figure]] = (),
        names: Sequence[str] = (),
    ) -> None:
        """Draw figures, over those of kept results, which are faint.

        kept: for each kept result its figures. names: of the kept results, then of the present one.
        """
        is_map = bool(figures) and figures[0].panels[0].image is not None
        self._stack.setCurrentWidget(self._map if is_map else self._plots)
        if is_map:
            self._map.show_figure(figures[0], [each[0] for each in kept if each], names)
        self._plots.show_figures(() if is_map else figures, () if is_map else kept, names)

    @property
    def pixel(self) -> tuple[float, float] | None:
        """Return the two numbers of the pixel under the cross of a map, None if there is no map."""
        return self._map.pixel if self._stack.currentWidget() is self._map else None

    def show_problem(self, text: str) -> None:
        """Show why something could not be measured; "" removes this."""
        self._plots.show_problem(text)
        self._map.show_problem(text)

    def reset_range(self) -> None:
        """Show all data."""
        self._plots.reset_range()
        self._map.reset_range()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set all colours; a ``scale`` above 1 gives thick lines for a projector."""
        self._plots.set_theme(theme, scale)
        self._map.set_theme(theme, scale)
