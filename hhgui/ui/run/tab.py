"""Show the run of a protocol as a whole, with kept runs drawn over it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.session import KeptRun
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS, Trial, own_trial
from hhgui.engine.spikes import SpikeRule
from hhgui.experiments.single_run import SingleRun
from hhgui.failures import CANCELLED
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.words import counted, sentence
from hhgui.report.report import ReportItem
from hhgui.storage.csv_table import chosen_names
from hhgui.storage.marks_csv import write_marks
from hhgui.storage.table_form import TableForm
from hhgui.storage.trace_csv import RunRecord, TraceExport
from hhgui.ui.figures.traces import FIRST_LOOK, figure_of_run
from hhgui.ui.run.bar import ExperimentBar
from hhgui.ui.run.marking import Marking
from hhgui.ui.run.overlay import Overlay
from hhgui.ui.run.plots import ExperimentPlots
from hhgui.ui.run.report import run_items
from hhgui.ui.run.run_queue import RunQueue
from hhgui.ui.run.side import ExperimentSide
from hhgui.ui.run.state import RunState
from hhgui.ui.tab import Command, Export, Tab, trace_file
from hhgui.ui.widgets.banner import Banner
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.kept_list import HUES, Kept, line_of
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.oscillation_button import OscillationButton
from hhgui.ui.widgets.own_method import OwnMethod
from hhgui.ui.widgets.progress_strip import ProgressStrip
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme, current_theme

EMPTY = (
    "Press “Run”: the protocol set at the left runs a single time from its start state "
    "and is shown here whole.\n\n“Keep” lays runs over each other; “Mark the action potential” "
    "measures a spike."
)
_MOST_TIMES = 6


def summary_text(run: SingleRun, inaccuracy: str = "") -> str:
    """Return a line of text on a run: its spikes, its method, and what is inaccurate about it.

    inaccuracy: that sentence, or "".
    """
    count = run.spikes.size
    text = "No spikes" if not count else f"{counted(count, 'spike')} at "
    text += ", ".join(f"{t:.2f}" for t in run.spikes[:_MOST_TIMES])
    if count:
        text += (" …" if count > _MOST_TIMES else "") + " ms"
    setup = run.setup
    warning = f"⚠ inaccurate: {inaccuracy} · " if inaccuracy else ""
    return f"{warning}{text} · {METHODS[setup.method].label}, dt {setup.dt:g} ms"


class ExperimentTab(Tab):
    """Shows single runs of the present settings; its controller computes them.

    ``run_requested()``: Emitted to request a run; the controller calls ``begin``, then ``show_run``
    or ``fail``. ``marks_requested(SingleRun, rise, which)``: Emitted to request measurements of a
    run, with the slope that defines the threshold and the index of the spike; the controller calls,
    of ``marking``, ``begin``, ``show`` with what the trace gives, then ``finish``, or ``fail`` of
    the tab. ``kept_runs_requested(Setups)``: Emitted with the setups of the kept runs of a session,
    to have them computed again; the controller calls ``show_kept_runs``.
    """

    name = "experiment"
    title = "Single run"
    State = RunState
    results_in = "runs"
    keeps = True
    commands = (
        Command("experiment.once", "Run &once", "F6", "One run from the start state, shown whole",
                "run"),
    )  # fmt: skip

    run_requested = Signal()
    marks_requested = Signal(object, float, int)
    kept_runs_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("experiment")
        self._bar, self.plots, self.banner = ExperimentBar(), ExperimentPlots(), Banner()
        self._side, self._pages = ExperimentSide(), QStackedWidget()
        self._overlay = Overlay(self._side.kept, self.plots)
        self.marking = Marking(self._side.table, self.plots)
        self._read_out = ReadOut("experiment.read_out")
        self._oscillations = OscillationButton("experiment.count")
        self._integration = OwnMethod("experiment", "the single run")
        self._inaccuracy = self._values = ""
        self._strip = ProgressStrip("experiment.progress")
        self._awaited_runs: tuple[KeptRun, ...] = ()
        self._awaited_shown: tuple[KeptRun, ...] = ()
        self._queue = RunQueue(self._strip)
        self._lay_out()
        self._connect()
        self.set_duration(50.0)
        self.set_theme(current_theme())
        self._update()

    @property
    def following(self) -> bool:
        """Return whether every edit causes a new run."""
        return self._bar.follow.isChecked()

    @property
    def current(self) -> SingleRun | None:
        """Return the present run, which is not a kept one; None if there is none."""
        return self._overlay.current

    @property
    def runs(self) -> tuple[Kept, ...]:
        """Return the kept runs in the order of the list."""
        return self._side.kept.runs

    @property
    def duration(self) -> float:
        """Return the duration of a run (ms)."""
        return self._bar.duration.value

    @property
    def own_method(self) -> bool:
        return self._integration.own

    @property
    def trial(self) -> Trial:
        """Return the method and dt (ms) for the next run."""
        return self._integration.trial

    def set_common_method(self, trial: Trial) -> None:
        """Note the method and dt of the run bar, with which the tab runs unless it has its own.

        Nothing is run. The tab uses them later, too, if the user gives up its own.
        """
        self._integration.set_common(trial)

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return (self._bar.choices,)

    def state(self) -> RunState:
        kept = tuple(
            KeptRun(k.name, HUES.index(k.color), k.visible, k.run.setup) for k in self.runs
        )
        return RunState(
            self.duration, self.plots.shown_panes, self.marking.on, self._side.table.rise,
            (*self._awaited_runs, *kept), *self._integration.state, self._shown_run(),
        )  # fmt: skip

    def _shown_run(self) -> tuple[KeptRun, ...]:
        """Return the run on the screen, or the one of a session that is still being computed."""
        if self._awaited_shown or self.current is None:
            return self._awaited_shown
        return (KeptRun("", 0, True, self.current.setup),)

    def restore(self, state: RunState) -> None:
        """Restore duration, plots and measuring at once; request the kept runs and the shown one.

        The shown run is computed after the kept ones, and left out if the tab runs before that. If
        the session has none, the one on the screen goes, which is of the work before.
        """
        self._side.kept.set_runs(())
        if not state.shown:
            self._take(None)
        self._show(state.duration, state.panes, state.marks)
        self._side.table.set_rise(state.rise)
        self._integration.set_trial(own_trial(state.method, state.dt))
        self._awaited_runs, self._awaited_shown = state.runs, state.shown
        runs = (*state.runs, *state.shown)
        self.kept_runs_requested.emit([kept.setup for kept in runs])
        self.note_change()

    def show_kept_runs(self, runs: Sequence[SingleRun]) -> None:
        """List the kept runs of a session before those that the user has kept since."""
        back = [
            Kept(kept.name, HUES[kept.color % len(HUES)], kept.visible, run)
            for kept, run in zip(self._awaited_runs, runs, strict=False)
        ]
        last, self._awaited_runs = runs[len(back) :], ()
        self._side.kept.set_runs([*back, *self.runs])
        if self._awaited_shown and last:
            self._awaited_shown = ()
            self._take(last[0])
            self.marking.show_run(last[0])

    def set_duration(self, duration: float) -> None:
        """Show a duration (ms) without emitting a signal."""
        self._bar.duration.set_value_silently(duration)

    @property
    def running(self) -> bool:
        return self._queue.slow  # a quick run is over before it could be stopped

    def run(self) -> None:
        self.run_requested.emit()

    def setup_values(self) -> dict[str, Any]:
        own = vars(self.trial) if self.own_method else {}
        shown = {"panes": self.plots.shown_panes, "marks": self.marking.on}
        return {"duration": self.duration, **shown, **own}

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Set duration, plots and measuring as a protocol has them, then request a run."""
        self._show(setup.duration, setup.panes, setup.marks)
        self._integration.set_trial(None)
        self.run()

    def _show(self, duration: float, panes: tuple[str, ...], marks: bool) -> None:
        self.set_duration(duration)
        self.plots.begin_afresh()
        if panes:
            self._bar.set_panes(panes)
        self._bar.set_marks_silently(marks)
        self.marking.switch(marks)

    @property
    def currents(self) -> CurrentUnit:
        return self.plots.currents

    def figure(self) -> Figure | None:
        kept = [each for each in self.runs if each.visible]
        runs, looks = [k.run for k in kept], [(k.color, line_of(k.color)) for k in kept]
        if self.current is not None:
            runs.append(self.current)
            looks.append(FIRST_LOOK)
        panes, span = self.plots.shown_panes, self.plots.shown_span
        return figure_of_run(runs, panes, span=span, looks=looks, marks=self.marking.marks)

    def report_items(self) -> list[ReportItem]:
        return run_items(
            self.current, self.runs, self.marking.marked, self.plots.shown_panes,
            lambda runs: shown_currents().unit_of(run.setup.membrane.area for run in runs),
        )  # fmt: skip

    @property
    def can_keep(self) -> bool:
        return self._overlay.keeps_more

    def keep(self) -> None:
        self._overlay.keep()

    def numbers(self) -> Export | None:
        """Return the run to be exported in full, with its JSON.

        If kept runs are visible beside it, or it ended early, the numbers of the figure are
        exported.
        """
        run = self.current
        if run is None or run.problem or any(kept.visible for kept in self.runs):
            return super().numbers()
        setup = run.setup
        replay = RunRecord.of(setup).replay()
        export = TraceExport(replay, chosen_names(setup.membrane, "all"))
        return trace_file(export, "run.csv", setup.steps + 1)

    @Slot()
    def note_change(self) -> None:
        """Request a run after an edit, if the tab follows edits.

        A quick run that is under way is finished first; a slow one is replaced at once. While the
        tab is hidden nothing is run; a run is requested when it is shown.
        """
        if self.following:
            self._queue.note_change(self.isVisible())

    def begin(self) -> None:
        """Note that a run has been started, which replaces any earlier one."""
        self._awaited_shown = ()
        self._queue.begin()
        self.marking.end()

    @Slot(float)
    def show_progress(self, fraction: float) -> None:
        """Show the fraction of the run that is done, from 0 to 1."""
        self._strip.show_fraction(fraction)

    def show_run(self, run: SingleRun) -> None:
        """Show the run that was requested."""
        self._queue.end()
        self._take(run)
        if not self._queue.next():
            self.marking.show_run(run)

    def _take(self, run: SingleRun | None) -> None:
        """Make this the present run, and say what is to be known of it; None: there is none."""
        self._inaccuracy = ""
        if run is None:
            self._say("")
            self._oscillations.offer(None)
            self.marking.forget_run()
        else:
            self._say(run.problem)
            self._oscillations.show_oscillations(
                run.oscillations, SpikeRule(run.setup.threshold, run.setup.rearm)
            )
        self._overlay.show_current(run)
        self.run_shown.emit(run)

    def show_inaccuracy(self, problem: str) -> None:
        """Show a sentence on what is inaccurate about the present run; "" if nothing is."""
        self._inaccuracy = problem
        self._show_values(self._values)

    def fail(self, message: str) -> None:
        """Show why a run or a measurement was not completed, unless it was cancelled."""
        was_running = self._queue.end()
        if (self.marking.end() or was_running) and message != CANCELLED:
            self._say(message)
        if was_running and not self._queue.next():
            self.marking.ask()  # those of the run that is still shown

    def reset_axes(self) -> None:
        self.plots.reset_ranges()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self.plots.set_theme(theme, scale)
        for part in (self._bar, self.banner, self._side.kept):
            part.set_theme(theme)
        self._overlay.compare()  # the list was made anew

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._queue.catch_up()

    def _lay_out(self) -> None:
        bar = self._strip.findChild(QProgressBar)
        assert bar is not None
        bar.setAccessibleName("Progress of the run")
        self._pages.addWidget(_empty_page())
        self._pages.addWidget(self.plots)
        middle, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        middle.addWidget(self._pages, 1)
        middle.addWidget(self._side)
        foot.setContentsMargins(8, 0, 8, 2)
        foot.addWidget(self._read_out, 1)
        foot.addWidget(self._strip)
        foot.addWidget(self._integration.switch, 0, Qt.AlignmentFlag.AlignTop)
        own = QHBoxLayout()
        own.setContentsMargins(8, 0, 8, 0)
        own.addStretch(1)
        own.addWidget(self._integration)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self._bar)
        column.addWidget(self.banner)
        add_layout(column, middle, 1)
        add_layout(column, foot)
        column.addWidget(self._oscillations, 0, Qt.AlignmentFlag.AlignLeft)
        add_layout(column, own)

    def _connect(self) -> None:
        bar = self._bar
        bar.run.clicked.connect(self.run_requested)
        self._queue.run_wanted.connect(self.run_requested)
        bar.keep.clicked.connect(self.keep)
        bar.whole.clicked.connect(self.plots.reset_ranges)
        bar.follow.toggled.connect(lambda _on: self.note_change())
        bar.marks.toggled.connect(self.marking.toggle)
        bar.pane_switched.connect(self.plots.set_pane_shown)
        bar.duration.value_committed.connect(lambda _ms: self.note_change())
        self._integration.changed.connect(self.note_change)
        self._oscillations.rule_chosen.connect(self._count_with)
        self._overlay.changed.connect(self._update)
        self._side.kept.changed.connect(self.kept)
        self.marking.switched.connect(self._fit_side)
        self._side.table.export.clicked.connect(self._export_marks)
        self._side.table.copied.connect(self.noticed)
        self.marking.requested.connect(self._ask_for_marks)
        self.marking.cancel_requested.connect(self.cancel_requested)
        self._strip.cancel_requested.connect(self.cancel_requested)
        self.plots.hovered.connect(self._show_values)
        self.plots.longest_changed.connect(self._read_out.reserve)

    @Slot()
    def _export_marks(self) -> None:
        """Ask for a path and write the table of measurements there."""
        marked = self.marking.marked
        if marked is None or not marked.marks:
            return

        def write(
            path: Path, form: TableForm, _cancelled: Callable[[], bool],
            _progress: Callable[[float], object],
        ) -> None:  # fmt: skip
            write_marks(path, marked, form)

        self.export_requested.emit(
            Export("Export measurements", "action-potential.csv", "CSV tables (*.csv)", write,
                   record=False)
        )  # fmt: skip

    def _ask_for_marks(self, run: SingleRun, rise: float, which: int) -> None:
        """Request measurements now, or after the run under way, which the request would cancel.

        rise: the slope (mV/ms) that defines the threshold. which: the index of the spike, from 0.
        """
        if not self._queue.waiting:
            self.marks_requested.emit(run, rise, which)

    def _count_with(self, rule: SpikeRule) -> None:
        """Change the spike rule and run again."""
        self.rule_requested.emit(rule)
        if not self.following:
            self.run()

    def _update(self) -> None:
        """Update all that depends on which runs there are."""
        self._pages.setCurrentIndex(0 if self._overlay.empty else 1)
        self._bar.keep.setEnabled(self._overlay.keeps_more)
        self._fit_side()
        self._show_values("")

    def _fit_side(self) -> None:
        self._side.fit(self.marking.on, self.height())

    def _say(self, text: str) -> None:
        if text:
            self.banner.show_message(sentence(text, "."))
        else:
            self.banner.hide()

    def _show_values(self, text: str) -> None:
        """Show the values at the mouse, or if ``text`` is "" the summary of the run."""
        self._values, run = text, self.current
        self._read_out.show_text(
            text if text or run is None else summary_text(run, self._inaccuracy)
        )


def _empty_page() -> QLabel:
    """Return the page that says what to do before the first run."""
    label = QLabel(EMPTY, wordWrap=True)
    label.setObjectName("experiment.empty")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setMargin(40)
    return label
