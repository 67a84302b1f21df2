"""Define the waveforms that a stimulus is made of; currents are in µA/cm², times in ms."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.stimulus.component import (
    AMPLITUDE,
    EDGE_TOLERANCE_MS,
    LIMIT,
    START,
    STOP,
    Array,
    Component,
    Grip,
    between,
    density,
    duration,
    within,
)

# The record of a live run lists them again after every edit, and must stay small enough to be read;
# and copying them must not hold up other threads for long.
MOST_SAMPLES = 250_000
_LONGEST_PATH = 4096
_MOST_GRIPS = 50
_WIDTH = duration("width", "width", "How long each pulse lasts.", positive=True)
_INTERVAL = duration("interval", "interval", "From one onset to the next.", positive=True)


@dataclass(frozen=True)
class Step(Component):
    """A rectangular step: the amplitude from start to stop, else 0."""

    kind = "step"
    degree = 0
    label = "Step"
    text = "{amplitude:g} µA/cm² · {start:g}–{stop:g} ms"
    parameters = (AMPLITUDE, START, STOP)
    amplitude: float = 10.0
    start: float = 10.0
    stop: float = 60.0

    def current_at(self, time: Array) -> Array:
        return np.where(between(time, self.start, self.stop), self.amplitude, 0.0)


@dataclass(frozen=True)
class Pulses(Component):
    """The ± pulses of the courses: +A for T/5 <= t < 2T/5, -A for 3T/5 <= t < 4T/5.

    A is ``amplitude``, T is ``span``.
    """

    kind = "pulses"
    degree = 0
    label = "± pulses"
    text = "±{amplitude:g} µA/cm² · T {span:g} ms"
    parameters = (
        AMPLITUDE,
        duration(
            "span", "span T", "One upward and one downward pulse in this time.", positive=True
        ),
    )
    amplitude: float = 5.0
    span: float = 100.0

    @property
    def onset(self) -> float:
        return self.span / 5.0

    @property
    def grips(self) -> tuple[Grip, ...]:
        first, second, third, fourth = self.span / 5.0 * np.arange(1.0, 5.0)
        edges = [Grip("span", at, at, self.span / at) for at in (first, second, third, fourth)]
        up, down = Grip("amplitude", first, second), Grip("amplitude", third, fourth, -1.0)
        return (*edges, up, down)

    def edges(self, start: float, stop: float) -> Array:
        return within(self.span / 5.0 * np.arange(1.0, 5.0), start, stop)

    def current_at(self, time: Array) -> Array:
        fifth = self.span / 5.0
        up = np.where(between(time, fifth, 2 * fifth), self.amplitude, 0.0)
        return np.where(between(time, 3 * fifth, 4 * fifth), -self.amplitude, up)


@dataclass(frozen=True)
class Paired(Component):
    """Two pulses of equal width; the interval is from the start of one to the start of the other.

    ``amplitude`` is that of the first pulse and ``second`` that of the second. This is the
    paired-pulse protocol of the refractory period (Hodgkin & Huxley 1952, figs. 20 and 21). Where
    the pulses overlap, interval < width, they add up.
    """

    kind = "paired"
    degree = 0
    label = "Paired pulses"
    text = "{amplitude:g}, {second:g} µA/cm² · {interval:g} ms apart from {start:g} ms"
    parameters = (
        AMPLITUDE,
        START,
        _WIDTH,
        _INTERVAL,
        density("second", "second amplitude", "Current density of the second pulse."),
    )
    amplitude: float = 20.0
    start: float = 10.0
    width: float = 1.0
    interval: float = 15.0
    second: float = 20.0

    @property
    def end(self) -> float:
        return self.start + self.interval + self.width

    @property
    def grips(self) -> tuple[Grip, ...]:
        first, second = self.start, self.start + self.interval
        return (
            Grip("start", first, first), Grip("width", first + self.width, first + self.width),
            Grip("interval", second, second), Grip("amplitude", first, first + self.width),
            Grip("second", second, second + self.width),
        )  # fmt: skip

    def edges(self, start: float, stop: float) -> Array:
        first, second = self.start, self.start + self.interval
        return within([first, first + self.width, second, second + self.width], start, stop)

    def current_at(self, time: Array) -> Array:
        first, second = self.start, self.start + self.interval
        current = np.where(between(time, first, first + self.width), self.amplitude, 0.0)
        return current + np.where(between(time, second, second + self.width), self.second, 0.0)


@dataclass(frozen=True)
class Train(Component):
    """Equal pulses at equal intervals, from the start of one to the start of the next."""

    kind = "train"
    degree = 0
    label = "Pulse train"
    text = "{count} × {amplitude:g} µA/cm² · every {interval:g} ms from {start:g} ms"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        AMPLITUDE,
        START,
        _WIDTH,
        _INTERVAL,
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

    @property
    def grips(self) -> tuple[Grip, ...]:
        first = self.start, self.start + self.width
        onsets = self.start + self.interval * np.arange(1.0, self.count)[:_MOST_GRIPS]
        return (
            Grip("start", first[0], first[0]), Grip("width", first[1], first[1]),
            *(Grip("interval", at, at, 1.0 / n) for n, at in enumerate(onsets.tolist(), 1)),
            Grip("amplitude", *first),
        )  # fmt: skip

    def edges(self, start: float, stop: float) -> Array:
        low = np.floor((start - self.start - self.width) / self.interval)
        high = np.ceil((stop - self.start) / self.interval)
        number = np.arange(max(0.0, low), min(self.count - 1.0, high) + 1.0)
        onsets = self.start + self.interval * number
        return within(np.concatenate([onsets, onsets + self.width]), start, stop)

    def current_at(self, time: Array) -> Array:
        number, on = self._place(time)
        return np.where(on, self._level(number), 0.0)

    def _place(self, time: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return for each time (ms) the number, from 0, of the pulse that began last.

        The second array says whether that pulse is on.
        """
        since = time - self.start + EDGE_TOLERANCE_MS
        number = np.floor(since / self.interval)
        inside = since - number * self.interval < self.width
        return number, (since >= 0.0) & (number < self.count) & inside

    def _level(self, number: Array) -> Array | float:
        """Return the strength of the pulses with these numbers, from 0."""
        return self.amplitude


@dataclass(frozen=True)
class Family(Train):
    """Steps at equal intervals, each by the same amount higher than the one before.

    A family of steps one after the other, as of a voltage clamp; steps as long as the interval
    make a staircase.
    """

    kind = "family"
    label = "Family of steps"
    text = "{count} × {initial:g} to {amplitude:g} µA/cm² · every {interval:g} ms from {start:g} ms"
    parameters = (
        density("initial", "from", "Current density of the first step."),
        density("amplitude", "to", "Current density of the last step."),
        START,
        duration("width", "width", "How long each step lasts.", positive=True),
        _INTERVAL,
        Parameter("count", "count", "count", "", 2, 100000, 1, 0, "How many steps.", whole=True),
    )
    width: float = 50.0
    interval: float = 100.0
    initial: float = 4.0

    @property
    def grips(self) -> tuple[Grip, ...]:
        first = self.start, self.start + self.width
        last = self.start + (self.count - 1) * self.interval
        return (
            *(grip for grip in super().grips if grip.is_edge),
            Grip("initial", *first), Grip("amplitude", last, last + self.width),
        )  # fmt: skip

    def _level(self, number: Array) -> Array:
        share = number / (self.count - 1.0)
        return np.asarray(self.initial + (self.amplitude - self.initial) * share)


@dataclass(frozen=True)
class Ramp(Component):
    """A straight line from the initial current at start to the amplitude at stop, else 0."""

    kind = "ramp"
    degree = 1
    label = "Ramp"
    text = "{initial:g} to {amplitude:g} µA/cm² · {start:g}–{stop:g} ms"
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

    @property
    def grips(self) -> tuple[Grip, ...]:
        third = (self.stop - self.start) / 3.0
        ends = (
            Grip("initial", self.start, self.start + third),
            Grip("amplitude", self.stop - third, self.stop),
        )
        return (*super().grips, *(ends if third else ()))

    def current_at(self, time: Array) -> Array:
        fraction = (time - self.start) / max(self.stop - self.start, EDGE_TOLERANCE_MS)
        line = self.initial + (self.amplitude - self.initial) * fraction
        return np.where(between(time, self.start, self.stop), line, 0.0)

    def slope_at(self, time: Array) -> Array:
        slope = (self.amplitude - self.initial) / max(self.stop - self.start, EDGE_TOLERANCE_MS)
        return np.where(between(time, self.start, self.stop), slope, 0.0)


def grain_of(frequency: float) -> float:
    """Return the time (ms) in which the phase of a sine of ``frequency`` (Hz) grows by 1 rad."""
    return 1000.0 / (2.0 * np.pi * frequency) if frequency > 0.0 else np.inf


_FREQUENCY_TEXT = "Cycles per second."


def _frequency(key: str, label: str) -> Parameter:
    return Parameter(key, label, label, "Hz", 0.0, 10000.0, 1.0, 3, _FREQUENCY_TEXT)


@dataclass(frozen=True)
class Sine(Component):
    """A sine from start to stop: amplitude * sin(2 pi frequency (t - start))."""

    kind = "sine"
    label = "Sine"
    text = "{amplitude:g} µA/cm² · {frequency:g} Hz · {start:g}–{stop:g} ms"
    parameters = (AMPLITUDE, _frequency("frequency", "frequency"), START, STOP)
    amplitude: float = 5.0
    frequency: float = 50.0
    start: float = 0.0
    stop: float = 1000.0

    @property
    def grain(self) -> float:
        return grain_of(self.frequency)

    def mean_between(self, start: Array, stop: Array) -> Array:
        middle, cycles = 0.5 * (start + stop), self.frequency * (stop - start) / 1000.0
        return np.asarray(self.current_at(middle) * np.sinc(cycles))

    def current_at(self, time: Array) -> Array:
        cycles = self.frequency * (time - self.start) / 1000.0
        wave = self.amplitude * np.sin(2.0 * np.pi * cycles)
        return np.where(between(time, self.start, self.stop), wave, 0.0)

    def slope_at(self, time: Array) -> Array:
        pace = 2.0 * np.pi * self.frequency / 1000.0
        slope = self.amplitude * pace * np.cos(pace * (time - self.start))
        return np.where(between(time, self.start, self.stop), slope, 0.0)


@dataclass(frozen=True)
class Chirp(Component):
    """A sine whose frequency rises linearly with time from start to stop (a "ZAP" current)."""

    kind = "chirp"
    label = "Chirp"
    text = "{amplitude:g} µA/cm² · {frequency_start:g}–{frequency_stop:g} Hz · to {stop:g} ms"
    parameters = (
        AMPLITUDE,
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

    @property
    def grain(self) -> float:
        return grain_of(max(self.frequency_start, self.frequency_stop))

    def current_at(self, time: Array) -> Array:
        cycles, _ = self._turn(time)
        wave = self.amplitude * np.sin(2.0 * np.pi * cycles)
        return np.where(between(time, self.start, self.stop), wave, 0.0)

    def slope_at(self, time: Array) -> Array:
        cycles, frequency = self._turn(time)
        pace = 2.0 * np.pi * frequency / 1000.0
        slope = self.amplitude * pace * np.cos(2.0 * np.pi * cycles)
        return np.where(between(time, self.start, self.stop), slope, 0.0)

    def _turn(self, time: Array) -> tuple[Array, Array]:
        """Return the phase in cycles since the start, and the frequency (Hz), at ``time`` (ms)."""
        since = (time - self.start) / 1000.0
        span = max((self.stop - self.start) / 1000.0, EDGE_TOLERANCE_MS)
        rise = (self.frequency_stop - self.frequency_start) / span
        cycles = self.frequency_start * since + 0.5 * rise * since * since
        return cycles, self.frequency_start + rise * since


@dataclass(frozen=True)
class Samples(Component):
    """A current read from a file, piece by piece; 0 before the first piece and after the last.

    times: ms, strictly rising, one more than ``values``: the last one is the end of the last piece.
    values: µA/cm², at most MOST_SAMPLES; each holds from its time until the next. ends: () or, for
    a current that changes linearly within each piece, the value at the end of the piece. path: the
    file. arrays: times, values and ends as arrays, which must not be written to.
    """

    kind = "file"
    rank = 2
    label = "From a file"
    parameters = ()
    times: tuple[float, ...]
    values: tuple[float, ...]
    path: str = ""
    ends: tuple[float, ...] = ()
    arrays: tuple[Array, Array, Array] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        times_given, times = _column("times", self.times)
        values_given, values = _column("values", self.values)
        ends_given, ends = _column("ends", self.ends)
        if values.size < 1 or times.shape != (values.size + 1,):
            raise ModelError("times", "a current from a file needs at least one value and its end")
        if values.size > MOST_SAMPLES:
            raise ModelError("values", f"a current from a file has at most {MOST_SAMPLES:,} values")
        if not np.all(np.abs(times) <= START.maximum):
            raise ModelError("times", f"times must be finite and at most {START.maximum:g} ms")
        if not np.all(np.diff(times) > 0):
            raise ModelError("times", "times must be finite and rise from row to row")
        if ends.size not in (0, values.size):
            raise ModelError("ends", "ends must be as many as values, or none")
        if not np.all(np.abs(values) <= LIMIT) or not np.all(np.abs(ends) <= LIMIT):
            raise ModelError("values", f"currents must be from {-LIMIT:g} to {LIMIT:g} µA/cm²")
        if not isinstance(self.path, str) or len(self.path) > _LONGEST_PATH:
            raise ModelError("path", f"path must be text of at most {_LONGEST_PATH} characters")
        object.__setattr__(self, "times", times_given)
        object.__setattr__(self, "values", values_given)
        object.__setattr__(self, "ends", ends_given)
        # as arrays too: the engine asks hundreds of times a second
        object.__setattr__(self, "arrays", (times, values, ends if ends.size else values))

    @property
    def onset(self) -> float:
        return self.times[0]

    @property
    def end(self) -> float:
        return self.times[-1]

    @property
    def summary(self) -> str:
        name = PurePath(self.path).name or "no file"
        return f"{name} · {self.onset:g}–{self.end:g} ms"

    @property
    def degree(self) -> int:
        return 1 if self.ends else 0

    def edges(self, start: float, stop: float) -> Array:
        times, values, _ = self.arrays
        first, last = np.searchsorted(times, start), np.searchsorted(times, stop, side="right")
        if self.ends:
            return np.asarray(times[first:last])
        # pieces of the same current are one piece
        changed = np.diff(values, prepend=np.nan, append=np.nan) != 0.0
        return np.asarray(times[first:last][changed[first:last]])

    def current_at(self, time: Array) -> Array:
        times, values, ends = self.arrays
        row = np.searchsorted(times, time + EDGE_TOLERANCE_MS, side="right") - 1
        on = (row >= 0) & (row < values.size)
        row = np.clip(row, 0, values.size - 1)
        current = values[row]
        if self.ends:
            fraction = (time - times[row]) / (times[row + 1] - times[row])
            current = current + np.clip(fraction, 0.0, 1.0) * (ends[row] - current)
        return np.where(on, current, 0.0)

    def to_dict(self) -> dict[str, Any]:
        lines = {"ends": list(self.ends)} if self.ends else {}
        return {
            "kind": self.kind,
            "times": list(self.times),
            "values": list(self.values),
            "path": self.path,
            **lines,
        }


def _column(key: str, values: object) -> tuple[tuple[float, ...], Array]:
    """Return numbers as a tuple of floats and as an array. Raises ModelError for other values.

    key: the name of the numbers, for the message.
    """
    problem = ModelError(key, f"{key} must be a list of numbers")
    if not isinstance(values, list | tuple):
        raise problem
    kinds = set(map(type, values))
    if any(not issubclass(kind, int | float) or kind is bool for kind in kinds):
        raise problem
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except OverflowError:  # a whole number of more digits than a float can hold
        raise problem from None
    # floats stay the objects they are: a million new ones would hold up every thread
    return tuple(values) if kinds <= {float} else tuple(numbers.tolist()), numbers
