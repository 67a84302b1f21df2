"""The current run and the kept ones: drawn over each other, and what differs between them."""

from PySide6.QtCore import QObject, Signal

from hhgui.experiments.single_run import SingleRun, differences
from hhgui.ui.run.plots import ExperimentPlots
from hhgui.ui.run.runs import MOST_KEPT, RunList, line_of
from hhgui.ui.run.shown import ShownRun


class Overlay(QObject):
    """Between the list of kept runs and the plots. changed(): other runs are drawn."""

    changed = Signal()

    def __init__(self, kept: RunList, plots: ExperimentPlots) -> None:
        super().__init__(plots)
        self._list, self._plots = kept, plots
        self._current: ShownRun | None = None
        self._kept: list[ShownRun] = []
        kept.changed.connect(self._draw)

    @property
    def current(self) -> SingleRun | None:
        """The run that is shown, kept ones aside."""
        return None if self._current is None else self._current.run

    @property
    def empty(self) -> bool:
        """Whether there is no run at all."""
        return self._current is None and not self._kept

    @property
    def keeps_more(self) -> bool:
        """Whether the current run can be kept."""
        return self._current is not None and len(self._list.runs) < MOST_KEPT

    def show_current(self, run: SingleRun) -> None:
        """Draw this as the current run, in place of the one before."""
        self._current = ShownRun(run)
        self._draw()

    def keep(self) -> None:
        """Keep the current run, if there is one and room for it."""
        if self._current is not None and self.keeps_more:
            self._list.keep(self._current.run)

    def compare(self) -> None:
        """Say of each run what it differs in."""
        setups = [kept.run.setup for kept in self._list.runs]
        if self._current is not None:
            self._list.show_differences(differences([self._current.run.setup, *setups]))
        else:
            self._list.show_differences(["", *differences(setups)])

    def _draw(self) -> None:
        known = {id(shown.run): shown for shown in self._kept}
        kept_runs = self._list.runs
        self._kept = [known.get(id(kept.run)) or ShownRun(kept.run) for kept in kept_runs]
        visible = []
        for kept, shown in zip(kept_runs, self._kept, strict=True):
            shown.hue, shown.line = kept.colour, line_of(kept.colour)
            visible += [shown] * kept.visible
        self._plots.show_runs(visible + ([self._current] if self._current else []))
        self.compare()
        self.changed.emit()
