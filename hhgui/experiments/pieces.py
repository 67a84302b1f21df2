"""Integrate currents made of constant pieces, each exactly up to its edges.

The sampling interval of the adaptive method is chosen anew for each piece, so that edges may lie
anywhere: no step ever crosses one, and a bisection on a duration is smooth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import REFERENCE_METHOD
from hhgui.engine.simulation import Simulation
from hhgui.engine.stops import Stop
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]
# The longest stretch between two samples; the method takes its own, shorter steps within.
SAMPLE_MS = 0.5


class RunEndedEarlyError(RuntimeError):
    """Raised when the engine stops a run; ``stop`` has the time, the reason and a remedy."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop.message)
        self.stop = stop


@dataclass(frozen=True)
class Piece:
    """``current`` (µA/cm²) injected for ``duration`` (ms)."""

    current: float
    duration: float


def spike_times(
    membrane: Membrane, pieces: Sequence[Piece], threshold: float = 0.0, enough: float = math.inf
) -> Array:
    """Return the upward crossings of ``threshold`` (mV) in ms from the first piece's start.

    The membrane begins at its start state; pieces of no duration are skipped. No further piece is
    run once there are ``enough`` spikes. Raises ModelError for a piece shorter than the engine's
    smallest step (0.0001 ms), RunEndedEarlyError if the engine stops.
    """
    simulation = Simulation(membrane, method=REFERENCE_METHOD, dt=SAMPLE_MS, threshold=threshold)
    found: list[float] = []
    for piece in pieces:
        if piece.duration > 0.0 and len(found) < enough:
            found += run_piece(simulation, piece).tolist()
    return np.array(found, dtype=np.float64)


def run_piece(simulation: Simulation, piece: Piece) -> Array:
    """Run ``simulation`` through one piece and return its spike times (ms, model time)."""
    samples = max(1, math.ceil(piece.duration / SAMPLE_MS))
    simulation.set_stimulus(Stimulus(holding=piece.current))
    simulation.set_method(REFERENCE_METHOD, piece.duration / samples)
    spikes = simulation.advance(samples).spikes
    if simulation.stop is not None:
        raise RunEndedEarlyError(simulation.stop)
    return spikes
