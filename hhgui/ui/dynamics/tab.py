"""Show the phase plane in which the neuron moves, beside its bifurcation diagram."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.document.setup import Setup
from hhgui.engine.recording import Recording
from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.bifurcation_curves import BifurcationCurves
from hhgui.experiments.diagram import CyclePoint
from hhgui.experiments.single_run import SingleRun
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.report.report import ReportItem
from hhgui.ui.dynamics.diagram_data import DiagramData
from hhgui.ui.dynamics.diagram_panel import DiagramPanel
from hhgui.ui.dynamics.figure import figure_of_diagram, figure_of_plane
from hhgui.ui.dynamics.halves import Halves
from hhgui.ui.dynamics.plane_panel import PlanePanel
from hhgui.ui.dynamics.question import Question
from hhgui.ui.dynamics.report import dynamics_items, experiment_of
from hhgui.ui.dynamics.state import DynamicsState
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import Theme, current_theme


class DynamicsTab(Tab):
    """The phase plane of the live neuron or of the single run, and a bifurcation diagram.

    Its halves are ``phase``, whose signals request what the phase plane needs, and ``diagram``.
    ``diagram_requested(Question)``: Emitted to compute a diagram; the controller calls
    ``diagram.begin``, ``add_pieces`` and ``finish_diagram``. ``kept_requested(questions)``: Emitted
    to compute the kept diagrams of a session again; the controller calls ``diagram.show_kept``.
    ``turned(numbers, last)``: Emitted while the V-nullcline or the mark of the neuron is dragged,
    with the values of numbers by their path ("current" is the holding current, µA/cm²) and whether
    the drag ends; ``drag_began()`` before the first of these.
    """

    name = "dynamics"
    title = "Dynamics"
    halt = "Pause"
    shows_live = True
    keeps = True
    results_in = "diagrams"
    empty = "Nothing is shown yet: run first."
    State = DynamicsState

    drag_began = Signal()
    turned = Signal(object, bool)
    diagram_requested = Signal(object)
    kept_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dynamics")
        self._live: Tab | None = None
        self._membrane: Membrane | None = None
        self._base: Membrane | None = None
        self._holding = 0.0
        self._waveforms = 0.0  # the part of the current that is not held, during a drag
        self._asked: Question | None = None
        self._cycle: tuple[float, ...] = ()  # of a session, until its diagram is complete
        self._half = "plane"
        self.phase, self.diagram = PlanePanel(), DiagramPanel()
        self._lay_out()
        self._connect()
        self.set_theme(current_theme())

    # Methods of the tab contract

    def follow(self, live: Tab) -> None:
        """Set the tab of the live run, whose commands Run and Pause apply here too."""
        self._live = live

    @property
    def running(self) -> bool:
        return self._live is not None and self._live.running

    def run(self) -> None:
        if self._live is not None:
            self._live.run()

    def stop(self) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def can_keep(self) -> bool:
        return self.diagram.can_keep

    def keep(self) -> None:
        self.diagram.keep()

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return self.phase.controls, self.diagram.controls

    def state(self) -> DynamicsState:
        state = self.phase.choices(self.diagram.choices(DynamicsState()))
        return replace(state, cycle=state.cycle or self._cycle)

    def restore(self, state: DynamicsState) -> None:
        self._show(state)
        self.kept_requested.emit(self.diagram.await_kept(state.kept))

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Draw the diagram of a protocol or lesson, and show the usual plane of its neuron."""
        state = DynamicsState()
        if setup.experiment == Bifurcation.id:
            asked = Bifurcation.from_settings(setup.settings)
            state = replace(state, parameter=asked.parameter, first=asked.first, last=asked.last)
        elif setup.experiment == BifurcationCurves.id:
            curves = BifurcationCurves.from_settings(setup.settings)
            state = replace(state, second=curves.parameter, second_first=curves.first,
                            second_last=curves.last)  # fmt: skip
        self._show(state)
        if not self.running:
            self.run()

    def setup_values(self) -> dict[str, Any]:
        data = self.diagram.data
        if data is None:
            return {}
        experiment = experiment_of(data)
        return {"experiment": experiment.id, "settings": experiment.settings()}

    def tick(self, recording: Recording | None) -> bool:
        return self._membrane is not None and self.phase.tick(recording)

    def set_neuron(self, membrane: Membrane, base: Membrane, holding: float) -> None:
        """Show this neuron; base: its parameter set; holding: the holding current (µA/cm²)."""
        self._membrane, self._base, self._holding = membrane, base, holding
        if self.isVisible():
            self._adopt()

    def show_run(self, run: SingleRun | None) -> None:
        """Show this single run in the plane, if single runs are chosen; None: there is none."""
        self.phase.show_run(run)

    def figure(self) -> Figure | None:
        figure = self._figure_of_diagram() if self._half == "diagram" else None
        return figure or self._figure_of_plane()

    def _figure_of_diagram(self) -> Figure | None:
        data, picture = self.diagram.data, self.diagram.picture
        if data is None or picture is None:
            return None
        kept, ranges = self.diagram.kept.beside(picture), self.diagram.plot.shown_range
        return figure_of_diagram(data.question.membrane.name, picture, kept, ranges)

    def _figure_of_plane(self) -> Figure | None:
        plane = self.phase.plane
        if plane.portrait is None:
            return None
        return figure_of_plane(
            plane.portrait, self.phase.instant, plane.shown_range, plane.shown_paths,
            plane.shown_threshold,
        )  # fmt: skip

    def report_items(self) -> Sequence[ReportItem]:
        diagram = self.diagram
        return dynamics_items(
            self._figure_of_plane(), self._figure_of_diagram(), diagram.data,
            diagram.kept_list.runs, diagram.controls.of, self.currents,
        )  # fmt: skip

    @property
    def currents(self) -> CurrentUnit:
        return shown_currents().unit

    def reset_axes(self) -> None:
        self.phase.plane.reset_ranges()
        self.diagram.plot.reset_ranges()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self.phase.set_theme(theme, scale)
        self.diagram.set_theme(theme, scale)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._adopt()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.phase.plane.apply_font(self.font())
            self.diagram.plot.apply_font(self.font())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note which half was clicked last; Save figure, Copy and Export take that one."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._half = "plane" if watched is self.phase.plane.viewport() else "diagram"
        return super().eventFilter(watched, event)

    # Results of the controller's jobs

    def add_pieces(self, question: Question, pieces: Iterable[object]) -> None:
        """Draw pieces of the diagram for ``question``."""
        self.diagram.add(question, pieces)

    def finish_diagram(self, message: str) -> None:
        """Show that the diagram has ended, and choose in it the cycle that a session has.

        message: why the diagram is not complete, or "".
        """
        self.diagram.finish(message)
        data, cycle = self.diagram.data, self._cycle
        if cycle and isinstance(data, DiagramData) and not message:
            point = data.cycle_near(*cycle)
            if point is not None:
                self._show_cycle(point)

    # The halves

    def _show(self, state: DynamicsState) -> None:
        """Show the settings of a session, a protocol or a lesson; leave what is kept."""
        self.phase.restore(state)
        self.diagram.show_choices(state)
        self._half, self._cycle = "plane", state.cycle
        if self._cycle:
            self._asked = None  # it is chosen when the diagram has come
        if self.isVisible():
            self._adopt()

    def _adopt(self) -> None:
        """Offer the variables and numbers of the present neuron.

        A hidden tab does so when shown.
        """
        if self._membrane is None or self._base is None:
            return
        self.diagram.set_neuron(self._membrane, self._base, self._holding)
        self.phase.set_neuron(self._membrane, self._holding)
        self._ask_diagram()

    @Slot()
    def _ask_diagram(self) -> None:
        """Request the diagram of the present neuron, unless it is shown or the tab is hidden."""
        question = self.diagram.question
        if question is None or not self.isVisible():
            return
        if self._asked is None or question.essence != self._asked.essence:
            self._asked = question
            self.diagram_requested.emit(question)

    @Slot()
    def _show_live(self) -> None:
        plane = self.phase.slice
        if plane is not None:
            self.diagram.show_live(plane.current, float(plane.state[0]))

    @Slot(object)
    def _show_cycle(self, point: CyclePoint) -> None:
        """Show a cycle of the diagram in the phase plane, and its V over time."""
        self._cycle = ()
        if self.diagram.data is not None:
            self.phase.show_cycle(point, self.diagram.data.question)

    @Slot()
    def _begin_drag(self) -> None:
        plane = self.phase.slice
        self._waveforms = 0.0 if plane is None else plane.current - self._holding
        self.drag_began.emit()

    @Slot(float, bool)
    def _lift(self, current: float, last: bool) -> None:
        self._turn({CURRENT: current}, last)

    @Slot(object, bool)
    def _turn(self, numbers: dict[str, float], last: bool) -> None:
        """Emit ``turned`` with rounded numbers, the current without the part of the waveforms."""
        rounded = {path: float(f"{value:.4g}") for path, value in numbers.items()}
        if CURRENT in rounded:
            rounded[CURRENT] = round(numbers[CURRENT] - self._waveforms, 2)
        self.turned.emit(rounded, last)

    # Building

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        for part in (self.phase, self.diagram):
            part.setMinimumWidth(300)
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(Halves(self.phase, self.diagram))

    def _connect(self) -> None:
        phase, diagram = self.phase, self.diagram
        phase.moved.connect(self._show_live)
        phase.lifted.connect(self._lift)
        diagram.turned.connect(self._turn)
        for half in (phase, diagram):
            half.drag_began.connect(self._begin_drag)
        diagram.question_changed.connect(self._ask_diagram)
        diagram.stop_requested.connect(self.cancel_requested)
        diagram.plot.cycle_chosen.connect(self._show_cycle)
        diagram.kept_list.changed.connect(self.kept)
        for plot in (phase.plane, diagram.plot):
            plot.viewport().installEventFilter(self)
