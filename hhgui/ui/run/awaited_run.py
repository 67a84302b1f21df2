"""One run at a time: whether one is awaited, and whether another is wanted after it."""

from PySide6.QtCore import QObject, QTimer, Signal

from hhgui.ui.widgets.progress_strip import ProgressStrip

# A run that takes longer than this shows that it does, and a newer edit no longer waits for it.
SLOW_RUN_MS = 300


class AwaitedRun(QObject):
    """Whether a run is under way, and another wanted. run_wanted(): it is time to request one."""

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
        """Whether a run is under way that takes so long that it shows."""
        return self.waiting and not self._strip.isHidden()

    def note_change(self, in_front: bool) -> None:
        """What is to be run is another now: it is wanted at once, after a quick run, or later.

        in_front: whether the tab is shown; if not, ``come_to_front`` asks for the run.
        """
        if not in_front:
            self._outdated = True
        elif self.waiting and not self.slow:
            self._again = True
        else:
            self.run_wanted.emit()

    def come_to_front(self) -> None:
        """The tab is shown again: make up for what changed meanwhile."""
        if self._outdated:
            self._outdated = False
            self.note_change(True)

    def begin(self) -> None:
        """A run has been requested; any earlier one is over."""
        self.waiting = True
        self._again = self._outdated = False
        if self._strip.isHidden():
            self._slow_timer.start()

    def end(self) -> bool:
        """The run is over; returns whether one was under way."""
        if not self.waiting:
            return False
        self.waiting = False
        self._slow_timer.stop()
        self._strip.hide()
        return True

    def next(self) -> bool:
        """Ask for the run that became wanted meanwhile; whether there is one."""
        again, self._again = self._again, False
        if again:
            self.run_wanted.emit()
        return again
