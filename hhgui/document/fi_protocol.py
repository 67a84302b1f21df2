"""Hold the settings of an f-I sweep and the points that it yields, as pure data."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.spikes import REARM_MV, Oscillations
from hhgui.model.parameter import ModelError, Parameter, check_fields

_I = -1000.0, 1000.0
FROM = Parameter("from", "from", "first current", "µA/cm²", *_I, 1.0, 3, "Smallest current step.")
TO = Parameter("to", "to", "last current", "µA/cm²", *_I, 1.0, 3, "Largest current step.")
POINTS = Parameter(
    "points", "points", "number of points", "", 1, 10001, 10, 0,
    "How many currents, evenly spaced, both ends included.", whole=True,
)  # fmt: skip
ON = Parameter("on", "step start", "step start", "ms", 0.0, 1e6, 10.0, 3, "When the step begins.")
OFF = Parameter("off", "step stop", "step stop", "ms", 0.0, 1e6, 10.0, 3, "When the step ends.")
DURATION = Parameter(
    "duration", "duration", "duration", "ms", 0.0, 1e6, 10.0, 3,
    "Length of each run.", above_minimum=True,
)  # fmt: skip
THRESHOLD = Parameter(
    "threshold", "threshold", "spike threshold", "mV", -150.0, 150.0, 5.0, 2,
    "A spike is an upward crossing of this voltage; the next counts only once V is re-armed.",
)  # fmt: skip
REARM = Parameter(
    "rearm", "re-arm", "re-arm distance", "mV", 0.0, 150.0, 1.0, 2,
    "The next spike counts only after V has fallen this far below the threshold.",
)  # fmt: skip


@dataclass(frozen=True)
class FiProtocol:
    """The settings of an f-I sweep: one run for each of several current steps.

    first, last: the range of the steps' current (µA/cm²); points: how many currents, evenly spaced.
    on, off: when a step begins and ends (ms). duration: of each run (ms). threshold, rearm: what
    counts as a spike (mV). method, dt (ms): of the integration. Raises ModelError, whose key is one
    of from, to, points, on, off, duration, threshold, dt, method, rearm.
    """

    first: Annotated[float, FROM] = 0.0
    last: Annotated[float, TO] = 20.0
    points: Annotated[int, POINTS] = 41
    on: Annotated[float, ON] = 50.0
    off: Annotated[float, OFF] = 550.0
    duration: Annotated[float, DURATION] = 550.0
    threshold: Annotated[float, THRESHOLD] = 0.0
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    rearm: Annotated[float, REARM] = REARM_MV

    def __post_init__(self) -> None:
        check_fields(self)
        method_named(self.method)
        if self.off <= self.on:
            raise ModelError("off", f"step stop must be after step start ({self.on:g} ms)")
        if self.duration < self.off:
            raise ModelError("duration", f"duration must be at least step stop ({self.off:g} ms)")

    @property
    def currents(self) -> NDArray[np.float64]:
        """Return the currents of the steps (µA/cm²), shape (points,)."""
        # rounded so that 0.6 is 0.6 and not 0.6000000000000001, in the table as in the run
        return np.round(np.linspace(self.first, self.last, self.points), 12)


# Lab course 3: 51 steps on 50..200 ms, forward Euler at 0.025 ms, upward crossings of 0 mV.
LAB_3_MODEL = "traub-miles-lab3"
LAB_3 = FiProtocol(0.0, 10.0, 51, 50.0, 200.0, 200.0, 0.0, "euler", 0.025)


@dataclass(frozen=True)
class FiPoint:
    """The result of one run of an f-I sweep.

    index: of its current in the sweep, from 0. current: µA/cm². count: spikes in the whole run, as
    lab courses count. rate: spikes during the step divided by its length (Hz). latency: from the
    onset of the step to the first spike (ms), None without one. problem: why the run ended early,
    or "". outside: the number of spikes before or after the step. steady_rate: from the last five
    intervals within the step (Hz), None if there are fewer. oscillations: those of V without a
    spike.
    """

    index: int
    current: float
    count: int
    rate: float
    latency: float | None
    problem: str = ""
    outside: int = 0
    steady_rate: float | None = None
    oscillations: Oscillations = Oscillations()

    def note(self, protocol: FiProtocol) -> str:
        """Return a sentence if V oscillates and these oscillations are not spikes, else ""."""
        return self.oscillations.problem(protocol.threshold, protocol.rearm)
