"""Parse units of time and current in their usual spellings: ``ms``, ``µA/cm²``, ``uA_per_cm2``."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum


class Dimension(Enum):
    """The dimension of a unit."""

    TIME = "time"
    DENSITY = "current density"
    CURRENT = "current"
    VOLTAGE = "voltage"


@dataclass(frozen=True)
class Unit:
    """A unit: its text for people, its dimension, and its size in ms, µA/cm², pA or mV."""

    text: str
    dimension: Dimension
    size: float


MILLISECOND = Unit("ms", Dimension.TIME, 1.0)
MICROAMPERE_PER_CM2 = Unit("µA/cm²", Dimension.DENSITY, 1.0)
# What a choice of units offers, and what a message names as allowed.
TIME_UNITS = ("ms", "s", "us")
CURRENT_UNITS = (
    "uA/cm2", "mA/cm2", "nA/cm2", "pA/cm2", "uA/mm2", "nA/mm2", "A/m2", "mA/m2", "pA/um2",
    "pA", "nA", "uA", "mA", "A",
)  # fmt: skip

# Powers of ten: 1 µA = 1e6 pA; a density counts in µA/cm².
_PREFIXES = {"": 0, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}
_WORDS = {"milli": "m", "micro": "u", "nano": "n", "pico": "p", "femto": "f"}
_AREAS = {"cm2": 0, "mm2": 2, "m2": -4, "um2": 8, "dm2": -2}
_TIME = {
    "s": 3, "sec": 3, "secs": 3, "second": 3, "seconds": 3, "sekunden": 3, "ms": 0, "msec": 0,
    "msecs": 0, "millisecond": 0, "milliseconds": 0, "us": -3, "usec": -3, "microsecond": -3,
    "microseconds": -3,
}  # fmt: skip
_AMPERE = re.compile(r"([munpf]?)A|(milli|micro|nano|pico|femto|)amp(?:ere)?s?")
_VOLT = re.compile(r"([mun]?)V|(milli|micro|)volts?")
_PER_AREA = re.compile(r"(?:/|_per_|per|_)?([cmud]?m2)(?:-1|\^-1)?|([cmud]?m)-2")


def unit_of(text: str) -> Unit | None:
    """Return the unit that ``text`` names, or None. Case matters: mA is not MA, s is not S."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("[](){}").strip()
    for sign, letter in (("μ", "u"), ("µ", "u"), ("−", "-"), ("·", ""), ("⋅", ""), ("*", "")):
        plain = plain.replace(sign, letter)
    plain = plain.replace("^", "").replace(" ", "").rstrip(".")
    if plain in _TIME or (plain.lower() in _TIME and len(plain) > 2):
        return Unit(text.strip(), Dimension.TIME, 10.0 ** _TIME[plain.lower()])
    if match := _VOLT.fullmatch(plain):
        return Unit(text.strip(), Dimension.VOLTAGE, 10.0 ** (_power(match) + 3))
    match = _AMPERE.match(plain)
    if match is None:
        return None
    rest = plain[match.end() :]
    if not rest:
        return Unit(text.strip(), Dimension.CURRENT, 10.0 ** (_power(match) + 12))
    area = _PER_AREA.fullmatch(rest)
    if area is None:
        return None
    power = _power(match) + 6 + _AREAS[area[1] or f"{area[2]}2"]
    return Unit(text.strip(), Dimension.DENSITY, 10.0**power)


def _power(match: re.Match[str]) -> int:
    """Return the exponent in a part of a unit, 1 if none is written."""
    return _PREFIXES[match[1] or _WORDS.get(match[2] or "", "")]
