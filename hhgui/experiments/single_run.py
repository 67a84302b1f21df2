"""Run a setup once from its start state and keep the whole run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Block, Simulation
from hhgui.engine.spikes import Oscillations
from hhgui.experiments.thinning import Thinner, stretch_of
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import Rows, quantities

Array = NDArray[np.float64]
# How long a cancel waits: some 2 ms of work with a fixed step. The adaptive method's work is
# proportional to the model time it covers, and a stiff neuron needs a hundred times as much.
BLOCK_STEPS = 10_000
ADAPTIVE_BLOCK_MS = 100.0


@dataclass(frozen=True)
class SingleRun:
    """One run, from its start state to its end or early stop.

    times: (rows,) ms, the start and the end included; names, values: the recorded columns, (names,
    rows), of model/quantity.py; others are computed from them on demand; spikes: (n,) ms; problem:
    why it ended early, or ""; thinned: some steps have no row, but every extreme of a quantity has;
    oscillations: those of V that make no spike.
    """

    setup: Setup
    times: Array
    names: tuple[str, ...]
    values: Array
    spikes: Array
    problem: str = ""
    thinned: bool = False
    oscillations: Oscillations = Oscillations()
    _derived: dict[str, Array] = field(init=False, repr=False, compare=False, default_factory=dict)

    def column(self, name: str) -> Array:
        """Return the values of a quantity, (rows,). Raises KeyError for an unknown key."""
        if name in self.names:
            return np.asarray(self.values[self.names.index(name)])
        if name not in self._derived:
            membrane = self.setup.membrane
            of = {q.key: q.of for q in quantities(membrane)}[name]
            values = of(_rows(membrane, self.names, self.values))
            self._derived[name] = np.asarray(values, dtype=np.float64)
        return self._derived[name]


def simulation_of(setup: Setup) -> Simulation:
    """Return the simulation of a single run at its start."""
    return Simulation(
        setup.membrane, setup.stimulus, setup.method, setup.dt, setup.threshold, setup.rearm
    )


def run_once(
    setup: Setup,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
) -> SingleRun | None:
    """Run a setup from the membrane's start state; return None once ``cancelled()`` is true.

    ``progress(fraction)`` is called after each block with the fraction of the steps that are done.
    Every step is a row, of the adaptive method every sample; of more than 200,000 rows only those
    are kept that hold an extreme of a column. A run that leaves its range ends there, with the
    engine's remedy as its ``problem``.
    """
    simulation = simulation_of(setup)
    described = quantities(setup.membrane)
    names = tuple(q.key for q in described if q.recorded)
    derived = [q for q in described if not q.recorded]
    stretch = stretch_of(setup.steps + 1, len(described))
    thinner = Thinner(stretch, steps_of_block(setup.method, setup.dt))
    spikes = []
    for block in _blocks(simulation, setup.steps, thinner.block):
        if cancelled():
            return None
        columns = block.columns
        if stretch > 1:  # rows are left out, but none with an extreme of a derived quantity
            rows = _rows(setup.membrane, names, columns)
            columns = np.vstack([columns, *(q.of(rows) for q in derived)])
        thinner.add(block.time, columns)
        spikes.append(block.spikes)
        progress(simulation.step / setup.steps)
    times, values = thinner.result()
    return SingleRun(
        # each column in one piece of memory: it is drawn ten times as fast
        setup, times, names, np.ascontiguousarray(values[: len(names)]), np.concatenate(spikes),
        simulation.stop.message if simulation.stop else "", thinner.stretch > 1,
        simulation.oscillations,
    )  # fmt: skip


def steps_of_block(method: str, dt: float) -> int:
    """Return the number of steps of a method and dt (ms) between two checks for a cancel."""
    if METHODS[method].adaptive:
        return max(1, min(BLOCK_STEPS, round(ADAPTIVE_BLOCK_MS / dt)))
    return BLOCK_STEPS


def _blocks(simulation: Simulation, steps: int, size: int) -> Iterator[Block]:
    """Yield the run in blocks of ``size`` steps, with the state at its end as a further row."""
    while simulation.step < steps and simulation.stop is None:
        yield simulation.advance(min(size, steps - simulation.step), every=1)
    if simulation.stop is None:
        yield simulation.sample()


def _rows(membrane: Membrane, names: tuple[str, ...], values: Array) -> Rows:
    """Return the recorded columns of a run with a constant membrane."""
    return Rows(dict(zip(names, values, strict=True)), [(0, membrane)])
