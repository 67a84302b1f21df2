"""Marking the action potential: asks for the marks of a run, and shows them as they come."""

from PySide6.QtCore import QObject, Signal

from hhgui.experiments.marked import MarkedPotential
from hhgui.experiments.single_run import SingleRun
from hhgui.ui.run.marks import SLOW, MarksPanel
from hhgui.ui.run.plots import ExperimentPlots

NO_RUN = "Run once to measure its action potential."
# Around the spike, when it is shown from near (ms).
_BEFORE_MS, _AFTER_MS = 2.0, 4.0


class Marking(QObject):
    """Between the table, the plot and whoever measures.

    switched(): on or off; requested(SingleRun, rise, which); cancel_requested(): nobody wants the
    rest any more.
    """

    switched = Signal()
    requested = Signal(object, float, int)
    cancel_requested = Signal()

    def __init__(self, panel: MarksPanel, plots: ExperimentPlots) -> None:
        super().__init__(panel)
        self._panel, self._plots = panel, plots
        self._run: SingleRun | None = None
        self._marked: MarkedPotential | None = None
        self._measuring = self.on = False
        panel.choice_changed.connect(self.ask)
        panel.zoom_requested.connect(self._zoom)
        panel.hide()
        panel.say(NO_RUN)

    @property
    def rise(self) -> float:
        """The criterion of the threshold (mV/ms)."""
        return self._panel.rise

    def set_rise(self, rise: float) -> None:
        """Show another criterion (mV/ms), for the next marks."""
        self._panel.set_rise(rise)

    def switch(self, on: bool) -> None:
        """Show or hide table and marks."""
        self.on = on
        self._panel.setVisible(on)
        if not on:
            if self.end():
                self.cancel_requested.emit()
            self._marked = None
            self._plots.marks.show_marks(())
            self._panel.say(NO_RUN)
        self.switched.emit()

    def toggle(self, on: bool) -> None:
        """As the person switches it: measure what is shown, at once."""
        self.switch(on)
        self.ask()

    def show_run(self, run: SingleRun) -> None:
        """Another run is shown: measure it, if marks are on."""
        self._run = run
        self.ask()

    def ask(self) -> None:
        """Ask for the marks of the shown run."""
        which = self._panel.which  # before the panel shows once more what it had
        self.end()
        if self.on and self._run is not None:
            which = max(min(which, self._run.spikes.size - 1), 0)
            self.requested.emit(self._run, self._panel.rise, which)

    def begin(self) -> None:
        """They have been requested."""
        self._measuring = True

    def show(self, marked: MarkedPotential) -> None:
        """What has been measured so far; nothing once marks are off."""
        if self._measuring:
            self._marked = marked
            self._draw(measuring=True)

    def finish(self, marked: MarkedPotential) -> None:
        """Everything that was to be measured; nothing once marks are off."""
        if self._measuring:
            self._marked, self._measuring = marked, False
            self._draw(measuring=False)

    def end(self) -> bool:
        """No more marks will come; returns whether some were expected."""
        was_measuring, self._measuring = self._measuring, False
        if was_measuring:
            self._draw(measuring=False)
        return was_measuring

    def _draw(self, measuring: bool) -> None:
        if self._marked is not None:
            self._plots.marks.show_marks(self._marked.marks)
            self._panel.show_marks(self._marked, measuring)

    def _zoom(self) -> None:
        """Show the time of what was read from the trace; experiments may reach further."""
        if self._marked is None:
            return
        slow = [key for key, _ in SLOW]
        times = [t for mark in self._marked.marks if mark.key not in slow for t, _ in mark.at]
        if times:
            self._plots.show_span(min(times) - _BEFORE_MS, max(times) + _AFTER_MS)
