"""Define the interface of all waveforms in a stimulus; current densities are in µA/cm².

A component is a frozen record of numbers; its ``current_at(t)`` is vectorised over times in ms and
counts from its own time zero. Intervals are half open, start <= t < stop.
"""

import math
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.parameter import ModelError, Parameter

Array = NDArray[np.float64]
# Step k of width dt starts at k * dt, which floating point may put a hair before an edge.
EDGE_TOLERANCE_MS = 1e-9
LIMIT = 10000.0
# The default for a waveform that does not define how fast it changes.
_GRAIN_MS = 0.1


def density(key: str, label: str, text: str, symbol: str = "") -> Parameter:
    """Return the description of a current density."""
    return Parameter(key, symbol or label, label, "µA/cm²", -LIMIT, LIMIT, 1.0, 3, text)


def duration(key: str, label: str, text: str, positive: bool = False) -> Parameter:
    """Return the description of a time or a length of time."""
    return Parameter(key, label, label, "ms", 0.0, 1e7, 1.0, 3, text, above_minimum=positive)


AMPLITUDE = density("amplitude", "amplitude", "Current density while it is on.")
START = duration("start", "start", "When it begins.")
STOP = duration("stop", "stop", "When it ends; the current at exactly this time is off again.")


@dataclass(frozen=True)
class Grip:
    """A part of a waveform that can be moved by changing one number of it.

    key: of the number; start, stop: where it is (ms), an edge where both are equal, else a level
    between them; slope: how much the number changes if it moves by 1 ms or 1 µA/cm².
    """

    key: str
    start: float
    stop: float
    slope: float = 1.0

    @property
    def is_edge(self) -> bool:
        """Return whether the grip is an edge, which moves in time; a level moves in current."""
        return self.start == self.stop


ALL_KINDS: list[type["Component"]] = []


class Component:
    """What every stimulus component can do. Subclasses are frozen dataclasses of floats.

    kind: its name in files; label: its name for people; text: how ``summary`` puts its numbers;
    rank: its place in lists, among kinds in the order in which they are written. A subclass that
    has a kind is in ``KINDS`` by being imported; it needs no more than ``current_at``, and
    ``edges`` where it has others than its onset and end.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    text: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    rank: ClassVar[int] = 0
    # Whether its random part is drawn by the engine, step by step, from its seed.
    is_drawn: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        ALL_KINDS.append(cls)

    def __post_init__(self) -> None:
        for parameter in self.parameters:
            value = parameter.check(getattr(self, parameter.key), self.label)
            object.__setattr__(self, parameter.key, int(value) if parameter.whole else value)
        start, stop = getattr(self, "start", 0.0), getattr(self, "stop", np.inf)
        if stop < start:
            raise ModelError("stop", f"stop must not be before start ({start:g} ms)")

    def current_at(self, time: Array) -> Array:
        """Return the current density (µA/cm²) at ``time`` (ms), same shape."""
        raise NotImplementedError

    def slope_at(self, time: Array) -> Array:
        """Return its slope (per ms) at ``time`` (ms) without its jumps, same shape.

        Raises NotImplementedError for a waveform that has none, as noise.
        """
        if self.degree != 0:
            raise NotImplementedError
        return np.zeros(np.shape(time))

    @property
    def degree(self) -> int | None:
        """Return its degree as a polynomial in time between edges, or None if it is none."""
        return None

    @property
    def grain(self) -> float:
        """Return the time (ms) over which a polynomial of degree 7 represents it."""
        return _GRAIN_MS if self.degree is None else np.inf

    def edges(self, start: float, stop: float) -> Array:
        """Return the times (ms) from ``start`` to ``stop`` at which it jumps or bends."""
        return within([self.onset, self.end], start, stop)

    @property
    def grips(self) -> tuple[Grip, ...]:
        """Return its edges and levels that can be moved."""
        keys = {parameter.key for parameter in self.parameters}
        found = [Grip(key, at, at) for key in ("start", "stop") if key in keys
                 for at in [float(getattr(self, key))]]  # fmt: skip
        if self.degree == 0:
            levels = (key for key in ("amplitude", "mean") if key in keys)
            found += [Grip(key, self.onset, self.end) for key in levels if self.onset < self.end]
        return tuple(found)

    def mean_between(self, start: Array, stop: Array) -> Array:
        """Return the mean from ``start`` to ``stop`` (ms), without an edge between, by quadrature.

        Gauss' rule with as many nodes as the waveform is polynomials of its grain: to rounding.
        """
        middle, half = 0.5 * (start + stop), 0.5 * (stop - start)
        if self.degree is not None and self.degree <= 1:
            return self.current_at(middle)
        grains = min(float(half.max(initial=0.0)) / self.grain, 100.0)
        rule = np.polynomial.legendre.leggauss(8 + 2 * math.ceil(grains - 1e-6))
        terms = (0.5 * w * self.current_at(middle + x * half) for x, w in zip(*rule, strict=True))
        return sum(terms, np.zeros(middle.shape))

    @property
    def sd(self) -> float:
        """Return the standard deviation (µA/cm²) of its noise."""
        return 0.0

    @property
    def calm(self) -> "Component":
        """Return the component without its noise."""
        return self

    @property
    def onset(self) -> float:
        """Return the time at which it begins (ms)."""
        return float(getattr(self, "start", 0.0))

    @property
    def end(self) -> float:
        """Return the time at which it ends (ms)."""
        return float(getattr(self, "stop", getattr(self, "span", 0.0)))

    @property
    def summary(self) -> str:
        """Return its numbers in a few words, for a list."""
        return self.text.format(**vars(self))

    def to_dict(self) -> dict[str, Any]:
        """Return kind and parameters as JSON values."""
        return {"kind": self.kind} | {p.key: getattr(self, p.key) for p in self.parameters}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the component in a table of ``to_dict``. Raises ModelError."""
        known = {f.name for f in fields(cls) if f.init}  # type: ignore[arg-type]
        for key in values:
            if key not in known:
                allowed = ", ".join(p.key for p in cls.parameters)
                problem = f"{cls.kind} has no {shortened(key)!r}; allowed: {allowed}"
                raise ModelError(key, problem)
        return cls(**values)


def shortened(text: str, most: int = 40) -> str:
    """Return ``text``, shortened if it is too long for a message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def within(times: ArrayLike, start: float, stop: float) -> Array:
    """Return those of ``times`` (ms) from ``start`` to ``stop``."""
    array = np.asarray(times, dtype=np.float64)
    return array[(array >= start) & (array <= stop)]


def between(time: Array, start: float, stop: float) -> NDArray[np.bool_]:
    """Return where start <= time < stop, with a tolerance for rounding at the edges."""
    return (time >= start - EDGE_TOLERANCE_MS) & (time < stop - EDGE_TOLERANCE_MS)
