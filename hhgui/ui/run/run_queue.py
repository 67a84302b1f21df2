"""Keep one run under way and at most one waiting."""

from PySide6.QtCore import QObject, QTimer, Signal

from hhgui.ui.widgets.progress_strip import ProgressStrip

# A run that takes longer than this shows that it does, and a newer edit no longer waits for it.
SLOW_RUN_MS = 300


class RunQueue(QObject):
    """Track whether a run is under way and whether another must follow it.

    ``run_wanted()``: Emitted when the next run is due.
    """

    run_wanted = Signal()

    def __init__(self, strip: ProgressStrip) -> None:
        super().__init__(strip)
        self._strip = strip
        self._again = self._outdated = False
        self.waiting = False
        self._slow_timer = QTimer(self, interval=SLOW_RUN_MS, singleShot=True)
        self._slow_timer.timeout.connect(lambda: strip.begin("Running…"))

    @property
    def slow(self) -> bool:
        """Return whether the present run takes so long that its progress is visible."""
        return self.waiting and not self._strip.isHidden()

    def note_change(self, in_front: bool) -> None:
        """Request a run after an edit, after the present run if that is a quick one.

        in_front: Whether the tab is visible; if it is not, ``come_to_front`` requests the run.
        """
        if not in_front:
            self._outdated = True
        elif self.waiting and not self.slow:
            self._again = True
        else:
            self.run_wanted.emit()

    def come_to_front(self) -> None:
        """Request a run if the setup changed while the tab was hidden."""
        if self._outdated:
            self._outdated = False
            self.note_change(True)

    def begin(self) -> None:
        """Record that a run has been requested, which replaces any earlier one."""
        self.waiting = True
        self._again = self._outdated = False
        if self._strip.isHidden():
            self._slow_timer.start()

    def end(self) -> bool:
        """Record that the run has ended; return whether one was under way."""
        if not self.waiting:
            return False
        self.waiting = False
        self._slow_timer.stop()
        self._strip.hide()
        return True

    def next(self) -> bool:
        """Request the waiting run if there is one; return whether there was."""
        again, self._again = self._again, False
        if again:
            self.run_wanted.emit()
        return again
