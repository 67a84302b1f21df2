"""One run from the start state, shown whole.

``differences`` of several, for their legends, comes from ``document/differences.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.document.differences import differences as differences
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Block, Simulation
from hhgui.experiments.thinning import Thinner, stretch_of
from hhgui.model.membrane import Membrane

Array = NDArray[np.float64]
# How long a cancel waits: some 2 ms of work with a fixed step. The adaptive method's work goes by
# the time it covers, and a stiff neuron's is a hundred times as much.
BLOCK_STEPS = 10_000
ADAPTIVE_BLOCK_MS = 100.0


@dataclass(frozen=True)
class SingleRun:
    """One run, from its start state to its end or to where it stopped.

    times: (rows,) ms, the start and the end included; names, values: the columns, (names, rows):
    "V" (mV), "I_stim" (µA/cm²), the gates, "I_X" (µA/cm²), "g_X" (mS/cm²), and "d_X", the driving
    force V - E (mV), of each current X; spikes: (n,) ms; problem: why it ended early, or "";
    thinned: not every step is a row, but every extreme of a column in its stretch of rows is.
    """

    setup: Setup
    times: Array
    names: tuple[str, ...]
    values: Array
    spikes: Array
    problem: str = ""
    thinned: bool = False

    def column(self, name: str) -> Array:
        """The values of a column, (rows,). KeyError if there is none of this name."""
        if name not in self.names:
            raise KeyError(name)
        return np.asarray(self.values[self.names.index(name)])

    @property
    def slope(self) -> Array:
        """dV/dt (mV/ms) in each row, by the equation itself: (I_stim - sum of currents) / C."""
        membrane = self.setup.membrane
        ionic = sum((self.column(f"I_{c.name}") for c in membrane.currents), np.zeros(1))
        return np.asarray((self.column("I_stim") - ionic) / membrane.capacitance)


def column_names(membrane: Membrane) -> tuple[str, ...]:
    """The names of a run's columns, in order."""
    currents = [c.name for c in membrane.currents]
    gates = [g.name for g in membrane.gates]
    derived = [f"{kind}_{name}" for kind in ("I", "g", "d") for name in currents]
    return ("V", "I_stim", *gates, *derived)


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
    names = column_names(setup.membrane)
    block_steps = steps_of_block(setup.method, setup.dt)
    thinner = Thinner(stretch_of(setup.steps + 1, len(names)), block_steps)
    spikes = []
    for block in _blocks(simulation, setup.steps, thinner.block):
        if cancelled():
            return None
        columns = np.concatenate([block.columns, *_derived(setup.membrane, block.columns)])
        thinner.add(block.time, columns)
        spikes.append(block.spikes)
        progress(simulation.step / setup.steps)
    times, values = thinner.result()
    return SingleRun(
        # each column in one piece of memory: it is drawn ten times as fast
        setup, times, names, np.ascontiguousarray(values), np.concatenate(spikes),
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


def _derived(membrane: Membrane, values: Array) -> Iterator[Array]:
    """The conductances (mS/cm²), then the driving forces (mV), each (currents, rows)."""
    first, rows = 2, []
    for current in membrane.currents:
        last = first + len(current.gates)
        powers = [[gate.power] for gate in current.gates]
        rows.append(current.conductance * np.prod(values[first:last] ** powers, axis=0)
                    if powers else np.full(values.shape[1], current.conductance))  # fmt: skip
        first = last
    yield np.array(rows)
    yield values[0] - np.array([[current.reversal] for current in membrane.currents])
