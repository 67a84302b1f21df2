"""Find out where the neuron is in the phase plane, and where it has been."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.slice import IONIC, SLOPE
from hhgui.engine.recording import Recording
from hhgui.experiments.single_run import SingleRun
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.command import Command

Array = NDArray[np.float64]
TRAIL_MS = 20.0
_MOST_POINTS = 1000


class Instant(NamedTuple):
    """Where the neuron is, and its trail.

    state: (1 + gates,), V (mV) and gates. current: the injected current (µA/cm²). x, y: (n,), the
    trail in units of the axes, the newest point last.
    """

    state: Array
    current: float
    x: Array
    y: Array


def at_start(membrane: Membrane, current: float) -> Instant:
    """Return the start state of a neuron at a current (µA/cm²), without a trail."""
    state = np.array([membrane.initial_voltage, *membrane.initial_gates()])
    return Instant(state, current, np.empty(0), np.empty(0))


def latest(recording: Recording, x: str, y: str, holding: float) -> Instant | None:
    """Return the newest state of a recording with the trail of the last 20 ms, None if empty.

    x, y: the variables on the axes. holding: the holding current (µA/cm²) of the next step, which
    the current of the instant has although a paused neuron was not yet given it.
    """
    if not recording.total:
        return None
    end = recording.span[1]
    last = recording.total
    first = min(recording.row_at(end - TRAIL_MS), last - 1)
    every = max(1, -(-(last - first) // _MOST_POINTS))
    _, values = recording.reduced(recording.names, first, last, 1)
    # counted from row 0, so that the trail does not shimmer
    keep = np.arange(first, last) % every == 0
    keep[-1] = True
    rows = dict(zip(recording.names, values.astype(np.float64), strict=True))
    membrane = recording.bookmarks()[-1].start.membrane if recording.bookmarks() else None
    found = _instant(rows, membrane or recording.membrane, x, y, keep)
    return found._replace(current=found.current + holding - _held(recording, holding))


def _held(recording: Recording, holding: float) -> float:
    """Return the holding current of the newest row, or ``holding`` where a clamp commands V."""
    before = [mark for mark in recording.bookmarks() if mark.row < recording.total]
    stimulus = before[-1].start.stimulus if before else None
    return holding if stimulus is None or isinstance(stimulus, Command) else stimulus.holding


def of_run(run: SingleRun, x: str, y: str) -> Instant | None:
    """Return the last state of a single run, with all of the run as its trail; None if empty."""
    if not run.times.size:
        return None
    rows = dict(zip(run.names, run.values, strict=True))
    return _instant(rows, run.setup.membrane, x, y, np.ones(run.times.size, dtype=np.bool_))


def _instant(
    rows: Mapping[str, Array], membrane: Membrane, x: str, y: str, keep: NDArray[np.bool_]
) -> Instant:
    gates = [gate.name for gate in membrane.gates]
    state = np.array([rows[name][-1] for name in ("V", *gates)])
    read = _reader(rows, membrane)
    return Instant(state, float(rows["I_stim"][-1]), read(x)[keep], read(y)[keep])


def _reader(rows: Mapping[str, Array], membrane: Membrane) -> Callable[[str], Array]:
    def read(name: str) -> Array:
        if name not in (SLOPE, IONIC):
            return np.asarray(rows[name])
        currents = [rows[f"I_{current.name}"] for current in membrane.currents]
        ionic = np.sum(currents, axis=0)
        return ionic if name == IONIC else (rows["I_stim"] - ionic) / membrane.capacitance

    return read
