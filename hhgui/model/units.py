"""Units a model file may use, and the 1952 sign convention; all converted once, at loading."""

from dataclasses import dataclass

from hhgui.model.parameter import ModelError

# Factor to the canonical unit: 1 cm² = 100 mm², 1 m² = 1e4 cm², 1 cm² = 1e8 µm².
CAPACITANCE_UNITS = {
    "uF/cm2": 1.0, "uF/mm2": 100.0, "nF/mm2": 0.1, "nF/cm2": 0.001, "F/m2": 100.0,
}  # fmt: skip
CONDUCTANCE_UNITS = {
    "mS/cm2": 1.0, "mS/mm2": 100.0, "uS/mm2": 0.1, "uS/cm2": 0.001, "S/cm2": 1000.0,
    "S/m2": 0.1, "nS/um2": 100.0,
}  # fmt: skip


@dataclass(frozen=True)
class FileUnits:
    """How the numbers of a file become mV, µF/cm² and mS/cm².

    A file's voltage U means V = voltage_reference + voltage_sign * U, so that the 1952 paper
    (rest = 0, depolarisation negative) has reference -65 and sign -1.
    """

    capacitance: float = 1.0
    conductance: float = 1.0
    voltage_sign: float = 1.0
    voltage_reference: float = 0.0

    def voltage(self, value: float) -> float:
        """Absolute membrane voltage (mV) of a voltage written in the file."""
        return self.voltage_reference + self.voltage_sign * value

    def scale(self, value: float) -> float:
        """A rate's scale (mV): a difference of voltages, so only the sign applies."""
        return self.voltage_sign * value


def file_units(table: dict[str, object]) -> FileUnits:
    """FileUnits from a file's ``[units]`` table; ModelError for a unit that is not known."""
    sign = table.get("voltage_sign", 1)
    if isinstance(sign, bool) or sign not in (1, -1):
        raise ModelError("voltage_sign", "voltage_sign must be 1 or -1")
    reference = table.get("voltage_reference", 0.0)
    number = isinstance(reference, int | float) and not isinstance(reference, bool)
    if not number or not -200 <= reference <= 200:  # type: ignore[operator]
        raise ModelError("voltage_reference", "voltage_reference must be from -200 to 200 mV")
    return FileUnits(
        capacitance=_factor(table, "capacitance", CAPACITANCE_UNITS, "uF/cm2"),
        conductance=_factor(table, "conductance", CONDUCTANCE_UNITS, "mS/cm2"),
        voltage_sign=float(sign),
        voltage_reference=float(reference),  # type: ignore[arg-type]
    )


def _factor(table: dict[str, object], key: str, known: dict[str, float], default: str) -> float:
    unit = table.get(key, default)
    if not isinstance(unit, str) or unit not in known:
        given = repr(unit[:40]) if isinstance(unit, str) else type(unit).__name__
        raise ModelError(key, f"unit of {key} must be one of {', '.join(known)}, not {given}")
    return known[unit]
