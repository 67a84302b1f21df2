"""Request the measurements of a run's action potential and show the results."""

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.experiments.marked import Annotation, MarkedPotential
from hhgui.experiments.single_run import SingleRun
from hhgui.ui.run.marks import SLOW, MarksPanel
from hhgui.ui.run.plots import ExperimentPlots
from hhgui.ui.widgets.currents import shown_currents

NO_RUN = "Run to measure its action potential."
# Around the spike, when it is shown from near (ms).
_BEFORE_MS, _AFTER_MS = 2.0, 4.0


class Marking(QObject):
    """Connect the table and the annotations in the plot with the controller that measures.

    ``switched()``: Emitted when measuring is switched on or off. ``requested(SingleRun, rise,
    which)``: Emitted with the run, the onset criterion (mV/ms) and the index of the spike to
    request measurements. ``cancel_requested()``: Emitted when the remaining results are no longer
    needed.
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
        panel.zoom.clicked.connect(self._zoom)
        shown_currents().changed.connect(self._draw_again)
        panel.hide()
        panel.say(NO_RUN)

    @property
    def marked(self) -> MarkedPotential | None:
        """Return the measurements that are shown, or None."""
        return self._marked if self.on else None

    @property
    def marks(self) -> tuple[Annotation, ...]:
        """Return the annotations that are drawn."""
        return () if self.marked is None else self.marked.marks

    def switch(self, on: bool) -> None:
        """Show or hide the table and the annotations."""
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
        """Switch as the user requests, and measure the current run at once if switched on."""
        self.switch(on)
        self.ask()

    def show_run(self, run: SingleRun) -> None:
        """Replace the current run and measure it if measuring is on."""
        self._run = run
        self.ask()

    def ask(self) -> None:
        """Request the measurements of the current run."""
        which = self._panel.which  # before the panel shows once more what it had
        self.end()
        if self.on and self._run is not None:
            which = max(min(which, self._run.spikes.size - 1), 0)
            self.requested.emit(self._run, self._panel.rise, which)

    def begin(self) -> None:
        """Record that the measurements have been requested."""
        self._measuring = True

    def show(self, marked: MarkedPotential) -> None:
        """Show the results so far, unless measuring has been switched off."""
        if self._measuring:
            self._marked = marked
            self._draw(measuring=True)

    def finish(self, marked: MarkedPotential) -> None:
        """Show the complete results, unless measuring has been switched off."""
        if self._measuring:
            self._marked, self._measuring = marked, False
            self._draw(measuring=False)

    def end(self) -> bool:
        """Stop expecting results; return whether any were expected."""
        was_measuring, self._measuring = self._measuring, False
        if was_measuring:
            self._draw(measuring=False)
        return was_measuring

    @Slot()
    def _draw_again(self) -> None:
        self._draw(self._measuring)

    def _draw(self, measuring: bool) -> None:
        if self._marked is not None:
            self._plots.marks.show_marks(self._marked.marks)
            self._panel.show_marks(self._marked, measuring, self._plots.currents)

    def _zoom(self) -> None:
        """Show the time span of what the trace itself yields; experiments may reach further."""
        if self._marked is None:
            return
        slow = [key for key, _ in SLOW]
        times = [t for mark in self._marked.marks if mark.key not in slow for t, _ in mark.at]
        if times:
            self._plots.show_span(min(times) - _BEFORE_MS, max(times) + _AFTER_MS)
