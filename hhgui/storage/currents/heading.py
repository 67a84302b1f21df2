"""Parse the heading of a column: its name, its unit, and whether it is a time or a current."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum

from hhgui.storage.currents.units import Dimension, Unit, unit_of

_TIMES = {
    "t", "time", "times", "zeit", "temps", "tiempo", "tempo", "tid", "tijd", "simtime", "sweeptime",
}  # fmt: skip
_STIMULI = {
    "istim", "iinj", "iext", "iapp", "iinjected", "iapplied", "istimulus", "stim", "stimulus",
    "stimcurrent", "stimuluscurrent", "injectedcurrent", "appliedcurrent", "inputcurrent",
    "externalcurrent", "commandcurrent", "currentinjected", "currentinjection", "iclamp", "icmd",
    "icommand", "iin", "iinput", "reizstrom",
}  # fmt: skip
_CURRENTS = {
    "i", "current", "currentdensity", "strom", "stromdichte", "stromstarke", "courant", "corriente",
    "corrente", "stroom", "strøm",
}  # fmt: skip
_VOLTAGES = {"v", "vm", "voltage", "potential", "membranepotential", "spannung", "em", "mv"}
_BRACKETED = re.compile(r"^(.*?)[\s_,:/]*[(\[{<]([^()\[\]{}<>]*)[)\]}>]\s*$", re.DOTALL)
_GAP = re.compile(r"[\s_/:,;.-]+")
_NUMBERED = re.compile(r"(?<=[^\d\s_.#])[\s_.#]*\d+$")
_ION = re.compile(r"i[_ ]?\w+", re.IGNORECASE)


class Kind(Enum):
    """What a column is, according to its heading."""

    TIME = "time"
    STIMULUS = "current"
    UNIT_ONLY = "something in a unit of current"
    VOLTAGE = "voltage"
    OTHER = "something else"


@dataclass(frozen=True)
class Heading:
    """The heading of a column.

    text: as the file has it, with the unit if that is in a row of its own. name: without the unit.
    unit_text: the unit as written, "" if there is none. unit: None if there is none or it is not
    known.
    """

    text: str
    name: str
    unit_text: str
    unit: Unit | None

    @property
    def kind(self) -> Kind:
        """Return what the column is, by its name, or else by its unit."""
        dimension = self.unit.dimension if self.unit else None
        word = plain(_NUMBERED.sub("", self.name))
        if dimension is Dimension.VOLTAGE or word in _VOLTAGES:
            return Kind.VOLTAGE
        if word in _TIMES or (not word and dimension is Dimension.TIME):
            return Kind.TIME
        if word in _STIMULI | _CURRENTS:
            return Kind.STIMULUS
        if dimension in (Dimension.CURRENT, Dimension.DENSITY) and not _ION.fullmatch(self.name):
            return Kind.UNIT_ONLY
        return Kind.OTHER


def heading(cell: str, unit_row: str = "") -> Heading:
    """Return the heading in a ``cell`` of a header.

    unit_row: the cell of a row of units below it, or "" if there is no such row.
    """
    cell = cell.strip()
    if unit_row.strip():
        text = unit_row.strip().strip("()[]{}").strip()
        return Heading(f"{cell} ({text})", cell, text, unit_of(text))
    if match := _BRACKETED.match(cell):
        return Heading(cell, match[1].strip(), match[2].strip(), unit_of(match[2]))
    if unit_of(cell) and plain(cell) not in _TIMES | _VOLTAGES:
        return Heading(cell, "", cell, unit_of(cell))
    for gap in _GAP.finditer(cell):
        name, text = cell[: gap.start()], cell[gap.end() :]
        unit = unit_of(text)
        if unit is not None and name and _fits(name, unit):
            return Heading(cell, re.sub(r"\s+in$", "", name), text, unit)
    if (first := _NUMBERED.sub("", cell)) != cell:  # time_ms_2, as tables of several curves have it
        return replace(heading(first), text=cell)
    return Heading(cell, cell, "", None)


def says_something(cells: tuple[str, ...]) -> bool:
    """Return whether any of these cells is the heading of a time or a current."""
    kinds = {heading(cell).kind for cell in cells}
    return bool(kinds & {Kind.TIME, Kind.STIMULUS, Kind.UNIT_ONLY})


def plain(name: str) -> str:
    """Return a name for comparison: letters and digits only, lower case, without accents."""
    text = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in text if c.isalnum())


def _fits(name: str, unit: Unit) -> bool:
    """Return whether the last part of a name can be meant as a unit; the s in ``I_s`` cannot."""
    time = plain(name) in _TIMES
    current = plain(name) in _STIMULI | _CURRENTS
    if unit.dimension is Dimension.TIME:
        return not current
    return not time or unit.dimension is not Dimension.VOLTAGE
