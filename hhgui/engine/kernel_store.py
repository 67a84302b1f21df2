"""Keep the kernels, with their tables, of the last few membranes.

Making the tables takes longer than many a run.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from hhgui.engine.methods import METHODS
from hhgui.engine.tables import Array, speed_table
from hhgui.model.membrane import Gate, Membrane

# Tables of one group of lanes: 1.4 MB each for three gates, so that memory stays bounded.
MOST_KINDS = 16


@dataclass(frozen=True)
class Kinetics:
    """The part of a membrane on which its tables depend: the gates and their temperature factors.

    Two are equal if gates and factors are, whatever the conductances. membrane: any membrane with
    these kinetics.
    """

    gates: tuple[Gate, ...]
    rate_factors: tuple[float, ...]
    membrane: Membrane = field(compare=False)

    @classmethod
    def of(cls, membrane: Membrane) -> Self:
        """Return the kinetics of ``membrane``."""
        return cls(membrane.gates, tuple(membrane.rate_factors.tolist()), membrane)


# Making them takes a third of the time of 51 neurons: after an edit of anything but a rate the next
# batch finds them here. Kernels only read them.
@lru_cache(maxsize=MOST_KINDS)
def kernel_of(method: str, kinetics: Kinetics, dt: float) -> Any:
    """Return the kernel of a method, with the tables for these kinetics and dt (ms)."""
    return METHODS[method].kernel.of(kinetics.membrane, dt)


@lru_cache(maxsize=MOST_KINDS)
def speeds_of(kinetics: Kinetics) -> Array:
    """Return ``tables.speed_table``, flat, of a membrane with these kinetics."""
    return speed_table(kinetics.membrane).reshape(-1)
