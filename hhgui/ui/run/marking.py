"""Have the action potential of a run measured, and show the results."""

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
    """Connects the table and the annotations in the plot with the controller that measures.

    ``switched()``: Emitted when measuring was switched on or off. ``requested(SingleRun, rise,
    which)``: Emitted to have a spike measured, with the run, the slope (mV/ms) that defines the
    threshold, and the index of the spike, from 0. ``cancel_requested()``: Emitted when results that
    are not there yet are no longer needed.
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
        """Return the measurements that are shown, None if there are none."""
        return self._marked if self.on else None

    @property
    def marks(self) -> tuple[Annotation, ...]:
        """Return the annotations that are drawn in the plot."""
        return () if self.marked is None else self.marked.marks

    def switch(self, on: bool) -> None:
        """Show the table and the annotations if ``on``, else hide them."""
        self.on = on
        self._panel.setVisible(on)
        if not on:
            self._forget_marks()
        self.switched.emit()

    def toggle(self, on: bool) -> None:
        """Switch measuring as the user wants; if on, measure the present run at once."""
        self.switch(on)
        self.ask()

    def show_run(self, run: SingleRun) -> None:
        """Take another run as the present one, and measure it if measuring is on."""
        self._run = run
        self.ask()

    def forget_run(self) -> None:
        """Show no measurements until another run is the present one."""
        self._run = None
        self._forget_marks()

    def _forget_marks(self) -> None:
        if self.end():
            self.cancel_requested.emit()
        self._marked = None
        self._plots.marks.show_marks(())
        self._panel.say(NO_RUN)

    def ask(self) -> None:
        """Ask for the present run to be measured."""
        which = self._panel.which  # before the panel shows once more what it had
        self.end()
        if self.on and self._run is not None:
            which = max(min(which, self._run.spikes.size - 1), 0)
            self.requested.emit(self._run, self._panel.rise, which)

    def begin(self) -> None:
        """Note that measurements are under way."""
        self._measuring = True

    def show(self, marked: MarkedPotential) -> None:
        """Show the results so far; ignore them if measuring has been switched off."""
        if self._measuring:
            self._marked = marked
            self._draw(measuring=True)

    def finish(self, marked: MarkedPotential) -> None:
        """Show the complete results; ignore them if measuring has been switched off."""
        if self._measuring:
            self._marked, self._measuring = marked, False
            self._draw(measuring=False)

    def end(self) -> bool:
        """Note that no more results will come; return whether any were expected."""
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
        """Zoom to the times of what was read from the trace; experiments may reach further."""
        if self._marked is None:
            return
        slow = [key for key, _ in SLOW]
        times = [t for mark in self._marked.marks if mark.key not in slow for t, _ in mark.at]
        if times:
            self._plots.show_span(min(times) - _BEFORE_MS, max(times) + _AFTER_MS)
