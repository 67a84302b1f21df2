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
from hhgui.model.quantity import STIMULUS, Quantity, Rows, quantities

Array = NDArray[np.float64]
# How long a cancel waits: some 2 ms of work with a fixed step. The adaptive method's work is
# proportional to the model time it covers, and a stiff neuron needs a hundred times as much.
BLOCK_STEPS = 10_000
ADAPTIVE_BLOCK_MS = 100.0


@dataclass(frozen=True)
class SingleRun:
    """One run of a setup, from its start state to its end or an early stop.

    times: (rows,), ms, start and end included. names: the keys of the recorded quantities (see
    model/quantity.py); values: (names, rows); other quantities are computed from these when asked
    for. spikes: (n,), ms. problem: why it ended early, or "". thinned: whether rows were left out;
    a row with an extreme of a quantity never is. oscillations: those of V without a spike.
    injected: what the recorded current is.
    """

    setup: Setup
    times: Array
    names: tuple[str, ...]
    values: Array
    spikes: Array
    problem: str = ""
    thinned: bool = False
    oscillations: Oscillations = Oscillations()
    injected: Quantity = STIMULUS
    _derived: dict[str, Array] = field(init=False, repr=False, compare=False, default_factory=dict)

    def column(self, name: str) -> Array:
        """Return the values of a quantity by its key, shape (rows,). Raises KeyError if unknown."""
        if name in self.names:
            return np.asarray(self.values[self.names.index(name)])
        if name not in self._derived:
            membrane = self.setup.membrane
            of = {q.key: q.of for q in quantities(membrane)}[name]
            values = of(_rows(membrane, self.names, self.values))
            self._derived[name] = np.asarray(values, dtype=np.float64)
        return self._derived[name]


def simulation_of(setup: Setup) -> Simulation:
    """Return a simulation of the setup's run, at its start."""
    return Simulation(
        setup.membrane, setup.stimulus, setup.method, setup.dt, setup.threshold, setup.rearm
    )


def run_once(
    setup: Setup,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
) -> SingleRun | None:
    """Run a setup from the membrane's start state; return None once ``cancelled()`` is true.

    progress: called after each block with the fraction of the steps done (0 to 1). There is a row
    for every step, or with the adaptive method for every sample; of more than 200,000 rows only
    those with an extreme of a quantity are kept. A run that leaves its range ends there, and
    ``problem`` says what to try.
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
    """Return how many steps are done between two checks whether the run is cancelled.

    dt: ms.
    """
    if METHODS[method].adaptive:
        return max(1, min(BLOCK_STEPS, round(ADAPTIVE_BLOCK_MS / dt)))
    return BLOCK_STEPS


def _blocks(simulation: Simulation, steps: int, size: int) -> Iterator[Block]:
    """Yield the run in blocks of ``size`` steps; the state at the end is one more row."""
    while simulation.step < steps and simulation.stop is None:
        yield simulation.advance(min(size, steps - simulation.step), every=1)
    if simulation.stop is None:
        yield simulation.sample()


def _rows(membrane: Membrane, names: tuple[str, ...], values: Array) -> Rows:
    """Return the recorded quantities of a run without edits, for computing others."""
    return Rows(dict(zip(names, values, strict=True)), [(0, membrane)])
