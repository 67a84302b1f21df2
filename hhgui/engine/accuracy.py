"""Check how accurate a method and dt are, by repeating the run at half the dt."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import DT, METHODS
from hhgui.engine.simulation import Checkpoint, Simulation
from hhgui.model.stimulus.command import Command
from hhgui.model.words import counted

WINDOW_MS = 200.0
# Of a run with very many small steps a short window is enough to judge the accuracy.
MOST_STEPS = 20_000
SPIKE_SHIFT_MS = 0.5
RANGE_MV = 1.5
CHARGE_FRACTION = 0.02
# Of a clamped neuron: of the largest value of each current.
CURRENT_FRACTION = 0.02
# How far beyond the end both runs go, for a spike that an error moves across it.
BEYOND_MS = 1.0
_BLOCK = 20_000
_ADAPTIVE_BLOCK_MS = 20.0


@dataclass(frozen=True)
class Seen:
    """The measurements of a run that are compared.

    spikes: times (ms). lowest, highest: V (mV). charge: what flowed through each ionic current
    (nC/cm²), shape (currents,). stopped: whether the run left its range or was cancelled, so that
    it cannot be compared.
    """

    spikes: NDArray[np.float64]
    lowest: float
    highest: float
    charge: NDArray[np.float64]
    stopped: bool


def accuracy_problem(
    start: Checkpoint,
    duration: float = WINDOW_MS,
    most_steps: int = MOST_STEPS,
    cancelled: Callable[[], bool] = lambda: False,
) -> str:
    """Return a sentence on what is inaccurate about the method and dt of ``start``, or "".

    It judges the ``duration`` (ms) from ``start`` on, but at most ``most_steps`` steps. The run is
    compared with the same run at dt/2 under the same noise: the number of spikes, their times (to
    0.5 ms), the lowest and highest V (to 1.5 mV), and the charge that flows through each current
    (to 2 %). For a method of order p the difference is 1 - 2**-p of the error, and it is the error
    that is judged. The adaptive method takes other steps at dt/2, since none crosses a sample; its
    charges are not compared, because its samples do not give them. Returns "" also for a run that
    stops and if ``cancelled()`` becomes true. Of a
    clamped neuron each ionic current is compared at every moment, to 2 % of its largest value,
    whatever the method.
    """
    if start.dt < 2.0 * DT.minimum:
        return ""
    method = METHODS[start.method]
    steps = min(max(1, round(duration / start.dt)), most_steps)
    if isinstance(start.stimulus, Command):
        return _clamp_problem(start, start.stimulus, steps, cancelled)
    beyond = math.ceil(BEYOND_MS / start.dt)
    coarse = Simulation.from_checkpoint(start)
    fine = Simulation.from_checkpoint(start)
    fine.refine(2)
    these = look(coarse, steps, cancelled)
    those = these if these.stopped else look(fine, 2 * steps, cancelled)
    if those.stopped:
        return ""
    names = [] if method.adaptive else [current.name for current in start.membrane.currents]
    fraction = 1.0 - 0.5**method.order
    found = next(_differences(these, those, names, steps * start.dt, fraction), "")
    if found:
        return found
    end = coarse.time
    return _moves_across(
        np.append(these.spikes, coarse.advance(beyond).spikes),
        np.append(those.spikes, fine.advance(2 * beyond).spikes), end, fraction,
    )  # fmt: skip


def _clamp_problem(
    start: Checkpoint, command: Command, steps: int, cancelled: Callable[[], bool]
) -> str:
    """Return a sentence on a current of a clamped neuron that is inaccurate, or "".

    command: the voltage to which it is clamped. steps: how many steps are compared.
    """
    if command.degree == 0:  # constant between its edges: exact
        return ""
    coarse, fine = Simulation.from_checkpoint(start), Simulation.from_checkpoint(start)
    fine.refine(2)
    first = 2 + len(start.membrane.gates)
    error, largest = np.zeros((2, len(start.membrane.currents)))
    while steps > 0 and not cancelled():
        part = min(steps, _BLOCK)
        these = coarse.advance(part, every=1).columns[first:]
        those = fine.advance(2 * part, every=2).columns[first:]
        if coarse.stop is not None or fine.stop is not None:
            return ""
        error = np.maximum(error, np.abs(these - those).max(axis=1))
        largest = np.maximum(largest, np.abs(those).max(axis=1))
        steps -= part
    fraction = 1.0 - 0.5**2
    for current, wrong, most in zip(start.membrane.currents, error, largest, strict=True):
        if steps <= 0 and wrong > fraction * CURRENT_FRACTION * most:
            share = 100.0 * wrong / most
            return f"I_{current.name} differs by {share:.0f} % of its largest at half the dt"
    return ""


def look(simulation: Simulation, steps: int, cancelled: Callable[[], bool] = lambda: False) -> Seen:
    """Advance ``simulation`` by ``steps`` steps and return the measurements to compare."""
    gates = len(simulation.membrane.gates)
    spikes: list[NDArray[np.float64]] = []
    low, high = math.inf, -math.inf
    charge = -0.5 * _currents(simulation.sample().columns, gates)
    dt, left, block_steps = simulation.dt, steps, _BLOCK
    if METHODS[simulation.method].adaptive:
        block_steps = max(1, round(_ADAPTIVE_BLOCK_MS / dt))
    while left > 0 and simulation.stop is None and not cancelled():
        block = simulation.advance(min(block_steps, left), every=1)
        left -= block.steps
        spikes.append(block.spikes)
        low, high = min(low, block.lowest), max(high, block.highest)
        charge += _currents(block.columns, gates)
    if left > 0 or simulation.stop is not None:
        return Seen(np.empty(0), low, high, charge, True)
    charge += 0.5 * _currents(simulation.sample().columns, gates)
    return Seen(np.concatenate(spikes), low, high, dt * charge, False)


def _currents(columns: NDArray[np.float64], gates: int) -> NDArray[np.float64]:
    """Return the sum of each ionic current (µA/cm²) over the rows of a block, shape (currents,).

    columns: as ``Block.columns``; gates: the number of gates.
    """
    return np.asarray(columns[2 + gates :].sum(axis=1))


def _moves_across(
    these: NDArray[np.float64], those: NDArray[np.float64], end: float, fraction: float
) -> str:
    """Return a sentence if the error may move a spike across the end of the run, else "".

    these, those: the spike times (ms) at dt and dt/2, up to a little beyond the end; end: ms;
    fraction: as in ``_differences``.
    """
    common = min(these.size, those.size)
    shift = those[:common] - these[:common]
    # 1.5 times the estimated error, because the estimate itself is uncertain
    true = these[:common] + 1.5 * shift / fraction
    unsure = np.flatnonzero((these[:common] < end) != (true < end))
    if not unsure.size:
        return ""
    moved = float(abs(shift[unsure[0]]))
    return (
        f"a spike at the very end moves by {moved:.2g} ms at half the dt: it may not be in the run"
    )


def _differences(
    these: Seen, those: Seen, names: list[str], window: float, fraction: float
) -> Iterator[str]:
    """Yield a sentence for each measurement that differs too much, the most important first.

    these, those: the run at dt and at dt/2; names: of the currents, [] not to compare their
    charges; window: the length of the run (ms); fraction: the part of the error of ``these`` that
    shows as its difference from ``those``.
    """
    count, truer = these.spikes.size, those.spikes.size
    if count != truer:
        yield f"{counted(count, 'spike')} in {window:g} ms, but {truer} at half the dt"
    common = min(count, truer)
    shift = float(np.abs(these.spikes[:common] - those.spikes[:common]).max(initial=0.0))
    if shift > fraction * SPIKE_SHIFT_MS:
        yield f"a spike moves by {shift:.2f} ms at half the dt"
    for which in ("highest", "lowest"):
        one, other = getattr(these, which), getattr(those, which)
        if abs(one - other) > fraction * RANGE_MV:
            yield f"the {which} V is {one:.1f} mV, but {other:.1f} mV at half the dt"
    scale = float(np.abs(those.charge).max(initial=0.0))
    for name, one, other in zip(names, these.charge, those.charge, strict=False):
        if abs(one - other) > fraction * CHARGE_FRACTION * max(abs(other), 0.1 * scale):
            percent = 100.0 * abs(one - other) / max(abs(other), 0.1 * scale)
            yield f"the charge through {name} differs by {percent:.0f} % at half the dt"
