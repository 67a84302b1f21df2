"""Compute the f-I curve: how many spikes a current step evokes, for a range of currents."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.engine.spikes import Oscillations
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

# Enough to find the first spike after the onset even in a neuron that fires before it.
MOST_SPIKES = 4096
# A long run is cut so that it can be cancelled and its memory stays small.
BLOCK_STEPS = 100_000
STEADY_INTERVALS = 5


def fi_points(
    membrane: Membrane,
    protocol: FiProtocol,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
    threads: int | None = None,
    currents: NDArray[np.float64] | None = None,
    holding: float = 0.0,
) -> Iterator[FiPoint]:
    """Yield the points of the f-I curve in order; end early once ``cancelled()`` is true.

    Every run starts from the membrane's start state; the current flows while on <= t < off. A spike
    is an upward crossing of the threshold; the next one counts only after V has fallen by ``rearm``
    below it. currents: µA/cm², instead of the evenly spaced ones of the protocol.
    holding: µA/cm², a constant current to which the step is added. progress: called
    with the fraction of the work done (0 to 1) between points. threads: by how many threads the
    fixed-step methods, which run 64 currents side by side, are run (None: one per core).
    """
    currents = protocol.currents if currents is None else currents
    if not METHODS[protocol.method].has_lanes:
        return _one_by_one(membrane, protocol, currents, cancelled, progress, holding)
    return _side_by_side(membrane, protocol, currents, cancelled, progress, threads, holding)


def setup_of_point(
    membrane: Membrane, base: Membrane, protocol: FiProtocol, current: float
) -> Setup:
    """Return the single run of which a point of the curve is the result.

    base: the neuron's parameter set. current: of the step (µA/cm²).
    """
    return Setup(
        membrane, base, Stimulus((Step(current, protocol.on, protocol.off),)), protocol.method,
        protocol.dt, protocol.duration, protocol.threshold, rearm=protocol.rearm,
    )  # fmt: skip


def _side_by_side(
    membrane: Membrane,
    protocol: FiProtocol,
    currents: NDArray[np.float64],
    cancelled: Callable[[], bool],
    progress: Callable[[float], object],
    threads: int | None,
    holding: float,
) -> Iterator[FiPoint]:
    """Yield the points by a fixed-step method, 64 at a time; arguments as in ``fi_points``."""
    population = Population(membrane, currents, holding)
    batch = BatchProtocol(
        Stimulus((Step(1.0, protocol.on, protocol.off),)),
        protocol.duration, protocol.dt, protocol.method, protocol.threshold, MOST_SPIKES,
        rearm=protocol.rearm,
    )  # fmt: skip
    advice = ""
    for result in run_population(population, batch, cancelled, threads, progress):
        for lane in range(result.count.size):
            index = result.first + lane
            current = float(currents[index])
            stopped = float(result.stopped[lane])
            problem = ""
            if math.isfinite(stopped):
                advice = advice or _advice(membrane, protocol, current, holding)
                problem = f"At {stopped:.3f} ms {advice}"
            found = result.spikes[lane]
            yield _point(
                index, current, int(result.count[lane]), found[np.isfinite(found)], protocol,
                problem, result.oscillations(lane),
            )  # fmt: skip


def _advice(membrane: Membrane, protocol: FiProtocol, current: float, holding: float) -> str:
    """Return why the run at a current (µA/cm²) leaves its range and what to try.

    It is computed once for a whole sweep.
    """
    stimulus = Stimulus((Step(current, protocol.on, protocol.off),), holding)
    simulation = Simulation(membrane, stimulus, protocol.method, protocol.dt)
    while simulation.stop is None and simulation.time < protocol.duration:
        simulation.advance(BLOCK_STEPS)
    if simulation.stop is None:  # rounding decides, lanes and scalar differ by 1e-12
        return "the run left its range. Try a smaller dt."
    return simulation.stop.message.partition(" ms ")[2]


def _one_by_one(
    membrane: Membrane,
    protocol: FiProtocol,
    currents: NDArray[np.float64],
    cancelled: Callable[[], bool],
    progress: Callable[[float], object],
    holding: float,
) -> Iterator[FiPoint]:
    """Yield the points one after another, as the adaptive method needs it.

    The arguments are those of ``fi_points``.
    """
    simulation = Simulation(
        membrane, method=protocol.method, dt=protocol.dt, threshold=protocol.threshold,
        rearm=protocol.rearm,
    )  # fmt: skip
    steps = round(protocol.duration / protocol.dt)
    for index, current in enumerate(currents.tolist()):
        simulation.reset()
        simulation.set_stimulus(Stimulus((Step(current, protocol.on, protocol.off),), holding))
        spikes: list[float] = []
        while simulation.step < steps and simulation.stop is None:
            if cancelled():
                return
            block = simulation.advance(min(BLOCK_STEPS, steps - simulation.step))
            spikes += block.spikes.tolist()
        problem = simulation.stop.message if simulation.stop else ""
        yield _point(
            index,
            current,
            len(spikes),
            np.array(spikes),
            protocol,
            problem,
            simulation.oscillations,
        )
        progress((index + 1) / currents.size)


def _point(
    index: int, current: float, count: int, spikes: NDArray[np.float64], protocol: FiProtocol,
    problem: str, oscillations: Oscillations,
) -> FiPoint:  # fmt: skip
    """Return the point of a run with ``count`` spikes.

    spikes: the spike times (ms) that were kept, which may be fewer. problem: why the run ended
    early, or "".
    """
    inside = spikes[(spikes >= protocol.on) & (spikes < protocol.off)]
    after = spikes[spikes >= protocol.on]
    # dropped spikes follow the kept ones: they lie within the step unless the run goes on after it
    within = inside.size + (count - spikes.size if not (spikes >= protocol.off).any() else 0)
    steady = None
    if inside.size > STEADY_INTERVALS:
        steady = 1000.0 * STEADY_INTERVALS / float(inside[-1] - inside[-1 - STEADY_INTERVALS])
    return FiPoint(
        index, current, count, 1000.0 * within / (protocol.off - protocol.on),
        float(after[0] - protocol.on) if after.size else None, problem, count - within, steady,
        oscillations,
    )  # fmt: skip
