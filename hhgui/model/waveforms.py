"""The courses of current that a stimulus is made of; all current densities in µA/cm².

A component is a frozen record of numbers; its ``current_at(t)`` is vectorised over times in ms
and counts from its own time zero. Intervals are half open, start <= t < stop.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from hhgui.model.parameter import ModelError, Parameter

Array = NDArray[np.float64]
# Step k of width dt starts at k * dt, which floating point may put a hair before an edge.
EDGE_TOLERANCE_MS = 1e-9
LIMIT = 10000.0


def density(key: str, label: str, text: str, symbol: str = "") -> Parameter:
    """Description of a current density."""
    return Parameter(key, symbol or label, label, "µA/cm²", -LIMIT, LIMIT, 1.0, 3, text)


def duration(key: str, label: str, text: str, positive: bool = False) -> Parameter:
    """Description of a time or a length of time."""
    return Parameter(key, label, label, "ms", 0.0, 1e7, 1.0, 3, text, above_minimum=positive)


_AMPLITUDE = density("amplitude", "amplitude", "Current density while it is on.")
START = duration("start", "start", "When it begins.")
STOP = duration("stop", "stop", "When it ends; the current at exactly this time is off again.")


class Component:
    """What every stimulus component can do. Subclasses are frozen dataclasses of floats."""

    kind: ClassVar[str]
    label: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]

    def __post_init__(self) -> None:
        for parameter in self.parameters:
            value = parameter.check(getattr(self, parameter.key), self.label)
            object.__setattr__(self, parameter.key, int(value) if parameter.whole else value)
        start, stop = getattr(self, "start", 0.0), getattr(self, "stop", np.inf)
        if stop < start:
            raise ModelError("stop", f"stop must not be before start ({start:g} ms)")

    def current_at(self, time: Array) -> Array:
        """Current density (µA/cm²) at ``time`` (ms), same shape."""
        raise NotImplementedError

    @property
    def onset(self) -> float:
        """When it begins (ms)."""
        return float(getattr(self, "start", 0.0))

    @property
    def end(self) -> float:
        """When it is over (ms)."""
        return float(getattr(self, "stop", getattr(self, "span", 0.0)))

    def to_dict(self) -> dict[str, Any]:
        """Kind and parameters, as JSON holds them."""
        return {"kind": self.kind} | {p.key: getattr(self, p.key) for p in self.parameters}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The component of ``to_dict``; ModelError for an unknown parameter."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        for key in values:
            if key not in known:
                allowed = ", ".join(p.key for p in cls.parameters)
                raise ModelError(key, f"{cls.kind} has no {key!r}; allowed: {allowed}")
        return cls(**values)


def between(time: Array, start: float, stop: float) -> NDArray[np.bool_]:
    """Where start <= time < stop, edges forgiven a rounding error."""
    return (time >= start - EDGE_TOLERANCE_MS) & (time < stop - EDGE_TOLERANCE_MS)


@dataclass(frozen=True)
class Step(Component):
    """A rectangular step."""

    kind = "step"
    label = "Step"
    parameters = (_AMPLITUDE, START, STOP)
    amplitude: float = 10.0
    start: float = 10.0
    stop: float = 60.0

    def current_at(self, time: Array) -> Array:
        return np.where(between(time, self.start, self.stop), self.amplitude, 0.0)


@dataclass(frozen=True)
class Pulses(Component):
    """The courses' ± pulses: +A for T/5 <= t < 2T/5, -A for 3T/5 <= t < 4T/5."""

    kind = "pulses"
    label = "± pulses"
    parameters = (
        _AMPLITUDE,
        duration(
            "span", "span T", "One upward and one downward pulse in this time.", positive=True
        ),
    )
    amplitude: float = 5.0
    span: float = 100.0

    @property
    def onset(self) -> float:
        return self.span / 5.0

    def current_at(self, time: Array) -> Array:
        fifth = self.span / 5.0
        up = np.where(between(time, fifth, 2 * fifth), self.amplitude, 0.0)
        return np.where(between(time, 3 * fifth, 4 * fifth), -self.amplitude, up)


@dataclass(frozen=True)
class Train(Component):
    """Equal pulses at equal intervals; two of them make a paired-pulse experiment."""

    kind = "train"
    label = "Pulse train"
    parameters = (
        _AMPLITUDE,
        START,
        duration("width", "width", "How long each pulse lasts.", positive=True),
        duration("interval", "interval", "From one onset to the next.", positive=True),
        Parameter("count", "count", "count", "", 1, 100000, 1, 0, "How many pulses.", whole=True),
    )
    amplitude: float = 20.0
    start: float = 10.0
    width: float = 1.0
    interval: float = 20.0
    count: int = 5

    @property
    def end(self) -> float:
        return self.start + (self.count - 1) * self.interval + self.width

    def current_at(self, time: Array) -> Array:
        since = time - self.start + EDGE_TOLERANCE_MS
        number = np.floor(since / self.interval)
        inside = since - number * self.interval < self.width
        on = (since >= 0.0) & (number < self.count) & inside
        return np.where(on, self.amplitude, 0.0)


@dataclass(frozen=True)
class Ramp(Component):
    """A straight line from ``initial`` at start to ``amplitude`` at stop, then off."""

    kind = "ramp"
    label = "Ramp"
    parameters = (
        density("initial", "from", "Current density at the start."),
        density("amplitude", "to", "Current density just before the end."),
        START,
        STOP,
    )
    initial: float = 0.0
    amplitude: float = 15.0
    start: float = 10.0
    stop: float = 510.0

    def current_at(self, time: Array) -> Array:
        share = (time - self.start) / max(self.stop - self.start, EDGE_TOLERANCE_MS)
        line = self.initial + (self.amplitude - self.initial) * share
        return np.where(between(time, self.start, self.stop), line, 0.0)


_FREQUENCY_TEXT = "Cycles per second."


def _frequency(key: str, label: str) -> Parameter:
    return Parameter(key, label, label, "Hz", 0.0, 10000.0, 1.0, 3, _FREQUENCY_TEXT)


@dataclass(frozen=True)
class Sine(Component):
    """amplitude * sin(2 pi f (t - start))."""

    kind = "sine"
    label = "Sine"
    parameters = (_AMPLITUDE, _frequency("frequency", "frequency"), START, STOP)
    amplitude: float = 5.0
    frequency: float = 50.0
    start: float = 0.0
    stop: float = 1000.0

    def current_at(self, time: Array) -> Array:
        cycles = self.frequency * (time - self.start) / 1000.0
        wave = self.amplitude * np.sin(2.0 * np.pi * cycles)
        return np.where(between(time, self.start, self.stop), wave, 0.0)


@dataclass(frozen=True)
class Chirp(Component):
    """A sine whose frequency rises in a straight line from start to stop ("ZAP")."""

    kind = "chirp"
    label = "Chirp"
    parameters = (
        _AMPLITUDE,
        _frequency("frequency_start", "frequency from"),
        _frequency("frequency_stop", "frequency to"),
        START,
        STOP,
    )
    amplitude: float = 1.0
    frequency_start: float = 1.0
    frequency_stop: float = 200.0
    start: float = 0.0
    stop: float = 1000.0

    def current_at(self, time: Array) -> Array:
        since = (time - self.start) / 1000.0
        span = max((self.stop - self.start) / 1000.0, EDGE_TOLERANCE_MS)
        slope = (self.frequency_stop - self.frequency_start) / span
        cycles = self.frequency_start * since + 0.5 * slope * since * since
        wave = self.amplitude * np.sin(2.0 * np.pi * cycles)
        return np.where(between(time, self.start, self.stop), wave, 0.0)


@dataclass(frozen=True)
class Samples(Component):
    """A current from a file: each value holds from its time until the next, 0 before and after.

    times (ms) strictly rising, one more than values: the last is when it ends.
    """

    kind = "file"
    label = "From a file"
    parameters = ()
    times: tuple[float, ...]
    values: tuple[float, ...]
    path: str = ""

    def __post_init__(self) -> None:
        times, values = np.asarray(self.times, float), np.asarray(self.values, float)
        if values.ndim != 1 or values.size < 1 or times.shape != (values.size + 1,):
            raise ModelError("times", "a current from a file needs at least one value and its end")
        if not (np.isfinite(times).all() and np.all(np.diff(times) > 0)):
            raise ModelError("times", "times must be finite and rise from row to row")
        if not np.all(np.abs(values) <= LIMIT):
            raise ModelError("values", f"currents must be from {-LIMIT:g} to {LIMIT:g} µA/cm²")
        if not isinstance(self.path, str):
            raise ModelError("path", "path must be text")
        object.__setattr__(self, "times", tuple(times.tolist()))
        object.__setattr__(self, "values", tuple(values.tolist()))

    @property
    def onset(self) -> float:
        return self.times[0]

    @property
    def end(self) -> float:
        return self.times[-1]

    def current_at(self, time: Array) -> Array:
        row = np.searchsorted(np.asarray(self.times), time + EDGE_TOLERANCE_MS, side="right") - 1
        held = np.asarray(self.values)[np.clip(row, 0, len(self.values) - 1)]
        return np.where((row >= 0) & (row < len(self.values)), held, 0.0)

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "times": list(self.times),
            "values": list(self.values),
            "path": self.path,
        }
