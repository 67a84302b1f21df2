"""Hold the unit in which the window shows and accepts currents."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from hhgui.model.current_unit import DENSITY, CurrentUnit


class ShownCurrents(QObject):
    """The chosen unit of currents, and the unit that follows for the neuron of the document.

    pA and nA need the neuron's area; without one, currents stay densities. ``changed()``: Emitted
    when currents are shown in another unit.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = DENSITY.text
        self._area: float | None = None
        self.unit = DENSITY

    def choose(self, text: str) -> None:
        """Choose the unit: "µA/cm²", "pA" or "nA"."""
        self._set(text, self._area)

    def set_area(self, area: float | None) -> None:
        """Set the area (µm²) of the document's neuron, None if it has none."""
        self._set(self._text, area)

    @property
    def has_area(self) -> bool:
        """Return whether the document's neuron has an area."""
        return self._area is not None

    def unit_of(self, areas: Iterable[float | None]) -> CurrentUnit:
        """Return the unit for results of several neurons, by their areas (µm²).

        If the areas differ, it is the density.
        """
        different = set(areas)
        return CurrentUnit.of(self._text, different.pop()) if len(different) == 1 else DENSITY

    def _set(self, text: str, area: float | None) -> None:
        if (text, area) != (self._text, self._area):
            self._text, self._area = text, area
            self.unit = CurrentUnit.of(text, area)
            self.changed.emit()


_SHOWN: list[ShownCurrents] = []


def shown_currents() -> ShownCurrents:
    """Return the object that all fields, plots and texts of the program share."""
    if not _SHOWN:
        _SHOWN.append(ShownCurrents())
    return _SHOWN[0]


def in_unit(text: str) -> str:
    """Return a sentence about the document's neuron with its currents in the shown unit."""
    return shown_currents().unit.sentence(text)


def per_area_remark(text: str) -> str:
    """Return what 1 µA/cm² is in the unit in which currents are shown, as a remark below a text.

    It is meant for texts whose numbers stay densities because they stand without a unit ("a pulse
    of 40") and cannot be converted. The remark is "" if currents are shown as densities, or if
    ``text`` mentions no current density.
    """
    unit = shown_currents().unit
    if unit == DENSITY or DENSITY.text not in text:
        return ""
    return f"Currents in this text are per area: 1 {DENSITY.text} is {unit.factor:.4g} {unit.text}."
