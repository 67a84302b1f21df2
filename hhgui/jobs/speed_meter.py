"""Measure how fast model time has passed recently."""

from collections import deque
from time import perf_counter

WINDOW_S = 0.5


class SpeedMeter:
    """Measures model time per real time over the last half second."""

    def __init__(self) -> None:
        self._log: deque[tuple[float, float]] = deque()

    def speed_at(self, time: float) -> float:
        """Return the speed now, when the model time is ``time`` (ms); 0 at the first call."""
        now = perf_counter()
        self._log.append((now, time))
        while now - self._log[0][0] > WINDOW_S and len(self._log) > 2:
            self._log.popleft()
        first, at_first = self._log[0]
        return (time - at_first) / 1000.0 / (now - first) if now > first else 0.0
