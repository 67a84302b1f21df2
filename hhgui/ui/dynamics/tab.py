"""Show the phase plane in which the neuron moves."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.analysis.nullclines import Curve, current_through
from hhgui.analysis.planar import Threshold
from hhgui.analysis.reduction import Reduction
from hhgui.analysis.slice import Others, Slice
from hhgui.document.setup import Setup
from hhgui.engine.recording import Recording
from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.diagram import CyclePoint, Piece
from hhgui.experiments.single_run import SingleRun
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.edit import values_of
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.controls import PlaneControls
from hhgui.ui.dynamics.diagram_data import Question, Span
from hhgui.ui.dynamics.diagram_panel import DiagramPanel
from hhgui.ui.dynamics.diagram_plot import cycle_words
from hhgui.ui.dynamics.figure import figure_of_diagram, figure_of_plane
from hhgui.ui.dynamics.instant import Instant, at_start, latest, of_run
from hhgui.ui.dynamics.orbit_trace import OrbitTrace
from hhgui.ui.dynamics.plane import PhasePlane
from hhgui.ui.dynamics.portrait import Path, Portraits, is_planar, with_reduction
from hhgui.ui.dynamics.state import DynamicsState
from hhgui.ui.dynamics.trajectories import orbit_of
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.labels import named, set_message, set_text
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme, current_theme

Array = NDArray[np.float64]
HINT = "Click: start here. Shift-click: trajectory. Drag the green line: current."
_NO_STATE = "A click sets V and gates: choose V or a gate for both axes."


class DynamicsTab(Tab):
    """Show a phase plane of the live neuron or of the single run.

    ``start_requested(state)``: Emitted with V (mV) and every gate to start from.
    ``diagram_requested(Question)``: Emitted to compute a bifurcation diagram; the controller calls
    ``diagram.begin``, ``add_pieces`` and ``diagram.finish``. ``number_requested(path, value,
    last)``: Emitted while the neuron's line in the diagram is dragged. ``holding_requested(holding,
    last)``: Emitted with a holding current (µA/cm²) while the V-nullcline or the line is dragged;
    ``drag_began()`` before the first. ``trajectory_requested(Slice, state)``,
    ``reduction_requested(Slice)``, ``threshold_requested(Slice)``: Emitted to compute these; the
    controller calls ``add_path``, ``show_reduction`` and ``show_threshold``.
    """

    name = "dynamics"
    title = "Dynamics"
    halt = "Pause"
    shows_live = True
    empty = "Nothing is shown yet: run first."
    State = DynamicsState

    start_requested = Signal(object)
    drag_began = Signal()
    holding_requested = Signal(float, bool)
    trajectory_requested = Signal(object, object)
    reduction_requested = Signal(object)
    threshold_requested = Signal(object)
    diagram_requested = Signal(object)
    number_requested = Signal(str, float, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dynamics")
        self._live: Tab | None = None
        self._membrane: Membrane | None = None
        self._adopted: Membrane | None = None  # that whose variables are offered
        self._holding = 0.0
        self._portraits: Portraits | None = None
        self._reduction: Reduction | None = None
        self._instant: Instant | None = None
        self._run: SingleRun | None = None
        self._paths: list[Path] = []
        self._seen = -1
        self._lift = 0.0
        self._pair = "", ""
        self._theme = current_theme()
        self._asked: Question | None = None
        self._half = "plane"
        self.controls, self.plane = PlaneControls(), PhasePlane()
        self.diagram, self.trace = DiagramPanel(), OrbitTrace()
        self._key, self._message = QLabel(), QLabel()
        self._read_out = ReadOut("dynamics.read_out")
        self._lay_out()
        self._connect()
        self.set_theme(self._theme)

    # Methods of the tab contract

    def follow(self, live: Tab) -> None:
        """Set the tab that runs the live neuron, whose Run and Pause this one offers too."""
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

    def state(self) -> DynamicsState:
        return self.diagram.choices(self.controls.state)

    def restore(self, state: DynamicsState) -> None:
        self.controls.show_state(state)
        self.diagram.restore(state)
        self._half = "plane"
        self._adopted = None
        if self.isVisible():
            self._adopt()

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Draw the diagram of a protocol or a lesson's step, in the usual plane of its neuron."""
        state = DynamicsState()
        if setup.experiment == Bifurcation.id:
            asked = Bifurcation.from_settings(setup.settings)
            state = replace(state, parameter=asked.parameter, first=asked.first, last=asked.last)
        self.restore(state)
        if not self.running:
            self.run()

    def tick(self, recording: Recording | None) -> bool:
        if self.controls.state.shows == "run":
            return self._draw_run()
        if recording is None or self._membrane is None or self._adopted is None:
            return False
        if recording.membrane.structure != self._membrane.structure:
            return False
        if recording.total == self._seen:
            return False
        self._seen = recording.total
        found = latest(recording, *self._pair)
        self._instant = found or at_start(self._membrane, self._holding)
        self._draw()
        return True

    def set_membrane(self, membrane: Membrane, holding: float) -> None:
        """Show the plane of this neuron at this holding current (µA/cm²)."""
        self._membrane, self._holding = membrane, holding
        if self.isVisible():
            self._adopt()

    def _adopt(self) -> None:
        """Offer and show what the present neuron has; a hidden tab does it when it is shown."""
        membrane = self._membrane
        if membrane is None:
            return
        before, self._adopted = self._adopted, membrane
        self._portraits = None
        self.diagram.set_neuron(membrane, self._holding)
        if before is None or before.structure != membrane.structure or before.id != membrane.id:
            self.controls.set_membrane(membrane)
            self._instant = self._reduction = None
            self._forget_paths()
            self._pair = "", ""
        self._take_choices()
        self._ask_diagram()

    def show_run(self, run: SingleRun) -> None:
        """Take the single run that the tab of that name shows."""
        self._run = run
        self._seen = -1

    def figure(self) -> Figure | None:
        data, portrait = self.diagram.data, self.plane.portrait
        if self._half == "diagram" and data is not None:
            return figure_of_diagram(data, self.diagram.plot.y, self.diagram.plot.shown_range)
        if portrait is None:
            return None
        return figure_of_plane(
            portrait,
            self._instant,
            self.plane.shown_range,
            self.plane.shown_paths,
            self.plane.shown_threshold,
        )

    @property
    def currents(self) -> CurrentUnit:
        return shown_currents().unit

    def reset_axes(self) -> None:
        self.plane.reset_ranges()
        self.diagram.plot.reset_ranges()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self._theme = theme
        self.plane.set_theme(theme, scale)
        self.diagram.set_theme(theme, scale)
        self.trace.set_theme(theme, scale)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._adopt()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.plane.apply_font(self.font())
            self.diagram.plot.apply_font(self.font())

    # Results of the controller's jobs

    def add_pieces(self, question: Question, pieces: Iterable[Piece | Span]) -> None:
        """Draw pieces of the diagram that ``question`` asks for, and the neuron's place in it."""
        self.diagram.add(question, pieces)
        plane = self._slice()
        if plane is not None:
            self.diagram.plot.set_live(*self._live_place(plane))

    def add_path(self, path: Path) -> None:
        """Draw a trajectory beside the earlier ones."""
        self._paths.append(path)
        self.plane.show_paths(tuple(self._paths))
        self._say(path.words)

    def show_reduction(self, reduction: Reduction) -> None:
        """Use a reduction that was fitted, if it is still wanted."""
        self._reduction = reduction
        self._say(f"Reduction, not the neuron: {reduction.words}.")
        self._seen = -1
        if self.controls.threshold:
            self._take_threshold(True)

    def show_threshold(self, found: Threshold) -> None:
        """Draw the threshold, or say why there is none."""
        turned = self._pair[0] != "V"
        self.plane.show_threshold(
            [Curve(y, x) if turned else Curve(x, y) for x, y in found.branches]
        )
        self._say(f"Threshold: {found.words}.")

    def fail(self, message: str) -> None:
        """Say why something was not computed."""
        set_message(self._message, sentence(message, "."), error=True)

    # Building

    def _lay_out(self) -> None:
        named(self._key, "dynamics.key", "What the lines and points are")
        named(self._message, "dynamics.message", "What was computed")
        named(self._read_out, "dynamics.read_out", "Values at the mouse")
        for label in (self._key, self._message):
            rich = label is self._key
            label.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._read_out.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._read_out.reserve(HINT)
        self._read_out.show_text(HINT)
        self._read_out.setToolTip(HINT)
        half, row = QWidget(), QHBoxLayout(self)
        left = QVBoxLayout(half)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        for widget in (self.controls, self._key):
            left.addWidget(widget)
        left.addWidget(self.plane, 1)
        left.addWidget(self.trace)
        for widget in (self._message, self._read_out):
            left.addWidget(widget)
        halves = QSplitter(Qt.Orientation.Horizontal)
        for part in (half, self.diagram):
            halves.addWidget(part)
            part.setMinimumWidth(300)
        halves.setSizes([500, 430])
        halves.setChildrenCollapsible(False)
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(halves)

    def _connect(self) -> None:
        self.controls.changed.connect(self._take_choices)
        self.controls.threshold_changed.connect(self._take_threshold)
        self.controls.clear_requested.connect(self._forget_paths)
        self.plane.start_requested.connect(self._start)
        self.plane.trajectory_requested.connect(self._ask_trajectory)
        self.plane.lifted.connect(self._lift_to)
        self.plane.hovered.connect(lambda text: self._read_out.show_text(text or HINT))
        shown_currents().changed.connect(self._label_axes)
        self.diagram.question_changed.connect(self._ask_diagram)
        self.diagram.stop_requested.connect(self.cancel_requested)
        self.diagram.plot.cycle_chosen.connect(self._show_cycle)
        self.diagram.plot.parameter_requested.connect(self._turn_to)
        for plot in (self.plane, self.diagram.plot):
            plot.viewport().installEventFilter(self)

    # Showing

    def _slice(self) -> Slice | None:
        """Return the chosen plane through the present state, or None before there is one."""
        if self._membrane is None or self._instant is None:
            return None
        x, y = self._pair
        if self._instant.state.size != 1 + len(self._membrane.gates):
            return None
        others = self.controls.state.others
        if others is Others.REDUCED and not self._has_reduction:
            others = Others.FAST  # until its lines have been fitted
        plane = Slice(self._membrane, x, y, self._instant.current, self._instant.state, others)
        return with_reduction(plane, self._reduction)

    @property
    def _has_reduction(self) -> bool:
        """Return whether the lines of a reduction to the shown gate are known."""
        return self._reduction is not None and self._reduction.gate in self._pair

    def _draw(self) -> None:
        plane = self._slice()
        if plane is None or self._membrane is None:
            return
        if self._portraits is None or self._portraits.membrane is not self._membrane:
            self._portraits = Portraits(self._membrane)
        self.diagram.plot.set_live(*self._live_place(plane))
        portrait = self._portraits.at(plane)
        self.plane.show_portrait(portrait, self._instant)
        set_text(self._key, self.plane.key_html(portrait))

    def _draw_run(self) -> bool:
        if self._run is None or self._membrane is None:
            return False
        if self._run.setup.membrane.structure != self._membrane.structure or self._seen == 0:
            return False
        self._seen = 0
        self._instant = of_run(self._run, *self._pair)
        self._draw()
        return True

    @Slot()
    def _take_choices(self) -> None:
        if self._membrane is None:
            return
        state = self.controls.state
        self.plane.field_shown = state.field
        if self.controls.pair != self._pair:
            self._pair = self.controls.pair
            self._instant = None
            self._forget_paths()
            self._label_axes()
        self._seen = -1
        self.plane.redraw()
        if state.others is not Others.REDUCED:
            self._say("")
        if state.shows == "run" and self._run is None:
            self._say("Look at the single run once: it is shown here then.")
        self._ask_reduction()
        if self.controls.threshold:
            self._take_threshold(True)

    @Slot()
    def _label_axes(self) -> None:
        if self._membrane is not None:
            self.plane.set_axes(*self._pair, self._membrane)

    def _ask_reduction(self) -> None:
        """Ask for the lines of the reduction, if the plane is one and is looked at."""
        if self._membrane is None or self.controls.state.others is not Others.REDUCED:
            return
        if not self.isVisible():
            return
        state = np.zeros(1 + len(self._membrane.gates))
        plane = Slice(self._membrane, *self._pair, self._holding, state, Others.REDUCED)
        if is_planar(plane):
            self._say("Fitting the reduction to a spike of this neuron…")
            self.reduction_requested.emit(plane)
        else:
            self._say("A reduction to two variables needs V and one gate.")

    @Slot(bool)
    def _take_threshold(self, on: bool) -> None:
        plane = self._slice()
        if not on:
            self.plane.show_threshold(())
            self._say("")
        elif plane is not None and is_planar(plane):
            self.threshold_requested.emit(plane)
        elif plane is not None:
            self.plane.show_threshold(())
            self._say("A threshold needs a plane of V and one gate.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note which half was clicked last: that is the one of Save figure, Copy and Export."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._half = "plane" if watched is self.plane.viewport() else "diagram"
        return super().eventFilter(watched, event)

    @Slot()
    def _ask_diagram(self) -> None:
        """Ask for the diagram of the present neuron, unless that is shown or nobody looks."""
        question = self.diagram.question
        if question is None or not self.isVisible():
            return
        if self._asked is None or question.essence != self._asked.essence:
            self._asked = question
            self.diagram_requested.emit(question)

    def _live_place(self, plane: Slice) -> tuple[float, float]:
        """Return the live neuron's parameter and V (mV) in the diagram."""
        data, volts = self.diagram.data, float(plane.state[0])
        path = self.diagram.path if data is None else data.question.path
        if path == CURRENT:
            return plane.current, volts
        value = values_of(plane.membrane).get(path)
        return (np.nan if value is None else value), volts

    @Slot(object)
    def _show_cycle(self, point: CyclePoint) -> None:
        """Show a cycle of the diagram in the phase plane and as a trace."""
        plane, data = self._slice(), self.diagram.data
        if plane is None or data is None:
            return
        words = sentence(cycle_words(point, data.question.unit))
        words = shown_currents().unit.sentence(with_minus(words))
        self.add_path(orbit_of(plane, data.question, point.cycle, words))
        self.trace.show_turn(point.cycle.times, point.cycle.states[:, 0])

    @Slot(float, bool, bool)
    def _turn_to(self, value: float, first: bool, last: bool) -> None:
        """Turn the knob that the diagram is drawn against."""
        plane, data = self._slice(), self.diagram.data
        if plane is None or data is None:
            return
        if first:
            self._lift = plane.current - self._holding
            self.drag_began.emit()
        if data.question.path == CURRENT:
            self.holding_requested.emit(round(value - self._lift, 2), last)
        else:
            self.number_requested.emit(data.question.path, float(f"{value:.4g}"), last)

    @Slot()
    def _forget_paths(self) -> None:
        self._paths = []
        self.trace.clear_turn()
        self.plane.show_paths(())

    def _say(self, text: str) -> None:
        set_message(self._message, text)
        self._message.setToolTip(text)

    # The mouse

    def _state_at(self, x: float, y: float) -> Array | None:
        """Return V and every gate at a place of the plane, or None if it is no state."""
        plane = self._slice()
        if plane is None:
            return None
        if not plane.is_of_states:
            self._say(_NO_STATE)
            return None
        volts, gates = plane.states(np.array([x]), np.array([y]))
        return np.concatenate([volts, np.clip(gates[:, 0], 0.0, 1.0)])

    @Slot(float, float)
    def _start(self, x: float, y: float) -> None:
        state = self._state_at(x, y)
        if state is not None:
            self.start_requested.emit(state)

    @Slot(float, float)
    def _ask_trajectory(self, x: float, y: float) -> None:
        state, plane = self._state_at(x, y), self._slice()
        if state is not None and plane is not None:
            self.trajectory_requested.emit(plane, state)

    @Slot(float, float, bool, bool)
    def _lift_to(self, x: float, y: float, first: bool, last: bool) -> None:
        """Hold the current at which the V-nullcline passes through a place of the plane."""
        plane = self._slice()
        if plane is None:
            return
        if first:
            self._lift = plane.current - self._holding  # the waveforms' part of the current
            self.drag_began.emit()
        wanted = current_through(replace(plane, current=0.0), x, y)
        self.holding_requested.emit(round(wanted - self._lift, 2), last)
