"""Decide where a triggered sweep of the live traces begins."""

from dataclasses import dataclass
from typing import Literal

from hhgui.engine.recording import Recording

Source = Literal["stimulus", "voltage"]
STIMULUS: Source = "stimulus"
VOLTAGE: Source = "voltage"
MOST_BEFORE = 0.9  # of the shown time may be before the trigger


@dataclass(frozen=True)
class TriggerSettings:
    """What begins a sweep.

    source: the onset of the stimulus, or V rising through ``level`` (mV). before_ms: how much of a
    sweep is before the trigger. sweeps: how many past sweeps are drawn behind the present one.
    """

    source: Source = STIMULUS
    level: float = 0.0
    before_ms: float = 20.0
    sweeps: int = 3


class Trigger:
    """Holds a sweep until it is whole; then the next one begins, at the newest trigger.

    onset: when the present sweep was triggered (ms), None before the first. before: when the sweep
    before it was.
    """

    def __init__(self, settings: TriggerSettings | None = None) -> None:
        self.settings = settings or TriggerSettings()
        self.onset: float | None = None
        self.before: float | None = None
        self._searched = float("-inf")  # ms; there is no crossing up to here since the last

    def forget(self) -> None:
        """Wait for a first trigger, because a new recording begins."""
        self.onset = self.before = None
        self._searched = float("-inf")

    def pre_trigger(self, window: float) -> float:
        """Return how much (ms) of the visible duration ``window`` (ms) is before the trigger."""
        return min(self.settings.before_ms, MOST_BEFORE * window)

    def is_whole(self, now: float, window: float) -> bool:
        """Return whether at model time ``now`` (ms) the present sweep has come to its end.

        window: the visible duration (ms).
        """
        return self.onset is None or now >= self.end(window)

    def end(self, window: float) -> float:
        """Return the end of the present sweep (ms), if ``window`` ms are visible."""
        return (self.onset or 0.0) + window - self.pre_trigger(window)

    def newest(self, recording: Recording, window: float) -> float | None:
        """Return the model time (ms) of the newest trigger in a recording, None if there is none.

        If V triggers, this is None until the present sweep is whole. window: the visible duration
        (ms).
        """
        now = recording.span[1]
        if self.settings.source == STIMULUS:
            bookmarks = recording.bookmarks()
            return bookmarks[-1].start.stimulus.last_onset(now) if bookmarks else None
        since = now - window if self.onset is None else self.end(window)
        found = recording.last_rise(self.settings.level, max(since, self._searched))
        self._searched = now
        return found

    def advance(self, newest: float | None) -> bool:
        """Begin a sweep at the trigger ``newest`` (ms) if it is a new one; return whether it is."""
        if newest is None or newest == self.onset:
            return False
        self.before, self.onset = self.onset, newest
        return True

    def start(self, window: float) -> float:
        """Return the beginning of the present sweep (ms), if ``window`` ms are visible."""
        return (self.onset or 0.0) - self.pre_trigger(window)

    def last(self, now: float, window: float) -> tuple[float, float] | None:
        """Return beginning and trigger (ms) of the last whole sweep, or if none is, of the present.

        None before the first sweep. now: model time (ms). window: the visible duration (ms).
        """
        held = self.before is None or self.is_whole(now, window)
        onset = self.onset if held else self.before
        return None if onset is None else (onset - self.pre_trigger(window), onset)
