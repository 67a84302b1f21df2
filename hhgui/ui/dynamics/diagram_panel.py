"""Choose what the bifurcation diagram is drawn against, and show it with its table."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from hhgui.analysis.equilibrium_curve import CURRENT, paths_of
from hhgui.experiments.diagram import Piece
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import Parameter
from hhgui.model.words import sentence
from hhgui.ui.dynamics.diagram_data import DiagramData, Question, Span, axis_text
from hhgui.ui.dynamics.diagram_plot import Y_LABELS, DiagramPlot
from hhgui.ui.dynamics.points_table import PointsTable
from hhgui.ui.dynamics.state import DynamicsState
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.labels import named, push_button, set_message
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme

HINT = "Click a cycle: its orbit. Drag the blue line: turns the knob."


def _ends(unit: str, what: str) -> tuple[Parameter, Parameter]:
    return tuple(
        Parameter(key, key, f"{key} ({what})", unit, -10_000.0, 10_000.0, 1.0, 3,
                  f"The {size} {what} of the diagram.")
        for key, size in (("from", "smallest"), ("to", "largest"))
    )  # type: ignore[return-value]  # fmt: skip


class DiagramPanel(QWidget):
    """Show a bifurcation diagram and its controls.

    ``question_changed()``: Emitted when another diagram is wanted; ``question`` is what for.
    ``stop_requested()``: Emitted to keep what has come so far.
    """

    question_changed = Signal()
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._holding = 0.0
        self._path = CURRENT
        self._ends: tuple[float, float] | None = None  # None: found for the neuron
        self._data: DiagramData | None = None
        self._fresh = False
        self._parameter = named(QComboBox(), "dynamics.parameter", "What is varied")
        self._y = named(QComboBox(), "dynamics.of", "What is drawn")
        self._fields = {
            True: [NumberField(p, f"dynamics.{p.key}") for p in _ends("µA/cm²", "current")],
            False: [NumberField(p, f"dynamics.value_{p.key}") for p in _ends("", "value")],
        }
        self._fit = push_button("Fit", "dynamics.fit", "A range that fits the neuron")
        self._stop = push_button("Stop", "dynamics.stop", "Keep what has come so far")
        self.plot, self.table = DiagramPlot(), PointsTable()
        self._message, self._read_out = QLabel(), ReadOut("dynamics.diagram.read_out")
        self._lay_out()
        self._connect()
        self._show_fields()

    # What is asked for

    def choices(self, state: DynamicsState) -> DynamicsState:
        """Return the state with the choices of this panel."""
        first, last = self._ends or (None, None)
        of = self._y.currentData()
        return replace(state, parameter=self._path, first=first, last=last, of=of)

    def restore(self, state: DynamicsState) -> None:
        """Show the choices of a session; no signal is emitted."""
        self._path, self._ends = state.parameter, None
        if state.first is not None and state.last is not None and state.first < state.last:
            self._ends = state.first, state.last
        with QSignalBlocker(self._y):
            self._y.setCurrentIndex(self._y.findData(state.of))
        self._offer()
        self.redraw()

    @property
    def path(self) -> str:
        """Return the number that is varied, "current" where the neuron has not the chosen one."""
        known = self._membrane is not None and self._path in paths_of(self._membrane)
        return self._path if known else CURRENT

    @property
    def question(self) -> Question | None:
        """Return the diagram that is wanted, or None before there is a neuron."""
        if self._membrane is None:
            return None
        first, last = self._ends or (None, None)
        current = 0.0 if self.path == CURRENT else self._holding
        return Question(self._membrane, self.path, current, first, last)

    @property
    def data(self) -> DiagramData | None:
        """Return the pieces that are shown, or None before the first."""
        return self._data

    def set_neuron(self, membrane: Membrane, holding: float) -> None:
        """Offer the numbers of a neuron at a holding current (µA/cm²); no signal is emitted."""
        before, self._membrane, self._holding = self._membrane, membrane, holding
        if before is None or before.structure != membrane.structure:
            self._offer()

    # What has come

    def begin(self) -> None:
        """Begin a diagram; the earlier one is shown until the first piece comes."""
        self._fresh = True
        self._stop.setEnabled(True)
        set_message(self._message, "Following equilibria and cycles…")

    def add(self, question: Question, pieces: Iterable[Piece | Span]) -> None:
        """Draw pieces of the diagram as they come, the span first."""
        if self._fresh or self._data is None:
            self._fresh = False
            self._data = DiagramData(question)
        self._data.add(pieces)
        for field, value in zip(self._shown_fields, self._data.span, strict=True):
            field.set_value_silently(round(value, 3))
        self.redraw()

    def finish(self, message: str) -> None:
        """End the diagram. message: Why it is not complete, or ""."""
        self._fresh = False
        self._stop.setEnabled(False)
        words = "" if self._data is None else self._data.words(shown_currents().unit)
        text = " ".join(filter(None, (sentence(message, ".") if message else "", words)))
        set_message(self._message, text, error=bool(message))
        self._message.setToolTip(f"<p>{text}</p>" if text else "")

    def redraw(self) -> None:
        """Draw what has come again, as in another unit."""
        if self._data is not None:
            self.plot.show_data(self._data, self._y.currentData())
            self.table.show_points(self._data)

    def set_theme(self, theme: Theme, scale: float) -> None:
        """Set the colours of the plot."""
        self.plot.set_theme(theme, scale)

    # Building

    @property
    def _shown_fields(self) -> list[NumberField]:
        return self._fields[self.path == CURRENT]

    def _lay_out(self) -> None:
        for y, label in Y_LABELS.items():
            self._y.addItem(label, y)
        named(self._message, "dynamics.diagram.message", "What the diagram says")
        named(self._read_out, "dynamics.diagram.read_out", "The diagram at the mouse")
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._read_out.reserve(HINT)
        self._read_out.show_text(HINT)
        self._read_out.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._read_out.setToolTip(HINT)
        self._stop.setEnabled(False)
        first, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        against = QLabel("against")
        against.setBuddy(self._parameter)
        for widget in (self._y, against):
            first.addWidget(widget)
        first.addWidget(self._parameter, 1)
        first.addWidget(self._stop)
        for place, word in enumerate(("from", "to")):
            second.addWidget(QLabel(word))
            for fields in self._fields.values():
                second.addWidget(fields[place], 1)
        second.addWidget(self._fit)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.plot)
        parts.addWidget(self.table)
        parts.setStretchFactor(0, 1)
        parts.setSizes([400, 130])
        parts.setChildrenCollapsible(False)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(parts, 1)
        column.addWidget(self._message)
        column.addWidget(self._read_out)

    def _connect(self) -> None:
        self._parameter.activated.connect(self._take_parameter)
        self._y.activated.connect(self.redraw)
        for fields in self._fields.values():
            for field in fields:
                field.value_committed.connect(self._take_ends)
        self._fit.clicked.connect(self._forget_ends)
        self._stop.clicked.connect(self.stop_requested)
        self.plot.hovered.connect(lambda text: self._read_out.show_text(text or HINT))
        shown_currents().changed.connect(self._show_currents)

    def _offer(self) -> None:
        if self._membrane is None:
            return
        with QSignalBlocker(self._parameter):
            self._parameter.clear()
            for path in paths_of(self._membrane):
                self._parameter.addItem(axis_text(path, shown_currents().unit), path)
            self._parameter.setCurrentIndex(self._parameter.findData(self.path))
        self._show_fields()

    def _show_fields(self) -> None:
        for of_current, fields in self._fields.items():
            for field in fields:
                field.setVisible(of_current == (self.path == CURRENT))

    @Slot()
    def _show_currents(self) -> None:
        self._offer()
        self.plot.show_currents()
        self.redraw()

    @Slot()
    def _take_parameter(self) -> None:
        self._path, self._ends = self._parameter.currentData(), None
        self._show_fields()
        self.question_changed.emit()

    @Slot()
    def _take_ends(self) -> None:
        first, last = (field.value for field in self._shown_fields)
        if not first < last:
            text = f"to must be above from ({first:g})"
            self._shown_fields[1].show_error(text)
            return
        for field in self._shown_fields:
            field.error_label.clear_error()
        self._ends = first, last
        self.question_changed.emit()

    @Slot()
    def _forget_ends(self) -> None:
        self._ends = None
        self.plot.reset_ranges()
        self.question_changed.emit()
