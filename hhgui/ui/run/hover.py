"""Show the values of the present run at the mouse, in every legend and in one line of text."""

from PySide6.QtCore import QObject, QTimer, Signal

from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.plots.stack import StackedPlots

_SOON_MS = 15


class ExperimentHover(QObject):
    """Shows the values of ``run`` at the mouse, if there is a run.

    ``values_changed(text)``: Emitted with the line of values, which is "" if the mouse is
    elsewhere.
    """

    values_changed = Signal(str)

    def __init__(self, plots: StackedPlots) -> None:
        super().__init__(plots)
        self.run: ShownRun | None = None
        self._plots = plots
        self._timer = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._timer.timeout.connect(self.show_values)
        plots.scene().sigMouseMoved.connect(self._note_move)
        plots.mouse_left.connect(self.show_values)

    def show_soon(self) -> None:
        """Update the values in the next pass of the event loop; several calls cause one update."""
        self._timer.start()

    def show_values(self) -> None:
        """Draw the cursor line in every plot and show the values there."""
        found, plots = self._found(), self._plots
        plots.show_cursor(None if found is None else float(found[0].run.times[found[1]]))
        for name, pane in plots.panes.items():
            pane.show_values({} if found is None else found[0].values(name, found[1]))
        self.values_changed.emit(
            "" if found is None else found[0].read_out(plots.laid_out, found[1], plots.currents)
        )

    def end(self) -> None:
        """Make no more updates, because the plots are being closed."""
        self._timer.timeout.disconnect()
        self._timer.stop()

    def _note_move(self, *_args: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _found(self) -> tuple[ShownRun, int] | None:
        """Return the run and its row at the mouse, None if there is none or it is not visible."""
        time, (start, stop) = self._plots.time_at_mouse, self._plots.shown_span
        if self.run is None or time is None or not start <= time <= stop:
            return None
        row = self.run.row_at(time)
        return None if row is None else (self.run, row)
