"""Define the command voltage of a clamp: a holding voltage and waveforms that add up (mV)."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from hhgui.model.current_unit import DENSITY_TEXT
from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.records import Reader
from hhgui.model.stimulus.component import Array, Component
from hhgui.model.stimulus.stimulus import HOLDING, Stimulus, component_from_dict
from hhgui.model.stimulus.waveforms import Chirp, Family, Paired, Pulses, Ramp, Sine, Step, Train

# A command is a smooth voltage between its edges: no noise, whose slope is infinite.
COMMAND_KINDS = tuple(c.kind for c in (Step, Pulses, Paired, Train, Family, Ramp, Sine, Chirp))
# The engine's tables of the gates end here.
LIMIT_MV = 150.0
HOLDING_VOLTAGE = Parameter(
    "holding", "hold", "holding voltage", "mV", -LIMIT_MV, LIMIT_MV, 5.0, 3,
    "The voltage at which the clamp holds the neuron; waveforms add to it.",
)  # fmt: skip
_MARK = "clamp"  # the key of files by which a command differs from a current


@dataclass(frozen=True)
class Command(Stimulus):
    """The voltage (mV) that an ideal clamp commands: a holding voltage plus waveforms.

    The waveforms are those of a stimulus, with strengths in mV from the holding voltage: a step of
    65 from -65 mV commands 0 mV. origin, repeat: as of a stimulus. Raises ModelError for values
    outside their range, and for kinds of waveforms that are not in COMMAND_KINDS.
    """

    holding: Annotated[float, HOLDING_VOLTAGE] = -65.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for component in self.components:
            if component.kind not in COMMAND_KINDS:
                known = ", ".join(COMMAND_KINDS)
                raise ModelError(
                    "components", f"a command voltage has no {component.kind}; allowed: {known}"
                )
            for parameter in component.parameters:
                described(parameter).check(getattr(component, parameter.key), component.label)

    def slope_at(self, time: ArrayLike) -> Array:
        """Return the slope of the command (mV/ms) at ``time`` (ms); jumps do not count."""
        own = self.own_time(time)
        return sum((c.slope_at(own) for c in self.components), np.zeros(own.shape))

    @staticmethod
    def summary_of(component: Component) -> str:
        """Return the numbers of a waveform in a few words, with strengths in mV."""
        return component.summary.replace(DENSITY_TEXT, "mV")

    def to_dict(self) -> dict[str, Any]:
        return marked(super().to_dict())


def described(parameter: Parameter) -> Parameter:
    """Return the description of a number of a waveform with its strength in mV, not µA/cm²."""
    if parameter.unit != DENSITY_TEXT:
        return parameter
    if parameter is HOLDING:
        return HOLDING_VOLTAGE
    words = parameter.help.replace("Current density", "Voltage, added to the holding voltage,")
    most = 2.0 * LIMIT_MV
    return replace(parameter, unit="mV", minimum=-most, maximum=most, step=5.0, help=words)


def marked(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table of a command with a mark that distinguishes it from that of a current."""
    return table | {_MARK: True}


def played_from_dict(values: object, reader: Reader | None = None) -> Stimulus:
    """Return the stimulus or the command that a dictionary of its ``to_dict`` describes.

    reader: reads the components, None for the usual way. Raises ModelError.
    """
    reader = reader or _READER
    if not isinstance(values, dict) or values.get(_MARK) is not True:
        return reader.read(Stimulus, values)
    return reader.read(Command, {key: each for key, each in values.items() if key != _MARK})


_READER = Reader()
_READER.use(Component, component_from_dict)
_READER.get_ready(Stimulus, Command)
# What each waveform is at first: steps of a size that opens the gates of most neurons.
FIRST_WAVEFORMS: dict[str, Component] = {
    each.kind: each
    for each in (
        Step(65.0, 10.0, 40.0), Pulses(40.0, 100.0), Paired(65.0, 10.0, 5.0, 20.0, 65.0),
        Train(65.0, 10.0, 5.0, 15.0, 5), Family(125.0, 10.0, 20.0, 60.0, 9, -35.0),
        Ramp(-40.0, 105.0, 10.0, 90.0), Sine(20.0, 50.0), Chirp(10.0),
    )
}  # fmt: skip
# What a new document commands: the step that shows the currents of the 1952 papers.
FIRST_COMMAND = Command((FIRST_WAVEFORMS[Step.kind],), repeat=100.0)
