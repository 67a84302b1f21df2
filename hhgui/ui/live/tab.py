"""Show the live traces, with a banner, a scroll bar and the values at mouse and cursors."""

import re
from dataclasses import replace
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hhgui.document.setup import Setup
from hhgui.engine.recording import Recording
from hhgui.figures.figure import Figure
from hhgui.model.current_unit import CurrentUnit
from hhgui.report.report import ReportItem
from hhgui.ui.figures.traces import figure_of_live
from hhgui.ui.live.export_dialog import ExportChoice, ExportDialog, export_of
from hhgui.ui.live.kept import MOST_KEPT, KeptSweeps
from hhgui.ui.live.plots import TracePlots
from hhgui.ui.live.report import sweep_items
from hhgui.ui.live.state import LiveState
from hhgui.ui.live.trigger import TriggerSettings
from hhgui.ui.live.trigger_bar import TriggerBar
from hhgui.ui.plots.cursors import Cursors
from hhgui.ui.tab import Export, Tab
from hhgui.ui.widgets.banner import Banner
from hhgui.ui.widgets.kept_list import KeptList
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.oscillation_button import OscillationButton
from hhgui.ui.widgets.read_out import ReadOut
from hhgui.ui.widgets.theme import Theme

WINDOWS_MS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000)
# QScrollBar counts in whole numbers: a hundredth of a millisecond each.
TICKS_PER_MS = 100
LIST_DIGITS, LARGE_DIGITS = 28, 18  # width of the kept sweeps, in large type less


class LiveTab(Tab):
    """Show the traces of the live run.

    ``speed_changed(speed)``: Emitted with the model time per real time, 0 for no limit.
    ``running_requested(bool)``: Emitted with True to run and False to pause. ``restored()``:
    Emitted after a session has been restored. ``pulse_requested()``: Emitted to play the stimulus
    from its onset now. ``sweep_kept(Replay, onset)``: Emitted with a sweep to keep; the controller
    adds it to ``kept_sweeps``. ``kept_sweeps_requested(Sweeps)``: Emitted with the kept sweeps of a
    session to compute; the controller passes them to ``kept_sweeps.show_runs``.
    """

    name = "live"
    title = "Live"
    halt = "Pause"
    shows_live = True
    plays = True
    empty = "Nothing has been recorded yet: run first."
    keeps = True
    State = LiveState
    results_in = "kept"
    speed_changed = Signal(float)
    running_requested = Signal(bool)
    restored = Signal()
    pulse_requested = Signal()
    sweep_kept = Signal(object, object)
    kept_sweeps_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.plots = TracePlots()
        self.kept_list = KeptList("live", "Kept sweeps")
        self.kept_sweeps = KeptSweeps(self.kept_list, self.plots)
        self.freeze = QPushButton("Freeze")
        self.freeze.setObjectName("live.freeze")
        self.freeze.setCheckable(True)
        self.freeze.setToolTip("Hold the picture while the neuron goes on (F)")
        self._fit = QPushButton("Fit")
        self._fit.setObjectName("live.fit")
        self._fit.setToolTip("Show every axis as it was, and the end of the traces (Ctrl+0)")
        self._fit.hide()
        self._keep = QPushButton("Keep")
        self._keep.setObjectName("live.keep")
        self._keep.setToolTip("Keep this sweep, or what is visible, behind the traces (K)")
        self.hold_voltage = QPushButton("Hold here")
        self.hold_voltage.setObjectName("live.hold_voltage")
        self.hold_voltage.setToolTip("Clamp the neuron at its present voltage (H)")
        self.hold_current = QPushButton("Hold this current")
        self.hold_current.setObjectName("live.hold_current")
        self.hold_current.setToolTip(
            "Free the neuron, with the present current of the clamp as its holding current (⇧H)"
        )
        self.hold_current.hide()
        self.time_bar = QScrollBar(Qt.Orientation.Horizontal)
        named(self.time_bar, "live.scroll", "Scroll back through the recording")
        self.read_out = ReadOut("live.read_out")
        self.measured = QLabel("", textFormat=Qt.TextFormat.RichText)
        named(self.measured, "live.cursors", "Between the measuring cursors")
        self.measured.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.measured.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.measured.setContentsMargins(8, 0, 8, 0)
        self.measured.hide()
        self.cursors = Cursors(self.plots.scene(), self.plots.values_at, parent=self)
        self.cursors.set_items(self.plots.shown_items)
        self.cursors.hold_on_screen(True)
        self.shown_time = named(QComboBox(), "live.window", "Shown time")
        for width in WINDOWS_MS:
            self.shown_time.addItem(f"{width} ms" if width < 1000 else f"{width // 1000} s", width)
        self.oscillations = OscillationButton("live.count")
        self.oscillations.rule_chosen.connect(self.rule_requested)
        self.trigger = QCheckBox("Trigger")
        self.trigger.setObjectName("live.trigger")
        self.trigger.setToolTip("Draw sweeps that begin with a trigger instead of scrolling")
        self._trigger_bar = TriggerBar()
        self._trigger_bar.hide()
        self._hint = ""
        self._large = False  # in presentation mode
        self._held_to_zoom = False
        self._running = False
        self._speed = LiveState().speed
        self._lay_out()
        self._connect()
        self._select_window(self.plots.window_ms)
        self.time_bar.setEnabled(False)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 8, 2)
        foot.addWidget(self._keep)
        foot.addWidget(self.freeze)
        foot.addWidget(self._fit)
        foot.addWidget(self.hold_voltage)
        foot.addWidget(self.hold_current)
        foot.addStretch(1)
        foot.addWidget(self.trigger)
        label = QLabel("shown time")
        label.setBuddy(self.shown_time)
        foot.addWidget(label)
        foot.addWidget(self.shown_time)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(3)
        column.addWidget(self.banner)
        middle = QHBoxLayout()
        middle.addWidget(self.plots, 1)
        middle.addWidget(self.kept_list)
        add_layout(column, middle, 1)
        column.addWidget(self.time_bar)
        column.addWidget(self.read_out)
        column.addWidget(self.oscillations, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.measured)
        column.addWidget(self._trigger_bar)
        add_layout(column, foot)

    def _connect(self) -> None:
        self.plots.window_changed.connect(self._select_window)
        self.plots.span_changed.connect(self._place_scroll)
        self.plots.hovered.connect(self._show_values)
        self.plots.longest_changed.connect(self.read_out.reserve)
        self.plots.panes_changed.connect(self._place_cursors)
        self.cursors.measured.connect(self._show_measured)
        self.shown_time.activated.connect(self._choose_window)
        self.trigger.toggled.connect(self._set_trigger)
        self._trigger_bar.changed.connect(self._set_trigger)
        self.plots.trigger_mark.dragged.connect(self._drag_trigger)
        self.time_bar.valueChanged.connect(self._scroll_to)
        self._keep.clicked.connect(self.keep)
        self.freeze.toggled.connect(self._set_frozen)
        self._fit.clicked.connect(self.reset_axes)
        for pane in self.plots.panes.values():
            pane.view.reset_requested.connect(self._end_zoom)
        self.plots.moved.connect(self._fit.setVisible)
        self.kept_list.changed.connect(self.kept)

    @property
    def running(self) -> bool:
        return self._running

    def run(self) -> None:
        self.running_requested.emit(True)

    def stop(self) -> None:
        self.running_requested.emit(False)

    def set_recording(self, recording: Recording) -> None:
        """Show this recording from now on."""
        self.banner.hide()
        self.freeze.setChecked(False)
        self.plots.set_recording(recording)
        self._place_scroll()

    def set_clamped(self, clamped: bool) -> None:
        """Show the button that ends the clamp with its present current, if V is clamped."""
        self.hold_current.setVisible(clamped)

    def set_running(self, running: bool) -> None:
        """Follow the end of the recording while running.

        Allow scrolling and zooming while paused.
        """
        self._running = running
        if running:
            self.banner.hide()
        self._follow()

    def _follow(self) -> None:
        """Follow the end of the recording while the neuron runs, unless the picture is frozen."""
        follows = self._running and not self.plots.frozen
        self.cursors.hold_on_screen(follows)
        self.plots.set_following(follows)
        self.time_bar.setEnabled(not follows)
        self.time_bar.setVisible(not (follows and self._large))
        self._show_hint()
        self._place_scroll()

    @Slot(bool)
    def _set_frozen(self, frozen: bool) -> None:
        self._held_to_zoom = False
        self.plots.set_frozen(frozen)
        self._follow()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Set the model time per real time; 0 means no limit."""
        if speed != self._speed:
            self._speed = speed
            self.speed_changed.emit(speed)

    def setup_values(self) -> dict[str, Any]:
        return {"speed": self._speed}

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Run with the settings of a demonstration, from the onset of its stimulus on."""
        if runs:
            self.run()
            self.pulse_requested.emit()

    def state(self) -> LiveState:
        settings = self._trigger_bar.settings
        return LiveState(
            self._speed, self.plots.window_ms, self.plots.shown_panes, self.trigger.isChecked(),
            settings.sweeps, self.kept_sweeps.state(),
            settings.source, settings.level, settings.before_ms,
        )  # fmt: skip

    def restore(self, state: LiveState) -> None:
        self.set_speed(state.speed)
        self.plots.set_window(state.window_ms)
        self._select_window(state.window_ms)
        self._trigger_bar.set_settings(
            TriggerSettings(state.trigger_source, state.level, state.before_ms, state.sweeps)
        )
        self.trigger.setChecked(state.trigger)
        self._set_trigger()
        for name in self.plots.panes:
            self.plots.set_pane_shown(name, name in state.panes)
        self.kept_sweeps.await_runs(state.kept)
        self.kept_sweeps_requested.emit([kept.sweep for kept in state.kept])
        self.restored.emit()

    @property
    def can_keep(self) -> bool:
        return self._recorded() is not None

    def keep(self) -> None:
        """Add the last triggered sweep to the kept ones, which stay behind the traces.

        Without a trigger it is what is visible. If as many are kept as there can be, say so.
        """
        if self.kept_sweeps.full:
            self.noticed.emit(f"{MOST_KEPT} sweeps are kept: delete one to keep another.")
            return
        sweep = self.plots.last_sweep()
        if sweep is not None:
            self.sweep_kept.emit(*sweep)

    def set_cursors_shown(self, shown: bool) -> None:
        """Switch the two measuring cursors on or off."""
        self.cursors.set_shown(shown)
        self.measured.setVisible(shown)
        self._show_hint()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        self.plots.set_theme(theme, scale)
        self.cursors.set_theme(theme, scale)
        self.banner.set_theme(theme)
        self.kept_list.set_theme(theme)
        digits = LIST_DIGITS if scale == 1.0 else LARGE_DIGITS
        self.kept_list.setFixedWidth(self.fontMetrics().horizontalAdvance("0" * digits))
        self._large = scale > 1.0
        self._follow()

    def tick(self, recording: Recording | None) -> bool:
        drew = self.plots.tick()
        if drew:
            self.cursors.refresh()
            if recording is not None:
                self.oscillations.show_oscillations(
                    recording.status.oscillations, recording.status.rule
                )
        return drew

    def reset_axes(self) -> None:
        self.plots.fit()
        self._end_zoom()

    def zoom_to(self, plot: pg.ViewBox, shown: QRectF) -> None:
        """Show the part ``shown`` of a plot; while the neuron runs, freeze the picture for that."""
        if self.plots.following:
            self.freeze.setChecked(True)
            self._held_to_zoom = True
        super().zoom_to(plot, shown)

    def _end_zoom(self) -> None:
        """Show the present again, if the picture was frozen for zooming."""
        if self._held_to_zoom:
            self.freeze.setChecked(False)

    @property
    def currents(self) -> CurrentUnit:
        return self.plots.currents

    def figure(self) -> Figure | None:
        plots = self.plots
        if plots.recording is None:
            return None
        return figure_of_live(
            plots.recording, plots.drawn_span, plots.shown_panes, kept=self.kept_sweeps.laid_over()
        )

    def report_items(self) -> list[ReportItem]:
        panes = self.plots.shown_panes
        return sweep_items(self.kept_list.runs, panes, self.currents)

    @property
    def offers_plot_menu(self) -> bool:
        return not self.cursors.shown  # with them, a right click is cursor B

    def numbers(self) -> Export | None:
        recording = self._recorded()
        if recording is None:
            return None
        return export_of(recording, ExportChoice(*recording.span, recording.names, 1))

    def export(self) -> None:
        """Ask for times, columns and a path, and write that part of the recording.

        If the user chooses the visible part with the kept sweeps, the numbers of the figure are
        written.
        """
        recording = self._recorded()
        if recording is None:
            self.noticed.emit(self.empty)
            return
        kept = len(self.kept_sweeps.shown)
        dialog = ExportDialog(recording, self.plots.drawn_span, kept, self.window())
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        figure = super().numbers() if dialog.kept_too.isChecked() else None
        if figure is not None:
            self.export_requested.emit(figure)
            return
        try:
            self.export_requested.emit(export_of(recording, dialog.choice()))
        except ValueError as error:
            self.noticed.emit(f"Nothing to export: {error}.")

    def _recorded(self) -> Recording | None:
        """Return the recording, None as long as it has no rows."""
        recording = self.plots.recording
        return recording if recording is not None and recording.total > 0 else None

    def _show_hint(self) -> None:
        hint = "Point at a trace to read it."
        if not self.plots.following:
            hint += " Wheel: zoom time · drag: scroll back."
        if self.cursors.shown:
            hint += " Click: cursor A · Shift+click: cursor B."
        self._hint = hint
        self._show_values("")

    def _place_cursors(self) -> None:
        self.cursors.set_items(self.plots.shown_items)

    def _show_measured(self, text: str) -> None:
        self.measured.setText(re.sub("_([AB])", r"<sub>\1</sub>", text))

    def _show_values(self, text: str) -> None:
        self.read_out.show_text(text or self._hint)

    def _set_trigger(self) -> None:
        on = self.trigger.isChecked()
        self._trigger_bar.setVisible(on)
        self.plots.set_trigger(self._trigger_bar.settings if on else None)

    @Slot(float, float)
    def _drag_trigger(self, level: float, before: float) -> None:
        """Trigger as the user has dragged the marks: level (mV), time before the trigger (ms)."""
        settings = self._trigger_bar.settings
        self._trigger_bar.set_settings(replace(settings, level=level, before_ms=before))
        self._set_trigger()

    def _choose_window(self, index: int) -> None:
        width = float(self.shown_time.itemData(index))
        self.plots.set_window(width)
        self._trigger_bar.set_window(width)

    def _select_window(self, width: float) -> None:
        self._trigger_bar.set_window(width)
        index = self.shown_time.findData(round(width))
        if index < 0:
            self.shown_time.setPlaceholderText(f"{width:.3g} ms")
        self.shown_time.setCurrentIndex(index)

    def _place_scroll(self) -> None:
        recording = self.plots.recording
        if recording is None or self.plots.following:
            return
        start, stop = self.plots.shown_span
        oldest, newest = recording.span
        width = max(int((stop - start) * TICKS_PER_MS), 1)
        blocker = QSignalBlocker(self.time_bar)
        last = max(newest * TICKS_PER_MS - width, oldest * TICKS_PER_MS)
        self.time_bar.setRange(int(min(oldest, start) * TICKS_PER_MS), int(max(last, 0)))
        self.time_bar.setPageStep(width)
        self.time_bar.setSingleStep(max(width // 20, 1))
        self.time_bar.setValue(int(start * TICKS_PER_MS))
        blocker.unblock()

    def _scroll_to(self, value: int) -> None:
        start, stop = self.plots.shown_span
        begin = value / TICKS_PER_MS
        self.plots.show_span(begin, begin + stop - start)
