"""Define what all waveforms of a stimulus have in common.

A component is one waveform of a stimulus, such as a step: a frozen record of numbers whose
``current_at(t)`` gives current densities (µA/cm²) for arrays of times (ms). Its times count from
the origin of the stimulus. Intervals are half open: start <= t < stop.
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
    """Return a Parameter for a current density (µA/cm²); ``text`` is its help."""
    return Parameter(key, symbol or label, label, "µA/cm²", -LIMIT, LIMIT, 1.0, 3, text)


def duration(key: str, label: str, text: str, positive: bool = False) -> Parameter:
    """Return a Parameter for a time or duration (ms); ``text`` is its help.

    positive: whether it must be above 0.
    """
    return Parameter(key, label, label, "ms", 0.0, 1e7, 1.0, 3, text, above_minimum=positive)


AMPLITUDE = density("amplitude", "amplitude", "Current density while it is on.")
START = duration("start", "start", "When it begins.")
STOP = duration("stop", "stop", "When it ends; the current at exactly this time is off again.")


@dataclass(frozen=True)
class Grip:
    """A part of a waveform that the user can drag in the preview to change one of its numbers.

    key: the name of that number. start, stop: the times (ms) between which a horizontal part lies;
    both are equal for a vertical edge. slope: by how much the number changes when the part is
    dragged by 1 ms (an edge) or by 1 µA/cm² (a level).
    """

    key: str
    start: float
    stop: float
    slope: float = 1.0

    @property
    def is_edge(self) -> bool:
        """Return whether it is a vertical edge, dragged along time, and not a level."""
        return self.start == self.stop


ALL_KINDS: list[type["Component"]] = []


class Component:
    """A waveform of a stimulus; the subclasses are frozen dataclasses of numbers.

    kind: its name in files. label: its name for people. text: the format of ``summary``.
    parameters: the description of each number. rank: its position in lists of kinds (equal ranks
    stand in the order of definition). A subclass must define ``current_at``, and ``edges`` if the
    current jumps or bends elsewhere than at its onset and end. A subclass with a ``kind`` is on
    offer everywhere as soon as its module is imported.
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
        """Return the current density (µA/cm²) at ``time`` (ms), in the same shape.

        Noise that the engine draws counts with its mean.
        """
        raise NotImplementedError

    def slope_at(self, time: Array) -> Array:
        """Return the slope of the waveform (per ms) at ``time`` (ms), same shape, without jumps.

        Raises NotImplementedError for a waveform without a slope, such as noise.
        """
        if self.degree != 0:
            raise NotImplementedError
        return np.zeros(np.shape(time))

    @property
    def degree(self) -> int | None:
        """Return the degree of the polynomial in time that it is between its edges, else None."""
        return None

    @property
    def grain(self) -> float:
        """Return the time (ms) over which it is close to a polynomial of degree 7.

        The error is then 1e-9 of the amplitude. Infinite if it is a polynomial itself.
        """
        return _GRAIN_MS if self.degree is None else np.inf

    def edges(self, start: float, stop: float) -> Array:
        """Return the times (ms) from ``start`` to ``stop`` at which the current jumps or bends."""
        return within([self.onset, self.end], start, stop)

    @property
    def grips(self) -> tuple[Grip, ...]:
        """Return the edges and levels that can be dragged."""
        keys = {parameter.key for parameter in self.parameters}
        found = [Grip(key, at, at) for key in ("start", "stop") if key in keys
                 for at in [float(getattr(self, key))]]  # fmt: skip
        if self.degree == 0:
            levels = (key for key in ("amplitude", "mean") if key in keys)
            found += [Grip(key, self.onset, self.end) for key in levels if self.onset < self.end]
        return tuple(found)

    def mean_between(self, start: Array, stop: Array) -> Array:
        """Return the mean current (µA/cm²) from each ``start`` to ``stop`` (ms), same shape.

        There must be no edge between them. It is exact to rounding: Gauss' rule with enough nodes
        for the number of grains (see ``grain``).
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
        """Return the standard deviation (µA/cm²) of the noise in it, 0 if it has none."""
        return 0.0

    @property
    def calm(self) -> "Component":
        """Return a copy of the waveform without its noise."""
        return self

    @property
    def onset(self) -> float:
        """Return the time (ms) at which the waveform begins."""
        return float(getattr(self, "start", 0.0))

    @property
    def end(self) -> float:
        """Return the time (ms) at which the waveform ends."""
        return float(getattr(self, "stop", getattr(self, "span", 0.0)))

    @property
    def summary(self) -> str:
        """Return its numbers in a few words, for the list of components."""
        return self.text.format(**vars(self))

    def to_dict(self) -> dict[str, Any]:
        """Return its kind and its numbers as a dictionary of JSON values."""
        return {"kind": self.kind} | {p.key: getattr(self, p.key) for p in self.parameters}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the component of this class with ``values``, as from ``to_dict`` without the kind.

        Raises ModelError for an unknown key or a value that is not allowed.
        """
        known = {f.name for f in fields(cls) if f.init}  # type: ignore[arg-type]
        for key in values:
            if key not in known:
                allowed = ", ".join(p.key for p in cls.parameters)
                problem = f"{cls.kind} has no {shortened(key)!r}; allowed: {allowed}"
                raise ModelError(key, problem)
        return cls(**values)


def shortened(text: str, most: int = 40) -> str:
    """Return ``text``, cut to at most ``most`` characters for a message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def within(times: ArrayLike, start: float, stop: float) -> Array:
    """Return those of ``times`` that lie between ``start`` and ``stop`` (ms), both included."""
    array = np.asarray(times, dtype=np.float64)
    return array[(array >= start) & (array <= stop)]


def between(time: Array, start: float, stop: float) -> NDArray[np.bool_]:
    """Return for each time (ms) whether start <= time < stop, with a tolerance for rounding."""
    return (time >= start - EDGE_TOLERANCE_MS) & (time < stop - EDGE_TOLERANCE_MS)
