"""Describe a run as a list of stretches, so that it can be computed again, equal to the last bit.

A stretch is a part of a run without an edit; it begins at a checkpoint. A run of the command line
is one stretch; a live run has a new one at each edit, and at least one per second.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Block, Checkpoint, Simulation
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import Quantity, injected_by
from hhgui.model.stimulus.command import Command

BLOCK_STEPS = 20_000
# Rows are compared with times that the user chose; rounding in k * dt must not lose one.
TIME_TOLERANCE_MS = 1e-9


@dataclass(frozen=True)
class Stretch:
    """A part of a run without an edit: ``steps`` steps from the state and settings in ``start`` on.

    every: the number of steps from one recorded row to the next. phase: the number of steps before
    the first row, 0 for a row at the start itself.
    """

    start: Checkpoint
    steps: int
    every: int = 1
    phase: int = 0


@dataclass(frozen=True)
class Replay:
    """The stretches of a run in order, and the range of times whose rows are wanted.

    from_time, to_time: ms, both included. last_sample: whether the state after the last step is
    added as one more row.
    """

    stretches: tuple[Stretch, ...]
    from_time: float = -1e300
    to_time: float = 1e300
    last_sample: bool = False

    @property
    def membrane(self) -> Membrane:
        """Return the membrane at the start; those of later stretches have the same structure."""
        return self.stretches[0].start.membrane

    @property
    def injected(self) -> Quantity:
        """Return which quantity the recorded current is: of the stimulus, of a clamp, or both."""
        return injected_by([isinstance(s.start.stimulus, Command) for s in self.stretches])

    @property
    def steps(self) -> int:
        """Return the number of steps in all stretches."""
        return sum(s.steps for s in self.stretches)


def blocks(replay: Replay) -> Iterator[tuple[Membrane, Block]]:
    """Compute the run again and yield its rows in blocks, each with the membrane that made it.

    Rows outside from_time to to_time are left out. A stop (divergence, say) in any stretch but the
    last does not end it, because there the live run continued from another checkpoint.
    """
    low, high = replay.from_time - TIME_TOLERANCE_MS, replay.to_time + TIME_TOLERANCE_MS
    for number, stretch in enumerate(replay.stretches):
        simulation = Simulation.from_checkpoint(stretch.start)
        phase, left = stretch.phase, stretch.steps
        while left > 0 and simulation.stop is None:
            block = simulation.advance(min(left, BLOCK_STEPS), stretch.every, phase)
            left -= block.steps
            phase = (phase - block.steps) % stretch.every
            yield stretch.start.membrane, _within(block, low, high)
        if replay.last_sample and number == len(replay.stretches) - 1 and simulation.stop is None:
            yield stretch.start.membrane, _within(simulation.sample(), low, high)


def _within(block: Block, low: float, high: float) -> Block:
    """Return the block with only those rows whose times are from ``low`` to ``high`` (ms)."""
    keep = (block.time >= low) & (block.time <= high)
    spikes = block.spikes[(block.spikes >= low) & (block.spikes <= high)]
    if keep.all() and spikes.size == block.spikes.size:
        return block
    columns = block.columns[:, keep]
    return replace(block, time=block.time[keep], columns=columns, spikes=spikes)


def replay_of(recording: Recording, from_time: float, to_time: float) -> Replay:
    """Return what is needed to compute the recorded rows from ``from_time`` to ``to_time`` (ms).

    Raises ValueError if there are no such rows.
    """
    oldest, newest = recording.span
    from_time, to_time = max(from_time, oldest), min(to_time, newest)
    bookmarks = recording.bookmarks()
    if recording.total == 0 or not bookmarks or to_time < from_time:
        raise ValueError("there is nothing recorded in this range yet")
    stretches = []
    for bookmark, following in zip(bookmarks, [*bookmarks[1:], None], strict=True):
        start = bookmark.start
        if following is not None:
            steps = following.start.step - start.step
            begins_late = _time_of(following.start) <= from_time
        else:
            steps, begins_late = round((newest - _time_of(start)) / start.dt) + 1, False
        if steps > 0 and not begins_late and _time_of(start) <= to_time:
            last = round((to_time - _time_of(start)) / start.dt) + 1
            stretches.append(Stretch(start, min(steps, last), bookmark.every, bookmark.phase))
    return Replay(tuple(stretches), from_time, to_time)


def _time_of(point: Checkpoint) -> float:
    """Return the model time (ms) of a checkpoint."""
    return point.base_time + (point.step - point.base_step) * point.dt
