"""Describe an integration method: words and numbers, and the kernel that takes its steps."""

from dataclasses import dataclass
from typing import Any

from hhgui.model.stimulus.injection import Rule


@dataclass(frozen=True)
class Method:
    """One integration method.

    id: its name in files and on the command line; aliases: other names taken there; label, help:
    for the student; order: of convergence; rank: its place in lists; hue: a colour of the theme;
    limit: the largest dt·|λ| at which V' = λV does not grow, None where there is none;
    rule: which current it takes in a step; adaptive: it chooses its own steps, dt being only the
    distance of samples;
    kernel: a NamedTuple of what it needs beside the membrane's numbers, made by
    ``kernel.of(membrane, dt)``. Its ``step`` moves one neuron, its ``lane_step`` 64 side by side;
    both are plain functions that ``engine.loop`` compiles.
    """

    id: str
    label: str
    order: int
    help: str
    kernel: Any
    hue: str
    rank: int
    rule: Rule = Rule.MEAN
    limit: float | None = None
    adaptive: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def has_lanes(self) -> bool:
        """Return whether the method can run many neurons side by side."""
        return hasattr(self.kernel, "lane_step")
