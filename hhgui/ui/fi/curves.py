"""Keep the f–I curves, and know which of them is being measured."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from hhgui.document.fi_curve import FiCurve, GrowingFiCurve, curve_name, distinct_name
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.model.membrane import Membrane


class FiCurves(QObject):
    """The f–I curves of the tab, oldest first; the newest may still grow.

    One of them may be followed: measured again after every edit. ``added(GrowingFiCurve)``,
    ``dropped(GrowingFiCurve)``: Emitted with a curve that was added or removed. ``renamed()``:
    Emitted when the name of the followed curve has changed.
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
        """Return the curve that was started last. Raises IndexError if there is none."""
        return self._curves[-1]

    @property
    def measured(self) -> list[GrowingFiCurve]:
        """Return the curves that have at least one point, oldest first."""
        return [curve for curve in self._curves if len(curve)]

    def set_library(self, membranes: Iterable[Membrane]) -> None:
        """Set the parameter sets; the name of a curve lists how its neuron differs from its set."""
        self._library = {membrane.id: membrane for membrane in membranes}

    def base_of(self, membrane: Membrane) -> Membrane:
        """Return the parameter set from which a neuron was edited, the neuron itself if unknown."""
        return self._library.get(membrane.id, membrane)

    def begin(self, membrane: Membrane, protocol: FiProtocol) -> None:
        """Start a new curve; remove curves that have no points.

        A followed curve with the same protocol is removed too, because it is measured again.
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
        """Note that the sweep has ended.

        inaccuracy: what is inaccurate about its settings, or "".
        """
        self.running = False
        self.newest.inaccuracy = inaccuracy

    def follow(self, membrane: Membrane, protocol: FiProtocol) -> bool:
        """Let the next points replace the newest curve, if it is followed and has this protocol.

        Otherwise start a new curve and follow it. Returns whether a new curve was started.
        """
        begins = self._followed is None or self._followed.protocol != protocol
        if begins:
            self.begin(membrane, protocol)
            self._followed = self.newest
            self.end()
        self._following_of = membrane
        return begins

    def stop_following(self) -> None:
        """Stop following edits; the followed curve stays as it is."""
        self._followed = None

    def replace(self, points: Iterable[FiPoint], inaccuracy: str) -> GrowingFiCurve | None:
        """Replace all points of the followed curve and return it, None if it was removed.

        inaccuracy: what is inaccurate about its settings, or "".
        """
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
        """Replace all curves by those of a session, oldest first."""
        self.running, self._followed = False, None
        for old in list(self._curves):
            self.drop(old)
        for curve in curves:
            self._add(GrowingFiCurve.of(curve))

    def drop(self, curve: GrowingFiCurve) -> None:
        """Remove a curve."""
        self._curves.remove(curve)
        self.dropped.emit(curve)

    def drop_earlier(self) -> None:
        """Remove all curves but the newest."""
        for curve in self._curves[:-1]:
            self.drop(curve)

    def _add(self, curve: GrowingFiCurve) -> None:
        self._curves.append(curve)
        self.added.emit(curve)
