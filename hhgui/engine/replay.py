"""Describe a run as a list of stretches, so that it can be recomputed bit by bit.

A stretch begins at a checkpoint and contains no edit. One stretch is a run of the command line; a
live run has one per edit, and at least one per second.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Block, Checkpoint, Simulation
from hhgui.model.membrane import Membrane

BLOCK_STEPS = 20_000
# Rows are compared with times that the user chose; rounding in k * dt must not lose one.
TIME_TOLERANCE_MS = 1e-9


@dataclass(frozen=True)
class Stretch:
    """A part of a run without an edit: ``steps`` steps of the settings and state in ``start``.

    every: the number of steps from one recorded row to the next; phase: the number of steps before
    the first row, 0 for a row at ``start`` itself.
    """

    start: Checkpoint
    steps: int
    every: int = 1
    phase: int = 0


@dataclass(frozen=True)
class Replay:
    """Stretches in order, and the time range of their rows: from_time..to_time (ms).

    last_sample: add one more row, the state after the last step.
    """

    stretches: tuple[Stretch, ...]
    from_time: float = -1e300
    to_time: float = 1e300
    last_sample: bool = False

    @property
    def membrane(self) -> Membrane:
        """Return the membrane at the start; its structure is that of the whole run."""
        return self.stretches[0].start.membrane

    @property
    def steps(self) -> int:
        """Return the total number of steps."""
        return sum(s.steps for s in self.stretches)


def blocks(replay: Replay) -> Iterator[tuple[Membrane, Block]]:
    """Yield the run in blocks of rows from from_time to to_time, each with its membrane.

    Only a stop in the last stretch ends it: after an earlier stop the live run continued at another
    checkpoint.
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
    keep = (block.time >= low) & (block.time <= high)
    spikes = block.spikes[(block.spikes >= low) & (block.spikes <= high)]
    if keep.all() and spikes.size == block.spikes.size:
        return block
    return Block(block.steps, block.time[keep], block.columns[:, keep], spikes, block.stop)


def replay_of(recording: Recording, from_time: float, to_time: float) -> Replay:
    """Return the replay of the recorded rows of from_time..to_time (ms).

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
    return point.base_time + (point.step - point.base_step) * point.dt
