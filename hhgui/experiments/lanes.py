"""Many runs of one neuron under one waveform, each with its own strength, start or kind.

They run side by side where the method has lanes, and one after the other by the adaptive method.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.analysis.fixed_points import equilibria
from hhgui.analysis.stability import growth_rate
from hhgui.engine.batch import run_population
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.experiments.contract import (
    Cancelled,
    MeasurementCancelled,
    ReportProgress,
    Subject,
    never,
    unheard,
)
from hhgui.experiments.preparation import held_at
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
# How long the adaptive method runs between two looks at a cancel.
ADAPTIVE_SAMPLE_MS, ADAPTIVE_BLOCK = 0.1, 500
# A run that moves V by more than this without a spike is worth a word.
SWING_MV = 10.0


class NoRestError(ValueError):
    """The neuron does not stay at rest, so a measurement from rest has no answer."""


@dataclass(frozen=True)
class Outcomes:
    """What many runs gave, arrays of shape (runs,).

    count: spikes; first, last: times (ms) of the first and last spike, NaN where none; lowest,
    highest, final: V (mV); stopped: when (ms) a run left its range, NaN where it did not; spikes:
    (runs, most_spikes) ms, NaN-padded.
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
        """Whether each run has a spike."""
        return self.count > 0


def at_rest(subject: Subject) -> Membrane:
    """The subject's membrane started at its rest under the holding current.

    Rest is the lowest equilibrium that is stable. Raises NoRestError, a sentence, where there is
    none.
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
    """A rectangular pulse of 1 µA/cm², ``width`` ms long: scaled by each run's strength."""
    return Stimulus((Step(1.0, start, start + width),))


def run_many(
    subject: Subject,
    waveform: Stimulus,
    duration: float,
    strength: ArrayLike,
    *,
    kinds: Sequence[Membrane] = (),
    kind: ArrayLike = 0,
    start: Array | None = None,
    most_spikes: int = 0,
    threads: int | None = None,
    cancelled: Cancelled = never,
    progress: ReportProgress = unheard,
) -> Outcomes:
    """Run ``duration`` ms under holding + strength * waveform for each of ``strength``.

    strength: (runs,) µA/cm² per unit of the waveform; kinds, kind: membranes of the subject's
    structure instead of its own, and which of them each run has; start: (1 + gates, runs), V (mV)
    and gates at time zero instead of the membrane's own. Raises MeasurementCancelled.
    """
    each = np.atleast_1d(np.asarray(strength, dtype=np.float64))
    members = tuple(kinds) or (subject.membrane,)
    which = np.broadcast_to(np.asarray(kind, dtype=np.int64), each.shape)
    states = _starts(members, which) if start is None else start
    if subject.method == "adaptive":
        return _one_by_one(
            subject, waveform, duration, each, members, which, states, most_spikes, cancelled
        )
    protocol = BatchProtocol(
        waveform, duration, subject.dt, subject.method, subject.threshold, most_spikes
    )
    population = _population(subject, members, which, each, states)
    parts = list(run_population(population, protocol, cancelled, threads, progress))
    if sum(part.count.size for part in parts) < each.size:
        raise MeasurementCancelled
    names = ("count", "first_spike", "last_spike", "lowest", "highest", "final", "stopped",
             "spikes")  # fmt: skip
    return Outcomes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _starts(members: Sequence[Membrane], which: Ints) -> Array:
    """The kinds' own start states, shape (1 + gates, runs)."""
    own = np.array([[m.initial_voltage, *m.initial_gates()] for m in members])
    return own[which].T


def _population(
    subject: Subject, members: Sequence[Membrane], which: Ints, strength: Array, states: Array
) -> Population:
    """The runs as a population, in which every number of a kind's currents is its own."""
    first = members[0]
    conductance, reversal, capacitance = {}, {}, None
    if len(members) > 1:
        for place, current in enumerate(first.currents):
            conductance[current.name] = np.array([m.currents[place].conductance for m in members])
            reversal[current.name] = np.array([m.currents[place].reversal for m in members])
        conductance = {name: values[which] for name, values in conductance.items()}
        reversal = {name: values[which] for name, values in reversal.items()}
        capacitance = np.array([m.capacitance for m in members])[which]
    kinds, kind = _kinetic_kinds(members)
    return Population(
        first, strength, subject.stimulus.holding, capacitance, conductance, reversal,
        kinds, kind[which], states,
    )  # fmt: skip


def _kinetic_kinds(members: Sequence[Membrane]) -> tuple[tuple[Membrane, ...], Ints]:
    """The members whose gates differ, and which of those each member is: they share tables."""
    places: dict[object, int] = {}
    kinds: list[Membrane] = []
    kind = []
    for member in members:
        kinetics = member.gates, tuple(member.rate_factors.tolist())
        if kinetics not in places:
            places[kinetics] = len(kinds)
            kinds.append(member)
        kind.append(places[kinetics])
    return tuple(kinds), np.array(kind, dtype=np.int64)


def _one_by_one(
    subject: Subject, waveform: Stimulus, duration: float, strength: Array,
    members: Sequence[Membrane], which: Ints, states: Array, most_spikes: int,
    cancelled: Cancelled,
) -> Outcomes:  # fmt: skip
    steps = max(1, round(duration / ADAPTIVE_SAMPLE_MS))
    rows = []
    spikes = np.full((strength.size, most_spikes), np.nan)
    for run, value in enumerate(strength.tolist()):
        membrane = started(members[int(which[run])], states[:, run])
        stimulus = replace(_scaled(waveform, value), holding=subject.stimulus.holding)
        simulation = Simulation(
            membrane, stimulus, subject.method, duration / steps, subject.threshold
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


def started(membrane: Membrane, state: Array) -> Membrane:
    """The membrane that starts at ``state``: V (mV), then its gates."""
    left = iter(np.clip(state[1:], 0.0, 1.0).tolist())
    currents = tuple(
        replace(c, gates=tuple(replace(g, initial=next(left)) for g in c.gates))
        for c in membrane.currents
    )
    return replace(membrane, currents=currents, initial_voltage=float(state[0]))


def _scaled(waveform: Stimulus, strength: float) -> Stimulus:
    """The waveform times ``strength``: its steps and ramps, which are all that is scaled here."""
    parts = []
    for part in waveform.components:
        keys = [p.key for p in part.parameters if p.unit == "µA/cm²"]
        scaled = {key: strength * getattr(part, key) for key in keys}
        parts.append(replace(part, **scaled))  # type: ignore[type-var]
    return replace(waveform, components=tuple(parts))
