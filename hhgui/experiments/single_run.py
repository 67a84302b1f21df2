"""One run from the start state, shown whole.

``differences`` of several, for their legends, comes from ``document/differences.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hhgui.document.differences import differences as differences
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Block, Simulation
from hhgui.experiments.thinning import Thinner, stretch_of
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import Rows, quantities

Array = NDArray[np.float64]
# How long a cancel waits: some 2 ms of work with a fixed step. The adaptive method's work goes by
# the time it covers, and a stiff neuron's is a hundred times as much.
BLOCK_STEPS = 10_000
ADAPTIVE_BLOCK_MS = 100.0


@dataclass(frozen=True)
class SingleRun:
    """One run, from its start state to its end or to where it stopped.

    times: (rows,) ms, the start and the end included; names, values: the columns, (names, rows),
    of model/quantity.py that were recorded, the others are computed from them when asked for;
    spikes: (n,) ms; problem: why it ended early, or ""; thinned: not every step is a row, but every
    extreme of a quantity in its stretch of rows is.
    """

    setup: Setup
    times: Array
    names: tuple[str, ...]
    values: Array
    spikes: Array
    problem: str = ""
    thinned: bool = False
    _derived: dict[str, Array] = field(init=False, repr=False, compare=False, default_factory=dict)

    def column(self, name: str) -> Array:
        """The values of a quantity, (rows,). KeyError if there is none of this key."""
        if name in self.names:
            return np.asarray(self.values[self.names.index(name)])
        if name not in self._derived:
            membrane = self.setup.membrane
            of = {q.key: q.of for q in quantities(membrane)}[name]
            values = of(_rows(membrane, self.names, self.values))
            self._derived[name] = np.asarray(values, dtype=np.float64)
        return self._derived[name]


def run_once(
    setup: Setup,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
) -> SingleRun | None:
    """The run of a setup from the membrane's start state, or None once ``cancelled()`` is true.

    ``progress(fraction)`` is called after each block with the fraction of the steps that are done.
    Every step is a row, of the adaptive method every sample; of more than 200,000 rows only those
    are kept that hold an extreme of a column. A run that leaves its range ends there, with the
    engine's remedy as its ``problem``.
    """
    simulation = Simulation(setup.membrane, setup.stimulus, setup.method, setup.dt, setup.threshold)
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
    )  # fmt: skip


def steps_of_block(method: str, dt: float) -> int:
    """How many steps of a method, dt (ms) wide, are taken between two looks at a cancel."""
    if METHODS[method].adaptive:
        return max(1, min(BLOCK_STEPS, round(ADAPTIVE_BLOCK_MS / dt)))
    return BLOCK_STEPS


def _blocks(simulation: Simulation, steps: int, size: int) -> Iterator[Block]:
    """The run in blocks of ``size`` steps, the state at its end as one more row."""
    while simulation.step < steps and simulation.stop is None:
        yield simulation.advance(min(size, steps - simulation.step), every=1)
    if simulation.stop is None:
        yield simulation.sample()


def _rows(membrane: Membrane, names: tuple[str, ...], values: Array) -> Rows:
    """The recorded columns of a run that one membrane made."""
    return Rows(dict(zip(names, values, strict=True)), [(0, membrane)])
