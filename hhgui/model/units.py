"""Convert the units and the 1952 sign convention of model files, once, at loading."""

from dataclasses import dataclass
from typing import Any

from hhgui.model.parameter import MisfitError, ModelError, finite, real, shown

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


@dataclass(frozen=True)
class FileUnits:
    """How the numbers of a file become mV, ms, µF/cm² and mS/cm².

    A file's voltage U means V = voltage_reference + voltage_sign * U in the file's unit, so that
    the 1952 paper (rest = 0, depolarisation negative) has reference -65 and sign -1.
    capacitance, conductance: factor to µF/cm² and mS/cm², or where the unit is that of a whole
    cell (``absolute_…``) to µF and mS. voltage, time: factor to mV and ms.
    """

    capacitance: float = 1.0
    conductance: float = 1.0
    voltage_sign: float = 1.0
    voltage_reference: float = 0.0
    voltage: float = 1.0
    time: float = 1.0
    absolute: tuple[str, ...] = ()

    def density(self, key: str, value: float, area: object) -> float:
        """Return a ``capacitance`` or ``conductance`` of the file in its canonical unit.

        area: of the cell (µm²), needed for absolute values. Raises MisfitError if it is missing.
        """
        factor: float = getattr(self, key)
        if key not in self.absolute:
            return value * factor
        if area is None:
            raise MisfitError("membrane.area", f"is missing: {key} is that of a whole cell")
        size = real(area)
        # a wrong area is refused where the membrane is made
        return value * factor * _UM2_PER_CM2 / size if size else value

    def absolute_voltage(self, value: float) -> float:
        """Return the absolute membrane voltage (mV) of a voltage in the file."""
        return (self.voltage_reference + self.voltage_sign * value) * self.voltage

    def difference(self, value: float) -> float:
        """Return a difference of voltages (mV), for which only sign and unit apply."""
        return self.voltage_sign * value * self.voltage


def file_units(table: Any) -> FileUnits:
    """Return the units of a file's ``[units]`` table. Raises ModelError for an unknown unit."""
    sign = table.get("voltage_sign", 1)
    if real(sign) not in (1.0, -1.0):
        raise MisfitError("voltage_sign", f"must be 1 or -1, not {shown(sign)}")
    unit = _factor(table, "voltage", VOLTAGE_UNITS, "mV")
    reference = real(table.get("voltage_reference", 0.0))
    if reference is None or not -200.0 <= reference * unit <= 200.0:
        given = shown(table["voltage_reference"])
        raise MisfitError("voltage_reference", f"must be from -200 to 200 mV, not {given}")
    capacitances = CAPACITANCE_UNITS | ABSOLUTE_CAPACITANCES
    conductances = CONDUCTANCE_UNITS | ABSOLUTE_CONDUCTANCES
    absolute = [
        key
        for key, units in (
            ("capacitance", ABSOLUTE_CAPACITANCES), ("conductance", ABSOLUTE_CONDUCTANCES)
        )
        if _spelled(table.get(key)) in units
    ]  # fmt: skip
    return FileUnits(
        capacitance=_factor(table, "capacitance", capacitances, "uF/cm2"),
        conductance=_factor(table, "conductance", conductances, "mS/cm2"),
        voltage_sign=finite(sign),
        voltage_reference=reference,
        voltage=unit,
        time=_factor(table, "time", TIME_UNITS, "ms"),
        absolute=tuple(absolute),
    )


def _factor(table: Any, key: str, known: dict[str, float], default: str) -> float:
    unit = _spelled(table.get(key, default))
    if unit not in known:
        given = shown(table[key])
        raise ModelError(key, f"unit of {key} must be one of {', '.join(known)}, not {given}")
    return known[unit]


def _spelled(unit: object) -> str:
    """Return the unit in the spelling of the tables; "" for anything but text."""
    if not isinstance(unit, str):
        return ""
    for other, ours in _SPELLINGS:
        unit = unit.replace(other, ours)
    return unit
