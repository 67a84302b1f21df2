"""Slow ramps: where firing begins on the way up, and where it ends on the way down.

Where rest and firing are both stable the two differ (hysteresis). On the way up a slow ramp fires
later than the Hopf point: the state lingers near the lost rest (delayed bifurcation; Baer, Erneux &
Rinzel 1989, SIAM J Appl Math 49:55). How much later depends on disturbances of any size, down to
rounding; the last spike on the way down depends on the phase at which the ramp comes along.
"""

from dataclasses import dataclass

from hhgui.engine.methods import REFERENCE_METHOD
from hhgui.engine.simulation import Simulation
from hhgui.experiments.bisection import NoThresholdError
from hhgui.experiments.pieces import RunEndedEarlyError
from hhgui.experiments.preparation import at_rest
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp

# Short steps, whose errors are far below the tolerance, disturb the delay the least.
SAMPLE_MS = 0.1


@dataclass(frozen=True)
class Hysteresis:
    """Currents (µA/cm²) of the first spike of the rising ramp and the last of the falling one."""

    first_up: float
    last_down: float


def ramp_hysteresis(membrane: Membrane, top: float, rate: float, spike: float = 0.0) -> Hysteresis:
    """A neuron at rest under a current from 0 to ``top`` (µA/cm²) and back at ``rate`` per ms.

    spike: mV to be crossed. Raises NoThresholdError if it does not fire on both ways, ValueError
    if it has no rest, ModelError for a top or a length out of range, RunEndedEarlyError.
    """
    length = top / rate
    stimulus = Stimulus((
        Ramp(0.0, top, 0.0, length),
        Ramp(top, 0.0, length, 2.0 * length),
    ))  # fmt: skip
    simulation = Simulation(at_rest(membrane), stimulus, REFERENCE_METHOD, SAMPLE_MS, spike)
    spikes = simulation.advance(round(2.0 * length / SAMPLE_MS)).spikes
    if simulation.stop is not None:
        raise RunEndedEarlyError(simulation.stop)
    if spikes.size == 0 or spikes[0] > length or spikes[-1] < length:
        raise NoThresholdError(f"no spikes on both ways of a ramp to {top:g} µA/cm²")
    return Hysteresis(float(rate * spikes[0]), float(top - rate * (spikes[-1] - length)))
