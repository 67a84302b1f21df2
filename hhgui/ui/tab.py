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
    """An entry of a tab in a menu.

    name: the objectName of its action. text, key, tip: of the action. does: the method of the tab
    that it calls. "export" stands in the File menu, the others in the Simulation menu; "run" brings
    the tab to the front first.
    """

    name: str
    text: str
    key: str
    tip: str
    does: Literal["run", "stop", "export"]


@dataclass(frozen=True)
class Export:
    """A file that a tab offers to write once the user has chosen its path.

    title: of the dialog that asks for the path. name: the suggested file name. filters: the file
    types as Qt's dialog lists them. write: writes the file, in another thread, given its path, the
    form of tables, ``cancelled()`` and ``progress(fraction)``. record: whether it also writes a
    JSON beside the table, from which the same table can be made again.
    """

    title: str
    name: str
    filters: str
    write: Callable[[Path, TableForm, Callable[[], bool], Callable[[float], object]], object]
    record: bool = True


def trace_file(export: TraceExport, name: str, rows: int) -> Export:
    """Return the file of ``rows`` rows of traces, which are computed as they are written."""

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
    """The state of a tab that stores nothing in a session."""


class Tab(QWidget):
    """The page of a tab; a subclass overrides the methods that apply to it.

    name: identifies the tab in session files, protocols and lessons. title: the text in the tab
    bar. commands: its entries in the menus. can_run: whether the command Run applies. halt: the
    text of the command Run while the tab runs. shows_live: whether it shows the live run, to which
    Step, Reset and Pause apply. watches_live: whether it shows a part of it. plays: whether the
    stimulus of the side panel is what the live neuron gets, that is the command voltage of a clamp;
    other tabs use the current. keeps: whether the command Keep applies. empty: the notice if there
    is nothing to export. State: the class of what a session stores of the tab: a frozen dataclass
    of plain values, and of records that ``storage/session.py`` knows, which validates itself
    (ModelError). results_in: the name of its field that holds the user's results, or "".

    ``cancel_requested()``: Emitted to cancel the running job. ``model_requested(id)``: Emitted to
    choose a parameter set. ``rule_requested(SpikeRule)``: Emitted to change the spike rule of all
    tabs but that of f–I curves. ``kept()``: Emitted when there is a result that a crash must not
    lose. ``export_requested(Export)``: Emitted to ask for a path and write a file.
    ``noticed(text)``: Emitted with a notice for the status bar. ``run_shown(SingleRun)``: Emitted
    when the tab shows another single run, which other tabs may show in their way; None if it shows
    none any more.
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
    def forms(self) -> tuple[QWidget, ...]:
        """Return the widgets with the tab's settings, which presentation mode hides.

        The tab itself never hides or shows them.
        """
        return ()

    @property
    def own_method(self) -> bool:
        """Return whether the tab has a method and dt of its own, and not those of the run bar."""
        return False

    @property
    def running(self) -> bool:
        """Return whether a job is running that ``stop`` would end.

        The command Run then stops it.
        """
        return False

    def run(self) -> None:
        """Start the tab's computation as its own button does, if it has one."""

    def stop(self) -> None:
        """Cancel the tab's computation; keep the results so far."""
        self.cancel_requested.emit()

    @property
    def can_keep(self) -> bool:
        """Return whether there is something to keep."""
        return False

    def keep(self) -> None:
        """Keep what is shown, to be compared with later results."""

    def prepare(self) -> None:
        """Create slow parts in advance; called once the kernels have been loaded."""

    def tick(self, recording: Recording | None) -> bool:
        """Draw new data; called in every frame while the tab is in front.

        recording: that of the live run, or None. Returns whether traces were drawn, for the frame
        rate.
        """
        return False

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """Set the parameter sets that can be chosen."""

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives thick lines for a projector."""

    def reset_axes(self) -> None:
        """Show all data with each axis in its usual range."""

    def zoom_to(self, plot: pg.ViewBox, shown: QRectF) -> None:
        """Show the part ``shown`` of a plot, in coordinates of the plot.

        ``reset_axes`` undoes this.
        """
        plot.setRange(shown, padding=0)
        plot.sigRangeChangedManually.emit([True, True])

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show the settings of a protocol or lesson, whose neuron is in the document already.

        runs: whether to start slow computations at once; a lesson leaves that to the student.
        """

    def setup_values(self) -> dict[str, Any]:
        """Return the tab's settings for a protocol: values for fields of ``Setup``, by name."""
        return {}

    def state(self) -> Any:
        """Return what a session stores of the tab, an object of the class ``State``; emit nothing.

        It is called at any moment, also while a field holds an invalid text.
        """
        return self.State()

    def restore(self, state: Any) -> None:
        """Restore such a state; the neuron of the session is in the document already."""

    @property
    def results(self) -> tuple[object, ...]:
        """Return the results that a session stores, to be compared with those saved last."""
        return tuple(getattr(self.state(), self.results_in)) if self.results_in else ()

    def figure(self) -> Figure | None:
        """Return what the tab shows as a figure for print, None if it shows nothing yet."""
        return None

    @property
    def currents(self) -> CurrentUnit:
        """Return the unit in which the tab shows currents; those of ``figure`` are densities."""
        return DENSITY

    @property
    def offers_plot_menu(self) -> bool:
        """Return whether a right click on a plot opens a menu, instead of doing something else."""
        return True

    def fill_plot_menu(self, menu: QMenu) -> None:
        """Add the tab's own entries to the context menu of its plots."""

    def report_items(self) -> Sequence[ReportItem]:
        """Return the entries for the report, quickly: the sections are made later, in a job.

        By default there is one, the figure, which is not ticked at first.
        """
        figure = self.figure()
        if figure is None:
            return ()
        title = f"{self.title}: the figure"
        section = Section(title, figures=(figure_in_unit(figure, self.currents),))
        return (ReportItem("figure", title, lambda: section, chosen=False),)

    def numbers(self) -> Export | None:
        """Return the file with all numbers of the tab, None if there are none yet.

        By default these are the numbers of the figure.
        """
        figure = self.figure()
        if figure is None or not series_of(figure):
            return None
        return Export("Export numbers", f"{self.name}.csv", TABLE_FILES,
                      partial(_write_figure, figure), record=False)  # fmt: skip

    def export(self) -> None:
        """Ask for a path and write ``numbers``; a tab may first ask which of them."""
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
    """Write the numbers of a figure, in another thread."""
    write_figure_csv(path, series_of(figure), cancelled, form)
