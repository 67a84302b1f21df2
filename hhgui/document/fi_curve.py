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
    """An f-I curve, complete or not, with its points in the order of their currents.

    inaccuracy: a sentence on what is inaccurate about its method and dt, or "".
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
        """Return the largest number of spikes at a current; 0 if there are no points."""
        return max((p.count for p in self.points), default=0)

    @property
    def rheobase_step(self) -> float | None:
        """Return the smallest current (µA/cm²) of the sweep with a spike, or None."""
        return min((p.current for p in self.points if p.count > 0), default=None)

    @property
    def ended_early(self) -> tuple[FiPoint, ...]:
        """Return the points whose runs ended early, for example by divergence."""
        return tuple(p for p in self.points if p.problem)

    @property
    def oscillating(self) -> tuple[FiPoint, ...]:
        """Return the points at which V oscillates without these oscillations counting as spikes."""
        return tuple(p for p in self.points if p.note(self.protocol))

    @property
    def remedy(self) -> SpikeRule | None:
        """Return a spike rule that counts these oscillations as spikes, or None.

        If there is none for all points, it is one for a single point.
        """
        return remedy_of([p.oscillations for p in self.oscillating], self.protocol.rearm)


class GrowingFiCurve:
    """An f-I curve during its measurement; points may be added in any order.

    currents, counts, rates, ended_early, oscillating: arrays with one entry per current of the
    protocol, NaN (or False) where a point is missing; they are changed in place.
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
        """Return a growing curve that has the points of ``curve``."""
        grown = cls(curve.name, curve.membrane, curve.protocol)
        grown.inaccuracy = curve.inaccuracy
        for point in curve.points:
            grown.put(point)
        return grown

    def __len__(self) -> int:
        return len(self._points)

    def put(self, point: FiPoint) -> None:
        """Add a point. Raises IndexError if the protocol has no current of that index."""
        if not 0 <= point.index < self.protocol.points:
            raise IndexError(f"f-I point {point.index} of {self.protocol.points}")
        self._points[point.index] = point
        self.counts[point.index] = point.count
        self.rates[point.index] = point.rate
        self.ended_early[point.index] = bool(point.problem)
        self.oscillating[point.index] = bool(point.note(self.protocol))

    def point(self, index: int) -> FiPoint:
        """Return the point of the current with this index. Raises KeyError if it is missing."""
        return self._points[index]

    def frozen(self) -> FiCurve:
        """Return the curve with the points so far, as frozen data."""
        points = tuple(self._points[i] for i in sorted(self._points))
        return FiCurve(self.name, self.membrane, self.protocol, points, self.inaccuracy)


def curve_name(membrane: Membrane, reference: Membrane | None) -> str:
    """Return the name of a neuron with its edits, for a curve: "Squid axon · ḡNa 120 → 100".

    reference: its parameter set, or the neuron of an earlier curve, from which it may differ. None,
    or a neuron of another id or with other currents or gates, adds nothing to the name.
    """
    if reference is None or _kind(reference) != _kind(membrane):
        return membrane.name
    return _joined(reference.name, in_words(describe_neuron(reference, membrane)))


def protocol_changes(protocol: FiProtocol, reference: FiProtocol) -> list[str]:
    """Return in short words how a protocol differs from ``reference``, method and dt first."""
    method = [METHODS[protocol.method].label] if protocol.method != reference.method else []
    return method + _differences(protocol, reference, _PROTOCOL_WORDS)


def distinct_name(
    membrane: Membrane,
    protocol: FiProtocol,
    default: Membrane | None,
    earlier: Sequence[FiCurve],
) -> str:
    """Return the name of a new curve, different from the names of all curves in ``earlier``.

    The name is the neuron's with its edits. If an earlier curve has it, the differences from that
    curve's protocol are added; if even then another has it, a number. default: the neuron's
    parameter set without edits; None for a neuron without one, which is compared with that of the
    first earlier curve of the same id.
    """
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
    """Return the text of each attribute in which the object ``now`` differs from ``then``.

    words: pairs of the attribute's name and its format.
    """
    pairs = [(text, getattr(now, key), getattr(then, key)) for key, text in words]
    return [_number(text, a) for text, a, b in pairs if a != b and a is not None]


def _number(text: str, value: float) -> str:
    return with_minus(text.format(value))


def _kind(membrane: Membrane) -> object:
    """Return what two membranes must share to be compared number by number."""
    return membrane.id, membrane.structure


def _joined(name: str, changes: str) -> str:
    """Return a name with changes behind it, if there are any."""
    return f"{name} · {changes}" if changes else name
