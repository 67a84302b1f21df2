"""Define a stimulus: a holding current plus waveforms that add up (µA/cm²)."""

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from hhgui.model.parameter import ModelError, Parameter, check_fields
from hhgui.model.records import Reader
from hhgui.model.stimulus.component import (
    ALL_KINDS,
    EDGE_TOLERANCE_MS,
    Array,
    Component,
    density,
    duration,
    shortened,
)
from hhgui.model.stimulus.noise import Noise

KINDS: dict[str, type[Component]] = {c.kind: c for c in sorted(ALL_KINDS, key=lambda c: c.rank)}
MOST_COMPONENTS = 100
HOLDING = density("holding", "holding current", "A constant current that acts at once.", "hold")
ORIGIN = Parameter("origin", "origin", "origin", "ms", -1e15, 1e15, 1.0, 3, "Its time zero.")
REPEAT = duration("repeat", "repeat every", "The stimulus starts again after this time.", True)


@dataclass(frozen=True)
class Stimulus:
    """The injected current: a holding current (µA/cm²) plus the sum of the components.

    origin: the model time (ms) from which the times of the components are counted. repeat: the
    period (ms) after which the components start again, or None if they run once. Raises ModelError
    for values outside their range.
    """

    components: tuple[Component, ...] = ()
    holding: Annotated[float, HOLDING] = 0.0
    origin: Annotated[float, ORIGIN] = 0.0
    repeat: Annotated[float, REPEAT] | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "components", _checked(self.components))

    def own_time(self, time: ArrayLike) -> Array:
        """Return the time (ms) as the components count it, at model time ``time`` (ms).

        It counts from ``origin``, and from 0 again in each period of a repeated stimulus.
        """
        since = np.asarray(time, dtype=np.float64) - self.origin
        if self.repeat is None:
            return since
        return np.mod(since + EDGE_TOLERANCE_MS, self.repeat)

    def current_at(self, time: ArrayLike) -> Array:
        """Return the current density (µA/cm²) at model time ``time`` (ms); noise by its mean."""
        own = self.own_time(time)
        return self.holding + sum((c.current_at(own) for c in self.components), np.zeros(own.shape))

    @property
    def noises(self) -> tuple[tuple[Noise, int], ...]:
        """Return each noise that the engine draws, with a key of the random numbers for it.

        The key is the noise's seed, or another number if an earlier noise has the same seed.
        """
        found: list[tuple[Noise, int]] = []
        for part in self.components:
            if isinstance(part, Noise):
                before = sum(other.seed == part.seed for other, _ in found)
                found.append((part, part.seed + (before << 32)))
        return tuple(found)

    @property
    def calm(self) -> "Stimulus":
        """Return a copy of the stimulus without the noise that the engine draws."""
        parts = tuple(c.calm if c.is_drawn else c for c in self.components)
        return replace(self, components=parts)

    @property
    def degree(self) -> int | None:
        """Return the degree of the polynomial in time that it is between its edges, else None."""
        degrees = [c.degree for c in self.components]
        return None if None in degrees else max(filter(None, degrees), default=0)

    @property
    def grain(self) -> float:
        """Return the time (ms) over which the current is close to a polynomial of degree 7."""
        return min((c.grain for c in self.components), default=np.inf)

    @property
    def end(self) -> float:
        """Return the time (ms after ``origin``) at which the last component ends."""
        return max((c.end for c in self.components), default=0.0)

    @property
    def onset(self) -> float:
        """Return the time (ms after ``origin``) at which the first component begins."""
        return min((c.onset for c in self.components), default=0.0)

    def last_onset(self, now: float) -> float | None:
        """Return the model time (ms) of the latest onset up to ``now`` (ms), or None."""
        first = self.origin + self.onset
        if not self.components or now < first:
            return None
        if self.repeat is None:
            return first
        return first + self.repeat * math.floor((now - first) / self.repeat)

    def last_change(self, now: float) -> float | None:
        """Return the model time (ms) at which the stimulus last began or ended up to ``now`` (ms).

        None if it has not begun yet. A repeated stimulus that is on during the whole period began
        once.
        """
        onset = self.last_onset(now)
        if onset is None:
            return None
        if self.repeat is not None and self.end - self.onset >= self.repeat:
            return self.origin + self.onset
        end = onset + self.end - self.onset
        return end if end <= now else onset

    def to_dict(self) -> dict[str, Any]:
        """Return the stimulus as a dictionary of JSON values."""
        return {
            "holding": self.holding,
            "components": [c.to_dict() for c in self.components],
            "origin": self.origin,
            "repeat": self.repeat,
        }


def _checked(components: object) -> tuple[Component, ...]:
    if not isinstance(components, list | tuple):
        raise ModelError("components", "components must be a list")
    if len(components) > MOST_COMPONENTS:
        raise ModelError("components", f"a stimulus has at most {MOST_COMPONENTS} components")
    if not all(isinstance(component, Component) for component in components):
        raise ModelError("components", f"each component must be one of {', '.join(KINDS)}")
    return tuple(components)


def component_from_dict(values: object) -> Component:
    """Return the component that a dictionary of ``Component.to_dict`` describes.

    Raises ModelError for an unknown kind or key, or a value that is not allowed.
    """
    table = dict(_READER.read(dict[str, Any], values))
    kind = table.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise ModelError("kind", f"stimulus kind must be one of {', '.join(KINDS)}")
    try:
        return KINDS[kind].from_dict(table)
    except ModelError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise ModelError("kind", f"stimulus {kind}: {shortened(str(error), 200)}") from None


def stimulus_from_dict(values: object) -> Stimulus:
    """Return the stimulus that a dictionary of ``Stimulus.to_dict`` describes.

    Raises ModelError for an unknown kind or key, or a value that is not allowed.
    """
    return _READER.read(Stimulus, values)


_READER = Reader()
_READER.use(Component, component_from_dict)
_READER.get_ready(dict[str, Any], Stimulus)
