"""Ticks of a figure's axes: round values, and how they are written."""

import math
from itertools import pairwise

from hhgui.ui.figures.figure import FigurePanel


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values within low..high, 1, 2 or 5 times a power of ten apart, ascending.

    At most ``most``, unless that would leave fewer than two.
    """
    power = 10.0 ** (math.floor(math.log10(high - low)) - 2)
    steps = [digit * power * 10.0**more for more in range(4) for digit in (1.0, 2.0, 5.0)]
    finer: list[float] = []
    for step in steps:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        found = [n * step for n in range(first, last + 1)]
        if len(found) < 2:
            return finer
        if len(found) <= most:
            return found
        finer = found
    return finer


def tick_texts(values: list[float]) -> list[str]:
    """Their texts, all with as many decimals as their spacing needs."""
    if not values:
        return []
    step = min((b - a for a, b in pairwise(values)), default=1.0)
    largest = max(abs(value) for value in values)
    if largest >= 1e6 or (0.0 < largest < 1e-3):
        return [_signed(f"{value:.3g}") for value in values]
    digits = max(0, math.ceil(-math.log10(step) - 1e-9))
    return [_signed(f"{value + 0.0:,.{digits}f}") for value in values]


def axis_ticks(panel: FigurePanel, most: int) -> tuple[list[float], list[str]]:
    """Where a panel's ticks are, as its axis counts, and their texts."""
    low, high = panel.axis_range
    if not panel.logarithmic:
        values = ticks(low, high, most)
        return values, tick_texts(values)
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    step = -(-(last - first + 1) // max(most, 2)) or 1
    powers = range(first, last + 1, step)
    return [float(power) for power in powers], [_power_text(power) for power in powers]


def _power_text(power: int) -> str:
    return _signed(f"{10.0**power:g}" if -4 <= power <= 4 else f"1e{power}")


def _signed(text: str) -> str:
    thin, minus = "\u202f", "\u2212"
    return text.replace(",", thin).replace("-", minus)
