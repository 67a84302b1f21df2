"""Show the phase plane in which the neuron moves, with its controls, legend and messages."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from hhgui.analysis.nullclines import Curve, current_through
from hhgui.analysis.planar import Threshold
from hhgui.analysis.reduction import Reduction
from hhgui.analysis.slice import Others, Slice
from hhgui.engine.recording import Recording
from hhgui.experiments.diagram import CyclePoint
from hhgui.experiments.single_run import SingleRun
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence, with_minus
from hhgui.ui.dynamics.controls import PlaneControls
from hhgui.ui.dynamics.diagram_data import cycle_words
from hhgui.ui.dynamics.instant import Instant, at_start, latest, of_run
from hhgui.ui.dynamics.orbit_trace import OrbitTrace
from hhgui.ui.dynamics.plane import PhasePlane
from hhgui.ui.dynamics.portrait import Path, Portraits, is_planar, with_reduction
from hhgui.ui.dynamics.question import Question
from hhgui.ui.dynamics.state import MOST_TRAJECTORIES, DynamicsState, Trajectory
from hhgui.ui.dynamics.trajectories import orbit_of
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.labels import named, set_message, set_text
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme

Array = NDArray[np.float64]
HINT = "Click: start here. Shift-click: trajectory. Drag the green line: current."
_NO_STATE = "A click sets V and gates: choose V or a gate for both axes."


class PlanePanel(QWidget):
    """The phase plane of the live neuron or of the single run.

    ``start_requested(state)``: Emitted with V (mV) and every gate, to start the neuron there.
    ``lifted(current, last)``: Emitted while the V-nullcline is dragged, with the injected current
    (µA/cm²) for which it passes through the mouse, and whether the drag ends; ``drag_began()``
    before the first of these. ``trajectories_requested(tuple)``: Emitted with pairs of a plane and
    a state in it, to compute the trajectories; ``reduction_requested(Slice)``,
    ``threshold_requested(Slice)``: Emitted to compute these; the controller calls ``add_paths``,
    ``show_reduction`` and ``show_threshold``. ``moved()``: Emitted when the neuron has been drawn.
    """

    start_requested = Signal(object)
    drag_began = Signal()
    lifted = Signal(float, bool)
    trajectories_requested = Signal(object)
    reduction_requested = Signal(object)
    threshold_requested = Signal(object)
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._holding = 0.0
        self._portraits: Portraits | None = None
        self._reduction: Reduction | None = None
        self._instant: Instant | None = None
        self._stored: tuple[float, ...] = ()  # the instant of a session, until the neuron runs
        self.single_run: SingleRun | None = None
        self._paths: list[Path] = []
        self._awaited: list[Trajectory] = []
        self._cycle: tuple[CyclePoint, Question] | None = None
        self._view: tuple[float, ...] = ()
        self._seen = -1
        self._pair = "", ""
        self._threshold_due = False  # as soon as there is a state to cut the plane through
        self.controls, self.plane, self.trace = PlaneControls(), PhasePlane(), OrbitTrace()
        self._key, self._message = QLabel(), QLabel()
        self._read_out = ReadOut("dynamics.read_out")
        self._lay_out()
        self._connect()

    # The choices of the user

    def choices(self, state: DynamicsState) -> DynamicsState:
        """Return the state of the tab with the choices made here."""
        own = self.controls.state
        begun = [path.begun for path in self._paths if path.begun is not None]
        point = None if self._cycle is None else self._cycle[0].cycle
        instant = self._stored
        if self._instant is not None:
            instant = (self._instant.current, *self._instant.state.tolist())
        return replace(
            state, x=own.x, y=own.y, others=own.others, shows=own.shows, field=own.field,
            threshold=self.controls.threshold, plane_view=self._view or self.plane.users_range,
            instant=instant,
            cycle=() if point is None else (point.parameter, point.period),
            trajectories=tuple(dict(vars(each)) for each in (*self._awaited, *begun)),
        )  # fmt: skip

    def restore(self, state: DynamicsState) -> None:
        """Show all that a session stores of this half, as soon as the neuron is known."""
        self._forget_all()
        self.controls.show_state(state)
        self._awaited = list(state.begun)
        self._stored, self._view = state.instant, state.plane_view
        self._instant = self._membrane = None

    def set_neuron(self, membrane: Membrane, holding: float) -> None:
        """Show the plane of a neuron at a holding current (µA/cm²)."""
        before, self._membrane, self._holding = self._membrane, membrane, holding
        self._portraits = None
        if before is not None and membrane != before:
            self._stored = ()
        if before is None or before.structure != membrane.structure or before.id != membrane.id:
            self.controls.set_membrane(membrane)
            self._instant = self._reduction = None
            if before is not None:
                self._forget_all()
            self._pair = "", ""
        self._take_choices()

    def show_run(self, run: SingleRun | None) -> None:
        """Show this single run in the plane, if single runs are chosen; None: there is none."""
        self.single_run = run
        self._seen = -1

    # Drawing

    def tick(self, recording: Recording | None) -> bool:
        """Draw the neuron where it is now; return whether it has moved."""
        if self.controls.state.shows == "run":
            return self._draw_run()
        if recording is None or self._membrane is None:
            return False
        if recording.membrane.structure != self._membrane.structure:
            return False
        if recording.total == self._seen:
            return False
        self._seen = recording.total
        found = latest(recording, *self._pair, self._holding)
        if found is not None:
            self._stored = ()
        self._instant = found or self._at_first(self._membrane)
        self._draw()
        return True

    def _at_first(self, membrane: Membrane) -> Instant:
        """Return the state of the neuron before its first run.

        It is the state stored in the session that was opened, if there is one for these gates;
        otherwise the start state of ``membrane``.
        """
        if len(self._stored) == 2 + len(membrane.gates):
            nowhere = np.empty(0)
            return Instant(np.array(self._stored[1:]), self._stored[0], nowhere, nowhere)
        return at_start(membrane, self._holding)

    @property
    def instant(self) -> Instant | None:
        """Return where the neuron is, None before it has been drawn."""
        return self._instant

    @property
    def slice(self) -> Slice | None:
        """Return the chosen plane through the present state, None if there is none yet."""
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
        """Return whether the reduction to the gate of the plane has been fitted."""
        return self._reduction is not None and self._reduction.gate in self._pair

    def _draw(self) -> None:
        plane = self.slice
        if plane is None or self._membrane is None:
            return
        if self._portraits is None or self._portraits.membrane is not self._membrane:
            self._portraits = Portraits(self._membrane)
        portrait = self._portraits.at(plane)
        self.plane.show_portrait(portrait, self._instant)
        set_text(self._key, self.plane.key_html(portrait))
        if self._cycle is not None and len(self.plane.shown_paths) == len(self._paths):
            self._show_paths()  # the cycle was chosen before there was a plane
        if self._threshold_due:
            self._take_threshold(True)
        self.moved.emit()

    def _draw_run(self) -> bool:
        if self.single_run is None or self._membrane is None:
            return False
        if self.single_run.setup.membrane.structure != self._membrane.structure or self._seen == 0:
            return False
        self._seen = 0
        self._instant = of_run(self.single_run, *self._pair)
        self._draw()
        return True

    def set_theme(self, theme: Theme, scale: float) -> None:
        """Set all colours."""
        self.plane.set_theme(theme, scale)
        self.trace.set_theme(theme, scale)

    # Results of the controller's jobs

    @Slot(object)
    def add_paths(self, paths: Iterable[Path]) -> None:
        """Draw trajectories in addition to those before; ignore them if the axes have changed."""
        for path in paths:
            if path.axes == self._pair and path.begun in self._awaited:
                self._awaited.remove(path.begun)
                self._paths.append(path)
                self._say(path.words)
        self._show_paths()

    def show_cycle(self, point: CyclePoint, question: Question) -> None:
        """Show a cycle of the diagram for ``question`` in the plane, and its V over time."""
        self._cycle = point, question
        words = sentence(cycle_words(point, question.unit))
        self._say(f"{shown_currents().unit.sentence(with_minus(words))}.")
        self._show_paths()
        self.trace.show_turn(point.cycle.times, point.cycle.states[:, 0])

    def show_reduction(self, reduction: Reduction) -> None:
        """Use a reduction that has been fitted, if it is still wanted."""
        if self.controls.state.others is not Others.REDUCED:
            return
        self._reduction = reduction
        self._say(f"Reduction, not the neuron: {reduction.words}.")
        self._seen = -1
        if self.controls.threshold:
            self._take_threshold(True)

    def show_threshold(self, found: Threshold) -> None:
        """Draw the threshold, or say why there is none, if it is still wanted."""
        if not self.controls.threshold:
            return
        turned = self._pair[0] != "V"
        self.plane.show_threshold(
            [Curve(y, x) if turned else Curve(x, y) for x, y in found.branches]
        )
        self._say(f"Threshold: {found.words}.")

    def fail(self, message: str) -> None:
        """Show why something could not be computed."""
        set_message(self._message, sentence(message, "."), error=True)

    # Trajectories and the chosen cycle

    @property
    def _begun(self) -> list[Trajectory]:
        """Return the trajectories that are drawn, and those that are still being computed."""
        return [*self._awaited, *(p.begun for p in self._paths if p.begun is not None)]

    def _show_paths(self) -> None:
        plane, shown = self.slice, list(self._paths)
        if self._cycle is not None and plane is not None:
            shown.append(orbit_of(plane, self._cycle[1], self._cycle[0].cycle))
        self.plane.show_paths(tuple(shown))

    def _forget_all(self) -> None:
        self._paths, self._awaited, self._cycle = [], [], None
        self.trace.clear_turn()
        self.plane.show_paths(())

    def _follow_again(self) -> None:
        """Request all trajectories again, because the plane has other axes now."""
        begun, self._awaited, self._paths = self._begun, [], []
        self._show_paths()
        x, y = self._pair
        wanted = []
        for each in begun:
            state = np.array(each.state)
            plane = Slice(each.membrane, x, y, each.current, state, each.others,
                          each.lines_of_reduction())  # fmt: skip
            fits = {name for name, _ in plane.lines}.isdisjoint((x, y))
            if each.others is Others.REDUCED and not (is_planar(plane) and fits):
                plane = replace(plane, others=Others.FROZEN, lines=())  # that of the whole neuron
            wanted.append((plane, state))
            self._awaited.append(Trajectory.of(plane, each.state))
        if wanted:
            self.trajectories_requested.emit(tuple(wanted))

    # The user's actions

    @Slot()
    def _take_choices(self) -> None:
        if self._membrane is None:
            return
        state = self.controls.state
        self.plane.field_shown = state.field
        if self.controls.pair != self._pair:
            self._pair = self.controls.pair
            self._instant = None
            self._label_axes()
            self._follow_again()
        self._seen = -1
        self.plane.redraw()
        if state.others is not Others.REDUCED:
            self._say("")
        if state.shows == "run" and self.single_run is None:
            self._say("Look at the single run once: it is shown here then.")
        self._ask_reduction()
        if self.controls.threshold:
            self._take_threshold(True)

    @Slot()
    def _label_axes(self) -> None:
        if self._membrane is not None:
            self.plane.set_axes(*self._pair, self._membrane)
            if self._view:
                self.plane.show_users_range(self._view)
                self._view = ()

    def _ask_reduction(self) -> None:
        """Request the reduction if the plane needs one and the tab is visible."""
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
        plane = self.slice
        self._threshold_due = on and plane is None
        if not on:
            self.plane.show_threshold(())
            self._say("")
        elif plane is not None and is_planar(plane):
            self._say("Looking for the threshold…")
            self.threshold_requested.emit(plane)
        elif plane is not None:
            self.plane.show_threshold(())
            self._say("A threshold needs a plane of V and one gate.")

    def _say(self, text: str) -> None:
        set_message(self._message, text)
        self._message.setToolTip(text)

    def _state_at(self, x: float, y: float) -> Array | None:
        """Return V and every gate at a position in the plane, None if it is not possible."""
        plane = self.slice
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
        state, plane = self._state_at(x, y), self.slice
        if state is None or plane is None:
            return
        if len(self._begun) >= MOST_TRAJECTORIES:
            self._say(f"There are {MOST_TRAJECTORIES} trajectories: clear them first.")
            return
        self._awaited.append(Trajectory.of(plane, tuple(state.tolist())))
        self.trajectories_requested.emit(((plane, state),))

    @Slot(float, float, bool, bool)
    def _lift_to(self, x: float, y: float, first: bool, last: bool) -> None:
        """Emit ``lifted`` for a drag of the V-nullcline to (x, y).

        first, last: whether it begins, ends.
        """
        plane = self.slice
        if plane is None:
            return
        if first:
            self.drag_began.emit()
        self.lifted.emit(current_through(replace(plane, current=0.0), x, y), last)

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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.controls, self._key):
            column.addWidget(widget)
        column.addWidget(self.plane, 1)
        column.addWidget(self.trace)
        for widget in (self._message, self._read_out):
            column.addWidget(widget)

    def _connect(self) -> None:
        self.controls.changed.connect(self._take_choices)
        self.controls.threshold_changed.connect(self._take_threshold)
        self.controls.clear_requested.connect(self._forget_all)
        self.plane.start_requested.connect(self._start)
        self.plane.trajectory_requested.connect(self._ask_trajectory)
        self.plane.lifted.connect(self._lift_to)
        self.plane.hovered.connect(lambda text: self._read_out.show_text(text or HINT))
        shown_currents().changed.connect(self._label_axes)
