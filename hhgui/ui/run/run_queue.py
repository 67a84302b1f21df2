"""Decide when the Single run tab starts a run: one at a time, and at most one waiting behind it."""

from PySide6.QtCore import QObject, QTimer, Signal

from hhgui.ui.widgets.progress_strip import ProgressStrip

# A run that takes longer than this shows that it does, and a newer edit no longer waits for it.
SLOW_RUN_MS = 300


class RunQueue(QObject):
    """The state of the tab's runs: whether one is under way and whether another must follow it.

    It starts no run itself. It emits ``run_wanted()`` when a run should start; the tab then starts
    it and calls ``begin``, and calls ``end`` and ``next`` when the run is over. ``waiting``:
    whether a run is under way. ``strip``: shows the progress of a run that takes long.
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
        """Return whether the run under way has taken so long that its progress is shown."""
        return self.waiting and not self._strip.isHidden()

    def note_change(self, in_front: bool) -> None:
        """Tell the queue that the user has edited the neuron, the stimulus or a setting of the run.

        If the tab is visible (``in_front``), emit ``run_wanted`` now, or after the run under way if
        that has been quick so far. If it is hidden, wait until ``catch_up``.
        """
        if not in_front:
            self._outdated = True
        elif self.waiting and not self.slow:
            self._again = True
        else:
            self.run_wanted.emit()

    def catch_up(self) -> None:
        """Emit ``run_wanted`` if an edit came while the tab was hidden.

        The tab calls this when it is shown. As after any edit, a run under way is first awaited if
        it has been quick so far; a slow one is replaced.
        """
        if self._outdated:
            self._outdated = False
            self.note_change(True)

    def begin(self) -> None:
        """Record that a run has been started, which replaces any run under way or waiting."""
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
        """Emit ``run_wanted`` if a run is waiting; return whether there was one."""
        again, self._again = self._again, False
        if again:
            self.run_wanted.emit()
        return again
