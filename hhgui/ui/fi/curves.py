"""The f-I curves there are, and which of them is being measured."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from hhgui.document.fi_curve import FiCurve, GrowingFiCurve, curve_name, distinct_name
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.model.membrane import Membrane


class FiCurves(QObject):
    """The curves, of which the newest may still grow and one may be followed.

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

    def begin(self, membrane: Membrane, protocol: FiProtocol) -> None:
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
        self.running = True
        self._add(GrowingFiCurve(name, membrane, protocol))

    def end(self, inaccuracy: str = "") -> None:
        """The sweep is over; inaccuracy: what is inaccurate about its settings, or ""."""
        self.running = False
        self.newest.inaccuracy = inaccuracy

    def follow(self, membrane: Membrane, protocol: FiProtocol) -> bool:
        """The newest curve will be replaced in place, if it is a followed one of this protocol.

        Else a new one begins, to be followed; returns whether it did.
        """
        begins = self._followed is None or self._followed.protocol != protocol
        if begins:
            self.begin(membrane, protocol)
            self._followed = self.newest
            self.end()
        self._following_of = membrane
        return begins

    def stop_following(self) -> None:
        """The followed curve, if there is one, stays as it is."""
        self._followed = None

    def replace(self, points: Iterable[FiPoint], inaccuracy: str) -> GrowingFiCurve | None:
        """All points of the followed curve at once; None if it is not there any more."""
        curve, membrane = self._followed, self._following_of
        if curve not in self._curves or membrane is None:
            return None
        curve.inaccuracy = inaccuracy
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
        self.running, self._followed = False, None
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
