"""Show a bifurcation diagram, or the curves in the plane of two numbers, with its table."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.model.edit import values_of
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence
from hhgui.ui.dynamics.curves_data import CurvesData
from hhgui.ui.dynamics.diagram_controls import Choice, DiagramControls
from hhgui.ui.dynamics.diagram_data import DiagramData
from hhgui.ui.dynamics.diagram_plot import DiagramPlot
from hhgui.ui.dynamics.kept import Data, KeptDiagrams
from hhgui.ui.dynamics.layers import sample_html
from hhgui.ui.dynamics.picture import Picture
from hhgui.ui.dynamics.points_table import PointsTable
from hhgui.ui.dynamics.question import Ends, Question, Span
from hhgui.ui.dynamics.state import DynamicsState, KeptDiagram
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.kept_list import KeptList
from hhgui.ui.widgets.labels import named, set_message, set_text
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme

HINTS = {
    False: "Click a cycle: its orbit. Drag the blue line: turns the knob.",
    True: "Drag the blue dot: turns both knobs.",
}

_KEPT_HEIGHT = 76
KEY_ORDER = (
    "stable equilibria", "unstable equilibria", "stable cycles", "unstable cycles", "Hopf points",
    "folds",
)  # fmt: skip


class DiagramPanel(QWidget):
    """A bifurcation diagram with its controls, its table and the kept diagrams.

    ``question_changed()``: Emitted when another diagram is needed, that for ``question``.
    ``stop_requested()``: Emitted to stop computing and keep what there is. ``turned(numbers,
    last)``: Emitted while the mark of the live neuron is dragged, with the values of numbers by
    their path ("current" is all of the injected current, µA/cm²) and whether the drag ends;
    ``drag_began()`` before the first of these.
    """

    question_changed = Signal()
    stop_requested = Signal()
    drag_began = Signal()
    turned = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._base: Membrane | None = None
        self._holding = 0.0
        self._data: Data | None = None
        self._fresh = False
        self._drawn_for: tuple[object, ...] = ()
        self._view: tuple[float, ...] = ()  # of a session, until its diagram comes
        self._live: tuple[float, float] | None = None  # the live neuron's current and V
        self.controls, self.plot, self.table = DiagramControls(), DiagramPlot(), PointsTable()
        self.kept_list = KeptList("dynamics", "Kept diagrams", dashes=False)
        self.kept = KeptDiagrams(self.kept_list)
        self._key, self._message = QLabel(), QLabel()
        self._read_out = ReadOut("dynamics.diagram.read_out")
        self._lay_out()
        self._connect()

    # What is asked for

    def choices(self, state: DynamicsState) -> DynamicsState:
        """Return the state of the tab with the choices made here."""
        wanted = self.controls.wanted
        first, last = wanted.ends
        second_first, second_last = wanted.second_ends
        return replace(
            state, parameter=wanted.path, first=first, last=last, of=self.controls.of,
            second=wanted.second, second_first=second_first, second_last=second_last,
            diagram_view=self.plot.users_range or self._view, diagrams=self.kept.tables(),
        )  # fmt: skip

    def show_choices(self, state: DynamicsState) -> None:
        """Show the choices of a session, without emitting a signal."""
        pairs = (state.first, state.last), (state.second_first, state.second_last)
        ends = [
            Ends(a, b) if a is not None and b is not None and a < b else Ends() for a, b in pairs
        ]
        self.controls.show_choice(Choice(state.parameter, ends[0], state.second, ends[1]), state.of)
        self._view = state.diagram_view
        self.redraw()

    @property
    def question(self) -> Question | None:
        """Return which diagram is needed, None if there is no neuron yet."""
        if self._membrane is None:
            return None
        choice = self.controls.choice
        current = 0.0 if CURRENT in (choice.path, choice.second) else self._holding
        return Question(self._membrane, choice.path, current, *choice[1:])

    @property
    def data(self) -> Data | None:
        """Return the pieces that are shown, None if there are none yet."""
        return self._data

    @property
    def picture(self) -> Picture | None:
        """Return what is drawn, None before the first piece has come."""
        return self.plot.picture

    def set_neuron(self, membrane: Membrane, base: Membrane, holding: float) -> None:
        """Offer the numbers of a neuron, without emitting a signal.

        base: its parameter set. holding: the holding current (µA/cm²).
        """
        self._membrane, self._base, self._holding = membrane, base, holding
        self.controls.set_neuron(membrane)

    # What has come

    def begin(self) -> None:
        """Show that a diagram has begun; the one before stays until the first piece comes."""
        self._fresh = True
        self.controls.stop.setEnabled(True)
        question = self.question
        in_plane = question is not None and bool(question.second)
        set_message(
            self._message, "Following Hopf points and folds…" if in_plane else
            "Following equilibria and cycles…",
        )  # fmt: skip

    def add(self, question: Question, pieces: Iterable[object]) -> None:
        """Draw pieces of the diagram as they come; the first is its Frame, the ranges."""
        if self._fresh or self._data is None:
            self._fresh = False
            self._data = empty_data(question)
        self._data.add(pieces)  # type: ignore[arg-type]
        self.redraw()

    def finish(self, message: str) -> None:
        """Show that the diagram has ended; message: why it is not complete, or ""."""
        self._fresh = False
        self.controls.stop.setEnabled(False)
        words = "" if self._data is None else self._data.words(shown_currents().unit)
        text = " ".join(filter(None, (sentence(message, ".") if message else "", words)))
        set_message(self._message, text, error=bool(message))
        self._message.setToolTip(f"<p>{text}</p>" if text else "")

    @Slot()
    def redraw(self) -> None:
        """Draw the pieces again, for example in another unit."""
        data = self._data
        if data is None:
            return
        picture = data.picture(self.controls.of)
        kept = [(own, each.color) for own, each in self.kept.beside(picture)]
        question = data.question
        essence = question[1:]
        self.plot.show_picture(picture, kept, new=essence != self._drawn_for)
        self._drawn_for = essence
        if self._view:
            self.plot.show_users_range(self._view)
            self._view = ()
        if question.second:
            self.controls.show_frame(Span(*picture.x_range), Span(*picture.y_range))
        else:
            self.controls.show_frame(*data.frame)
        self.table.show_rows(data.rows(shown_currents().unit))
        set_text(self._key, self._key_html(picture))
        self._read_out.show_text(self._hint)
        self.controls.keep.setEnabled(self.can_keep)
        self._show_live()

    def show_live(self, current: float, voltage: float) -> None:
        """Mark the place of the live neuron, with its injected current (µA/cm²) and V (mV)."""
        self._live = current, voltage
        self._show_live()

    def set_theme(self, theme: Theme, scale: float) -> None:
        """Set the colours of the plot."""
        self.plot.set_theme(theme, scale)
        self.kept_list.set_theme(theme)
        if self.plot.picture is not None:
            set_text(self._key, self._key_html(self.plot.picture))

    # Keeping

    @property
    def can_keep(self) -> bool:
        """Return whether there is a diagram to keep, and room for it."""
        return self._data is not None and self.kept.has_room

    @Slot()
    def keep(self) -> None:
        """Keep the diagram as far as it has been computed."""
        if self._data is not None and self._base is not None and self.can_keep:
            self.kept.keep(self._data, self._base)

    def await_kept(self, kept: Sequence[KeptDiagram]) -> list[Question]:
        """Replace the kept diagrams by those of a session.

        Return what must be computed for them.
        """
        return self.kept.await_diagrams(kept)

    @Slot(object)
    def show_kept(self, computed: Iterable[Data | None]) -> None:
        """List the next kept diagrams of a session; None is one that can't be computed again."""
        self.kept.show_computed(list(computed))

    @Slot()
    def _show_kept(self) -> None:
        self.kept_list.setFixedHeight(min(self.kept_list.rows_height, _KEPT_HEIGHT))
        self.kept_list.setVisible(bool(self.kept_list.runs))
        self.redraw()

    # The live neuron

    def _show_live(self) -> None:
        if self._data is None or self._membrane is None or self._live is None:
            return
        question, volts = self._data.question, self._live[1]
        values = [self._value_of(path) for path in question.paths]
        if None in values:
            self.plot.set_live(None, False)
        elif question.second:
            self.plot.set_live((values[0], values[1]), True)  # type: ignore[arg-type]
        else:
            seen = volts if self.controls.of == "V" else np.nan
            self.plot.set_live((values[0], seen), False)  # type: ignore[arg-type]

    def _value_of(self, path: str) -> float | None:
        """Return the number of the live neuron at a path, None if it does not have it."""
        assert self._membrane is not None
        assert self._live is not None
        return self._live[0] if path == CURRENT else values_of(self._membrane).get(path)

    @Slot(float, float, bool, bool)
    def _turn(self, x: float, y: float, first: bool, last: bool) -> None:
        """Emit ``turned`` for a drag of the mark to (x, y).

        first, last: whether it begins, ends.
        """
        if self._data is None:
            return
        if first:
            self.drag_began.emit()
        self.turned.emit(dict(zip(self._data.question.paths, (x, y), strict=False)), last)

    # Building

    @property
    def _hint(self) -> str:
        return HINTS[self._data is not None and bool(self._data.question.second)]

    def _key_html(self, picture: Picture) -> str:
        """Return the legend as HTML: what the lines are; a noun that repeats is left out."""
        parts, noun = [], ""
        for name, line in sorted(picture.names.items(), key=lambda each: KEY_ORDER.index(each[0])):
            kind, _, own = name.rpartition(" ")
            parts.append(sample_html(self.plot.pen_of(line), kind if own == noun else name))
            noun = own
        return " &nbsp; ".join(parts)

    def _lay_out(self) -> None:
        named(self._key, "dynamics.diagram.key", "What the lines of the diagram are")
        named(self._message, "dynamics.diagram.message", "What the diagram says")
        named(self._read_out, "dynamics.diagram.read_out", "The diagram at the mouse")
        self._key.setTextFormat(Qt.TextFormat.RichText)
        self._key.setWordWrap(True)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._read_out.reserve(max(HINTS.values(), key=len))
        self._read_out.show_text(self._hint)
        self._read_out.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._read_out.setToolTip(self._hint)
        self.kept_list.hide()
        parts = QSplitter(Qt.Orientation.Vertical)
        for part in (self.plot, self.table):
            parts.addWidget(part)
        parts.setStretchFactor(0, 1)
        parts.setSizes([400, 130])
        parts.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.controls)
        column.addWidget(self._key)
        column.addWidget(parts, 1)
        column.addWidget(self.kept_list)
        column.addWidget(self._message)
        column.addWidget(self._read_out)

    def _connect(self) -> None:
        self.controls.chosen.connect(self.question_changed)
        self.controls.fit_requested.connect(self.plot.reset_ranges)
        self.controls.of_chosen.connect(self.redraw)
        self.controls.stop.clicked.connect(self.stop_requested)
        self.controls.keep.clicked.connect(self.keep)
        self.kept_list.changed.connect(self._show_kept)
        self.plot.marker_dragged.connect(self._turn)
        self.plot.hovered.connect(lambda text: self._read_out.show_text(text or self._hint))
        shown_currents().changed.connect(self._show_currents)

    @Slot()
    def _show_currents(self) -> None:
        self.plot.show_currents()
        self.redraw()


def empty_data(question: Question) -> Data:
    """Return an object for the pieces of the diagram for a question, still without any."""
    return CurvesData(question) if question.second else DiagramData(question)
