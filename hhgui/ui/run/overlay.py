"""Draw the present run and the kept runs over each other, and list how they differ."""

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.differences import differences
from hhgui.experiments.single_run import SingleRun
from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.run.plots import ExperimentPlots
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.kept_list import KeptList, line_of

MOST_KEPT = 12


class Overlay(QObject):
    """Connects the list of kept runs with the plots.

    ``changed()``: Emitted when other runs are drawn than before.
    """

    changed = Signal()

    def __init__(self, kept: KeptList, plots: ExperimentPlots) -> None:
        super().__init__(plots)
        self._list, self._plots = kept, plots
        self._current: ShownRun | None = None
        self._kept: list[ShownRun] = []
        kept.changed.connect(self._draw)
        shown_currents().changed.connect(self.compare)

    @property
    def current(self) -> SingleRun | None:
        """Return the present run, which is not a kept one; None if there is none."""
        return None if self._current is None else self._current.run

    @property
    def empty(self) -> bool:
        """Return whether there are no runs at all."""
        return self._current is None and not self._kept

    @property
    def keeps_more(self) -> bool:
        """Return whether the present run can be kept: there is one and the list has room."""
        return self._current is not None and len(self._list.runs) < MOST_KEPT

    def show_current(self, run: SingleRun | None) -> None:
        """Draw this run as the present one; None: there is none."""
        self._current = None if run is None else ShownRun(run)
        self._draw()

    def keep(self) -> None:
        """Keep the present run, if that is possible."""
        if self._current is not None and self.keeps_more:
            self._list.keep(self._current.run)

    @Slot()
    def compare(self) -> None:
        """List for each run how it differs from the others."""
        setups = [kept.run.setup for kept in self._list.runs]
        if self._current is not None:
            found = differences([self._current.run.setup, *setups])
        else:
            found = ["", *differences(setups)]
        self._list.show_differences(list(map(self._plots.currents.sentence, found)))

    def _draw(self) -> None:
        known = {id(shown.run): shown for shown in self._kept}
        kept_runs = self._list.runs
        self._kept = [known.get(id(kept.run)) or ShownRun(kept.run) for kept in kept_runs]
        visible = []
        for kept, shown in zip(kept_runs, self._kept, strict=True):
            shown.hue, shown.line = kept.color, line_of(kept.color)
            visible += [shown] * kept.visible
        self._plots.show_runs(visible + ([self._current] if self._current else []))
        self.compare()
        self.changed.emit()
