"""List the sweeps that the user has kept, and draw them behind the live traces."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject

from hhgui.document.session import KeptSweep
from hhgui.document.sweep import Sweep, sweep_name
from hhgui.experiments.single_run import SingleRun
from hhgui.ui.figures.traces import LaidOver
from hhgui.ui.live.plots import TracePlots
from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.widgets.currents import in_unit
from hhgui.ui.widgets.kept_list import HUES, Kept, KeptList, line_of

MOST_KEPT = 8


class LiveSweep(NamedTuple):
    """A kept sweep, and the run that has its numbers."""

    sweep: Sweep
    run: SingleRun


class KeptSweeps(QObject):
    """Connects the list of kept sweeps with the plots."""

    def __init__(self, kept: KeptList, plots: TracePlots) -> None:
        super().__init__(plots)
        self._list, self._plots = kept, plots
        self._awaited: tuple[KeptSweep, ...] = ()  # of a session, while they are computed
        kept.changed.connect(self._draw)
        kept.hide()

    @property
    def full(self) -> bool:
        """Return whether the list has no room for another sweep."""
        return len(self._list.runs) >= MOST_KEPT

    @property
    def shown(self) -> tuple[Kept, ...]:
        """Return the kept sweeps that are drawn."""
        return tuple(kept for kept in self._list.runs if kept.visible)

    def state(self) -> tuple[KeptSweep, ...]:
        """Return the kept sweeps as a session stores them."""
        own = (
            KeptSweep(each.name, HUES.index(each.color), each.visible, each.run.sweep)
            for each in self._list.runs
        )
        return (*self._awaited, *own)

    def add(self, sweep: Sweep, run: SingleRun) -> None:
        """List a sweep under a name that says how it differs."""
        if self.full:
            return
        known = self._list.runs
        first = known[0].run.sweep if known else None
        name = in_unit(sweep_name(sweep, first, (each.name for each in known)))
        self._list.keep(LiveSweep(sweep, run), name)

    def await_runs(self, kept: Sequence[KeptSweep]) -> None:
        """Replace the list by the sweeps of a session, which are still to be computed."""
        self._awaited = tuple(kept)
        self._list.set_runs(())

    def show_runs(self, runs: Sequence[SingleRun]) -> None:
        """List the sweeps of a session before those that the user has kept since."""
        back = [
            Kept(kept.name, HUES[kept.color % len(HUES)], kept.visible, LiveSweep(kept.sweep, run))
            for kept, run in zip(self._awaited, runs, strict=True)
        ]
        self._awaited = ()
        self._list.set_runs([*back, *self._list.runs])

    def laid_over(self) -> list[LaidOver]:
        """Return the visible sweeps for a figure."""
        return [
            LaidOver(each.run.run, each.name, (each.color, line_of(each.color)), shift)
            for each, shift in zip(self.shown, self._plots.kept_shifts, strict=True)
        ]

    def _draw(self) -> None:
        self._list.setVisible(bool(self._list.runs))
        self._plots.set_kept(
            [(each.run.sweep, ShownRun(each.run.run, each.color, line_of(each.color)))
             for each in self.shown]
        )  # fmt: skip
