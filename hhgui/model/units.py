"""Convert the units of model files, and the sign convention of 1952, when a file is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from hhgui.model.parameter import MisfitError, ModelError, Rule, real, shown

# Factor to the canonical unit: 1 cm² = 100 mm², 1 m² = 1e4 cm², 1 cm² = 1e8 µm².
CAPACITANCE_UNITS = {
    "uF/cm2": 1.0, "uF/mm2": 100.0, "nF/mm2": 0.1, "nF/cm2": 0.001, "F/m2": 100.0,
    "pF/um2": 100.0, "fF/um2": 0.1,
}  # fmt: skip
CONDUCTANCE_UNITS = {
    "mS/cm2": 1.0, "mS/mm2": 100.0, "uS/mm2": 0.1, "uS/cm2": 0.001, "S/cm2": 1000.0,
    "S/m2": 0.1, "nS/um2": 100.0, "pS/um2": 0.1,
}  # fmt: skip
# Of a whole cell, to µF and mS; divided by its area they become densities.
ABSOLUTE_CAPACITANCES = {"pF": 1e-6, "nF": 1e-3, "uF": 1.0}
ABSOLUTE_CONDUCTANCES = {"pS": 1e-9, "nS": 1e-6, "uS": 1e-3, "mS": 1.0}
VOLTAGE_UNITS = {"mV": 1.0, "V": 1000.0}
TIME_UNITS = {"ms": 1.0, "s": 1000.0}
_UM2_PER_CM2 = 1e8
# One unit has several spellings; S is mho.
_SPELLINGS = (("µ", "u"), ("μ", "u"), ("²", "2"), ("^2", "2"), ("mho", "S"), (" ", ""))


class Unit(NamedTuple):
    """A unit of a file, by its factor to the program's own unit.

    If ``whole_cell`` is true, the number is that of a whole cell (in nF or nS, say), the factor
    leads to µF or mS, and the area of the cell is needed in addition.
    """

    factor: float = 1.0
    whole_cell: bool = False


def _unit(key: str, plain: Mapping[str, float], absolute: Mapping[str, float] = {}) -> Rule:
    """Return the rule that turns the text of a unit, as a file gives it for ``key``, into a Unit.

    plain: the factor of each unit per area; absolute: that of each unit of a whole cell.
    """
    known = {name: Unit(factor) for name, factor in plain.items()}
    known |= {name: Unit(factor, True) for name, factor in absolute.items()}

    def read(written: object) -> Unit:
        unit = known.get(_spelled(written))
        if unit is None:
            allowed = ", ".join(known)
            raise ModelError(key, f"unit of {key} must be one of {allowed}, not {shown(written)}")
        return unit

    return Rule(read)


def _spelled(unit: object) -> str:
    """Return a unit as the tables above spell it, u for µ for example; "" for what is no text."""
    if not isinstance(unit, str):
        return ""
    for other, ours in _SPELLINGS:
        unit = unit.replace(other, ours)
    return unit


def _sign(value: object) -> float:
    number = real(value)
    if number not in (1.0, -1.0):
        raise MisfitError("", f"must be 1 or -1, not {shown(value)}")
    return number


def _as_given(value: object) -> object:
    return value


@dataclass(frozen=True)
class FileUnits:
    """The table ``[units]`` of a model file: how its numbers become mV, ms, µF/cm² and mS/cm².

    A voltage U of the file means V = (voltage_reference + voltage_sign * U), in the file's unit of
    voltage. The paper of 1952 (rest = 0, depolarisation negative) has reference -65 and sign -1.
    Raises MisfitError for a reference outside -200 to 200 mV.
    """

    capacitance: Annotated[Unit, _unit("capacitance", CAPACITANCE_UNITS, ABSOLUTE_CAPACITANCES)] = (
        Unit()
    )
    conductance: Annotated[Unit, _unit("conductance", CONDUCTANCE_UNITS, ABSOLUTE_CONDUCTANCES)] = (
        Unit()
    )
    voltage: Annotated[Unit, _unit("voltage", VOLTAGE_UNITS)] = Unit()
    time: Annotated[Unit, _unit("time", TIME_UNITS)] = Unit()
    voltage_sign: Annotated[float, Rule(_sign)] = 1.0
    # its range is one of mV, so the unit has to be known
    voltage_reference: Annotated[float, Rule(_as_given)] = 0.0

    def __post_init__(self) -> None:
        reference = real(self.voltage_reference)
        if reference is None or not -200.0 <= reference * self.voltage.factor <= 200.0:
            given = shown(self.voltage_reference)
            raise MisfitError("voltage_reference", f"must be from -200 to 200 mV, not {given}")

    def check_area(self, area: object) -> None:
        """Raise MisfitError if numbers are of a whole cell and ``area`` (µm²) is None."""
        for key in ("capacitance", "conductance"):
            if area is None and getattr(self, key).whole_cell:
                raise MisfitError("membrane.area", f"is missing: {key} is that of a whole cell")

    def density(self, key: str, value: float, area: object) -> float:
        """Return a number of the file in µF/cm² (key "capacitance") or mS/cm² ("conductance").

        area: that of the cell (µm²), by which the number of a whole cell is divided.
        """
        unit: Unit = getattr(self, key)
        if not unit.whole_cell:
            return value * unit.factor
        size = real(area)
        # a wrong area is refused where the membrane is made
        return value * unit.factor * _UM2_PER_CM2 / size if size else value

    def membrane_voltage(self, value: float) -> float:
        """Return V (mV, inside minus outside) for a voltage as the file gives it.

        It applies the file's unit, sign and reference.
        """
        return (self.voltage_reference + self.voltage_sign * value) * self.voltage.factor

    def difference(self, value: float) -> float:
        """Return a difference of voltages (mV) as the file gives it; no reference is added."""
        return self.voltage_sign * value * self.voltage.factor
