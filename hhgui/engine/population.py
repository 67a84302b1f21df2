"""Describe populations: many neurons of equal structure, their protocol and their results."""

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
    """Neurons that run side by side; they have the same currents and gates by name.

    The current of neuron j is offset[j] + amplitude[j] * wave(t) (µA/cm²); the waveform (of the
    BatchProtocol) is common to all, but each neuron has noise of its own. Arrays have the shape
    (neurons,). membrane: gives every number that is not given below. capacitance: µF/cm².
    conductance (mS/cm²), reversal (mV): arrays by the name of the current. kinds: membranes with
    other rates or temperatures, or (); kind: for each neuron the index in ``kinds`` of the membrane
    whose gates it has. start: V (mV) and gates of each neuron at time zero, shape (1 + gates,
    neurons), or None for the membrane's. until: the time (ms) at which each amplitude becomes 0, or
    None. last: for protocols that stop early, the time (ms) after which no result of the neuron is
    needed, or None. Raises ModelError for a value out of range, an unknown current, or a wrong
    index in ``kind``.
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
        """Return ``start`` as an array if its shape and values are right. Raises ModelError."""
        start = np.asarray(values, dtype=np.float64)
        if start.shape != (1 + len(self.membrane.gates), self.size) or not np.isfinite(start).all():
            raise ModelError("start", "start needs a finite V and gates of every neuron")
        return start

    def _check_kinds(self) -> None:
        """Raise ModelError if ``kinds`` have another structure or ``kind`` has a wrong index."""
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
        """Return ``kinds``, or ``membrane`` alone if there are none."""
        return self.kinds or (self.membrane,)

    @property
    def kind_of_each(self) -> NDArray[np.int64]:
        """Return for each neuron the index of its membrane in ``all_kinds``, shape (neurons,)."""
        given = np.zeros(1, dtype=np.int64) if self.kind is None else np.asarray(self.kind)
        return np.broadcast_to(given.astype(np.int64), self.amplitude.shape)

    @property
    def size(self) -> int:
        """Return the number of neurons."""
        return int(self.amplitude.size)

    def _each(self, key: str, values: object, parameter: Parameter | None) -> Array:
        """Return ``values`` as an array (neurons,), checked by ``parameter``. Raises ModelError.

        key: their name, for the message.
        """
        array = np.broadcast_to(np.asarray(values, dtype=np.float64), self.amplitude.shape)
        if not np.isfinite(array).all():
            raise ModelError(key, f"{key} must be finite")
        if parameter is not None and array.size:
            parameter.check(float(array.min()))
            parameter.check(float(array.max()))
        return array

    def column(self, kind: str, first: int, last: int) -> Array:
        """Return the conductances or reversals of neurons ``first`` to ``last`` - 1.

        kind: "conductance" (mS/cm²) or "reversal" (mV). Returns shape (currents, neurons).
        """
        given: Mapping[str, Array] = getattr(self, kind)
        return np.array([
            given[c.name][first:last] if c.name in given
            else np.full(last - first, getattr(c, kind))
            for c in self.membrane.currents
        ])  # fmt: skip


@dataclass(frozen=True)
class BatchProtocol:
    """What every neuron of a population is subjected to, and what is measured.

    wave: the waveform of the current for an amplitude of 1; noise in it is drawn for neuron j from
    seed + j, and the neuron's amplitude scales its mean and its sd. duration, dt: ms. threshold: V
    (mV) of a spike. most_spikes: how many spike times of each neuron are kept. record_every: keep
    the lowest and the highest V of each interval of so many steps (0: none). rearm: how far (mV) V
    must fall below the threshold before the next spike counts. stops_early: whether a group of
    neurons ends once each has a spike, was stopped, or is past its ``Population.last``; then only
    first spikes are complete.
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
    """The results of a group of neurons, from number ``first`` of the population on.

    Arrays have the shape (size,), size being the number of neurons in the group. count: number of
    spikes. first_spike, last_spike: ms, NaN without spikes. lowest, highest, final: V (mV).
    stopped: the time (ms) at which V left the tables, or an unused gate diverged, so that the
    neuron was held at its last valid V; NaN if that did not happen. Every V is finite, also of a
    held neuron. spikes: (size, most_spikes), ms, NaN where there are fewer. missed: (3, size), see
    ``oscillations``. low, high: (size, intervals), the extremes of V (mV) that ``record_every``
    requests.
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
        """Return the oscillations of V without a spike of the group's n-th neuron, from 0."""
        count, peak, trough = self.missed[:, neuron].tolist()
        return Oscillations(int(count), peak, trough)
