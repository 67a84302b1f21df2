"""Hold the user's choices on how to read a file of a current, where the file leaves them open."""

from dataclasses import dataclass, replace

from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.stimulus.component import LIMIT, shortened
from hhgui.storage.currents.layout import SEPARATORS
from hhgui.storage.currents.units import CURRENT_UNITS, TIME_UNITS, Dimension, unit_of

HOLD, LINEAR = "hold", "linear"
DECIMALS = {"point": ".", "comma": ","}
AREA = Parameter(
    "area", "area", "membrane area", "µm²", 0.0, 1e12, 100.0, 4,
    "The membrane's area, over which an absolute current spreads.", above_minimum=True,
)  # fmt: skip
SCALE = Parameter(
    "scale", "scale", "scale", "", -1e9, 1e9, 1.0, 6, "The file's current is multiplied by it."
)
OFFSET = Parameter(
    "offset", "offset", "offset", "", -LIMIT * 1e9, LIMIT * 1e9, 1.0, 6,
    "Added to the scaled current, in the unit of the column.",
)  # fmt: skip
TIME_OFFSET = Parameter(
    "time_offset", "time offset", "time offset", "ms", -1e7, 1e7, 1.0, 6,
    "Added to every time. What is before 0 then is left out.",
)  # fmt: skip
NUMBERS = {p.key: p for p in (AREA, SCALE, OFFSET, TIME_OFFSET)}


@dataclass(frozen=True)
class Choice:
    """The user's choices; "" or None means that the file decides.

    separator: the character between columns. decimal: the decimal sign. time, current: the heading
    of a column or its number, from 1. time_unit, unit: the units of these columns. area: of the
    cell (µm²), to convert pA to a density. scale, offset: the current is value · scale + offset in
    ``unit``. time_offset: ms, added to every time. interpolate: HOLD or LINEAR between rows.
    """

    separator: str | None = None
    decimal: str = ""
    time: str = ""
    current: str = ""
    time_unit: str = ""
    unit: str = ""
    area: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    time_offset: float | None = None
    interpolate: str = ""

    def with_value(self, key: str, text: str) -> "Choice":
        """Return a copy with one choice made as in a specification, ``area=1000``.

        Raises ModelError for an unknown key or a value that is not allowed.
        """
        if key in NUMBERS:
            return replace(self, **{key: NUMBERS[key].check(_number(key, text))})  # type: ignore[arg-type]
        if key == "separator":
            return replace(self, separator=_one_of(key, text, SEPARATORS))
        if key == "decimal":
            return replace(self, decimal=_one_of(key, text, DECIMALS))
        if key == "interpolate":
            return replace(self, interpolate=_one_of(key, text, {HOLD: HOLD, LINEAR: LINEAR}))
        if key == "time_unit":
            _check_unit(key, text, (Dimension.TIME,), TIME_UNITS)
        if key == "unit":
            _check_unit(key, text, (Dimension.CURRENT, Dimension.DENSITY), CURRENT_UNITS)
        return replace(self, **{key: text})  # type: ignore[arg-type]


KEYS = (
    "time", "current", "unit", "time_unit", "area", "interpolate", "separator", "decimal", "scale",
    "offset", "time_offset",
)  # fmt: skip


def _one_of(key: str, text: str, known: dict[str, str]) -> str:
    """Return the value for which ``text`` stands in ``known``.

    Raises ModelError, which lists them.
    """
    if text not in known:
        allowed = ", ".join(known)
        raise ModelError(key, f"{key} must be one of {allowed}, not {shortened(text)!r}")
    return known[text]


def _check_unit(
    key: str, text: str, dimensions: tuple[Dimension, ...], examples: tuple[str, ...]
) -> None:
    """Raise ModelError if ``text`` is no unit of one of these dimensions."""
    unit = unit_of(text)
    if unit is None or unit.dimension not in dimensions:
        allowed = ", ".join(examples)
        raise ModelError(key, f"{key} must be one of {allowed}, not {shortened(text)!r}")


def _number(key: str, text: str) -> float:
    try:
        return float("" if "_" in text else text)  # no underscores, as programmers write them
    except ValueError:
        raise ModelError(key, f"{key} must be a number, not {shortened(text)!r}") from None
