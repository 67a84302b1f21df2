"""Choose ranges for axes that span a few round steps."""

import math


def nice_range(low: float, high: float) -> tuple[float, float]:
    """Return the smallest range of round steps that includes ``low`` to ``high`` with a margin.

    A round step is 1, 2 or 5 times a power of ten; a range has two to about six of them.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high < low:
        return 0.0, 1.0
    if high == low:
        low, high = low - 0.5, high + 0.5
    room = 0.04 * (high - low)
    step = _round_up((high - low) / 4.0)
    return step * math.floor((low - room) / step), step * math.ceil((high + room) / step)


def _round_up(value: float) -> float:
    """Return the smallest round step that is not below ``value``."""
    power = 10.0 ** math.floor(math.log10(value))
    return power * next(digit for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= value * 0.999)
