"""Choose which numbers a bifurcation diagram varies, and over which ranges."""

from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from hhgui.analysis.equilibrium_curve import CURRENT, paths_of
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import Parameter
from hhgui.ui.dynamics.question import Y_LABELS, Ends, Span, axis_text, symbol
from hhgui.ui.dynamics.state import Of
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.labels import named, push_button, set_text
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField

NO_SECOND = "—"


class Choice(NamedTuple):
    """The numbers that a diagram varies, by path, and their ranges.

    second: "" if only one is varied. ends, second_ends: None for a range that suits the neuron.
    """

    path: str = CURRENT
    ends: Ends = Ends()
    second: str = ""
    second_ends: Ends = Ends()


def _ends(unit: str, what: str) -> tuple[Parameter, Parameter]:
    return tuple(
        Parameter(key, key, f"{key} ({what})", unit, -10_000.0, 10_000.0, 1.0, 3,
                  f"The {size} {what} of the diagram.")
        for key, size in (("from", "smallest"), ("to", "largest"))
    )  # type: ignore[return-value]  # fmt: skip


class RangeFields(QWidget):
    """Two fields for the range of a number, in µA/cm² if that is a current.

    ``ends_chosen(Ends)``: Emitted after an edit, if the range is valid; if not, a message is shown.
    """

    ends_chosen = Signal(object)

    def __init__(self, names: str) -> None:
        """Create the fields; names: the beginning of their objectNames."""
        super().__init__()
        self._of_current = True
        self._fields = {
            True: [NumberField(p, f"{names}{p.key}") for p in _ends("µA/cm²", "current")],
            False: [NumberField(p, f"{names}value_{p.key}") for p in _ends("", "value")],
        }
        self._label, row = QLabel(), QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for place, word in enumerate((self._label, QLabel("to"))):
            row.addWidget(word)
            for fields in self._fields.values():
                row.addWidget(fields[place], 1)
                fields[place].value_committed.connect(self._take)
        self.show_path(CURRENT, False)

    @property
    def shown(self) -> list[NumberField]:
        """Return the two fields that are visible."""
        return self._fields[self._of_current]

    def show_path(self, path: str, is_named: bool) -> None:
        """Show the fields for a number; is_named: whether its symbol stands before them."""
        self._of_current = path == CURRENT
        set_text(self._label, f"{symbol(path)} from" if is_named else "from")
        for of_current, fields in self._fields.items():
            for field in fields:
                field.setVisible(of_current == self._of_current)

    def show_span(self, span: Span) -> None:
        """Show the range that a diagram has, without emitting a signal."""
        for field, value in zip(self.shown, span, strict=True):
            field.set_value_silently(round(value, 3))

    @Slot()
    def _take(self) -> None:
        first, last = (field.value for field in self.shown)
        if not first < last:
            self.shown[1].show_error(f"to must be above from ({first:g})")
            return
        for field in self.shown:
            field.error_label.clear_error()
        self.ends_chosen.emit(Ends(first, last))


class DiagramControls(QWidget):
    """Chooses what a diagram draws, what it varies, and the ranges.

    ``chosen()``: Emitted when another diagram is needed. ``fit_requested()``: Emitted as well after
    a click on Fit, which chooses ranges that suit the neuron. ``of_chosen()``: Emitted when "V",
    "rate" or "period" was chosen.
    """

    chosen = Signal()
    fit_requested = Signal()
    of_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._membrane: Membrane | None = None
        self._wanted = Choice()
        self._of = named(QComboBox(), "dynamics.of", "What is drawn")
        self._parameter = named(QComboBox(), "dynamics.parameter", "What is varied")
        self._second = named(QComboBox(), "dynamics.second", "A second number that is varied")
        self._against = QLabel("against")
        self._range = RangeFields("dynamics.")
        self._second_range = RangeFields("dynamics.second_")
        self._fit = push_button("Fit", "dynamics.fit", "Ranges that fit the neuron")
        self.stop = push_button("Stop", "dynamics.stop", "Keep what has come so far")
        self.keep = push_button("Keep", "dynamics.keep", "Keep this diagram to compare with")
        self._lay_out()
        self._connect()
        self._show()

    @property
    def of(self) -> Of:
        """Return what a diagram of one number draws: "V", "rate" or "period"."""
        found: Of = self._of.currentData()
        return found

    @property
    def wanted(self) -> Choice:
        """Return what the user has chosen, even if the present neuron does not have it."""
        return self._wanted

    @property
    def choice(self) -> Choice:
        """Return what is chosen; a number that the neuron does not have becomes the current."""
        known = [] if self._membrane is None else paths_of(self._membrane)
        wanted = self._wanted
        if wanted.path not in known:
            wanted = Choice(second=wanted.second, second_ends=wanted.second_ends)
        pair = wanted.path, wanted.second
        if wanted.second not in known or pair.count(CURRENT) != 1:
            wanted = Choice(wanted.path, wanted.ends)
        return wanted

    def show_choice(self, choice: Choice, of: str) -> None:
        """Show the choices of a session, without emitting a signal."""
        self._wanted = choice
        with QSignalBlocker(self._of):
            self._of.setCurrentIndex(self._of.findData(of))
        self._show()

    def set_neuron(self, membrane: Membrane) -> None:
        """Offer the numbers of a neuron, without emitting a signal."""
        before, self._membrane = self._membrane, membrane
        if before is None or before.structure != membrane.structure:
            self._show()

    def show_frame(self, across: Span, up: Span | None) -> None:
        """Show the ranges of the present diagram in the fields, without emitting a signal.

        across, up: of the first and of the second number; up is None if only one is varied.
        """
        self._range.show_span(across)
        if up is not None:
            self._second_range.show_span(up)

    def _lay_out(self) -> None:
        for y, label in Y_LABELS.items():
            self._of.addItem(label, y)
        self._against.setBuddy(self._parameter)
        link = QLabel("and")
        link.setBuddy(self._second)
        self._second.setToolTip(
            "<p>A second number: the Hopf points and folds of the equilibria in the plane of both, "
            "one of which is the current, and where they merge.</p>"
        )
        for box in (self._parameter, self._second):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.stop.setEnabled(False)
        first, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        first.addWidget(self._of)
        first.addWidget(self._against)
        first.addWidget(self._parameter, 3)
        first.addWidget(link)
        first.addWidget(self._second, 2)
        second.addWidget(self._range, 1)
        for button in (self._fit, self.stop, self.keep):
            button.setMinimumWidth(0)
            wide = button.fontMetrics().horizontalAdvance(button.text())
            button.setMaximumWidth(wide + 2 * button.fontMetrics().height())
            second.addWidget(button)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        add_layout(column, first)
        add_layout(column, second)
        column.addWidget(self._second_range)

    def _connect(self) -> None:
        self._parameter.activated.connect(self._take_parameter)
        self._second.activated.connect(self._take_second)
        self._of.activated.connect(self.of_chosen)
        self._range.ends_chosen.connect(self._take_ends)
        self._second_range.ends_chosen.connect(self._take_second_ends)
        self._fit.clicked.connect(self._forget_ends)
        shown_currents().changed.connect(self._show)

    @Slot()
    def _show(self) -> None:
        """Show the choice, and offer what else the neuron has."""
        choice, unit = self.choice, shown_currents().unit
        known = [] if self._membrane is None else paths_of(self._membrane)
        others = [path for path in known if (path == CURRENT) != (choice.path == CURRENT)]
        for box, paths, own in (
            (self._parameter, known, choice.path),
            (self._second, ["", *others], choice.second),
        ):
            with QSignalBlocker(box):
                box.clear()
                for path in paths:
                    box.addItem(axis_text(path, unit) if path else NO_SECOND, path)
                box.setCurrentIndex(box.findData(own))
        in_plane = bool(choice.second)
        self._of.setHidden(in_plane)
        self._against.setText("plane of" if in_plane else "against")
        self._range.show_path(choice.path, in_plane)
        self._second_range.setVisible(in_plane)
        if in_plane:
            self._second_range.show_path(choice.second, True)

    def _choose(self, choice: Choice) -> None:
        self._wanted = choice
        self._show()
        self.chosen.emit()

    @Slot()
    def _take_parameter(self) -> None:
        path, before = self._parameter.currentData(), self.choice
        if path == before.second:  # the two exchange their places
            self._choose(Choice(path, before.second_ends, before.path, before.ends))
        else:
            self._choose(Choice(path, Ends(), before.second, before.second_ends))

    @Slot()
    def _take_second(self) -> None:
        self._choose(self.choice._replace(second=self._second.currentData(), second_ends=Ends()))

    @Slot(object)
    def _take_ends(self, ends: Ends) -> None:
        self._choose(self.choice._replace(ends=ends))

    @Slot(object)
    def _take_second_ends(self, ends: Ends) -> None:
        self._choose(self.choice._replace(second_ends=ends))

    @Slot()
    def _forget_ends(self) -> None:
        self.fit_requested.emit()
        self._choose(self.choice._replace(ends=Ends(), second_ends=Ends()))
