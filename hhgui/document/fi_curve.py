"""Hold f-I curves as data, finished or still growing, and name them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hhgui.document.differences import describe_neuron, in_words
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.engine.methods import METHODS
from hhgui.engine.spikes import SpikeRule, remedy_of
from hhgui.model.membrane import Membrane
from hhgui.model.words import distinct, with_minus

_PROTOCOL_WORDS = (
    ("dt", "dt {:g} ms"), ("first", "from {:g}"), ("last", "to {:g}"), ("points", "{} points"),
    ("on", "on {:g} ms"), ("off", "off {:g} ms"), ("duration", "duration {:g} ms"),
    ("threshold", "threshold {:g} mV"), ("rearm", "re-arm {:g} mV"),
)  # fmt: skip


@dataclass(frozen=True)
class FiCurve:
    """An f-I curve, complete or partial: ``points`` in the order of their currents.

    inaccuracy: the problem with its method and dt, or "".
    """

    name: str
    membrane: Membrane
    protocol: FiProtocol
    points: tuple[FiPoint, ...]
    inaccuracy: str = ""

    @property
    def complete(self) -> bool:
        """Return whether every current of the protocol was measured."""
        return len(self.points) == self.protocol.points

    @property
    def most_spikes(self) -> int:
        """Return the largest spike count, or 0 without points."""
        return max((p.count for p in self.points), default=0)

    @property
    def rheobase_step(self) -> float | None:
        """Return the smallest current step (µA/cm²) that gave a spike, or None."""
        return min((p.current for p in self.points if p.count > 0), default=None)

    @property
    def ended_early(self) -> tuple[FiPoint, ...]:
        """Return the points whose run ended early."""
        return tuple(p for p in self.points if p.problem)

    @property
    def oscillating(self) -> tuple[FiPoint, ...]:
        """Return the points at which V oscillates without spikes that count."""
        return tuple(p for p in self.points if p.note(self.protocol))

    @property
    def remedy(self) -> SpikeRule | None:
        """Return a rule that counts these oscillations, or at least those of one point, or None."""
        return remedy_of([p.oscillations for p in self.oscillating], self.protocol.rearm)


class GrowingFiCurve:
    """An f-I curve during measurement; points are placed by index and may arrive in any order.

    currents, counts, rates, ended_early, oscillating: one entry per current of the protocol, NaN
    where a point is missing; they change in place.
    """

    def __init__(self, name: str, membrane: Membrane, protocol: FiProtocol) -> None:
        self.name = name
        self.membrane = membrane
        self.protocol = protocol
        self.currents = protocol.currents
        self.counts = np.full(protocol.points, np.nan)
        self.rates = np.full(protocol.points, np.nan)
        self.ended_early = np.zeros(protocol.points, dtype=bool)
        self.oscillating = np.zeros(protocol.points, dtype=bool)
        self.inaccuracy = ""
        self._points: dict[int, FiPoint] = {}

    @classmethod
    def of(cls, curve: FiCurve) -> "GrowingFiCurve":
        """Return a growing curve that already has the points of ``curve``."""
        grown = cls(curve.name, curve.membrane, curve.protocol)
        grown.inaccuracy = curve.inaccuracy
        for point in curve.points:
            grown.put(point)
        return grown

    def __len__(self) -> int:
        return len(self._points)

    def put(self, point: FiPoint) -> None:
        """Add ``point``. Raises IndexError if the protocol has no such current."""
        if not 0 <= point.index < self.protocol.points:
            raise IndexError(f"f-I point {point.index} of {self.protocol.points}")
        self._points[point.index] = point
        self.counts[point.index] = point.count
        self.rates[point.index] = point.rate
        self.ended_early[point.index] = bool(point.problem)
        self.oscillating[point.index] = bool(point.note(self.protocol))

    def point(self, index: int) -> FiPoint:
        """Return the point at ``index``. Raises KeyError if it is missing."""
        return self._points[index]

    def frozen(self) -> FiCurve:
        """Return the curve in its present state as frozen data."""
        points = tuple(self._points[i] for i in sorted(self._points))
        return FiCurve(self.name, self.membrane, self.protocol, points, self.inaccuracy)


def curve_name(membrane: Membrane, reference: Membrane | None) -> str:
    """Return the membrane's name and its differences: "Squid giant axon · ḡNa 120 → 100".

    reference: the unedited parameter set, or the membrane of an earlier curve; None, or another
    neuron, or one with other currents or gates, adds nothing to the name.
    """
    if reference is None or _kind(reference) != _kind(membrane):
        return membrane.name
    return _joined(reference.name, in_words(describe_neuron(reference, membrane)))


def protocol_changes(protocol: FiProtocol, reference: FiProtocol) -> list[str]:
    """Return the differences between two protocols in short words, method and dt first."""
    method = [METHODS[protocol.method].label] if protocol.method != reference.method else []
    return method + _differences(protocol, reference, _PROTOCOL_WORDS)


def distinct_name(
    membrane: Membrane,
    protocol: FiProtocol,
    default: Membrane | None,
    earlier: Sequence[FiCurve],
) -> str:
    """Return a name unused in ``earlier``: by membrane, else by protocol, else by number."""
    reference = default
    if reference is None:
        reference = next((c.membrane for c in earlier if c.membrane.id == membrane.id), None)
    name = curve_name(membrane, reference)
    taken = {c.name for c in earlier}
    if name not in taken:
        return name
    namesake = next(c for c in earlier if c.name == name)
    longer = _joined(name, ", ".join(protocol_changes(protocol, namesake.protocol)))
    return distinct(longer, taken, "{} #{}")


def _differences(now: object, then: object, words: Sequence[tuple[str, str]]) -> list[str]:
    pairs = [(text, getattr(now, key), getattr(then, key)) for key, text in words]
    return [_number(text, a) for text, a, b in pairs if a != b and a is not None]


def _number(text: str, value: float) -> str:
    return with_minus(text.format(value))


def _kind(membrane: Membrane) -> object:
    return membrane.id, membrane.structure


def _joined(name: str, changes: str) -> str:
    return f"{name} · {changes}" if changes else name
