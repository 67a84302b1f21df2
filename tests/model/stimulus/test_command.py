"""The command voltage of a clamp: its waveforms in mV, its slope, its table."""

import numpy as np
import pytest

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.command import COMMAND_KINDS, FIRST_COMMAND, Command, played_from_dict
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import KINDS, Stimulus
from hhgui.model.stimulus.waveforms import Samples, Step


@pytest.mark.parametrize("kind", COMMAND_KINDS)
def test_the_slope_is_that_of_the_waveform(kind):
    """The slope of each kind is the difference quotient of its voltage, away from its edges."""
    command = Command((KINDS[kind](),), -60.0, repeat=730.0)
    times = np.arange(0.05, 1500.0, 0.1)
    quotient = (command.current_at(times + 1e-4) - command.current_at(times - 1e-4)) / 2e-4
    assert command.slope_at(times) == pytest.approx(quotient, abs=1e-5)


def test_a_command_comes_back_from_its_table():
    """A command and a current of the same numbers are two things, in files too."""
    current = Stimulus(FIRST_COMMAND.components, FIRST_COMMAND.holding, repeat=100.0)
    assert current != FIRST_COMMAND
    for played in (FIRST_COMMAND, current):
        assert played_from_dict(played.to_dict()) == played


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"holding": 151.0}, "holding"),
        ({"components": (Noise(),)}, "components"),
        ({"components": (Samples((0.0, 1.0), (2.0,)),)}, "components"),
        ({"components": (Step(301.0, 0.0, 1.0),)}, "amplitude"),
    ],
)
def test_what_no_clamp_can_command_is_refused(values, key):
    """The error names the number, or the kind that a command can't have."""
    with pytest.raises(ModelError) as refused:
        Command(**values)
    assert refused.value.key == key
