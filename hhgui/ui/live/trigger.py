"""Decide where a triggered sweep of the live traces begins."""

from hhgui.model.stimulus.stimulus import Stimulus

PRE_TRIGGER = 0.1  # of the shown time, before the onset


class Trigger:
    """Hold a sweep until it is whole; then the next begins with the newest onset of the stimulus.

    onset: Of the present sweep (ms), or None before the first. before: Of the sweep before it.
    """

    def __init__(self) -> None:
        self.onset: float | None = None
        self.before: float | None = None

    def forget(self) -> None:
        """Wait for an onset, as in a new recording."""
        self.onset = self.before = None

    def is_whole(self, now: float, window: float) -> bool:
        """Return whether the present sweep has been drawn to its end."""
        return self.onset is None or now >= self.onset + (1.0 - PRE_TRIGGER) * window

    def advance(self, stimulus: Stimulus, now: float) -> bool:
        """Begin a sweep if there is a newer onset; return whether there is."""
        newest = stimulus.last_onset(now)
        if newest is None or newest == self.onset:
            return False
        self.before, self.onset = self.onset, newest
        return True

    def start(self, window: float) -> float:
        """Return the beginning of the present sweep (ms) for a shown time."""
        return (self.onset or 0.0) - PRE_TRIGGER * window

    def last(self, now: float, window: float) -> tuple[float, float] | None:
        """Return beginning and onset (ms) of the last sweep that is whole, or else the present."""
        held = self.before is None or self.is_whole(now, window)
        onset = self.onset if held else self.before
        return None if onset is None else (onset - PRE_TRIGGER * window, onset)
