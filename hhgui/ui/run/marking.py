"""Marking the action potential: asks for the marks of a run, and shows them as they come."""

from PySide6.QtCore import QObject, Signal, Slot

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
        self._generation = -1
        self.on = False
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

    @Slot(int)
    def begin(self, generation: int) -> None:
        """They have been ordered."""
        self._generation = generation

    @Slot(int, object)
    def show(self, generation: int, marked: MarkedPotential) -> None:
        """What has been measured so far; of another generation it is dropped."""
        if generation == self._generation and self.on:
            self._marked = marked
            self._draw(measuring=True)

    @Slot(int, object)
    def finish(self, generation: int, marked: MarkedPotential) -> None:
        """Everything that was to be measured; of another generation it is dropped."""
        if generation == self._generation and self.on:
            self._marked, self._generation = marked, -1
            self._draw(measuring=False)

    def end(self, generation: int | None = None) -> bool:
        """No more marks will come of this generation, or of any; whether some were expected."""
        if generation not in (None, self._generation):
            return False
        was_measuring, self._generation = self._generation >= 0, -1
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
