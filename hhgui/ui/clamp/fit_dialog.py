"""Fit the gates of the clamped neuron to the family on the screen, in a dialog."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from hhgui.analysis.clamp_fit import CONFIDENCE, Number
from hhgui.experiments.clamp_fitting import NOISE, SEED, FamilyFit
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence, with_minus
from hhgui.ui.clamp.fit_figures import figures_of_fit
from hhgui.ui.plots.figure_plots import FigurePlots
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.labels import named, push_button
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.page import Page
from hhgui.ui.widgets.theme import Theme

_SIZE = QSize(980, 640)
_HEADERS = ("Rate", "Fitted", "±", "True")
_SIGNS = {"alpha": "α", "beta": "β"}
_UNITS = {"rate": "1/ms", "midpoint": "mV", "scale": "mV"}
_FIELD = "0" * 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_KEY = (
    "Points: single voltages. Solid: the fit. Dotted: ±, which holds the truth in 95 of 100 "
    "recordings. Dashed: the neuron's own curves."
)


class FitDialog(Page):
    """The points of every gate, the fitted curves and their numbers.

    ``fit_requested(noise, seed)``: Emitted to request a fit with noise (%) added to the records.
    ``model_requested(Membrane)``: Emitted with the fitted neuron, to run it in Live.
    """

    fit_requested = Signal(float, int)
    model_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("clamp.fit.dialog", "Fit what you see", parent, _SIZE)
        self._fit: FamilyFit | None = None
        self._noise = NumberField(NOISE, "clamp.fit.noise")
        self._seed = NumberField(SEED, "clamp.fit.seed")
        self._start = push_button("Fit", "clamp.fit.start", "Fit the gates to the family")
        self._current = CalmComboBox("clamp.fit.current", "Current whose gates are shown")
        self._true = named(QCheckBox("Show the true numbers"), "clamp.fit.true", "Show the truth")
        self._model = push_button(
            "Make a model of my fit", "clamp.fit.model",
            "Run the fitted neuron in Live, beside a kept sweep of the true one",
        )  # fmt: skip
        self._progress = named(QProgressBar(), "clamp.fit.progress", "Progress of the fit")
        self._progress.setRange(0, 1000)
        self._plots = FigurePlots("clamp.fit", "Gates over voltage: points, fit, truth")
        self._table = named(QTableWidget(0, len(_HEADERS)), "clamp.fit.numbers", "Fitted numbers")
        self._message = named(QLabel(wordWrap=True), "clamp.fit.message", "How the fit went")
        self._lay_out()
        self._start.clicked.connect(self._ask)
        for field in (self._noise, self._seed):
            field.value_committed.connect(self._ask)
        self._current.currentIndexChanged.connect(self._show)
        self._true.toggled.connect(self._show)
        self._model.clicked.connect(self._make_model)
        self._model.setEnabled(False)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours."""
        self._plots.set_theme(theme, scale)

    def begin(self) -> None:
        """Show that a fit is running."""
        self._progress.setValue(0)
        self._say("Fitting…")
        self._start.setEnabled(False)

    @Slot(float)
    def show_progress(self, fraction: float) -> None:
        """Show the completed fraction of the fit, from 0 to 1."""
        self._progress.setValue(round(1000 * fraction))

    def show_problem(self, text: str) -> None:
        """Show why there is no fit; an earlier fit stays visible."""
        self._start.setEnabled(True)
        self._progress.setValue(0)
        self._say(sentence(text, "."), error=True)

    def show_fit(self, found: FamilyFit) -> None:
        """Show the result of a fit."""
        self._fit = found
        self._start.setEnabled(True)
        self._progress.setValue(1000)
        before = self._current.currentText()
        self._current.blockSignals(True)
        self._current.clear()
        self._current.addItems([f"I_{name}" for name in found.fits])
        self._current.setCurrentIndex(max(self._current.findText(before), 0))
        self._current.blockSignals(False)
        self._model.setEnabled(bool(found.fits))
        problems = [*found.problems.values(), *found.warnings]
        said = " ".join(sentence(text, ".") for text in problems)
        self._say(said or _KEY, error=bool(said))
        self._show()

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        for text, field in (("Noise (%)", self._noise), ("Seed", self._seed)):
            label = QLabel(text)
            label.setBuddy(field.spin_box)
            field.setFixedWidth(self.fontMetrics().horizontalAdvance(_FIELD))
            above.addWidget(label)
            above.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        for widget in (self._start, self._current, self._true):
            above.addWidget(widget)
        above.addStretch(1)
        above.addWidget(self._model)
        self._table.setHorizontalHeaderLabels(list(_HEADERS))
        self._table.verticalHeader().hide()
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(self._plots)
        parts.addWidget(self._table)
        parts.setSizes([640, 320])
        parts.setChildrenCollapsible(False)
        middle, top = QWidget(), QWidget()
        top.setLayout(above)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(parts, 1)
        column.addWidget(self._message)
        column.addWidget(self._progress)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self.fill(top, middle)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.setStretchFactor(middle, 1)

    def _say(self, text: str, error: bool = False) -> None:
        role = QPalette.ColorRole.BrightText if error else QPalette.ColorRole.WindowText
        self._message.setForegroundRole(role)
        self._message.setText(with_minus(text))

    @Slot()
    def _ask(self, _value: float = 0.0) -> None:
        self.fit_requested.emit(self._noise.value, int(self._seed.value))

    @Slot()
    def _show(self, *_args: object) -> None:
        name = self._current.currentText().removeprefix("I_")
        if self._fit is None or name not in self._fit.fits:
            self._plots.show_figures([])
            self._table.setRowCount(0)
            return
        found = self._fit.fits[name]
        self._plots.show_figures(figures_of_fit(found))
        own = {gate.name: gate for gate in found.current.gates}
        self._table.setRowCount(len(found.numbers))
        self._table.setColumnHidden(3, not self._true.isChecked())
        for row, number in enumerate(found.numbers):
            true = float(getattr(getattr(own[number.gate], number.rate), number.key))
            for column, text in enumerate(_cells(number, true)):
                item = QTableWidgetItem(with_minus(text))
                if column:
                    item.setTextAlignment(_RIGHT)
                self._table.setItem(row, column, item)

    @Slot()
    def _make_model(self) -> None:
        if self._fit is not None:
            fitted: Membrane = self._fit.membrane
            self.model_requested.emit(fitted)


def _cells(number: Number, true: float) -> tuple[str, str, str, str]:
    """Return the cells of the table for a fitted number; true: its value in the neuron."""
    name = f"{_SIGNS[number.rate]}_{number.gate} {number.key} ({_UNITS[number.key]})"
    error = CONFIDENCE * number.error
    small = error < 1e-9 * abs(number.value)
    return name, f"{number.value:.5g}", "0" if small else f"{error:.2g}", f"{true:g}"
