"""Run any experiment on the neuron of the document with one click."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.differences import differences
from hhgui.document.session import KeptRun
from hhgui.document.setup import Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DT, Trial, own_trial
from hhgui.engine.spikes import SpikeRule
from hhgui.experiments.catalogue import EXPERIMENTS, experiment_named
from hhgui.experiments.contract import Experiment, Measured
from hhgui.failures import CANCELLED
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.words import sentence
from hhgui.report.measured import measured_items
from hhgui.report.report import ReportItem
from hhgui.storage.measure_csv import write_measured
from hhgui.storage.table_form import TableForm
from hhgui.ui.experiments.chooser import Chooser
from hhgui.ui.experiments.form import Form
from hhgui.ui.experiments.results import ResultsTable
from hhgui.ui.experiments.snapshot import Snapshot
from hhgui.ui.experiments.stored import check_stored, stored
from hhgui.ui.experiments.view import MeasureView
from hhgui.ui.tab import TABLE_FILES, Command, Export, Tab
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.labels import named, push_button, set_message
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.oscillation_button import OscillationButton
from hhgui.ui.widgets.own_method import OwnMethod
from hhgui.ui.widgets.run_controls import RunControls
from hhgui.ui.widgets.theme import Theme, current_theme

MOST_KEPT = 12
_SIDE_DIGITS = 32


@dataclass(frozen=True)
class MeasureState:
    """The state of the tab.

    experiment: the id of the chosen one, "" for the first. settings: of this experiment. method, dt
    (ms): the tab's own; a method of "" means those of the run bar. results: the measurements, to be
    made again; those that are kept are marked visible.
    """

    experiment: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = ""
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    results: tuple[KeptRun, ...] = ()

    def __post_init__(self) -> None:
        own_trial(self.method, self.dt)
        check_stored(self.results)
        if self.experiment:
            experiment_named(self.experiment).from_settings(self.settings)


class MeasureTab(Tab):
    """Experiments with a form on the left, plots and results on the right.

    ``measure_requested(Experiment)``: Emitted to request a measurement; the controller calls
    ``begin``, ``add_snapshots`` with snapshots as they come, and ``finish``.
    ``follow_requested()``: Emitted to have the measurement made again after edits of the neuron.
    ``open_requested(Measured, row)``: Emitted to show the single run behind a row.
    ``neuron_requested(Measured, x, y)``: Emitted with the two numbers of a pixel of a map, to run
    that neuron in Live. ``results_requested(KeptRuns)``: Emitted with the measurements of a
    session, to have them made again; the controller calls ``show_again``. ``forgotten()``: Emitted
    when these are no longer wanted.
    """

    name = "measure"
    results_in = "results"
    title = "Measure"
    State = MeasureState
    commands = (
        Command("measure.run", "&Measure", "", "Run the experiment of the Measure tab", "run"),
        Command("measure.stop", "Stop measuring", "", "End the experiment that runs", "stop"),
    )

    keeps = True
    measure_requested = Signal(object)
    follow_requested = Signal()
    open_requested = Signal(object, int)
    results_requested = Signal(object)
    forgotten = Signal()
    neuron_requested = Signal(object, float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("measure")
        self._running = False
        self.shown: Snapshot | None = None
        self._kept: list[Snapshot] = []
        self._complete = False  # what is shown
        self._awaited: list[KeptRun] = []  # of a session, while they are measured again
        self._restored = 0  # how many of the kept ones are of the session
        self._edited: dict[str, Experiment] = {}
        self._chooser, self._form = Chooser(), Form()
        self._plots = MeasureView()
        self._results = ResultsTable()
        self._integration = OwnMethod("measure", "the experiment")
        self._run = RunControls("measure", "the experiment")
        self._keep = push_button("Keep", "measure.keep", "Keep this result to compare with")
        self._forget = push_button("Forget kept", "measure.forget", "Forget the kept results")
        self._export = push_button("Export…", "measure.export", "Export the table as CSV")
        self._follow = QCheckBox("Follow the neuron")
        self._message, self._title = QLabel(wordWrap=True), QLabel()
        self._count = OscillationButton("measure.count")
        self._name_widgets()
        self._lay_out()
        self._connect()
        self._chooser.choose(next(iter(EXPERIMENTS)))
        self.set_theme(current_theme())
        self._set_running(False)

    # Methods of the tab contract

    @property
    def running(self) -> bool:
        return self._running

    def run(self) -> None:
        """Start the experiment in the form."""
        experiment = self.experiment()
        if experiment is not None:
            self.measure_requested.emit(experiment)

    def reset_axes(self) -> None:
        self._plots.reset_range()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self._plots.set_theme(theme, scale)

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show the experiment of a protocol or lesson with its settings."""
        if not setup.experiment:
            return
        self.stop()
        kind = experiment_named(setup.experiment)
        self.show_experiment(kind.from_settings(setup.settings))
        self._integration.set_trial(None)
        if runs:
            self.run()

    def setup_values(self) -> dict[str, Any]:
        shown = self._form.shown()
        own = vars(self.trial) if self.own_method else {}
        return {"experiment": shown.id, "settings": shown.settings(), **own}

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return (self._side,)

    def state(self) -> MeasureState:
        shown = self._form.shown()
        results = [*self._awaited, *(stored(each.measured, True) for each in self._kept)]
        if self._complete and self.shown is not None and self.shown not in self._kept:
            results.append(stored(self.shown.measured, False))
        own = self._integration.state
        return MeasureState(shown.id, shown.settings(), *own, tuple(results))

    def restore(self, state: MeasureState) -> None:
        self._integration.set_trial(own_trial(state.method, state.dt))
        if state.experiment:
            self.show_experiment(experiment_named(state.experiment).from_settings(state.settings))
        self.stop()
        self._kept, self.shown, self._restored = [], None, 0
        self._awaited = list(state.results)
        self._title.setText("")
        self._draw()
        self.results_requested.emit(state.results)

    def show_again(self, snapshots: Sequence[Snapshot | None]) -> None:
        """Show the next measurements of a session.

        One that is on the screen already stays there.
        """
        for snapshot in snapshots[: len(self._awaited)]:
            stored_as, *self._awaited = self._awaited
            if snapshot is None:
                continue
            if stored_as.visible:
                self._kept.insert(self._restored, snapshot)
                self._restored += 1
            elif self.shown is None and not self._running:
                self.shown, self._complete = snapshot, True
                membrane = snapshot.measured.subject.membrane
                self._title.setText(f"{snapshot.measured.experiment.title} · {membrane.name}")
        self._draw()

    @property
    def can_keep(self) -> bool:
        return self.shown is not None and not self._running

    def figure(self) -> Figure | None:
        """Return those plots that have the x axis of the first, above each other."""
        if self.shown is None or not self.shown.figures:
            return None
        first = self.shown.figures[0]
        same = [f for f in self.shown.figures if f.x_label == first.x_label]
        panels = tuple(panel for figure in same for panel in figure.panels)
        measured = self.shown.measured
        title = f"{measured.experiment.title}, {measured.subject.membrane.name}"
        return replace(first, title=title, panels=panels)

    def report_items(self) -> list[ReportItem]:
        shown = None if self.shown is None or self._running else self.shown.measured
        return measured_items(shown, [each.measured for each in self._kept], self.currents)

    def numbers(self) -> Export | None:
        shown = self.shown
        if shown is None:
            return None
        measured = shown.measured

        def write(
            path: Path, form: TableForm, _cancelled: Callable[[], bool],
            _progress: Callable[[float], object],
        ) -> None:  # fmt: skip
            write_measured(path, measured, list(measured.problems), form)

        kind = measured.experiment
        return Export(f"Export {kind.title}", f"{kind.id}.csv", TABLE_FILES, write)

    @property
    def own_method(self) -> bool:
        return self._integration.own

    # Methods for the controller

    @property
    def trial(self) -> Trial:
        """Return the method and dt (ms) for the next measurement."""
        return self._integration.trial

    def set_common_method(self, trial: Trial) -> None:
        """Note the method and dt of the run bar, with which the tab runs unless it has its own.

        Nothing is run. The tab uses them later, too, if the user gives up its own.
        """
        self._integration.set_common(trial)

    @property
    def following(self) -> bool:
        """Return whether every edit of the neuron causes a new measurement."""
        return self._follow.isChecked()

    def experiment(self) -> Experiment | None:
        """Return the experiment in the form; if it is invalid, None, and a message is shown."""
        try:
            return self._form.experiment()
        except ModelError as error:
            set_message(self._message, f"Not started: {error}.", error=True)
            return None

    def show_experiment(self, experiment: Experiment) -> None:
        """Choose an experiment and fill its form."""
        self._edited[experiment.id] = experiment
        self._chooser.choose(experiment.id)
        self._form.show_experiment(experiment)

    def set_paths(self, paths: list[str]) -> None:
        """Offer these numbers of the neuron and its stimulus in the form."""
        self._form.set_paths(paths)

    def edited(self, experiment_id: str) -> Experiment:
        """Return an experiment with the settings in its form, or those it had when last shown."""
        if self._form.filled and self._form.shown().id == experiment_id:
            return self._form.shown()
        return self._edited.get(experiment_id) or EXPERIMENTS[experiment_id]()

    def begin(self, experiment: Experiment, membrane: Membrane, replaces: bool = True) -> None:
        """Show that a measurement has begun.

        replaces: whether the old plots are cleared at once, or only when new rows come.
        """
        self._complete = False
        self._set_running(True)
        self._title.setText(f"{experiment.title} · {membrane.name}")
        if replaces:
            self.shown = None
            self._draw()
            set_message(self._message, "Measuring…")
        self._run.begin_progress()

    @Slot(object)
    def add_snapshots(self, snapshots: Iterable[Snapshot]) -> None:
        """Show the newest of several snapshots."""
        *_, self.shown = snapshots
        self._draw()

    @Slot(float)
    def show_progress(self, fraction: float) -> None:
        """Show the completed fraction of the work, from 0 to 1."""
        if self._running:
            self._run.show_progress(0, fraction)

    def finish(self, message: str, inaccuracy: str = "") -> None:
        """Show that the measurement has ended.

        message: "" if it is complete, else why not. inaccuracy: what is inaccurate about its time
        step, or "".
        """
        self._complete = not message
        self._set_running(False)
        if not self.following:
            self.kept.emit()
        if message:
            set_message(self._message, sentence(message, "."), error=message != CANCELLED)
        elif inaccuracy:
            text = f"⚠ Inaccurate: {self.currents.sentence(inaccuracy)}. Try a smaller dt."
            set_message(self._message, text, error=True)
        else:
            set_message(self._message, "")

    @property
    def _drawn_kept(self) -> list[Snapshot]:
        """Return the kept results that are drawn below the present one."""
        shown = self.shown
        return [k for k in self._kept if shown is None or k.measured.experiment.id ==
                shown.measured.experiment.id]  # fmt: skip

    @property
    def currents(self) -> CurrentUnit:
        drawn = [*self._drawn_kept, *((self.shown,) if self.shown else ())]
        areas = [each.measured.subject.membrane.area for each in drawn]
        return shown_currents().unit_of(areas) if areas else DENSITY

    @Slot()
    def _draw(self) -> None:
        shown = self.shown
        kept = self._drawn_kept
        unit = self.currents
        figures = [figure_in_unit(figure, unit) for figure in shown.figures] if shown else []
        names = _names([k.measured for k in kept] + ([shown.measured] if shown else []))
        earlier = [[figure_in_unit(figure, unit) for figure in each.figures] for each in kept]
        self._plots.show_figures(figures, earlier, list(map(unit.sentence, names)))
        self._plots.show_problem(unit.sentence(shown.problem) if shown else "")
        self._results.show_results(shown.results if shown else (), unit)
        self._count.offer(shown.remedy if shown else None)
        self._enable_buttons()

    def _enable_buttons(self) -> None:
        """Enable the buttons that apply to the present results."""
        for button in (self._keep, self._export):
            button.setEnabled(self.can_keep)
        self._forget.setEnabled(bool(self._kept))

    def _set_running(self, running: bool) -> None:
        self._running = running
        self._run.set_running(running)
        if not running:
            self._run.forget_progress()
        self._enable_buttons()

    # Slots for the user's actions

    @Slot(str)
    def _choose(self, experiment_id: str) -> None:
        if self._form.filled:
            before = self._form.shown()
            self._edited[before.id] = before
        self._form.show_experiment(self._edited.get(experiment_id) or EXPERIMENTS[experiment_id]())

    @Slot()
    def keep(self) -> None:
        if self.shown is not None and self.shown not in self._kept:
            self._kept = [*self._kept, self.shown][-MOST_KEPT:]
            self.kept.emit()
            self._draw()

    @Slot()
    def _forget_kept(self) -> None:
        self._kept, self._awaited, self._restored = [], [], 0
        self.forgotten.emit()
        self.kept.emit()
        self._draw()

    @Slot(object)
    def _count_with(self, rule: SpikeRule) -> None:
        """Change the spike rule, and measure again."""
        self.rule_requested.emit(rule)
        if not self.following:
            self.run()

    @Slot(int, float, float)
    def _open(self, number: int, x: float, _y: float) -> None:
        """Open the single run behind the point nearest to (x, y) of plot ``number``."""
        if self.shown is None or self._running:
            return
        measured = self.shown.measured
        plots = [p for p in measured.experiment.plots_for(measured.subject) if p.style != "family"]
        if number < len(plots) and len(measured.rows):
            column = measured.rows.column(plots[number].x)
            columns = measured.experiment.columns_for(measured.subject)
            unit = next((each.unit for each in columns if each.key == plots[number].x), "")
            at = x / self.currents.factor_of(unit)
            row = list(measured.rows)[int(abs(column - at).argmin())]
            self.open_requested.emit(measured, row.index)

    def fill_plot_menu(self, menu: QMenu) -> None:
        """Add an entry that opens the run of the pixel under the cross of a map."""
        at = self._plots.pixel
        if at is not None and self.shown is not None and not self.running:
            entry = menu.addAction("Open this run")
            entry.setObjectName("measure.map.open")
            entry.triggered.connect(partial(self._open_pixel, self.shown.measured, *at))

    def _open_pixel(self, measured: Measured, x: float, y: float) -> None:
        x, y = self._as_measured(measured, x, y)
        columns = (measured.rows.column(key) for key in ("x", "y"))
        far = [np.abs(column - at) for column, at in zip(columns, (x, y), strict=True)]
        place = int(np.argmin(sum(each / max(each.max(), 1e-300) for each in far)))
        self.open_requested.emit(measured, list(measured.rows)[place].index)

    def _as_measured(self, measured: Measured, x: float, y: float) -> tuple[float, float]:
        """Return the two numbers of a pixel in the units of the measurement.

        They may be shown as currents of a whole cell.
        """
        across, up, *_ = measured.experiment.columns_for(measured.subject)
        unit = self.currents
        return x / unit.factor_of(across.unit), y / unit.factor_of(up.unit)

    @Slot(float, float)
    def _choose_neuron(self, x: float, y: float) -> None:
        """Emit ``neuron_requested`` for a pixel of a map."""
        if self.shown is not None:
            measured = self.shown.measured
            self.neuron_requested.emit(measured, *self._as_measured(measured, x, y))

    def show_chosen(self, text: str) -> None:
        """Show a sentence that says which neuron of a map runs in Live now."""
        set_message(self._message, text)

    # Building

    def _name_widgets(self) -> None:
        for widget, name, title in (
            (self._message, "measure.message", "How the experiment ended"),
            (self._title, "measure.title", "What is measured"),
            (self._follow, "measure.follow", "Measure again after each edit of the neuron"),
        ):
            named(widget, name, title)
        self._title.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self._chooser)
        parts.addWidget(self._form)
        parts.setChildrenCollapsible(False)
        parts.setSizes([300, 260])
        left.addWidget(parts, 1)
        left.addWidget(self._run)
        for buttons in ((self._keep, self._forget), (self._export,)):
            line = QHBoxLayout()
            for button in buttons:
                line.addWidget(button)
            add_layout(left, line)
        foot = QHBoxLayout()
        foot.addWidget(self._follow, 1)
        foot.addWidget(self._integration.switch)
        add_layout(left, foot)
        left.addWidget(self._integration)
        side.setFixedWidth(self.fontMetrics().horizontalAdvance("0" * _SIDE_DIGITS))
        self._side = side
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self._plots)
        right.addWidget(self._results)
        right.setStretchFactor(0, 1)
        right.setSizes([460, 130])
        right.setChildrenCollapsible(False)
        shown = QVBoxLayout()
        shown.addWidget(self._title)
        shown.addWidget(right, 1)
        shown.addWidget(self._message)
        shown.addWidget(self._count, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 10)
        row.setSpacing(10)
        row.addWidget(side)
        add_layout(row, shown, 1)

    def _connect(self) -> None:
        self._chooser.chosen.connect(self._choose)
        self._run.start.clicked.connect(self.run)
        self._run.cancel.clicked.connect(self.stop)
        self._keep.clicked.connect(self.keep)
        self._forget.clicked.connect(self._forget_kept)
        self._export.clicked.connect(self.export)
        self._follow.toggled.connect(self._on_follow)
        self._integration.changed.connect(self._on_integration)
        self._plots.clicked.connect(self._open)
        self._plots.pixel_chosen.connect(self._choose_neuron)
        shown_currents().changed.connect(self._draw)
        self._count.rule_chosen.connect(self._count_with)

    @Slot()
    def _on_integration(self) -> None:
        if self.following:
            self.follow_requested.emit()

    @Slot(bool)
    def _on_follow(self, on: bool) -> None:
        if on:
            self.follow_requested.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._side.setFixedWidth(self.fontMetrics().horizontalAdvance("0" * _SIDE_DIGITS))


def _names(measured: list[Measured]) -> list[str]:
    """Return how each of several results differs from the others; "" for a single one."""
    if len(measured) < 2:
        return [""] * len(measured)
    setups: list[Setup] = [each.subject.setup(each.subject.stimulus, 1.0) for each in measured]
    return differences(setups)
