"""Hold what the user has set as one value: the neuron, its stimulus and the integration.

Undo, sessions, protocols and lessons all use Documents; every view shows the current one.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.document.setup import Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.spikes import REARM_MV, SpikeRule
from hhgui.model.edit import named_after
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import check_fields
from hhgui.model.stimulus.command import FIRST_COMMAND, Command
from hhgui.model.stimulus.stimulus import Stimulus


@dataclass(frozen=True)
class Document:
    """The settings that all tabs share.

    membrane: the neuron with the user's edits, named by ``named_after``. base: its parameter set,
    unedited. dt: ms. threshold: V (mV) whose upward crossing is a spike (f-I curves have a
    threshold of their own). rearm: how far (mV) V must fall below it before the next spike counts.
    clamped: whether the voltage of the live neuron is clamped to ``command``; ``stimulus`` then
    applies to all other tabs only. Raises ModelError, whose key names the field.
    """

    membrane: Membrane
    base: Membrane
    stimulus: Stimulus = field(default_factory=Stimulus)
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    threshold: Annotated[float, THRESHOLD] = 0.0
    rearm: Annotated[float, REARM] = REARM_MV
    command: Command = FIRST_COMMAND
    clamped: bool = False

    def __post_init__(self) -> None:
        method_named(self.method)
        check_fields(self)
        object.__setattr__(self, "membrane", named_after(self.membrane, self.base))

    @property
    def rule(self) -> SpikeRule:
        """Return what counts as a spike."""
        return SpikeRule(self.threshold, self.rearm)

    @property
    def played(self) -> Stimulus:
        """Return what the live neuron is given: the stimulus, or the command of its clamp."""
        return self.command if self.clamped else self.stimulus

    def setup(self, duration: float) -> Setup:
        """Return the setup of a single run of ``duration`` (ms) with these settings."""
        return Setup(
            self.membrane, self.base, self.stimulus, self.method, self.dt, duration=duration,
            threshold=self.threshold, rearm=self.rearm,
        )  # fmt: skip


def document_of(setup: Setup) -> Document:
    """Return the settings of a setup that all tabs share."""
    return Document(
        setup.membrane, setup.base, setup.stimulus, setup.method, setup.dt, setup.threshold,
        setup.rearm, setup.command or FIRST_COMMAND, setup.command is not None,
    )  # fmt: skip


def edit_of(setup: Setup) -> dict[str, Any]:
    """Return the fields of the document that a setup sets: a command only if it clamps."""
    fields = dict(vars(document_of(setup)))
    if setup.command is None:
        del fields["command"]
    return fields
