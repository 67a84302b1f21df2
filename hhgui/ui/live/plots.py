"""Provide the live plots over time of the quantities of ``model/quantity.py``."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from hhgui.document.sweep import Sweep
from hhgui.engine.envelope import Envelope
from hhgui.engine.recording import Recording
from hhgui.engine.replay import Replay, replay_of
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import PANES, STIMULUS, Quantity, pane_of, quantities_by_pane
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.preview import waveform
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.ui.live.corner_sign import CornerSign
from hhgui.ui.live.kept_curves import KeptCurves
from hhgui.ui.live.pane import TracePane
from hhgui.ui.live.trigger import Trigger, TriggerSettings
from hhgui.ui.live.trigger_mark import TriggerMark
from hhgui.ui.plots.items import scaled_font
from hhgui.ui.plots.panes import read_out, voltage_range
from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.plots.stack import PANE_SPACING, StackedPlots
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.theme import Theme

# What an axis shows before values leave it; a gate's has room above 1 for the key, which would hide
# one that is open.
BASE_RANGES = {
    "gates": (-0.06, 1.19), "currents": (-1.0, 1.0), "conductances": (0.0, 1.0),
    "driving_forces": (-50.0, 50.0), "open_probabilities": (0.0, 0.1),
}  # fmt: skip
FITTED_MS = 2000.0  # of the stimulus, to which its axis is fitted
MIN_WINDOW_MS, MAX_WINDOW_MS = 1.0, 60_000.0


class TracePlots(StackedPlots):
    """Draws a Recording; only ``tick()`` draws, and only what has changed.

    ``window_changed(ms)``: Emitted with the visible duration when the user zooms the time axis.
    ``span_changed()``: Emitted when the visible times have changed. ``moved(bool)``: Emitted with
    True when the user has moved an axis, and with False when all axes are as they were before.
    """

    window_changed = Signal(float)
    span_changed = Signal()
    moved = Signal(bool)
    panes: dict[str, TracePane]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__({name: TracePane(name) for name in PANES}, parent)
        self.setObjectName("live.plots")
        self.setAccessibleName("Live traces: voltage, stimulus, gates and currents over time")
        self.ci.layout.setSpacing(PANE_SPACING)
        self.recording: Recording | None = None
        self._adopted: Recording | None = None  # the one that curves and axes are made for
        self.following = True
        self.trigger: Trigger | None = None
        self._sweeps = 0
        self._window = 200.0
        self._drawn: tuple[object, ...] = ()
        self.kept = KeptCurves(self.panes)
        self._hovered = ""
        self._injected = STIMULUS  # what the current in sight is
        self._stimulus = Stimulus()
        self._held_at: float | None = None  # what is later is not drawn
        self.frozen_sign = CornerSign(self.voltage.view, "frozen")
        self.trigger_mark = TriggerMark(self.voltage.view)
        for pane in self.panes.values():
            pane.view.time_zoomed.connect(self._zoom_time)
            pane.view.reset_requested.connect(self.reset_ranges)
            pane.view.sigRangeChangedManually.connect(self._take_move)
        self.voltage.view.sigXRangeChanged.connect(self.span_changed)
        shown_currents().changed.connect(self._show_currents)
        self._show_currents()
        self._lay_out()

    @property
    def window_ms(self) -> float:
        """Return the visible duration (ms)."""
        return self._window

    @Slot()
    def _show_currents(self) -> None:
        """Show currents in the chosen unit, those of the past by the neuron's present area too."""
        self.show_currents_in(shown_currents().unit)

    def values_at(self, time: float) -> dict[str, float] | None:
        """Return the values at ``time`` (ms) by key, None outside the recording."""
        found = None if self.recording is None else self.recording.values_at(time)
        if self.recording is None or found is None:
            return None
        return dict(zip(self.recording.names, found[1].tolist(), strict=True))

    def set_recording(self, recording: Recording) -> None:
        """Show the end of a recording, from the next tick on that finds the tab in front."""
        self.recording = recording

    def _adopt(self, recording: Recording) -> None:
        """Create curves and axes for a recording."""
        before, self._adopted = self._adopted, recording
        self.panes["voltage"].ticks.clear()
        self._forget_sweeps()
        self._envelope = Envelope(recording)
        new = before is None or before.names != recording.names
        model = before is None or before.membrane.id != recording.membrane.id
        if new:
            self._make_curves(recording)
        if new or model:
            self.set_membrane(recording.membrane)
        self.reset_ranges()
        self._show_end()

    def set_membrane(self, membrane: Membrane) -> None:
        """Fit the voltage axis to the membrane's reversal potentials."""
        self.voltage.set_base_range(*voltage_range(membrane))
        for name, base in BASE_RANGES.items():
            self.panes[name].set_base_range(*base)
        self._drawn = ()  # drawn again, each axis grows to what is shown

    def mark_edit(self, text: str, goes_on: bool) -> None:
        """Mark an edit at the newest row; goes_on: whether it continues the one before."""
        if self.recording is None:
            return
        if goes_on:
            self.panes["voltage"].ticks.rename_last(text)
        else:
            self.panes["voltage"].ticks.add(self.recording.span[1], text)

    def set_stimulus(self, stimulus: Stimulus) -> None:
        """Fit the stimulus axis to the range of the stimulus, and of the rows that are shown.

        A command is in the voltage's pane; the current that it takes is not known beforehand.
        """
        self._stimulus = stimulus
        if isinstance(stimulus, Command):
            stimulus = Stimulus()
        lowest, highest = waveform(stimulus, FITTED_MS).range(3.0)
        low = min(lowest, 0.0)
        high = max(highest, low + 1.0)
        room = 0.12 * (high - low)
        self.panes["stimulus"].set_base_range(low - room, high + room)
        self._drawn = ()

    def reset_ranges(self) -> None:
        """Reset every value axis to its base range, extended to include the curves."""
        super().reset_ranges()
        self.kept.forget_drawn()
        self._drawn = ()
        self.moved.emit(False)

    def fit(self) -> None:
        """Show the end of the recording, or of a frozen picture, with all axes reset."""
        self.reset_ranges()
        if not self.following and self.recording is not None:
            end = self.recording.span[1] if self._held_at is None else self._held_at
            self.show_span(max(end, self._window) - self._window, max(end, self._window))

    def _take_move(self, axes: list[bool]) -> None:
        """Note that the user has moved or zoomed an axis; axes: of time and of values, which."""
        moved_time = axes[0] and not self.following
        if moved_time or any(pane.moved for pane in self.panes.values()):
            self.moved.emit(True)

    def set_pane_shown(self, name: str, shown: bool) -> None:
        """Show or hide one of the plots."""
        self._shown[name] = shown
        self._lay_out()

    def set_window(self, window_ms: float) -> None:
        """Set the visible duration (ms); the right edge stays where it is."""
        self._window = min(max(window_ms, MIN_WINDOW_MS), MAX_WINDOW_MS)
        self._mark_trigger()
        if self.following:
            self._show_end()
        else:
            end = self.shown_span[1]
            self.show_span(end - self._window, end)

    def show_span(self, start: float, stop: float) -> None:
        """Show the times from ``start`` to ``stop`` (ms)."""
        if not self.following:
            self.voltage.view.setXRange(start, stop, padding=0)
        elif (start, stop) != self.shown_span:
            for pane in self.panes.values():
                pane.show_time(start, stop)
            self.span_changed.emit()

    def set_trigger(self, settings: TriggerSettings | None) -> None:
        """Draw sweeps that begin at a trigger; None lets the traces scroll.

        A sweep stays on the screen until the next one begins.
        """
        before, on = self.trigger, settings is not None
        self._sweeps = settings.sweeps if settings is not None else 0
        if settings is None:
            self.trigger = None
        elif before is None or before.settings != replace(settings, sweeps=before.settings.sweeps):
            self.trigger = Trigger(settings)
            self._forget_sweeps()
        for pane in self.panes.values():
            pane.keep_past(self._sweeps)
            pane.hold_time_axis(on)
        self._mark_trigger()
        if self.following:
            self._show_end()

    def _mark_trigger(self) -> None:
        """Show the marks of the trigger, if sweeps are triggered."""
        self.trigger_mark.show_trigger(self.trigger if self.following else None, self._window)

    def set_kept(self, sweeps: Sequence[tuple[Sweep, ShownRun]]) -> None:
        """Draw kept sweeps, each with its run, behind the traces."""
        self.kept.set_sweeps(sweeps)
        self._drawn = ()

    @property
    def kept_shifts(self) -> list[float]:
        """Return by how much (ms) each kept sweep is moved to be aligned with the traces."""
        return self.kept.shifts(self.shown_span, self.onset_shown)

    def last_sweep(self) -> tuple[Replay, float | None] | None:
        """Return the last triggered sweep, or what is visible, and the onset of its stimulus (ms).

        It is None if none of it is recorded any more.
        """
        if self.recording is None:
            return None
        start, stop = self.drawn_span
        onset = self.onset_shown
        if self.trigger is not None and self.following:
            found = self.trigger.last(self.recording.span[1], self._window)
            if found is not None:
                start, onset = found
                stop = start + self._window
        try:
            replay = replay_of(self.recording, start, stop)
        except ValueError:
            return None
        first, last = replay.from_time, replay.to_time
        inside = onset is not None and first <= onset <= last
        return (replay, onset if inside else None) if first < last else None

    @property
    def onset_shown(self) -> float | None:
        """Return the onset (ms) of the stimulus at which the traces are aligned.

        None without one.
        """
        if self.recording is None or self.recording.total == 0:
            return None
        start, stop = self.shown_span
        triggered = None if self.trigger is None else self.trigger.onset
        if triggered is not None and start <= triggered <= stop:
            return triggered
        stop = min(stop, self.recording.span[1])
        row = self.recording.row_at(stop)
        bookmarks = [b for b in self.recording.bookmarks() if b.row <= row]
        return bookmarks[-1].start.stimulus.last_onset(stop) if bookmarks else None

    def _forget_sweeps(self) -> None:
        if self.trigger is not None:
            self.trigger.forget()
        for pane in self.panes.values():
            pane.keep_past(0)
            pane.keep_past(self._sweeps)

    def _show_sweep(self, recording: Recording, trigger: Trigger) -> None:
        """Show the present sweep, or once it is whole the next one that was triggered."""
        now, before = recording.span[1], trigger.onset
        whole = trigger.is_whole(now, self._window)
        if whole and trigger.advance(trigger.newest(recording, self._window)):
            for pane in self.panes.values():
                pane.end_sweep(before)
        start = trigger.start(self._window)
        self.show_span(start, start + self._window)
        for pane in self.panes.values():
            pane.show_past(trigger.onset or 0.0)

    def set_following(self, following: bool) -> None:
        """Follow the newest row, or else stay, so that the user can scroll back."""
        self.following = following
        self._mark_trigger()
        for pane in self.panes.values():
            pane.view.setMouseEnabled(x=not following, y=True)
        if following:
            self._show_end()
            self.moved.emit(any(pane.moved for pane in self.panes.values()))

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        super().set_theme(theme, scale)
        self.frozen_sign.set_theme(theme, scaled_font(scale))
        self.trigger_mark.set_theme(theme, scale)

    @property
    def frozen(self) -> bool:
        """Return whether the picture is frozen."""
        return self._held_at is not None

    @property
    def drawn_span(self) -> tuple[float, float]:
        """Return the visible times (ms), at most up to the end of a frozen picture."""
        start, stop = self.shown_span
        return start, stop if self._held_at is None else min(stop, self._held_at)

    def set_frozen(self, frozen: bool) -> None:
        """Freeze the picture while the recording goes on, or show the present again."""
        now = 0.0 if self.recording is None else self.recording.span[1]
        self._held_at = now if frozen else None
        self.frozen_sign.setVisible(frozen)
        if not frozen:
            self._show_end()

    def tick(self) -> bool:
        """Draw what has changed since the last tick; return whether anything has."""
        recording = self.recording
        if recording is None or not self.isVisible():
            return False
        if self._adopted is not recording:
            self._adopt(recording)
            return False  # the next tick draws: both in one event would block the window too long
        if self.following and recording.total:
            self._show_end()
        bins = max(int(self.voltage.view.width()), 100)
        start, stop = self.drawn_span
        self._show_injected(recording.injected(start, stop))
        newest = recording.total if self._held_at is None else self._held_at
        state = (id(recording), newest, self.shown_span, bins, tuple(self.laid_out))
        self._show_hover(recording)
        # a frozen picture outlives its rows, which the ring overwrites after a minute
        gone = self.frozen and recording.first > 0 and start < recording.span[0]
        if state == self._drawn or gone:
            return False
        drawn, self._drawn = self._drawn, state
        panes = [self.panes[name] for name in self.laid_out]
        keys = [quantity.key for pane in panes for quantity in pane.quantities]
        times, values = self._envelope.between(start, stop, bins, keys)
        unchanged, first = self._envelope.unchanged if drawn else 0, 0
        for pane in panes:
            last = first + len(pane.quantities)
            pane.draw(times, values[first:last], unchanged)
            first = last
        if len(self.kept):
            self.kept.draw(self.laid_out, self.shown_span, bins, self.onset_shown)
        if np.isnan(values[:, :1]).any():  # not all is computed yet: the next tick has more
            self._drawn = ()
        # the views' transforms now, or they would change while painting and all be painted twice
        self.scene().prepareForPaint()
        return True

    def _make_curves(self, recording: Recording) -> None:
        for name, described in quantities_by_pane(recording.membrane, self._injected).items():
            self.panes[name].set_curves(described)
        self._lay_out()
        self._note_quantities()

    def _show_injected(self, injected: Quantity) -> None:
        """Name V and the current as those of a voltage clamp, or of a free neuron.

        injected: the quantity that the visible current is.
        """
        if injected is self._injected:
            return
        self._injected = injected
        for name in ("voltage", "stimulus"):
            self.panes[name].set_spec(pane_of(name, injected))
        self.panes["stimulus"].set_curves((injected,))
        self._note_quantities()
        if injected is STIMULUS:  # the clamp's current, which may be large, is out of sight
            self.set_stimulus(self._stimulus)
            if not self.panes["stimulus"].moved:
                self.panes["stimulus"].reset_range()

    def _show_end(self) -> None:
        if self.trigger is not None and self.recording is not None and self.recording.total:
            self._show_sweep(self.recording, self.trigger)
            return
        end = self.recording.span[1] if self.recording is not None else 0.0
        end = max(end, self._window)
        self.show_span(end - self._window, end)

    def _zoom_time(self, factor: float, at: float) -> None:
        if self.following:
            self.set_window(self._window * factor)
        else:
            start, stop = self.shown_span
            width = min(max((stop - start) * factor, MIN_WINDOW_MS), MAX_WINDOW_MS)
            fraction = (at - start) / (stop - start)
            self._window = width
            self.show_span(at - fraction * width, at + (1.0 - fraction) * width)
            self.moved.emit(True)
        self.window_changed.emit(self._window)

    def _show_hover(self, recording: Recording) -> None:
        """Draw the cursor line in every plot, and show the values there."""
        time = self.time_at_mouse
        if time is not None and time > self.drawn_span[1]:
            time = None
        if time is None and not self._hovered:
            return
        described = [q for name in self.laid_out for q in self.panes[name].quantities]
        if time is not None and self._injected is not STIMULUS:
            now = recording.injected(time, time)
            described = [now if q.key == STIMULUS.key else q for q in described]
        keys = [quantity.key for quantity in described]
        found = None if time is None else recording.values_at(time, keys)
        if found is None:
            if self._hovered:
                self.show_cursor(None)
                self._tell_hovered("")
            return
        self.show_cursor(found[0])
        for name in self.laid_out:
            self.panes[name].view.updateMatrix()
        values = dict(zip(keys, found[1].tolist(), strict=True))
        self._tell_hovered(read_out(found[0], described, values, self.currents))

    def _tell_hovered(self, text: str) -> None:
        self._hovered = text
        self.hovered.emit(text)
