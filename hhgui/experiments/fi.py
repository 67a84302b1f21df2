"""The f-I curve: how many spikes a neuron fires during a current step, for a range of steps."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.batch import run_population
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.stimulus import Stimulus
from hhgui.model.waveforms import Step

_I = -1000.0, 1000.0
# Enough to find the first spike after the onset even in a neuron that fires before it.
MOST_SPIKES = 4096
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
    "A spike is an upward crossing of this voltage.",
)  # fmt: skip
PARAMETERS = (FROM, TO, POINTS, ON, OFF, DURATION, THRESHOLD, DT)


@dataclass(frozen=True)
class FiProtocol:
    """One f-I experiment: current steps from first to last (µA/cm²) on start..stop (ms).

    Raises ModelError, its key one of from, to, points, on, off, duration, threshold, dt, method.
    """

    first: float = 0.0
    last: float = 20.0
    points: int = 41
    on: float = 50.0
    off: float = 550.0
    duration: float = 550.0
    threshold: float = 0.0
    method: str = DEFAULT_METHOD
    dt: float = DEFAULT_DT_MS

    def __post_init__(self) -> None:
        for parameter, name in (
            (FROM, "first"), (TO, "last"), (ON, "on"), (OFF, "off"),
            (DURATION, "duration"), (THRESHOLD, "threshold"), (DT, "dt"),
        ):  # fmt: skip
            object.__setattr__(self, name, parameter.check(getattr(self, name)))
        object.__setattr__(self, "points", int(POINTS.check(self.points)))
        method_named(self.method)
        if self.off <= self.on:
            raise ModelError("off", f"step stop must be after step start ({self.on:g} ms)")
        if self.duration < self.off:
            raise ModelError("duration", f"duration must be at least step stop ({self.off:g} ms)")

    @property
    def currents(self) -> NDArray[np.float64]:
        """The steps' current densities (µA/cm²), shape (points,)."""
        # rounded so that 0.6 is 0.6 and not 0.6000000000000001, in the table as in the run
        return np.round(np.linspace(self.first, self.last, self.points), 12)


# Lab course 3: 51 steps on 50..200 ms, forward Euler at 0.025 ms, upward crossings of 0 mV.
LAB_3_MODEL = "traub-miles-lab3"
LAB_3 = FiProtocol(0.0, 10.0, 51, 50.0, 200.0, 200.0, 0.0, "euler", 0.025)


@dataclass(frozen=True)
class FiPoint:
    """One point of the curve.

    index: its place in the sweep; current: µA/cm²; count: spikes in the run; rate: count over the
    step's length (Hz); latency: first spike after the step's onset (ms), or None; problem: why the
    run ended early, or "".
    """

    index: int
    current: float
    count: int
    rate: float
    latency: float | None
    problem: str = ""


# A long run is cut so that it can be cancelled and its memory stays small.
BLOCK_STEPS = 100_000


def fi_points(
    membrane: Membrane,
    protocol: FiProtocol,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda share: None,
    threads: int | None = None,
) -> Iterator[FiPoint]:
    """The points of the curve, in order; ends early once ``cancelled()`` is true.

    Every run starts from the membrane's start state, under I for on <= t < off. A spike is an
    upward crossing of the threshold, anywhere in the run. ``progress(share)`` hears of the work
    done between points. The fixed-step methods run 64 currents side by side on ``threads`` cores
    (default: all).
    """
    if protocol.method == "adaptive":
        return _one_by_one(membrane, protocol, cancelled)
    return _side_by_side(membrane, protocol, cancelled, progress, threads)


def _side_by_side(
    membrane: Membrane,
    protocol: FiProtocol,
    cancelled: Callable[[], bool],
    progress: Callable[[float], object],
    threads: int | None,
) -> Iterator[FiPoint]:
    population = Population(membrane, protocol.currents)
    course = BatchProtocol(
        Stimulus((Step(1.0, protocol.on, protocol.off),)),
        protocol.duration, protocol.dt, protocol.method, protocol.threshold, MOST_SPIKES,
    )  # fmt: skip
    advice = ""
    for result in run_population(population, course, cancelled, threads, progress):
        for lane in range(result.count.size):
            index = result.first + lane
            current = float(protocol.currents[index])
            spikes = result.spikes[lane]
            after = spikes[spikes >= protocol.on]
            latency = float(after[0] - protocol.on) if after.size else None
            stopped = float(result.stopped[lane])
            problem = ""
            if math.isfinite(stopped):
                advice = advice or _advice(membrane, protocol, current)
                problem = f"At {stopped:.3f} ms {advice}"
            yield _point(index, current, int(result.count[lane]), latency, protocol, problem)


def _advice(membrane: Membrane, protocol: FiProtocol, current: float) -> str:
    """Why a run leaves its range and what to try, without its time: found once for a sweep."""
    stimulus = Stimulus((Step(current, protocol.on, protocol.off),))
    simulation = Simulation(membrane, stimulus, protocol.method, protocol.dt)
    while simulation.stop is None and simulation.time < protocol.duration:
        simulation.advance(BLOCK_STEPS)
    if simulation.stop is None:  # rounding decides, lanes and scalar differ by 1e-12
        return "the run left its range. Try a smaller dt."
    return simulation.stop.message.partition(" ms ")[2]


def _one_by_one(
    membrane: Membrane, protocol: FiProtocol, cancelled: Callable[[], bool]
) -> Iterator[FiPoint]:
    simulation = Simulation(
        membrane, method=protocol.method, dt=protocol.dt, threshold=protocol.threshold
    )
    steps = round(protocol.duration / protocol.dt)
    for index, current in enumerate(protocol.currents.tolist()):
        simulation.reset()
        simulation.set_stimulus(Stimulus((Step(current, protocol.on, protocol.off),)))
        spikes: list[float] = []
        while simulation.step < steps and simulation.stop is None:
            if cancelled():
                return
            block = simulation.advance(min(BLOCK_STEPS, steps - simulation.step))
            spikes += block.spikes.tolist()
        latency = next((t - protocol.on for t in spikes if t >= protocol.on), None)
        problem = simulation.stop.message if simulation.stop else ""
        yield _point(index, current, len(spikes), latency, protocol, problem)


def _point(
    index: int, current: float, count: int, latency: float | None, protocol: FiProtocol,
    problem: str,
) -> FiPoint:  # fmt: skip
    rate = 1000.0 * count / (protocol.off - protocol.on)
    return FiPoint(index, current, count, rate, latency, problem)
