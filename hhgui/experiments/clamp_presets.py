"""List the usual protocols of a voltage clamp, each as a staircase of commands."""

from typing import Any, NamedTuple

from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.settings import Grid


class Preset(NamedTuple):
    """A protocol of the voltage clamp: title, a sentence on what it shows, and its staircase."""

    title: str
    about: str
    staircase: ClampStaircase


def _preset(title: str, about: str, **settings: Any) -> Preset:
    return Preset(title, about, ClampStaircase(**settings))


PRESETS: dict[str, Preset] = {
    "iv": _preset(
        "Na/K family (I–V)",
        "Steps from rest: an early inward current that stops by itself, and a late outward one.",
        values=Grid(-80.0, 80.0, 17), after_duration=5.0,
    ),
    "activation": _preset(
        "Activation (G–V)",
        "The conductance at the peak of each step, over the largest.",
        evaluated="activation", values=Grid(-80.0, 80.0, 21), test_duration=10.0,
    ),
    "inactivation": _preset(
        "Inactivation h∞",
        "A long conditioning stair decides how much of the current the test stair still finds.",
        evaluated="inactivation", varied="conditioning", values=Grid(-120.0, -20.0, 21),
        conditioning_duration=100.0, test=0.0, test_duration=10.0,
    ),
    "recovery": _preset(
        "Recovery from inactivation",
        "Two equal pulses: the longer the gap, the more of the current is back.",
        evaluated="recovery", varied="gap_duration",
        values=Grid.of([0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0]),
        conditioning=0.0, conditioning_duration=10.0, test=0.0, test_duration=10.0,
    ),
    "tails": _preset(
        "Tail currents",
        "A pulse opens the channels; the voltage behind it alone decides the current's direction.",
        evaluated="tails", values=Grid(-120.0, -30.0, 10), conditioning=20.0,
        conditioning_duration=10.0, test_duration=10.0,
    ),
    "ramp": _preset(
        "Ramp",
        "The command rises in a straight line; a slow one draws the steady I–V curve.",
        evaluated="ramp", values=Grid.of([-100.0]), ramp_to=60.0, test_duration=100.0,
    ),
    "leak": _preset(
        "Leak steps",
        "Small steps downwards, where few channels open: their slope is the input conductance.",
        evaluated="leak", values=Grid(-95.0, -65.0, 7), after_duration=5.0,
    ),
}  # fmt: skip
