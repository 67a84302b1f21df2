"""Clamp the neuron to a staircase of voltages, and evaluate the currents at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hhgui.document.setup import Setup
from hhgui.experiments.clamp_fitting import FitRequest
from hhgui.experiments.clamp_presets import PRESETS
from hhgui.experiments.clamp_staircase import AMPLIFIER_KEYS, NO_SUBTRACTION, ClampStaircase
from hhgui.experiments.contract import Subject
from hhgui.experiments.voltage_clamp import VoltageClamp
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.words import sentence
from hhgui.report.measured import measured_now
from hhgui.report.report import ReportItem
from hhgui.storage.table_form import TableForm
from hhgui.ui.clamp.blockers import with_blocked, words_of
from hhgui.ui.clamp.clamped import Clamped, clamped_by
from hhgui.ui.clamp.edits import Clamping
from hhgui.ui.clamp.families import Families
from hhgui.ui.clamp.figure import figure_of_results, figure_of_sweeps
from hhgui.ui.clamp.fit_dialog import FitDialog
from hhgui.ui.clamp.numbers import write_sweeps
from hhgui.ui.clamp.page import ClampPage
from hhgui.ui.clamp.plots import ClampPlots, ShownFamily
from hhgui.ui.clamp.side import ClampSide
from hhgui.ui.clamp.state import ClampState
from hhgui.ui.tab import AXON_TEXT, TABLE_FILES, Export, Tab
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import Theme, current_theme

# The settings of a clamp without an amplifier.
IDEAL: dict[str, Any] = {
    "series_resistance": 0.0, "pipette_capacitance": 0.0, "seal_conductance": 0.0,
    "subtraction": NO_SUBTRACTION,
}  # fmt: skip


class ClampTab(Tab):
    """The staircase on the left, all sweeps in the middle, what is measured on them on the right.

    An ideal clamp is computed by the tab itself, at once. ``record_requested()``: Emitted to have
    the family ``wanted`` computed behind a real amplifier; the controller calls ``show_clamped`` or
    ``show_problem``. ``families_requested(wanted)``: Emitted with staircases and membranes of the
    kept families of a session; the controller calls ``show_kept``. ``fit_requested(FitRequest)``:
    Emitted to request a fit; the controller gives the result to ``fitting``.
    ``fitted_neuron(Membrane)``: Emitted with the fitted neuron, to run it in Live.
    """

    name = "clamp"
    title = "Voltage clamp"
    State = ClampState
    results_in = "families"
    keeps = True
    can_run = False

    record_requested = Signal()
    fit_requested = Signal(object)
    fitted_neuron = Signal(object)
    families_requested = Signal(object)
    edited = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clamp")
        self._membrane: Membrane | None = None
        self._dt = 0.025
        self._staircase = PRESETS["iv"].staircase
        self._clamped: Clamped | None = None
        self._stale = True
        self._fitting: FitDialog | None = None
        self._look = current_theme(), 1.0
        self._side, self._page = ClampSide(), ClampPage()
        self._families = Families(self._side.kept, self._side.difference)
        self._lay_out()
        self._connect()
        self._side.show_preset("iv", self._staircase)
        self._noted = self.clamping
        self.set_theme(current_theme())

    @property
    def plots(self) -> ClampPlots:
        """Return the plots of the sweeps."""
        return self._page.sweeps

    # Methods of the tab contract

    @property
    def own_method(self) -> bool:
        return True  # nothing is integrated

    def reset_axes(self) -> None:
        self._page.reset_ranges()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self._page.set_theme(theme, scale)
        self._side.kept.set_theme(theme)
        self._side.blockers.set_theme(theme)
        self._look = theme, scale
        if self._fitting is not None:
            self._fitting.set_theme(theme, scale)

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show the voltage clamp of a protocol or lesson."""
        if setup.experiment == ClampStaircase.id:
            staircase = ClampStaircase.from_settings(setup.settings)
        elif setup.experiment == VoltageClamp.id:
            staircase = VoltageClamp.from_settings(setup.settings).staircase
        else:
            return
        self._side.blockers.show_blocked({})
        self.show_staircase(staircase.evaluated, staircase, not staircase.amplifier.is_ideal)

    def setup_values(self) -> dict[str, Any]:
        return {
            "experiment": ClampStaircase.id,
            "settings": self._effective(self._staircase).settings(),
        }

    @property
    def forms(self) -> tuple[QWidget, ...]:
        return (self._side,)

    def state(self) -> ClampState:
        side = self._side
        return ClampState(
            self._staircase.settings(), side.amplifier.on, side.preset,
            tuple(sorted(self.plots.hidden)), side.inward_up.isChecked(),
            side.ionic_scale.isChecked(), side.blockers.blocked, self._families.pair,
            self._families.tables(),
        )  # fmt: skip

    def restore(self, state: ClampState) -> None:
        self._side.inward_up.setChecked(state.inward_up)
        self._side.ionic_scale.setChecked(state.ionic_scale)
        names = self._current_names
        self._side.set_panes(names, state.hidden)
        self.plots.set_hidden(self._side.hidden)
        self._restore_families(state)
        self._side.blockers.show_blocked(state.blocked)
        settings = state.settings or PRESETS[state.preset].staircase.settings()
        self.show_staircase(state.preset, ClampStaircase.from_settings(settings), state.amplifier)

    def _restore_families(self, state: ClampState) -> None:
        """Compute the kept families of a session, here or, behind an amplifier, in a thread."""
        wanted = self._families.await_state(state)
        if not all(staircase.amplifier.is_ideal for staircase, _ in wanted):
            self.families_requested.emit(wanted)
            return
        try:
            self.show_kept([clamped_by(*each) for each in wanted])
        except ModelError as error:
            self.fail_kept(str(error))

    def show_kept(self, families: Sequence[Clamped]) -> None:
        """List the kept families of a session."""
        self._families.show_computed(families)
        self._show_families()

    def fail_kept(self, text: str) -> None:
        """Show why the kept families of a session can't be computed again."""
        self._families.give_up()
        self.noticed.emit(f"Kept families are left out: {sentence(text, '.')}")

    @property
    def can_keep(self) -> bool:
        return self._clamped is not None and self._families.has_room

    @Slot()
    def keep(self) -> None:
        self._update_now()
        if self._clamped is not None and self.can_keep:
            blocked = words_of(self._side.blockers.blocked)
            parts = (blocked or "Control", PRESETS[self._side.preset].title)
            self._families.keep(self._clamped, " · ".join(parts))

    @property
    def currents(self) -> CurrentUnit:
        membranes = [each.run.membrane for each in self._families.visible]
        if self._membrane is not None:
            membranes.append(self._membrane)
        return shown_currents().unit_of(membrane.area for membrane in membranes)

    def figure(self) -> Figure | None:
        self._update_now()
        clamped = self._clamped
        if clamped is None:
            return None
        if self._page.gives_results:
            return self._result_figure(clamped)
        self.plots.draw_now()
        curves = self.plots.curves
        assert curves is not None
        return figure_of_sweeps(
            clamped.record, curves, clamped.names, self.plots.hidden, self._sign
        )

    def report_items(self) -> list[ReportItem]:
        """Return the entries of the kept families, and of the present one, not ticked at first."""
        kept = self._families.kept
        families = [(each.name, each.run.staircase, each.run.membrane) for each in kept]
        if self.wanted is not None:
            families.append((PRESETS[self._side.preset].title, *self.wanted))
        items = []
        for place, (name, staircase, membrane) in enumerate(families):
            title, subject = f"Voltage clamp: {name}", Subject(membrane)
            unit = shown_currents().unit_of([membrane.area])
            make = partial(measured_now, title, staircase, subject, unit)
            items.append(ReportItem(f"family.{place}", title, make, place < len(kept)))
        return items

    def numbers(self) -> Export | None:
        """Return the sweeps at evenly spaced times, or the numbers of the plot of results."""
        if self._page.gives_results:
            return super().numbers()
        self._update_now()
        clamped, dt = self._clamped, self._dt
        if clamped is None:
            return None

        def write(
            path: Path, form: TableForm, cancelled: Callable[[], bool],
            progress: Callable[[float], object],
        ) -> None:  # fmt: skip
            write_sweeps(clamped.record, clamped.names, dt, path, form, cancelled, progress)

        return Export("Export sweeps", "clamp.csv", f"{TABLE_FILES};;{AXON_TEXT}", write,
                      record=False)  # fmt: skip

    # Methods for the controller

    def set_neuron(self, membrane: Membrane, dt: float) -> None:
        """Clamp this membrane; dt: the distance of times in an exported table (ms)."""
        before, self._membrane, self._dt = self._membrane, membrane, dt
        names = [current.name for current in membrane.currents]
        if before is None or [current.name for current in before.currents] != names:
            self._side.set_panes(names, self._side.hidden or self._unshown(membrane))
        self._side.blockers.set_membrane(membrane)
        self._noted = self.clamping
        self._invalidate()

    @property
    def staircase(self) -> ClampStaircase:
        """Return the staircase of commands, with the times at which it is measured."""
        return self._staircase

    @property
    def clamped(self) -> Clamped | None:
        """Return the family on the screen, None if there is none."""
        return self._clamped

    def show_staircase(
        self, preset: str, staircase: ClampStaircase, amplifier: bool | None = None
    ) -> None:
        """Show a staircase as an edited form of the protocol ``preset``.

        amplifier: whether a real amplifier is used; None leaves that as it is.
        """
        self._staircase = staircase
        self._side.show_preset(preset, staircase)
        on = self._side.amplifier.on if amplifier is None else amplifier
        self._side.amplifier.show_amplifier(on, staircase)
        self._noted = self.clamping
        self._invalidate()

    @property
    def clamping(self) -> Clamping:
        """Return the present settings of the tab."""
        side = self._side
        return Clamping(side.preset, self._staircase, side.amplifier.on, side.blockers.blocked)

    def show_clamping(self, clamping: Clamping) -> None:
        """Show these settings, to which undo or redo returns."""
        self._side.blockers.show_blocked(clamping.blocked)
        self.show_staircase(clamping.preset, clamping.staircase, clamping.amplifier)

    @property
    def wanted(self) -> tuple[ClampStaircase, Membrane] | None:
        """Return staircase and membrane of the family to show, None if there is no neuron yet.

        While no amplifier is used the staircase has none.
        """
        if self._membrane is None:
            return None
        membrane = with_blocked(self._membrane, self._side.blockers.blocked)
        return self._effective(self._staircase), membrane

    def _effective(self, staircase: ClampStaircase) -> ClampStaircase:
        """Return the staircase as it is used: without amplifier if that is off."""
        if self._side.amplifier.on or all(getattr(staircase, k) == v for k, v in IDEAL.items()):
            return staircase
        return replace(staircase, **IDEAL)

    def show_clamped(self, clamped: Clamped) -> None:
        """Show a family that has been computed."""
        self._side.form.show_problem("")
        self._side.amplifier.show_problem("")
        self._clamped = clamped
        self._side.keep.setEnabled(self.can_keep)
        self._show_families()

    def show_problem(self, text: str, key: str = "") -> None:
        """Show why there is no family; the sweeps stay.

        key: of the setting that causes it, or "".
        """
        text = sentence(text, ".")
        if key in AMPLIFIER_KEYS:
            self._side.amplifier.show_problem(text)
        else:
            self._side.form.show_problem(text)

    @property
    def fitting(self) -> FitDialog:
        """Return the dialog for fits, which is created when it is first needed."""
        if self._fitting is None:
            self._fitting = FitDialog(self)
            self._fitting.set_theme(*self._look)
            self._fitting.fit_requested.connect(self._ask_for_fit)
            self._fitting.model_requested.connect(self.fitted_neuron)
        return self._fitting

    # Slots for the user's actions

    @Slot()
    def open_fit(self) -> None:
        """Open the dialog for fits and request a first one."""
        self.fitting.show()
        self.fitting.raise_()
        self._ask_for_fit(0.0, 0)

    @Slot(float, int)
    def _ask_for_fit(self, noise: float, seed: int) -> None:
        wanted = self.wanted
        if wanted is None:
            return
        try:
            self.fit_requested.emit(FitRequest(*wanted, noise, seed))
        except ModelError as error:
            self.fitting.show_problem(str(error))

    @Slot(str)
    def _choose_preset(self, preset: str) -> None:
        before = self._noted
        own = {key: getattr(self._staircase, key) for key in AMPLIFIER_KEYS}
        self.show_staircase(preset, replace(PRESETS[preset].staircase, **own))
        self.plots.reset_ranges()
        self._note(before)

    @Slot(object)
    def _take_staircase(self, staircase: ClampStaircase) -> None:
        self._staircase = staircase
        self._take_edit()

    @Slot()
    def _take_edit(self) -> None:
        """Clamp again with the settings the user has just changed, and note the edit for undo."""
        self._invalidate()
        self._note(self._noted)

    def _note(self, before: Clamping) -> None:
        self._noted = self.clamping
        if self._noted != before:
            self.edited.emit(before, self._noted)

    @Slot(object)
    def _take_amplifier(self, values: Mapping[str, Any]) -> None:
        """Take settings of the amplifier; if they are invalid, show why."""
        try:
            self._take_staircase(replace(self._staircase, **values))
        except ModelError as error:
            self.show_problem(str(error), error.key)

    @Slot(object)
    def _hide(self, names: Iterable[str]) -> None:
        self.plots.set_hidden(names)

    @Slot(float, float, float)
    def _move_windows(self, start: float, stop: float, late: float) -> None:
        """Measure at other times; a window that ends with the test stair goes on doing so."""
        clamped = self._clamped
        if clamped is None:
            return
        end = float(clamped.record.test_duration[-1])
        whole = replace(
            self._staircase, window_from=start,
            window_to=0.0 if stop >= end else max(stop, 1e-3),
            late_at=0.0 if late >= end else max(late, 1e-3),
        )  # fmt: skip
        self._staircase = whole
        self._side.form.show_staircase(whole)
        self._clamped = Clamped(self._effective(whole), clamped.membrane, clamped.record)
        self._show_results()
        self._note(self._noted)

    @Slot(bool)
    def _set_inward_up(self, on: bool) -> None:
        self.plots.set_inward_up(on)
        self._show_results()

    @Slot()
    def _show_families(self) -> None:
        """Draw the kept families and the present one."""
        clamped = self._clamped
        unit = self.currents
        self.plots.show_currents_in(unit)
        if clamped is None and self._families.visible:
            clamped = self._families.visible[0].run
        if clamped is None:
            return
        names = self._current_names
        shown = [
            ShownFamily(kept.run.record, kept.color)
            for kept in self._families.visible
            if kept.run is not clamped
            and [c.name for c in kept.run.membrane.currents] == names
        ]  # fmt: skip
        shown.append(ShownFamily(clamped.record, ""))
        self.plots.show_families(shown, clamped.names, clamped.staircase.hold_duration)
        self.plots.show_difference(self._families.difference())
        self._show_results()

    # Showing

    @property
    def _sign(self) -> float:
        return -1.0 if self._side.inward_up.isChecked() else 1.0

    @property
    def _current_names(self) -> list[str]:
        return [] if self._membrane is None else [c.name for c in self._membrane.currents]

    def _unshown(self, membrane: Membrane) -> list[str]:
        """Return the names of currents that are hidden at first: those without gates."""
        gated = [current for current in membrane.currents if current.gates]
        return [c.name for c in membrane.currents if gated and not c.gates]

    @Slot()
    def _invalidate(self) -> None:
        self._stale = True
        if self.isVisible():
            self._update_now()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_now()

    def _update_now(self) -> None:
        if not self._stale or self._membrane is None:
            return
        self._stale = False
        self.plots.set_currents(self._current_names)
        self.plots.set_hidden(self._side.hidden)
        wanted = self.wanted
        assert wanted is not None
        try:
            if wanted[0].amplifier.is_ideal:
                self.show_clamped(clamped_by(*wanted))
            else:
                self.record_requested.emit()
        except ModelError as error:
            self.show_problem(str(error), error.key)

    @Slot()
    def _show_results(self) -> None:
        clamped = self._clamped
        if clamped is None:
            return
        preset, unit = PRESETS[self._side.preset], self.currents
        real = not clamped.record.is_ideal
        parts = (
            preset.title, clamped.membrane.name, words_of(self._side.blockers.blocked),
            f"R_s {clamped.staircase.series_resistance:g} MΩ" if real else "",
        )  # fmt: skip
        self._page.show_title(" · ".join(filter(None, parts)))
        staircase, record = clamped.staircase, clamped.record
        end = float(record.test_duration[-1])
        self.plots.show_windows(
            min(staircase.window_from, end), staircase.window_to or end, staircase.late_at or end
        )
        figure = self._result_figure(clamped)
        figures = [] if figure is None else [figure_in_unit(figure, unit)]
        kept = [each for each in self._families.visible if each.run is not clamped]
        same = [k for k in kept if k.run.staircase.evaluated == staircase.evaluated]
        earlier = [self._result_figure(k.run) for k in same]
        drawn = [[figure_in_unit(f, unit)] for f in earlier if f is not None]
        names = [k.name for k, f in zip(same, earlier, strict=True) if f is not None]
        self._page.results.show_figures(figures, drawn, [*names, clamped.membrane.name])
        said = [*clamped.sentences, *self._families.difference_words()]
        self._page.words.show_results(clamped.results, said, unit)

    def _result_figure(self, clamped: Clamped) -> Figure | None:
        return figure_of_results(
            clamped.staircase, clamped.membrane, clamped.rows, clamped.results, self._sign
        )

    # Building

    def _lay_out(self) -> None:
        whole = QHBoxLayout(self)
        whole.setContentsMargins(10, 8, 10, 8)
        whole.setSpacing(8)
        whole.addWidget(self._side)
        whole.addWidget(self._page, 1)

    def _connect(self) -> None:
        side = self._side
        side.preset_chosen.connect(self._choose_preset)
        side.form.changed.connect(self._take_staircase)
        side.hidden_changed.connect(self._hide)
        side.ionic_scale.toggled.connect(self.plots.set_ionic_scale)
        side.inward_up.toggled.connect(self._set_inward_up)
        side.keep.clicked.connect(self.keep)
        side.fit.clicked.connect(self.open_fit)
        side.export.clicked.connect(self.export)
        side.kept.changed.connect(self._show_families)
        side.blockers.changed.connect(self._take_edit)
        side.amplifier.changed.connect(self._take_amplifier)
        side.amplifier.switched.connect(self._take_edit)
        side.difference.changed.connect(self._show_families)
        side.kept.changed.connect(self.kept)
        self.plots.windows_moved.connect(self._move_windows)
        shown_currents().changed.connect(self._show_families)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._side.fit_width()
