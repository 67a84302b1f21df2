"""Show every gate's curves, beside those of a comparison set, and edit all their numbers."""

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPalette, QPen, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hhgui.analysis.gating import same_curves
from hhgui.document.setup import Setup
from hhgui.engine.recording import Recording
from hhgui.figures.figure import Figure
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence, with_minus
from hhgui.report.report import ReportItem
from hhgui.ui.gating.controls import GatingControls
from hhgui.ui.gating.figure import figure_of_gating
from hhgui.ui.gating.plots import GatingPlots
from hhgui.ui.gating.rate_editor import RateEditor
from hhgui.ui.gating.report import gating_item
from hhgui.ui.gating.sets import COMPARED, MAIN, THERMAL, shown_gates, stroke_of
from hhgui.ui.gating.state import GatingState
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.theme import Theme, current_theme

HINT = "Point at a curve."
MOUSE = "Wheel: zoom V. Wheel over a value axis: zoom values. Drag: move. Double click: back."


def temperature_text(membrane: Membrane) -> str:
    """Return in words at which temperature the curves are drawn."""
    if membrane.temperature is None:
        return "the rates do not depend on temperature"
    at = f"curves at {membrane.temperature:g} °C"
    if membrane.temperature == membrane.reference_temperature:
        text = f"{at}, where the rates hold as written"
    else:
        factor = f"rates × {membrane.rate_factor:.3g} of those written for"
        text = f"{at}: {factor} {membrane.reference_temperature:g} °C"
    return with_minus(text)


class FormScroller(QScrollArea):
    """A form that scrolls vertically; it is as wide as the form and its scroll bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        form = self.widget()
        width = form.minimumSizeHint().width() if form is not None else 0
        return QSize(width + bar, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 60)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class GatingTab(Tab):
    """Controls and the rate editor on the left, four plots on the right.

    ``membrane_changed(Membrane)``: Emitted with the membrane after an edit of a rate.
    ``save_requested()``: Emitted when the user wants to save the neuron as a model.
    """

    name = "gating"
    title = "Gating"
    can_run = False
    watches_live = True
    State = GatingState

    membrane_changed = Signal(object)
    save_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gating")
        self._membrane: Membrane | None = None
        self._default: Membrane | None = None
        self._stale = self._refit = False  # since it was hidden
        self._theme = current_theme()
        self._live_text = ""
        self._showing = DeferredCalls(self)
        self._controls = GatingControls()
        self._editor = RateEditor()
        self.plots = GatingPlots()
        self._title, self._about = QLabel(), QLabel()
        self._live, self._hint = QLabel(), QLabel(HINT)
        self._reset_axes = QPushButton("Reset axes")
        self._save = QPushButton("Save as my model…")
        self._scroller = FormScroller()
        self._name_widgets()
        self._lay_out()
        self._connect()
        self.plots.set_logarithmic(self._controls.logarithmic)
        self.set_theme(self._theme)

    # Methods of the tab contract

    @property
    def membrane(self) -> Membrane | None:
        """Return the membrane that is shown, None if none has been set yet."""
        return self._membrane

    def set_membrane(self, membrane: Membrane, default: Membrane) -> None:
        """Show the curves of ``membrane``, and mark what differs from ``default``; emit no signal.

        An edit that changes no gate draws nothing; a hidden tab draws when it is shown.
        """
        before, self._membrane = self._membrane, membrane
        self._default = default
        if self.isVisible():
            self._editor.set_membrane(membrane, default)
        if before is None or before.id != membrane.id or before.structure != membrane.structure:
            self.plots.reset_ranges()
            self._update(refit=True)
        elif not same_curves(before, membrane) or before.name != membrane.name:
            self._update(refit=False)

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        self._controls.set_library(membranes)

    def compare_with(self, membrane: Membrane | None) -> None:
        """Draw the gates of another neuron, thin and dotted; None draws none. Emit no signal."""
        self._controls.compare_with(membrane)
        self._update(refit=True)

    def show_thermal(self, on: bool) -> None:
        """Draw or hide potassium's thermal rates, without emitting a signal."""
        self._controls.show_thermal(on)
        self._update(refit=True)

    def set_live_voltage(self, voltage: float) -> None:
        """Mark the voltage of the live neuron (mV); NaN hides it.

        This costs nothing while hidden.
        """
        self.plots.set_live_voltage(voltage)
        if not self.isVisible():
            return
        text = "" if math.isnan(voltage) else with_minus(f"┃ live V {voltage:.1f} mV")
        if text != self._live_text:
            self._live_text = text
            self._live.setText(text)

    def tick(self, recording: Recording | None) -> bool:
        if recording is not None and recording.total:
            self.set_live_voltage(recording.latest_voltage)
        return False

    def show_setup(self, setup: Setup, runs: bool) -> None:
        self.compare_with(setup.against)
        self.show_thermal(setup.thermal)

    def setup_values(self) -> dict[str, Any]:
        return {"against": self._controls.compared, "thermal": self._controls.thermal}

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return self._scroller, self._save

    def state(self) -> GatingState:
        compared = self._controls.compared
        return GatingState("" if compared is None else compared.id, self._controls.thermal)

    def restore(self, state: GatingState) -> None:
        self.compare_with(self._controls.parameter_set(state.against))
        self.show_thermal(state.thermal)

    def figure(self) -> Figure | None:
        plots = self.plots
        return figure_of_gating(plots.shown, plots.names, plots.shown_span, plots.logarithmic)

    def report_items(self) -> list[ReportItem]:
        if self._membrane is None or not self._membrane.gates:
            return []
        compared = self._controls.compared
        everything = shown_gates(self._membrane, compared, self._controls.thermal)
        hidden = self._controls.gates.hidden
        shown = [each for each in everything if each.gate.name not in hidden]
        worked = compared is not None or self._controls.thermal
        return [gating_item(
            partial(figure_of_gating, shown, self._names(), self.plots.shown_span,
                    self._controls.logarithmic),
            self._membrane, compared, temperature_text(self._membrane), worked,
        )]  # fmt: skip

    def reset_axes(self) -> None:
        self.plots.reset_ranges()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self._theme = theme
        self.plots.set_theme(theme, scale)
        colors = self._live.palette()
        colors.setColor(QPalette.ColorRole.WindowText, theme.accent)
        self._live.setPalette(colors)
        self._update(refit=False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._showing.run(self._show_editor, self._show_curves)

    def prepare(self) -> None:
        self._showing.run(self._show_editor)

    def _show_editor(self) -> None:
        if self._membrane is not None and self._default is not None:
            self._editor.set_membrane(self._membrane, self._default)

    def _show_curves(self) -> None:
        if self._stale:
            self._update(self._refit)
        self.set_live_voltage(self.plots.live_voltage)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_live()

    # Building

    def _name_widgets(self) -> None:
        for widget, name in ((self._title, "gating.title"), (self._about, "gating.description"),
                             (self._live, "gating.live"), (self._save, "gating.save"),
                             (self._reset_axes, "gating.reset_axes")):  # fmt: skip
            widget.setObjectName(name)
        self._save.setAccessibleName("Save as my model")
        self._save.setToolTip("Keep the membrane with these rates as a parameter set of your own")
        self.plots.setToolTip(MOUSE)
        self._hint.setToolTip(MOUSE)
        self._reset_axes.setToolTip(MOUSE)
        self._reset_axes.setAccessibleName("Reset the axes of the gating curves")
        font = self._title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        for label in (self._title, self._about, self._hint):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self._about, self._hint):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self._controls)
        column.addSpacing(8)
        column.addWidget(self._editor)
        column.addStretch(1)
        self._scroller.setWidget(form)
        left, right, foot, row = QVBoxLayout(), QVBoxLayout(), QHBoxLayout(), QHBoxLayout(self)
        left.addWidget(self._scroller, 1)
        left.addWidget(self._save)
        foot.addWidget(self._live)
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._reset_axes)
        right.setSpacing(4)
        right.addWidget(self._title)
        right.addWidget(self._about)
        right.addWidget(self.plots, 1)
        add_layout(right, foot)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(10)
        add_layout(row, left)
        add_layout(row, right, 1)
        self._fit_live()

    def _fit_live(self) -> None:
        """Reserve room for any voltage, so that changing digits move nothing beside them."""
        self._live.setMinimumWidth(self.fontMetrics().horizontalAdvance("┃ live V −000.0 mV  "))

    def _connect(self) -> None:
        self._controls.shown_changed.connect(lambda: self._update(refit=True))
        self._controls.logarithmic_changed.connect(self.plots.set_logarithmic)
        self._editor.membrane_changed.connect(self._take)
        self._reset_axes.clicked.connect(self.reset_axes)
        self._save.clicked.connect(self.save_requested)

    # Showing

    def _take(self, membrane: Membrane) -> None:
        """Take the membrane as edited here and emit ``membrane_changed``."""
        before, self._membrane = self._membrane, membrane
        if not same_curves(before, membrane):
            self._update(refit=False)
        self.membrane_changed.emit(membrane)

    def _update(self, refit: bool) -> None:
        """Give the plots the gates to draw; refit: whether to fit the value axes."""
        self._refit = refit or self._refit
        self._stale = not self.isVisible()
        if self._stale:
            return
        refit, self._refit = self._refit, False
        membrane, compared = self._membrane, self._controls.compared
        if membrane is None:
            return
        everything = shown_gates(membrane, compared, self._controls.thermal)
        pens: dict[str, QPen] = {}
        for shown in everything:  # the membrane's own first: their pens are on the check boxes
            pen = stroke_of(shown, self._theme).pen
            pens.setdefault(shown.gate.name, pen)
            if shown.role == THERMAL:
                self._controls.set_thermal_pen(pen)
        self._controls.gates.set_gates(pens)
        hidden = self._controls.gates.hidden
        gates = tuple(s for s in everything if s.gate.name not in hidden)
        self.plots.show_gates(gates, self._names(), refit)
        self._describe(membrane, compared)

    def _names(self) -> dict[str, str]:
        """Return the names of the neurons, by the role of their gates."""
        names = {THERMAL: "thermal form"}
        for role, membrane in ((MAIN, self._membrane), (COMPARED, self._controls.compared)):
            if membrane is not None:
                names[role] = membrane.name
        return names

    def _describe(self, membrane: Membrane, compared: Membrane | None) -> None:
        against = f" · thin, dashed: {compared.name}" if compared is not None else ""
        self._title.setText(membrane.name + against)
        text = sentence(temperature_text(membrane))
        if compared is not None and not compared.gates:
            text += f" · {compared.name} has no gates"
        self._about.setText(text if membrane.gates else "This membrane has no gates.")
