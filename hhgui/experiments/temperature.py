"""Warmth: how temperature moves the Hopf points, and where it ends steady oscillation.

Temperature multiplies every gate's rates by phi = Q10**((T - T_ref)/10) and leaves equilibria where
they are: only their stability changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hhgui.analysis.stability import HopfPoint, hopf_points, most_unstable
from hhgui.experiments.bisection import bisect
from hhgui.model.membrane import Membrane


@dataclass(frozen=True)
class WarmHopfPoints:
    """The Hopf points of a membrane at one temperature (°C), by rising voltage."""

    temperature: float
    points: tuple[HopfPoint, ...]


def at_temperature(membrane: Membrane, temperature: float) -> Membrane:
    """The membrane at ``temperature`` (°C), its rates as fast as that makes them.

    Raises ValueError if it has no temperature to count from, ModelError outside -20..60 °C.
    """
    if membrane.temperature is None:
        raise ValueError(f"{membrane.name}: without a reference temperature warmth has no effect")
    return replace(membrane, temperature=temperature)


def hopf_by_temperature(
    membrane: Membrane, temperatures: Iterable[float]
) -> Iterator[WarmHopfPoints]:
    """The Hopf points at each of ``temperatures`` (°C), in their order."""
    for temperature in temperatures:
        points = hopf_points(at_temperature(membrane, temperature))
        yield WarmHopfPoints(temperature, tuple(points))


def merging_temperature(
    membrane: Membrane, low: float, high: float, tolerance: float = 1e-7
) -> float:
    """The temperature (°C) from ``low`` to ``high`` above which every equilibrium is stable.

    There the last two Hopf points meet. Raises NoThresholdError if that does not change between
    ``low`` and ``high``.
    """

    def stable(temperature: float) -> bool:
        return most_unstable(at_temperature(membrane, temperature))[1] < 0.0

    return bisect(stable, low, high, tolerance)
