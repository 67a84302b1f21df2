"""Describe an integration method: its names, its properties, and the kernel that takes steps."""

from dataclasses import dataclass
from typing import Any

from hhgui.model.stimulus.injection import Rule


@dataclass(frozen=True)
class Method:
    """One integration method.

    id: its name in files and on the command line. aliases: other names accepted there. label, help:
    its name and a sentence for the student. order: of convergence. rank: its position in lists.
    hue: the name of its colour in the theme. limit: the largest dt·|λ| for which the solution of V'
    = λV does not grow (λ < 0), or None if there is no limit. rule: which value of the current it
    uses in a step. adaptive: whether it chooses its own steps, so that dt is only the distance of
    samples. kernel: a NamedTuple class of what it needs besides the membrane's numbers, made by
    ``kernel.of(membrane, dt)``; its ``step`` moves one neuron, its ``lane_step`` 64 side by side
    (see ``engine.integrators``).
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
        """Return whether the method can run 64 neurons side by side."""
        return hasattr(self.kernel, "lane_step")
