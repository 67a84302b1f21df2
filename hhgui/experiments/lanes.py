"""Run one neuron many times under one waveform, with other strengths, starts or numbers.

The runs are computed side by side if the method can do that, and one after the other by the
adaptive method.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.stability import growth_rate
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.engine.spikes import Oscillations
from hhgui.experiments.contract import (
    Cancelled,
    MeasurementCancelled,
    ReportProgress,
    Subject,
    never,
    unheard,
)
from hhgui.experiments.preparation import held_at
from hhgui.experiments.variants import SAME, UNDER, Variants
from hhgui.model.membrane import Gate, Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
# How long the adaptive method runs between two checks for a cancel.
ADAPTIVE_SAMPLE_MS, ADAPTIVE_BLOCK = 0.1, 500
BLOCK_STEPS = 10_000
# A run that moves V by more than this without a spike is mentioned in a note.
OSCILLATION_MV = 10.0


class NoRestError(ValueError):
    """Raised if a measurement starts from rest and the neuron has no stable resting state."""


@dataclass(frozen=True)
class Outcomes:
    """The results of many runs, as arrays of shape (runs,).

    count: number of spikes. first, last: times (ms) of the first and the last spike, NaN without
    spikes. lowest, highest, final: V (mV). stopped: the time (ms) at which a run left its range,
    NaN if it did not. spikes: (runs, most_spikes) or fewer columns, times (ms), NaN where there are
    fewer.
    """

    count: Ints
    first: Array
    last: Array
    lowest: Array
    highest: Array
    final: Array
    stopped: Array
    spikes: Array

    @property
    def fired(self) -> NDArray[np.bool_]:
        """Return for each run whether it has a spike."""
        return self.count > 0


def at_rest(subject: Subject) -> Membrane:
    """Return the subject's membrane, starting at rest under the holding current.

    Rest is the lowest stable equilibrium. Raises NoRestError, with a sentence, if there is none.
    """
    membrane, holding = subject.membrane, subject.stimulus.holding
    found = equilibria(membrane, holding)
    for voltage in found.tolist():
        if float(growth_rate(membrane, voltage)) < 0.0:
            return held_at(membrane, voltage)
    under = f" under {holding:g} µA/cm²" if holding else ""
    if found.size:
        raise NoRestError(f"fires without a stimulus{under}: {found[0]:.4g} mV is no stable rest")
    raise NoRestError(f"has no equilibrium{under}, so it has no rest to start from")


def pulse(width: float, start: float = 0.0) -> Stimulus:
    """Return a rectangular pulse of 1 µA/cm² from ``start`` (ms) on, ``width`` ms long.

    Each run multiplies it by its strength.
    """
    return Stimulus((Step(1.0, start, start + width),))


def run_many(
    subject: Subject,
    waveform: Stimulus,
    duration: float,
    strength: ArrayLike,
    *,
    variants: Variants = SAME,
    start: Array | None = None,
    most_spikes: int = 0,
    threads: int | None = None,
    cancelled: Cancelled = never,
    progress: ReportProgress = unheard,
    counts: bool = False,
    until: Array | None = None,
    last: Array | None = None,
) -> Outcomes:
    """Run the neuron once for each of ``strength``, under holding current + strength * waveform.

    duration: ms. strength: (runs,), µA/cm² per unit of the waveform, whose own holding current is
    not used. variants: how the neuron of each run differs from the subject's. start: (1 + gates,
    runs), V (mV) and gates at time zero, or None for the membrane's own. most_spikes: how many
    spike times are kept. counts: see ``_note_oscillations``. until: (runs,), when the waveform of
    each run ends (ms), for methods with lanes only. last: (runs,), the time (ms) up to which it
    matters whether each run fires; if given, only ``first`` and ``stopped`` of the result are
    complete. Raises MeasurementCancelled once ``cancelled()`` is true.
    """
    each = np.atleast_1d(np.asarray(strength, dtype=np.float64))
    each = each * variants.columns.get("strength", 1.0)
    waveform = replace(waveform, holding=0.0)
    if start is None and variants.kinds:
        states = np.array([[m.initial_voltage, *m.initial_gates()] for m in variants.kinds])
        start = states[np.broadcast_to(variants.kind, each.shape)].T
    if not METHODS[subject.method].has_lanes:
        return _one_by_one(
            subject, waveform, duration, each, variants, start, most_spikes, cancelled, counts
        )
    protocol = BatchProtocol(
        waveform, duration, subject.dt, subject.method, subject.threshold, most_spikes,
        rearm=subject.rearm, stops_early=last is not None,
    )  # fmt: skip
    numbers = {path: c for path, c in variants.columns.items() if path not in UNDER}
    population = Population(
        variants.kinds[0] if variants.kinds else subject.membrane,
        each, variants.columns.get("holding", subject.stimulus.holding),
        numbers.pop("capacitance", None),
        {path.partition(".")[0]: c for path, c in numbers.items() if path.endswith("conductance")},
        {path.partition(".")[0]: c for path, c in numbers.items() if path.endswith("reversal")},
        variants.kinds, variants.kind, start, until, last,
    )  # fmt: skip
    parts = list(run_population(population, protocol, cancelled, threads, progress))
    if sum(part.count.size for part in parts) < each.size:
        raise MeasurementCancelled
    for part in parts:
        for lane in np.flatnonzero((part.missed[0] > 0.0) & ~np.isfinite(part.stopped)).tolist():
            _note_oscillations(subject, part.oscillations(lane), int(part.count[lane]), counts)
    names = ("count", "first_spike", "last_spike", "lowest", "highest", "final", "stopped")
    most = max((int(part.count.max()) for part in parts), default=0)
    spikes = np.concatenate([part.spikes[:, :most] for part in parts])
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    return Outcomes(*[*columns, spikes])


def _note_oscillations(
    subject: Subject, oscillations: Oscillations, spikes: int, counts: bool
) -> None:
    """Remember the oscillations of a run without spikes, for the warning about them.

    spikes: how many the run has. counts: whether the measurement counts spikes; if it only asks
    whether there is one, the oscillations of a run that has spikes do not matter.
    """
    if oscillations.count > 1 and (counts or not spikes):
        subject.unseen.append(oscillations)


def _one_by_one(
    subject: Subject, waveform: Stimulus, duration: float, strength: Array, variants: Variants,
    start: Array | None, most_spikes: int, cancelled: Cancelled, counts: bool,
) -> Outcomes:  # fmt: skip
    """Do the same as ``run_many`` with one run after the other."""
    steps = max(1, round(duration / ADAPTIVE_SAMPLE_MS))
    rows = []
    spikes = np.full((strength.size, most_spikes), np.nan)
    for run, value in enumerate(strength.tolist()):
        membrane = variants.membrane(subject.membrane, run)
        if start is not None:
            membrane = started(membrane, start[:, run])
        holding = variants.columns.get("holding", np.full(strength.size, subject.stimulus.holding))
        stimulus = replace(_scaled(waveform, value), holding=float(holding[run]))
        simulation = Simulation(
            membrane, stimulus, subject.method, duration / steps, subject.threshold, subject.rearm
        )
        found: list[float] = []
        low, high = np.inf, -np.inf
        while simulation.step < steps and simulation.stop is None:
            if cancelled():
                raise MeasurementCancelled
            block = simulation.advance(min(ADAPTIVE_BLOCK, steps - simulation.step), every=1)
            found += block.spikes.tolist()
            if block.time.size:
                low = min(low, float(block.columns[0].min()))
                high = max(high, float(block.columns[0].max()))
        if simulation.stop is None:
            _note_oscillations(subject, simulation.oscillations, len(found), counts)
        final = simulation.voltage if simulation.stop is None else high
        kept = found[:most_spikes]
        spikes[run, : len(kept)] = kept
        rows.append((
            len(found), found[0] if found else np.nan, found[-1] if found else np.nan,
            min(low, final), max(high, final), final,
            simulation.stop.time if simulation.stop else np.nan,
        ))  # fmt: skip
    count, first, last, lowest, highest, final, stopped = np.array(rows, dtype=np.float64).T
    return Outcomes(count.astype(np.int64), first, last, lowest, highest, final, stopped, spikes)


@dataclass(frozen=True)
class Run:
    """One run with a row for every step.

    times: (rows,), ms. states: (1 + gates, rows), V (mV) and gates. spikes: ms. problem: why it
    ended early, or "".
    """

    times: Array
    states: Array
    spikes: Array
    problem: str

    @property
    def voltage(self) -> Array:
        """Return V (mV) in each row."""
        return np.asarray(self.states[0])

    def state_at(self, times: ArrayLike) -> Array:
        """Return V (mV) and gates at ``times`` (ms), (1 + gates, times), interpolated by cubics."""
        at = np.atleast_1d(np.asarray(times, dtype=np.float64))
        step = self.times[1] - self.times[0]
        first = np.clip(np.floor(at / step).astype(np.int64) - 1, 0, max(self.times.size - 4, 0))
        x = at / step - first
        weights = (
            -(x - 1.0) * (x - 2.0) * (x - 3.0) / 6.0, x * (x - 2.0) * (x - 3.0) / 2.0,
            -x * (x - 1.0) * (x - 3.0) / 2.0, x * (x - 1.0) * (x - 2.0) / 6.0,
        )  # fmt: skip
        parts = [w * self.states[:, first + place] for place, w in enumerate(weights)]
        return np.asarray(sum(parts, np.zeros_like(parts[0])))


def run_one(
    subject: Subject, stimulus: Stimulus, duration: float, cancelled: Cancelled = never,
    counts: bool = False,
) -> Run:  # fmt: skip
    """Run the subject's membrane under ``stimulus``, not its own, for ``duration`` (ms).

    counts: see ``_note_oscillations``. Raises MeasurementCancelled once ``cancelled()`` is true.
    """
    simulation = Simulation(
        subject.membrane, stimulus, subject.method, subject.dt, subject.threshold, subject.rearm
    )
    steps = max(1, round(duration / subject.dt))
    blocks = []
    while simulation.step < steps and simulation.stop is None:
        if cancelled():
            raise MeasurementCancelled
        blocks.append(simulation.advance(min(BLOCK_STEPS, steps - simulation.step), every=1))
    spikes = np.concatenate([block.spikes for block in blocks])
    if simulation.stop is None:
        _note_oscillations(subject, simulation.oscillations, spikes.size, counts)
        blocks.append(simulation.sample())
    gates = 1 + len(subject.membrane.gates)
    rows = np.concatenate([block.columns for block in blocks], axis=1)
    return Run(
        np.concatenate([block.time for block in blocks]),
        np.concatenate([rows[:1], rows[2 : 1 + gates]]),
        spikes,
        simulation.stop.message if simulation.stop else "",
    )


def started(membrane: Membrane, state: Array) -> Membrane:
    """Return a copy of the membrane that starts at ``state``, V (mV) and then its gates.

    Instantaneous gates are ignored, because they follow V.
    """
    left = iter(np.clip(state[1:], 0.0, 1.0).tolist())

    def start(gate: Gate) -> Gate:
        value = next(left)
        return gate if gate.instantaneous else replace(gate, initial=value)

    currents = tuple(
        replace(c, gates=tuple(start(gate) for gate in c.gates)) for c in membrane.currents
    )
    return replace(membrane, currents=currents, initial_voltage=float(state[0]))


def _scaled(waveform: Stimulus, strength: float) -> Stimulus:
    """Return the waveform multiplied by ``strength``; it may contain steps and ramps only."""
    parts = []
    for part in waveform.components:
        keys = [p.key for p in part.parameters if p.unit == "µA/cm²"]
        scaled = {key: strength * getattr(part, key) for key in keys}
        parts.append(replace(part, **scaled))  # type: ignore[type-var]
    return replace(waveform, components=tuple(parts))
