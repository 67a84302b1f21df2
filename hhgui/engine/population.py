"""Hold populations as data: many neurons of one kind, their protocol and their results."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, method_named
from hhgui.engine.spikes import REARM_MV, Oscillations
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import CAPACITANCE, CONDUCTANCE, REVERSAL, ModelError, Parameter
from hhgui.model.stimulus.stimulus import Stimulus

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Neurons of one kind; every per-neuron array has the shape of ``amplitude``, (neurons,).

    Current of neuron j: offset[j] + amplitude[j] * wave(t) (µA/cm²), the wave common to all but for
    its noise, of which each neuron has its own.
    capacitance: µF/cm²; conductance (mS/cm²) and reversal (mV) by current name; what is not given
    is the membrane's. kinds, kind: membranes of other rates or temperatures, and which of them
    neuron j has (gates only; the same structure as ``membrane``). start: V (mV) and gates of each
    neuron at time zero, (1 + gates, neurons), instead of the membrane's. until: the time (ms) from
    which on a neuron's amplitude is 0; last: the time (ms) after which nothing is asked about it,
    for a protocol that stops early. Raises ModelError for a value out of range, an unknown current,
    a kind that is not there.
    """

    membrane: Membrane
    amplitude: Array
    offset: Array | float = 0.0
    capacitance: Array | None = None
    conductance: Mapping[str, Array] = field(default_factory=dict)
    reversal: Mapping[str, Array] = field(default_factory=dict)
    kinds: tuple[Membrane, ...] = ()
    kind: NDArray[np.int64] | None = None
    start: Array | None = None
    until: Array | None = None
    last: Array | None = None

    def __post_init__(self) -> None:
        amplitude = np.atleast_1d(np.asarray(self.amplitude, dtype=np.float64))
        object.__setattr__(self, "amplitude", amplitude)
        self._each("amplitude", amplitude, None)
        object.__setattr__(self, "offset", self._each("offset", self.offset, None))
        if self.capacitance is not None:
            each = self._each("capacitance", self.capacitance, CAPACITANCE)
            object.__setattr__(self, "capacitance", each)
        for key, parameter in (("conductance", CONDUCTANCE), ("reversal", REVERSAL)):
            given = getattr(self, key)
            for name in given:
                if name not in {c.name for c in self.membrane.currents}:
                    raise ModelError(key, f"{self.membrane.name} has no current {name!r}")
            each_one = {n: self._each(f"{n}.{key}", v, parameter) for n, v in given.items()}
            object.__setattr__(self, key, each_one)
        self._check_kinds()
        for key in ("until", "last"):
            if getattr(self, key) is not None:
                object.__setattr__(self, key, self._each(key, getattr(self, key), None))
        if self.start is not None:
            object.__setattr__(self, "start", self._checked_start(self.start))

    def _checked_start(self, values: Array) -> Array:
        start = np.asarray(values, dtype=np.float64)
        if start.shape != (1 + len(self.membrane.gates), self.size) or not np.isfinite(start).all():
            raise ModelError("start", "start needs a finite V and gates of every neuron")
        return start

    def _check_kinds(self) -> None:
        object.__setattr__(self, "kinds", tuple(self.kinds))
        kind = self.kind_of_each
        if any(k.structure != self.membrane.structure for k in self.kinds):
            raise ModelError("kinds", "all kinds of a population must have the same structure")
        if any([g.power for g in k.gates] != [g.power for g in self.membrane.gates]
               for k in self.kinds):  # fmt: skip
            raise ModelError("kinds", "all kinds of a population must have the same powers")
        if kind.size and not (kind.min() >= 0 and kind.max() < len(self.all_kinds)):
            raise ModelError("kind", f"kind must be from 0 to {len(self.all_kinds) - 1}")

    @property
    def all_kinds(self) -> tuple[Membrane, ...]:
        """Return the kinds, or the membrane itself without kinds."""
        return self.kinds or (self.membrane,)

    @property
    def kind_of_each(self) -> NDArray[np.int64]:
        """Return the index in ``all_kinds`` of each neuron, shape (neurons,)."""
        given = np.zeros(1, dtype=np.int64) if self.kind is None else np.asarray(self.kind)
        return np.broadcast_to(given.astype(np.int64), self.amplitude.shape)

    @property
    def size(self) -> int:
        """Return the number of neurons."""
        return int(self.amplitude.size)

    def _each(self, key: str, values: object, parameter: Parameter | None) -> Array:
        array = np.broadcast_to(np.asarray(values, dtype=np.float64), self.amplitude.shape)
        if not np.isfinite(array).all():
            raise ModelError(key, f"{key} must be finite")
        if parameter is not None and array.size:
            parameter.check(float(array.min()))
            parameter.check(float(array.max()))
        return array

    def column(self, kind: str, first: int, last: int) -> Array:
        """Return conductances or reversals of neurons first..last, shape (currents, neurons)."""
        given: Mapping[str, Array] = getattr(self, kind)
        return np.array([
            given[c.name][first:last] if c.name in given
            else np.full(last - first, getattr(c, kind))
            for c in self.membrane.currents
        ])  # fmt: skip


@dataclass(frozen=True)
class BatchProtocol:
    """The protocol of every neuron of a population.

    wave: unit waveform of the current; the noise in it, if any, is drawn for every neuron from seed
    + neuron, and the neuron's amplitude scales its mean and its sd; duration, dt: ms; threshold:
    mV; most_spikes: how many spike times to keep; record_every: keep the lowest and highest V of
    each so many steps (0: none); rearm: how far (mV) V must fall below the threshold before the
    next spike counts; stops_early: end a group of neurons once each of them has a spike, was
    stopped or is past its ``last``, so that of its results only the first spikes are complete.
    """

    wave: Stimulus
    duration: float
    dt: float = DEFAULT_DT_MS
    method: str = DEFAULT_METHOD
    threshold: float = 0.0
    most_spikes: int = 0
    record_every: int = 0
    rearm: float = REARM_MV
    stops_early: bool = False

    def __post_init__(self) -> None:
        DT.check(self.dt)
        method = method_named(self.method)
        if not method.has_lanes:
            raise ModelError("method", f"{method.label} runs one neuron at a time")
        if len(self.wave.noises) > 1:
            raise ModelError("stimulus", "one noise is allowed in a batch")

    @property
    def steps(self) -> int:
        """Return the number of steps of dt in the duration."""
        return round(self.duration / self.dt)


@dataclass(frozen=True)
class BatchResult:
    """The results of neurons first .. first + size, arrays of shape (size,).

    count: spikes; first_spike, last_spike: ms, NaN without spikes; lowest, highest, final: V in mV;
    stopped: time (ms) at which V left the table, or an unused gate ran away, and the neuron was
    held at its last valid V; NaN otherwise. Every V is finite, of a held neuron too. spikes: (size,
    most_spikes) ms, NaN-padded; missed: (3, size), see ``oscillations``; low, high: (size, bins)
    mV.
    """

    first: int
    count: NDArray[np.int64]
    first_spike: Array
    last_spike: Array
    lowest: Array
    highest: Array
    final: Array
    stopped: Array
    spikes: Array
    missed: Array
    low: Array
    high: Array

    def oscillations(self, neuron: int) -> Oscillations:
        """Return the oscillations without a spike of one neuron, counted from ``first``."""
        count, peak, trough = self.missed[:, neuron].tolist()
        return Oscillations(int(count), peak, trough)
