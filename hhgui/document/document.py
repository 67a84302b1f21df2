"""What a person has set, as one value: the neuron, its stimulus, how it is integrated.

Undo, sessions, protocols and lessons exchange Documents; every view shows the present one.
"""

from dataclasses import dataclass, field
from typing import Annotated

from hhgui.document.fi_protocol import THRESHOLD
from hhgui.document.setup import Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import check_parameters
from hhgui.model.stimulus.stimulus import Stimulus


@dataclass(frozen=True)
class Document:
    """membrane: with the user's edits; base: the parameter set it came from; dt: ms.

    threshold: a spike of a single run or a comparison is an upward crossing of it (mV). Raises
    ModelError naming the field.
    """

    membrane: Membrane
    base: Membrane
    stimulus: Stimulus = field(default_factory=Stimulus)
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    threshold: Annotated[float, THRESHOLD] = 0.0

    def __post_init__(self) -> None:
        method_named(self.method)
        check_parameters(self)

    def setup(self, duration: float) -> Setup:
        """A single run of it (ms)."""
        return Setup(
            self.membrane, self.base, self.stimulus, self.method, self.dt, duration=duration,
            threshold=self.threshold,
        )  # fmt: skip


def document_of(setup: Setup) -> Document:
    """The part of a setup that every tab shares."""
    return Document(
        setup.membrane, setup.base, setup.stimulus, setup.method, setup.dt, setup.threshold
    )
