"""Define a tab: a page that the window, menus, themes, figures, exports and sessions can use.

A tab is a folder of ``ui/`` with a ``Tab`` in ``tab.py`` and a ``TabController`` in
``controller.py``, and one line in ``TABS`` (``ui/tabs.py``). The window, the themes, the menus, the
figures and the sessions use the methods below and do not depend on the class of any tab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QMenu, QWidget

from hhgui.document.setup import Setup
from hhgui.engine.recording import Recording
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.figure import Figure, series_of
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.report.report import ReportItem, Section
from hhgui.storage.figure_csv import write_figure_csv
from hhgui.storage.trace_csv import TraceExport, write_traces
from hhgui.ui.widgets.theme import Theme

if TYPE_CHECKING:
    from hhgui.storage.table_form import TableForm


TABLE_FILES = "CSV tables (*.csv);;NumPy arrays (*.npz)"
AXON_TEXT = "Axon text for Clampex and Clampfit (*.atf)"


@dataclass(frozen=True)
class Command:
    """Describe a tab's entry in a menu; ``name`` is the action's objectName.

    does: Name of the tab's method that the entry calls. "export" is an entry of the File menu, the
    others are entries of the Simulation menu; "run" first brings the tab to the front.
    """

    name: str
    text: str
    key: str
    tip: str
    does: Literal["run", "stop", "export"]


@dataclass(frozen=True)
class Export:
    """Describe a file that a tab offers to write once the user has chosen its path.

    title: Title of the dialog that asks for the path. name: Suggested file name. filters: File
    types as Qt's dialog lists them. write: Writes the file in the export thread, given its path,
    the form of tables, ``cancelled()`` and ``progress(fraction)``. record: Whether it also writes
    a JSON beside the table, from which the same table is made again.
    """

    title: str
    name: str
    filters: str
    write: Callable[[Path, TableForm, Callable[[], bool], Callable[[float], object]], object]
    record: bool = True


def trace_file(export: TraceExport, name: str, rows: int) -> Export:
    """Return the file of traces with so many rows, which are computed as they are written."""

    def write(
        path: Path, form: TableForm, cancelled: Callable[[], bool],
        progress: Callable[[float], object],
    ) -> None:  # fmt: skip
        def on_rows(done: int) -> None:
            progress(min(done / rows, 1.0))

        write_traces(path, export, on_rows, cancelled, form=form)

    return Export("Export traces", name, f"{TABLE_FILES};;{AXON_TEXT}", write)


@dataclass(frozen=True)
class NoState:
    """Represent the state of a tab that stores nothing in a session."""


class Tab(QWidget):
    """Show the page of a tab; a subclass overrides the methods that apply to it.

    name: Identifies the tab in session files, protocols and lessons. title: Text in the tab bar.
    commands: Entries in the menus. can_run: Whether Run applies. halt: Text of the Run action
    while the tab runs. shows_live: Whether the tab shows the live run, to which Step, Reset and
    Pulse apply. watches_live: Whether it shows a part of it. plays: Whether the stimulus of the
    side panel is what the live neuron gets, the command voltage of a clamp; other tabs use the
    current. keeps: Whether Keep applies. empty: Notice if there is nothing to export. State: What a
    session stores of the tab, a frozen dataclass of plain values and of the records that
    ``storage/session.py`` supports, which validates itself (ModelError). results_in: Name of its
    field that holds the user's results, or
    "". ``cancel_requested()``: Emitted to cancel the running job. ``model_requested(id)``: Emitted
    with the id of a parameter set to choose.
    ``rule_requested(SpikeRule)``: Emitted with a rule to count spikes by, in all tabs but that of
    f–I curves. ``kept()``: Emitted when there is a result that a crash must not lose.
    ``export_requested(Export)``: Emitted to ask for a path and write a file. ``noticed(text)``:
    Emitted with a notice for the status bar. ``run_shown(SingleRun)``: Emitted when the tab shows a
    new single run of the document, which other tabs may show in their way.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    commands: ClassVar[tuple[Command, ...]] = ()
    can_run: ClassVar[bool] = True
    halt: ClassVar[str] = "Stop"
    shows_live: ClassVar[bool] = False
    watches_live: ClassVar[bool] = False
    plays: ClassVar[bool] = False
    keeps: ClassVar[bool] = False
    empty: ClassVar[str] = "There is nothing to export yet."
    State: ClassVar[type[Any]] = NoState
    results_in: ClassVar[str] = ""

    cancel_requested = Signal()
    model_requested = Signal(str)
    rule_requested = Signal(object)
    kept = Signal()
    export_requested = Signal(object)
    noticed = Signal(str)
    run_shown = Signal(object)

    @property
    def own_method(self) -> bool:
        """Return whether the tab integrates with another method and dt than the run bar's."""
        return False

    @property
    def running(self) -> bool:
        """Return whether a job runs that ``stop`` ends; the Run action then offers that."""
        return False

    def run(self) -> None:
        """Start the tab's computation as its own button does, if it has one."""

    def stop(self) -> None:
        """Cancel the tab's computation and keep the results so far."""
        self.cancel_requested.emit()

    @property
    def can_keep(self) -> bool:
        """Return whether there is something to keep."""
        return False

    def keep(self) -> None:
        """Keep what is shown, to compare it with what follows."""

    def prepare(self) -> None:
        """Create slow parts in advance once the kernels have been compiled."""

    def tick(self, recording: Recording | None) -> bool:
        """Draw new data; the display timer calls this while the tab is in front.

        recording: Of the live run. Return whether traces were drawn, which the frame rate counts.
        """
        return False

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """Set the parameter sets that can be chosen."""

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives thick lines for a projector."""

    def reset_axes(self) -> None:
        """Show all data with each axis in its usual range."""

    def zoom_to(self, plot: pg.ViewBox, shown: QRectF) -> None:
        """Show this part (in its coordinates) of a plot; ``reset_axes`` takes it back."""
        plot.setRange(shown, padding=0)
        plot.sigRangeChangedManually.emit([True, True])

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show the settings of a protocol or lesson, whose neuron the document already has.

        runs: Start slow computations at once. A lesson leaves that to the student.
        """

    def setup_values(self) -> dict[str, Any]:
        """Return the tab's part of a protocol: fields of ``Setup`` as ``show_setup`` takes them."""
        return {}

    def state(self) -> Any:
        """Return what a session stores of the tab, a ``State``; no message, nothing is emitted.

        An autosave calls it at any moment, also while a field holds what can't be used.
        """
        return self.State()

    def restore(self, state: Any) -> None:
        """Restore the state of a session, whose neuron the document already has."""

    @property
    def results(self) -> tuple[object, ...]:
        """Return the results that a session stores, to compare with those that were saved."""
        return tuple(getattr(self.state(), self.results_in)) if self.results_in else ()

    def figure(self) -> Figure | None:
        """Return the tab's content as a figure for print, or None while there is none."""
        return None

    @property
    def currents(self) -> CurrentUnit:
        """Return the unit in which the tab shows currents; ``figure`` has densities."""
        return DENSITY

    @property
    def offers_plot_menu(self) -> bool:
        """Return whether a right click on a plot shows a menu; it may mean something else."""
        return True

    def fill_plot_menu(self, menu: QMenu) -> None:
        """Add the tab's own entries to the context menu of its plots."""

    def report_items(self) -> Sequence[ReportItem]:
        """Return what can go into a report, quickly: sections are made later, in a job.

        By default that is the figure, which is not ticked at first.
        """
        figure = self.figure()
        if figure is None:
            return ()
        title = f"{self.title}: the figure"
        section = Section(title, figures=(figure_in_unit(figure, self.currents),))
        return (ReportItem("figure", title, lambda: section, chosen=False),)

    def numbers(self) -> Export | None:
        """Return all of the tab's numbers as a file to write, or None while there are none.

        By default these are the numbers of the figure.
        """
        figure = self.figure()
        if figure is None or not series_of(figure):
            return None
        return Export("Export numbers", f"{self.name}.csv", TABLE_FILES,
                      partial(_write_figure, figure), record=False)  # fmt: skip

    def export(self) -> None:
        """Ask for a path and write the tab's numbers; a tab may first ask which."""
        export = self.numbers()
        if export is None:
            self.noticed.emit(self.empty)
        else:
            self.export_requested.emit(export)


def _write_figure(
    figure: Figure,
    path: Path,
    form: TableForm,
    cancelled: Callable[[], bool],
    _progress: Callable[[float], object],
) -> None:
    write_figure_csv(path, series_of(figure), cancelled, form)
