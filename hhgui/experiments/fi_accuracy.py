"""Check the accuracy of a sweep's method and dt by repeating its runs at half the dt."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.engine.accuracy import RANGE_MV, SPIKE_SHIFT_MS, accuracy_problem
from hhgui.engine.batch import run_population
from hhgui.engine.methods import DT, METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.model.words import counted

# The most currents, evenly spread, that are checked; of a longer run the beginning is.
MOST_CURRENTS = 64
MOST_STEPS = 80_000
MOST_ALONE = 3


def fi_accuracy_problem(membrane: Membrane, protocol: FiProtocol, points: Sequence[FiPoint]) -> str:
    """Return a sentence on what is inaccurate about the sweep at its worst current, or "".

    The sweep is run at dt and at dt/2. The numbers of spikes are compared, and where they are equal
    the times of the last spikes (to 0.5 ms) and the range of V (to 1.5 mV), as in
    ``engine.accuracy``. With the adaptive method, which takes one current after the other, only a
    few currents are checked.
    """
    method = METHODS[protocol.method]
    whole = sorted((p for p in points if not p.problem), key=lambda p: p.index)
    if not whole or protocol.dt < 2.0 * DT.minimum:
        return ""
    most = MOST_CURRENTS if method.has_lanes else MOST_ALONE
    at = np.unique(np.linspace(0, len(whole) - 1, most).round().astype(int))
    currents = np.array([whole[i].current for i in at])
    if not method.has_lanes:
        return next(filter(None, (_alone(membrane, protocol, i) for i in currents.tolist())), "")
    duration = min(protocol.duration, MOST_STEPS * protocol.dt)
    wave = Stimulus((Step(1.0, protocol.on, protocol.off),))

    def sweep(dt: float) -> tuple[np.ndarray, ...]:
        batch = BatchProtocol(
            wave, duration, dt, protocol.method, protocol.threshold, rearm=protocol.rearm
        )
        parts = list(run_population(Population(membrane, currents), batch))
        names = ("count", "last_spike", "lowest", "highest")
        return tuple(np.concatenate([getattr(p, name) for p in parts]) for name in names)

    (count, last, low, high), (truer, other, floor, top) = (
        sweep(protocol.dt), sweep(replace(protocol, dt=protocol.dt / 2.0).dt)
    )  # fmt: skip
    wrong = np.abs(count - truer)
    if wrong.any():
        i = int(np.argmax(wrong / np.maximum(truer, 1)))
        more = int(np.count_nonzero(wrong)) - 1
        also = f" (and {more} more of {currents.size} currents differ)" if more else ""
        spikes = counted(int(count[i]), "spike")
        return f"at {currents[i]:g} µA/cm² {spikes}, but {truer[i]} at half the dt{also}"
    shift = np.nan_to_num(np.abs(last - other))
    fraction = 1.0 - 0.5**method.order
    if (i := int(np.argmax(shift))) >= 0 and shift[i] > fraction * SPIKE_SHIFT_MS:
        return f"at {currents[i]:g} µA/cm² the last spike moves by {shift[i]:.2f} ms at half the dt"
    off = np.maximum(np.abs(low - floor), np.abs(high - top))
    if (i := int(np.argmax(off))) >= 0 and off[i] > fraction * RANGE_MV:
        return f"at {currents[i]:g} µA/cm² the range of V changes by {off[i]:.1f} mV at half the dt"
    return ""


def _alone(membrane: Membrane, protocol: FiProtocol, current: float) -> str:
    """Return a sentence on what is inaccurate about the run at one current (µA/cm²), or ""."""
    step = Stimulus((Step(current, protocol.on, protocol.off),))
    simulation = Simulation(
        membrane, step, protocol.method, protocol.dt, protocol.threshold, protocol.rearm
    )
    problem = accuracy_problem(simulation.checkpoint(), protocol.duration, MOST_STEPS)
    return problem and f"at {current:g} µA/cm² {problem}"
