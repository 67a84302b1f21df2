"""A component of each kind of stimulus, for tests that hold for all of them."""

from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from hhgui.model.stimulus.waveforms import (
    Chirp,
    Family,
    Paired,
    Pulses,
    Ramp,
    Samples,
    Sine,
    Step,
    Train,
)

EXAMPLES = [
    Step(3.0, 10.0, 20.0), Pulses(30.0, 100.0), Train(20.0, 10.0, 0.5, 20.0, 2),
    Family(20.0, 10.0, 5.0, 20.0, 3, -4.0),
    Ramp(-1.0, 15.0, 10.0, 60.0), Sine(5.0, 50.0, 10.0, 60.0), Chirp(1.0, 1.0, 200.0, 10.0, 60.0),
    Noise(5.0, 3.0, 5.0, 7, 10.0, 60.0), SmoothedNoise(30.0, 30.0, 123, 100.0),
    Samples((10.0, 20.0, 60.0), (1.0, 2.0), "a.csv"),
    Samples((10.0, 20.0, 60.0), (1.0, 2.0), "a.csv", (2.0, -2.0)),
    Paired(20.0, 10.0, 1.0, 15.0, -5.0),
]  # fmt: skip
