"""Define when V makes a spike, and describe swings that make none."""

from dataclasses import dataclass

# The next spike counts only after V has fallen this far below the threshold.
REARM_MV = 10.0


@dataclass(frozen=True)
class Swings:
    """Swings of V by more than 10 mV without a spike.

    count: how many; peak, trough: the lowest of their peaks and the highest of the troughs before
    them (mV).
    """

    count: int
    peak: float
    trough: float

    def problem(self, threshold: float, rearm: float = REARM_MV) -> str:
        """Return a sentence about the swings, or ""; a single one may be due to the stimulus."""
        if self.count < 2:
            return ""
        where = "below" if self.peak < threshold else "above"
        problem = (
            f"V oscillates {where} the threshold of {threshold:g} mV without spikes that count"
        )
        low, high = self.trough + rearm, self.peak
        if low >= high:
            return problem
        for step in (10.0, 5.0, 1.0):
            other = step * round(0.5 * (low + high) / step)
            if low < other < high:
                return f"{problem}; a threshold of {other:g} counts it"
        return problem
