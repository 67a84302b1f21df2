"""Measure f–I curves and compare them with earlier ones."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from hhgui.document.fi_curve import FiCurve, GrowingFiCurve
from hhgui.document.fi_protocol import LAB_3_MODEL, FiPoint, FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.engine.spikes import SpikeRule
from hhgui.experiments.fi import setup_of_point
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.failures import CANCELLED
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence
from hhgui.report.report import ReportItem
from hhgui.storage.fi_csv import write_fi
from hhgui.storage.table_form import TableForm
from hhgui.ui.fi.controls import FiControls
from hhgui.ui.fi.curves import FiCurves
from hhgui.ui.fi.figure import figure_of_fi
from hhgui.ui.fi.page import FiPage
from hhgui.ui.fi.report import fi_items
from hhgui.ui.fi.state import FiState
from hhgui.ui.tab import TABLE_FILES, Command, Export, Tab
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import Theme, current_theme

_THICKER = 3.0  # for a projector the curves grow more than the type


class FiTab(Tab):
    """Controls on the left and the curves on the right; its controller runs the sweeps.

    ``sweep_requested(FiProtocol)``: Emitted to request a sweep; the controller calls ``begin``,
    ``add_points`` with points as they come, and ``finish``. ``follow_requested()``: Emitted to
    request that the curve is measured again after edits; the controller calls ``begin_following``
    and ``replace_points``. ``open_requested(Setup)``: Emitted to open the single run behind a
    point.
    """

    name = "fi"
    title = "f–I curve"
    State = FiState
    results_in = "curves"
    commands = (
        Command("fi.run", "Run f–I &sweep", "F5", "Measure the f–I curve of the present neuron",
                "run"),
        Command("fi.stop", "&Stop f–I sweep", "Shift+F5", "Stop the sweep; its points stay",
                "stop"),
        Command("export.fi", "Export &f–I curve…", "Ctrl+Shift+E",
                "Write the f–I curves to a CSV file", "export"),
    )  # fmt: skip
    empty = "There is no f–I curve yet: start a sweep first."

    sweep_requested = Signal(object)  # FiProtocol
    # The curve should be measured again at once: following was switched on, or the protocol edited.
    follow_requested = Signal()
    open_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("fi")
        self.curves_followed = 0
        self._controls, self._page = FiControls(), FiPage()
        self._curves = FiCurves(self)
        self.plot = self._page.plot
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._controls)
        row.addWidget(self._page, 1)
        self._connect()
        self.set_theme(current_theme())

    def _connect(self) -> None:
        controls, page, curves = self._controls, self._page, self._curves
        controls.run.start.clicked.connect(self.run)
        controls.run.cancel.clicked.connect(self.stop)
        controls.form.lab_3_clicked.connect(lambda: self.model_requested.emit(LAB_3_MODEL))
        controls.form.protocol_changed.connect(self._ask_to_follow)
        controls.follow.toggled.connect(curves.stop_following)
        controls.follow.toggled.connect(self._ask_to_follow)
        page.clear.clicked.connect(curves.drop_earlier)
        page.export.clicked.connect(self.export)
        page.count.rule_chosen.connect(self._count_with)
        page.plot.points_drawn.connect(self._count_points)
        page.plot.removal_clicked.connect(curves.drop)
        page.plot.point_clicked.connect(self._open)
        page.plot.clearing_clicked.connect(curves.drop_earlier)
        curves.added.connect(self._show_curve)
        curves.dropped.connect(page.plot.remove_curve)
        curves.dropped.connect(self._update_buttons)
        curves.dropped.connect(self.kept)
        curves.renamed.connect(page.plot.refresh)
        shown_currents().changed.connect(self._show_currents)

    def run(self) -> None:
        """Request a sweep, or show why none can start."""
        problem = self._controls.form.take_problem()
        if problem:
            self._page.say(f"Not started: {problem}.", error=True)
        else:
            self.sweep_requested.emit(self.protocol)

    def reset_axes(self) -> None:
        self.plot.view_all()

    def show_setup(self, setup: Setup, runs: bool) -> None:
        if setup.experiment == FrequencyCurrent.id:
            experiment = FrequencyCurrent.from_settings(setup.settings)
            self._controls.form.set_protocol(
                experiment.protocol(setup.method, setup.dt, setup.threshold, setup.rearm)
            )
        if runs:
            self.run()

    def setup_values(self) -> dict[str, Any]:
        protocol = self.protocol
        names = ("method", "dt", "threshold", "rearm")
        settings = FrequencyCurrent.of(protocol).settings()
        return {"experiment": FrequencyCurrent.id, "settings": settings} | {
            name: getattr(protocol, name) for name in names
        }

    @property
    def currents(self) -> CurrentUnit:
        return self.plot.currents

    @Slot()
    def _show_currents(self) -> None:
        """Write heading and result again in the unit in which currents are now shown."""
        if len(self._curves):
            curve = self._curves.newest.frozen()
            self._page.show_heading(curve)
            if not self.running:
                self._page.show_result(curve)

    def figure(self) -> Figure | None:
        return figure_of_fi(self.curves, self._page.shows_rate, looks=self.plot.looks)

    def report_items(self) -> list[ReportItem]:
        return fi_items(self.curves, self.figure(), self._page.shows_rate, self.currents)

    def fill_plot_menu(self, menu: QMenu) -> None:
        self.plot.fill_menu(menu)

    def numbers(self) -> Export | None:
        """Return the curve with its JSON, to be exported.

        If there are several curves, it is the numbers of the figure.
        """
        curve = self.curve
        if curve is None or len(self.curves) > 1:
            return super().numbers()

        def write(
            path: Path, form: TableForm, _cancelled: Callable[[], bool],
            _progress: Callable[[float], object],
        ) -> None:  # fmt: skip
            write_fi(path, curve.membrane, curve.protocol, curve.points, form)

        return Export("Export f–I curve", "fi.csv", TABLE_FILES, write)

    @property
    def protocol(self) -> FiProtocol:
        """Return the last valid protocol, that of the next curve."""
        return self._controls.form.protocol

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return (self._controls,)

    def state(self) -> FiState:
        protocol = self.protocol
        return FiState(
            FrequencyCurrent.of(protocol).settings(), protocol.method, protocol.dt,
            protocol.threshold, protocol.rearm, self._page.shows_rate, self.curves,
        )  # fmt: skip

    def restore(self, state: FiState) -> None:
        self._controls.form.set_protocol(state.protocol)
        self._page.choose_rate(state.show_rate)
        self.restore_curves(state.curves)

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """Set the parameter sets; the name of a curve lists how its neuron differs from its set."""
        self._curves.set_library(membranes)

    def restore_curves(self, curves: Iterable[FiCurve]) -> None:
        """Replace all curves by those of a session, oldest first."""
        self.cancel_requested.emit()
        self._controls.run.set_running(False)
        self._curves.restore(curves)
        if len(self._curves):
            self._page.show_result(self._curves.newest.frozen())
        else:
            self._page.show_nothing()
            self._controls.run.forget_progress()
        self.plot.note_points()

    @property
    def curve(self) -> FiCurve | None:
        """Return the newest curve that has points, None if there is none."""
        measured = self._curves.measured
        return measured[-1].frozen() if measured else None

    @property
    def curves(self) -> tuple[FiCurve, ...]:
        """Return every curve that has points, oldest first."""
        return tuple(curve.frozen() for curve in self._curves.measured)

    @property
    def own_method(self) -> bool:
        return self._controls.form.integration.own

    @property
    def running(self) -> bool:
        return self._curves.running

    def begin(self, membrane: Membrane, protocol: FiProtocol) -> None:
        """Show a new curve whose sweep has begun; the one before stays, if it has points.

        A followed curve with the same protocol is removed, because it is measured again.
        """
        self._curves.begin(membrane, protocol)
        self._controls.run.set_running(True)
        self._controls.run.begin_progress(protocol.points)

    @Slot(object)
    def add_points(self, points: Iterable[FiPoint]) -> None:
        """Add points of the running sweep, in any order."""
        if self.running:
            for point in points:
                self._curves.newest.put(point)
            self.plot.note_points()

    @Slot(float)
    def show_progress(self, fraction: float) -> None:
        """Show the fraction of the sweep that is done (0 to 1), as its points come in groups."""
        if self.running:
            self._controls.run.show_progress(len(self._curves.newest), fraction)

    def finish(self, message: str, inaccuracy: str = "") -> None:
        """Show that the sweep has ended.

        message: "" if complete, else that it was cancelled or why it failed. inaccuracy: what is
        inaccurate about its settings, or "".
        """
        if not self.running:
            return
        self._curves.end(inaccuracy)
        self._controls.run.set_running(False)
        self._count_points()
        curve = self._curves.newest.frozen()
        ended = sentence(message)
        if message == CANCELLED:
            ended += f" after {len(curve.points)} of {curve.protocol.points} points"
        self._page.show_result(curve, ended, error=message not in ("", CANCELLED))
        self.kept.emit()

    def set_common_method(self, trial: Trial) -> None:
        """Note the run bar's method and dt, which a sweep uses unless the protocol has its own."""
        self._controls.form.set_common_method(trial)

    @property
    def following(self) -> bool:
        """Return whether every edit causes the curve to be measured again."""
        return self._controls.follow.isChecked()

    def begin_following(self, membrane: Membrane, protocol: FiProtocol) -> None:
        """Replace the newest curve; start a new one instead if the protocol has changed."""
        if self._curves.follow(membrane, protocol):
            self._controls.run.set_running(False)
            self._controls.run.begin_progress(protocol.points)

    def replace_points(self, points: Iterable[FiPoint], inaccuracy: str = "") -> None:
        """Replace all points of the followed curve, if it still exists.

        inaccuracy: what is inaccurate about its settings, or "".
        """
        followed = self._curves.replace(points, inaccuracy)
        if followed is not None:
            curve = followed.frozen()
            self.curves_followed += 1
            self._page.show_heading(curve)
            self._page.show_result(curve)
            self.plot.note_points()

    def show_problem(self, message: str) -> None:
        """Show why the followed curve could not be measured again."""
        self._page.say(sentence(message), error=True)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self.plot.set_theme(theme, 1.0 + _THICKER * (scale - 1.0))

    def _count_with(self, rule: SpikeRule) -> None:
        """Measure the newest curve again with another spike rule."""
        protocol = self._curves.newest.protocol
        changed = replace(protocol, threshold=rule.threshold, rearm=rule.rearm)
        self._controls.form.set_protocol(changed)
        self.run()

    @Slot(object, int)
    def _open(self, curve: GrowingFiCurve, index: int) -> None:
        """Request the single run behind the point with this index."""
        base, current = self._curves.base_of(curve.membrane), float(curve.currents[index])
        self.open_requested.emit(setup_of_point(curve.membrane, base, curve.protocol, current))

    def _ask_to_follow(self) -> None:
        if self.following:
            self.follow_requested.emit()

    def _show_curve(self, curve: GrowingFiCurve) -> None:
        """Draw a new curve as the present one."""
        self.plot.show_curve(curve)
        self._page.show_heading(curve.frozen())
        self._page.say("")
        self._update_buttons()

    def _count_points(self) -> None:
        if len(self._curves):
            self._controls.run.show_progress(len(self._curves.newest))
        self._update_buttons()

    def _update_buttons(self) -> None:
        self._page.enable(clear=len(self._curves) > 1, export=bool(self._curves.measured))
