"""Define what counts as a spike, and describe oscillations of V without spikes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# The next spike counts only after V has fallen this far below the threshold.
REARM_MV = 10.0
# Shorter distances that an oscillation smaller than REARM_MV may need.
_SMALLER_MV = (5.0, 2.0, 1.0, 0.5)
# Thresholds are proposed in the roundest numbers that lie between trough and peak.
_ROUND_MV = (10.0, 5.0, 1.0, 0.5, 0.1)


@dataclass(frozen=True)
class SpikeRule:
    """What counts as a spike: V rises to ``threshold`` (mV) after it was ``rearm`` mV below it."""

    threshold: float = 0.0
    rearm: float = REARM_MV

    def __str__(self) -> str:
        rearm = "" if self.rearm == REARM_MV else f" with a re-arm distance of {self.rearm:g} mV"
        return f"a threshold of {self.threshold:g} mV{rearm}"


@dataclass(frozen=True)
class Oscillations:
    """Oscillations of V, by more than 10 mV, without a spike.

    count: their number; a single one between two spikes is not counted, because it may be the
    recovery from the first at the end of a stimulus. peak: the lowest of their peaks (mV). trough:
    the highest of the troughs before these peaks (mV).
    """

    count: int = 0
    peak: float = math.inf
    trough: float = -math.inf

    def remedy(self, rearm: float = REARM_MV) -> SpikeRule | None:
        """Return the spike rule that counts all of them as spikes, or None if there is none.

        rearm: the present re-arm distance (mV); the rule's is as near to it as possible.
        """
        if self.count < 2:  # a single one may be due to the stimulus
            return None
        for distance in (rearm, *(d for d in _SMALLER_MV if d < rearm)):
            low, high = self.trough + distance, self.peak
            for step in _ROUND_MV:
                threshold = step * round(0.5 * (low + high) / step)
                if low < threshold < high:
                    return SpikeRule(round(threshold, 6) + 0.0, distance)
        return None

    def problem(self, threshold: float, rearm: float = REARM_MV) -> str:
        """Return a sentence for the user that V oscillates without spikes, or "" if it does not.

        threshold, rearm: the present spike rule (mV). A single oscillation is not reported, since
        the stimulus may cause it.
        """
        if self.count < 2:
            return ""
        where = "below" if self.peak < threshold else "above"
        problem = (
            f"V oscillates {where} the threshold of {threshold:g} mV without spikes that count"
        )
        rule = self.remedy(rearm)
        return problem if rule is None else f"{problem}; {rule} counts it"


def remedy_of(several: Sequence[Oscillations], rearm: float = REARM_MV) -> SpikeRule | None:
    """Return the spike rule that counts the oscillations of several runs as spikes.

    If no rule counts all of them, it counts those of one run; None if there is no such rule either.
    rearm: the present re-arm distance (mV).
    """
    alone = (oscillations.remedy(rearm) for oscillations in several)
    return all_oscillations(several).remedy(rearm) or next(filter(None, alone), None)


def all_oscillations(several: Iterable[Oscillations]) -> Oscillations:
    """Return the oscillations of several runs together, as if of one run."""
    found = [oscillations for oscillations in several if oscillations.count >= 2]
    return Oscillations(
        sum(oscillations.count for oscillations in found),
        min((oscillations.peak for oscillations in found), default=math.inf),
        max((oscillations.trough for oscillations in found), default=-math.inf),
    )
