"""The f-I curves there are, and which of them is being measured."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from hhgui.document.fi_curve import FiCurve, GrowingFiCurve, curve_name, distinct_name
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.model.membrane import Membrane


class FiCurves(QObject):
    """Takes points by the generation of their sweep, and drops those of another.

    added(GrowingFiCurve): it is the newest; dropped(GrowingFiCurve): it is no longer among them;
    renamed(): the followed curve has another name.
    """

    added = Signal(object)
    dropped = Signal(object)
    renamed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.running = False
        self._library: dict[str, Membrane] = {}
        self._curves: list[GrowingFiCurve] = []  # oldest first
        self._generation = -1
        self._followed: GrowingFiCurve | None = None
        self._following_of: Membrane | None = None

    def __len__(self) -> int:
        return len(self._curves)

    @property
    def newest(self) -> GrowingFiCurve:
        """The curve begun last; IndexError without any."""
        return self._curves[-1]

    @property
    def measured(self) -> list[GrowingFiCurve]:
        """Those that have points, oldest first."""
        return [curve for curve in self._curves if len(curve)]

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """The parameter sets as they come: a curve is named by what differs from its set."""
        self._library = {membrane.id: membrane for membrane in membranes}

    def awaits(self, generation: int) -> bool:
        """Whether this is the sweep that runs."""
        return self.running and generation == self._generation

    def is_newest(self, generation: int) -> bool:
        """Whether the newest curve is of this sweep, over or not."""
        return bool(self._curves) and generation == self._generation

    def begin(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> None:
        """A sweep starts. Of the curves before it those without points do not stay.

        Nor does a followed curve of the same protocol: it is what is measured now.
        """
        if self._followed in self._curves and self._followed.protocol == protocol:
            self.drop(self._followed)
        self._followed = None
        for empty in [curve for curve in self._curves if not len(curve)]:
            self.drop(empty)
        earlier = [curve.frozen() for curve in self._curves]
        name = distinct_name(membrane, protocol, self._library.get(membrane.id), earlier)
        self._generation, self.running = generation, True
        self._add(GrowingFiCurve(name, membrane, protocol))

    def end(self) -> None:
        """The sweep is over."""
        self.running = False

    def follow(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> bool:
        """The newest curve will be replaced in place, if it is a followed one of this protocol.

        Else a new one begins, to be followed; returns whether it did.
        """
        begins = self._followed is None or self._followed.protocol != protocol
        if begins:
            self.begin(generation, membrane, protocol)
            self._followed = self.newest
            self.end()
        self._generation = generation
        self._following_of = membrane
        return begins

    def stop_following(self) -> None:
        """The followed curve, if there is one, stays as it is."""
        self._followed = None

    def replace(self, generation: int, points: Iterable[FiPoint]) -> GrowingFiCurve | None:
        """All points of the followed curve at once; None for those of an older edit."""
        curve, membrane = self._followed, self._following_of
        if generation != self._generation or curve not in self._curves or membrane is None:
            return None
        curve.membrane = membrane
        for point in points:
            curve.put(point)
        name = curve_name(membrane, self._library.get(membrane.id))
        if name != curve.name:
            curve.name = name
            self.renamed.emit()
        return curve

    def restore(self, curves: Iterable[FiCurve]) -> None:
        """These, the newest last, in place of what is there."""
        self._generation, self.running, self._followed = -1, False, None
        for old in list(self._curves):
            self.drop(old)
        for curve in curves:
            self._add(GrowingFiCurve.of(curve))

    def drop(self, curve: GrowingFiCurve) -> None:
        """Take a curve away."""
        self._curves.remove(curve)
        self.dropped.emit(curve)

    def drop_earlier(self) -> None:
        """Take every curve but the newest away."""
        for curve in self._curves[:-1]:
            self.drop(curve)

    def _add(self, curve: GrowingFiCurve) -> None:
        self._curves.append(curve)
        self.added.emit(curve)
