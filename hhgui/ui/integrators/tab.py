"""Compare several integration methods and dt on the same neuron and stimulus."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.experiments.comparison import REFERENCE, Integrators
from hhgui.experiments.contract import Subject
from hhgui.experiments.events import Event, Row, Trace
from hhgui.failures import CANCELLED
from hhgui.figures.figure import Figure
from hhgui.model.words import counted, sentence, with_minus
from hhgui.report.report import ReportItem
from hhgui.ui.integrators.controls import IntegratorsControls
from hhgui.ui.integrators.figure import figure_of_comparison
from hhgui.ui.integrators.plot import ComparisonPlot
from hhgui.ui.integrators.report import comparison_item
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.integrators.state import IntegratorsState
from hhgui.ui.integrators.style import trial_style
from hhgui.ui.integrators.table import ResultTable
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.labels import named, set_message
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.theme import Theme, current_theme

_INTRODUCTION = (
    "The neuron and the stimulus on the left, integrated by each method and dt, against the "
    "adaptive solution. Run compares them."
)


class IntegratorsTab(Tab):
    """Trials on the left, voltages and results on the right; its controller runs them.

    ``compare_requested(Integrators)``: Emitted to request a comparison; the controller calls
    ``begin``, ``add_events`` with what the experiment yields, and ``finish``.
    """

    name = "integrators"
    title = "Integrators"
    State = IntegratorsState

    compare_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("integrators")
        self._trials: tuple[Trial, ...] = ()  # of the results
        self._subject: Subject | None = None
        self._compared: Integrators | None = None
        self._traces: dict[int, Trace] = {}
        self._results: list[TrialResult] = []  # in the order of the rows
        self._running = False
        self._theme = current_theme()
        self._controls = IntegratorsControls()
        self.plot, self.table = ComparisonPlot(), ResultTable()
        self._title, self._note, self._message = QLabel(), QLabel(), QLabel()
        self._read_out = QLabel()
        self._reset = QPushButton("Reset zoom")
        self._name_widgets()
        self._lay_out()
        self._connect()
        self._title.setText(_INTRODUCTION)
        self.set_theme(self._theme)

    @property
    def own_method(self) -> bool:
        return True  # each row has its own

    @property
    def running(self) -> bool:
        return self._running

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Return the trials as the rows on the left have them."""
        return self._controls.trials

    @property
    def duration(self) -> float:
        """Return the duration of every run (ms), as its field has it."""
        return self._controls.duration

    @property
    def results(self) -> tuple[TrialResult, ...]:
        """Return the results so far: first the reference, then in the order of the trials."""
        return tuple(self._results)

    def run(self) -> None:
        """Request a comparison, or show why none can start."""
        problem = self._controls.take_problem()
        if problem:
            set_message(self._message, f"Not started: {problem}.", error=True)
        else:
            self.compare_requested.emit(self._controls.experiment)

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return (self._controls,)

    def state(self) -> IntegratorsState:
        return IntegratorsState(self._controls.experiment.settings())

    def restore(self, state: IntegratorsState) -> None:
        self._show(Integrators.from_settings(state.settings))

    def reset_axes(self) -> None:
        self.plot.reset_range()

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show the comparison of a protocol, and remove older results."""
        if setup.experiment == Integrators.id:
            self._show(Integrators.from_settings(setup.settings))
        if runs:
            self.run()

    def setup_values(self) -> dict[str, Any]:
        return {"experiment": Integrators.id, "settings": self._controls.experiment.settings()}

    def _show(self, experiment: Integrators) -> None:
        self.stop()
        self._controls.show_experiment(experiment)
        if not self._running:
            self._clear()

    def show_note(self, text: str) -> None:
        """Show a note on the results; "" removes it."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def begin(self, experiment: Integrators, subject: Subject) -> None:
        """Show that a comparison has begun; remove the results before."""
        self._running = True
        self._clear()
        self._trials, self._subject, self._compared = experiment.trials, subject, experiment
        self.plot.begin(experiment.duration, experiment.trials)
        self._title.setText(comparison_text(experiment, subject))
        set_message(self._message, "Running…")
        self._controls.run.set_running(True)
        self._controls.run.begin_progress(len(experiment.trials) + 1)

    @Slot(object)
    def add_events(self, events: Iterable[Event]) -> None:
        """Show what the running comparison has yielded; each row comes after its trace."""
        for event in events:
            match event:
                case Trace():
                    self._traces[event.index] = event
                case Row():
                    trial = (REFERENCE, *self._trials)[event.index]
                    result = TrialResult.of(trial, event, self._traces[event.index])
                    self._results.append(result)
                    self.plot.add_result(result)
                    style = trial_style(self._theme, result, self._trials)
                    self.table.add_result(len(self._results) - 1, result, style)
        self._controls.run.show_progress(len(self._results))

    @Slot(float)
    def show_progress(self, fraction: float) -> None:
        """Show the fraction of the work that is done, from 0 to 1."""
        if self._running:
            self._controls.run.show_progress(len(self._results), fraction)

    def finish(self, message: str) -> None:
        """Show that the comparison has ended; message: "" if it is complete, else why not."""
        self._running = False
        self._controls.run.set_running(False)
        if not message:
            set_message(self._message, summary(self._results))
        else:
            set_message(self._message, sentence(message, "."), error=message != CANCELLED)

    def figure(self) -> Figure | None:
        shown = [r for n, r in enumerate(self._results) if self.plot.is_shown(n)]
        if not shown or self._subject is None:
            return None
        title = self._subject.membrane.name
        return figure_of_comparison(shown, title, self._trials, *self.plot.shown_data)

    def report_items(self) -> list[ReportItem]:
        if self._compared is None or self._subject is None or not self._results or self._running:
            return []
        results = tuple(self._results)
        return [comparison_item(self._compared, self._subject, results, self.figure())]

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self._theme = theme
        self.plot.set_theme(theme, scale)
        for row, result in enumerate(self._results):
            self.table.set_style(row, trial_style(theme, result, self._trials))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.plot.apply_font(self.font())
            self.table.apply_font()

    # Building

    def _name_widgets(self) -> None:
        for widget, name, title in (
            (self._title, "integrators.title", "What is compared"),
            (self._note, "integrators.note", "Note on this comparison"),
            (self._message, "integrators.message", "How the comparison ended"),
            (self._read_out, "integrators.read_out", "The curve at the mouse"),
            (self._reset, "integrators.reset_zoom", "Show the whole time again"),
        ):
            named(widget, name, title)
        for label in (self._title, self._note, self._message):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setForegroundRole(QPalette.ColorRole.Accent)
        self._note.hide()

    def _lay_out(self) -> None:
        head, right, upper = QHBoxLayout(), QVBoxLayout(), QWidget()
        head.addWidget(self._title, 1)
        head.addWidget(self._reset)
        add_layout(right, head)
        right.addWidget(self._note)
        right.addWidget(self.plot, 1)
        row = QHBoxLayout(upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._controls)
        add_layout(row, right, 1)
        # The table has the whole width, which its columns need while the lessons are open.
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.addWidget(upper)
        self._parts.addWidget(self.table)
        self._parts.setStretchFactor(0, 1)
        self._parts.setSizes([400, 180])
        self._parts.setChildrenCollapsible(False)
        foot, column = QHBoxLayout(), QVBoxLayout(self)
        foot.addWidget(self._message, 1)
        foot.addWidget(self._read_out)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self._parts, 1)
        add_layout(column, foot)

    def _connect(self) -> None:
        self._controls.run.start.clicked.connect(self.run)
        self._controls.run.cancel.clicked.connect(self.stop)
        self._reset.clicked.connect(self.plot.reset_range)
        self.plot.hovered.connect(self._read_out.setText)
        self.table.shown_changed.connect(self.plot.set_shown)

    def _clear(self) -> None:
        """Remove all results, and show what the tab does."""
        self._trials, self._subject, self._traces, self._results = (), None, {}, []
        self._compared = None
        self.table.clear_results()
        self.plot.begin(self.duration, ())
        self._title.setText(_INTRODUCTION)
        set_message(self._message, "")
        self._controls.run.forget_progress()


def comparison_text(experiment: Integrators, subject: Subject) -> str:
    """Return what is compared, as one line of text."""
    spikes = f"spikes cross {subject.threshold:g} mV"
    return with_minus(f"{subject.membrane.name} · {experiment.duration:g} ms · {spikes}")


def summary(results: list[TrialResult]) -> str:
    """Return the result of a complete comparison in one or two sentences."""
    reference = next((r for r in results if r.reference), None)
    stopped = sum(not r.finite for r in results)
    parts = []
    if reference is not None and reference.spike_count is not None:
        count = reference.spike_count
        parts.append(f"The adaptive solution has {counted(count, 'spike')}.")
    if stopped:
        parts.append(f"{counted(stopped, 'run')} stopped early (×).")
    return " ".join(parts)
