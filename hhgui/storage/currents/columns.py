"""Find the columns of time and current and their units, or ask the user if that is not clear."""

import re
from dataclasses import dataclass

from hhgui.model.stimulus.component import shortened
from hhgui.storage.currents.choice import Choice
from hhgui.storage.currents.heading import Heading, Kind, plain
from hhgui.storage.currents.problems import Undecided
from hhgui.storage.currents.table import Table
from hhgui.storage.currents.units import (
    CURRENT_UNITS,
    MICROAMPERE_PER_CM2,
    MILLISECOND,
    TIME_UNITS,
    Dimension,
    Unit,
    unit_of,
)

_WORDS = re.compile(r"[^\s,;()\[\]{}=:]+")
_FIRST_VOLTAGES = (-100.0, -40.0)
# pA over µm² in µA/cm²
_PA_PER_UM2 = 100.0


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are the time and the current, and their units.

    time, current: indices from 0. assumed: whether the file names no units, so that ms and µA/cm²
    are assumed.
    """

    time: int
    current: int
    time_unit: Unit
    unit: Unit
    assumed: bool

    def density_size(self, choice: Choice, name: str) -> float:
        """Return the factor from the unit of the current to µA/cm².

        Raises Undecided if the unit is of a whole cell and neither file nor user gives its area.
        name: of the file, for the message.
        """
        if self.unit.dimension is Dimension.DENSITY:
            return self.unit.size
        if choice.area is None:
            problem = f"{name}: a current in {self.unit.text} needs the membrane's area in µm²"
            raise Undecided("area", f"{problem}; say area=")
        return self.unit.size * _PA_PER_UM2 / choice.area


def columns_of(table: Table, choice: Choice) -> Columns:
    """Return the columns of time and current, by the user's choice or else by the headings.

    Raises ModelError if the table can't be a current, Undecided if the user has to choose.
    """
    if not table.headings and not (choice.time and choice.current):
        _check_bare(table)
        time, current = _named(table, "time", choice.time, 0), 1
        current = _named(table, "current", choice.current, current)
    else:
        time = _named(table, "time", choice.time, None)
        current = _named(table, "current", choice.current, None)
    if time == current:
        raise Undecided("current", f"{table.name}: time and current are the same column")
    _check_kinds(table, time, current)
    time_unit = _unit(table, "time_unit", time, choice.time_unit, (Dimension.TIME,), TIME_UNITS)
    unit = _unit(table, "unit", current, choice.unit,
                 (Dimension.CURRENT, Dimension.DENSITY), CURRENT_UNITS)  # fmt: skip
    assumed = time_unit is None or unit is None
    if assumed:
        _check_assumed(table, time_unit, unit)
    return Columns(time, current, time_unit or MILLISECOND, unit or MICROAMPERE_PER_CM2, assumed)


def _check_bare(table: Table) -> None:
    """Raise ModelError if a table without headings can't be a time and a current."""
    if table.misfit:
        problem = f"{table.name}: {table.misfit}; name them by number: time=1,current=2"
        raise Undecided("time", problem)
    if table.width != 2:
        problem = f"{table.name} has {table.width} columns without names"
        raise Undecided("time", f"{problem}; name two by number: time=1,current=2")
    low, high = _FIRST_VOLTAGES
    first = table.head[0][1].replace(",", ".").replace("−", "-") if table.head else ""
    if first and low <= float(first) <= high:
        problem = f"{table.name}: column 2 begins at {first} and may be a voltage"
        raise Undecided("current", f"{problem}; if it is a current, say current=2")


def _named(table: Table, key: str, wanted: str, bare: int | None) -> int:
    """Return the index of the column of the time or the current (``key``).

    wanted: the heading or number that the user gave, or "" to find it by the headings. bare: the
    index to take if the table has no headings, or None.
    """
    if wanted:
        return _wanted(table, key, wanted)
    if bare is not None:
        return bare
    found = _found(table, key)
    if len(found) == 1:
        return found[0]
    listed = ", ".join(_shown(h.text) for h in table.headings[:12]) or "no names"
    if not found:
        problem = f"{table.name} calls no column {_A[key]}; its columns: {listed}"
    else:
        several = ", ".join(_shown(table.headings[k].text) for k in found[:6])
        problem = f"{table.name} has several columns that may be {_A[key]}: {several}"
    raise Undecided(key, f"{problem}; say {key}=NAME")


_A = {"time": "the time", "current": "the injected current"}


def _found(table: Table, key: str) -> list[int]:
    """Return the indices of the columns whose headings mean the time or the current (``key``)."""
    headings = table.headings
    if key == "time":
        found = [k for k, h in enumerate(headings) if h.kind is Kind.TIME]
        return found or [
            k for k, h in enumerate(headings) if h.unit and h.unit.dimension is Dimension.TIME
        ]
    found = [k for k, h in enumerate(headings) if h.kind is Kind.STIMULUS]
    found = found or [k for k, h in enumerate(headings) if h.kind is Kind.UNIT_ONLY]
    if found:
        return found
    return [k for k, h in enumerate(headings) if _is_voltage_called_current(h)]


def _is_voltage_called_current(each: Heading) -> bool:
    """Return whether a heading is the name of a current with a unit of voltage.

    It is refused with a message of its own.
    """
    return each.kind is Kind.VOLTAGE and plain(each.name) in {"i", "current"}


def _wanted(table: Table, key: str, wanted: str) -> int:
    """Return the index of the column whose heading or number (from 1) is ``wanted``."""
    texts = [(h.text, h.name, plain(h.text), plain(h.name)) for h in table.headings]
    for each in (wanted, plain(wanted)):
        found = [k for k, names in enumerate(texts) if each and each in names]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise Undecided(key, f"{table.name} has {len(found)} columns {shortened(wanted)!r}")
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:6]) <= table.width:
        return int(wanted) - 1
    listed = ", ".join(_shown(h.text) for h in table.headings[:12])
    allowed = listed or f"numbers from 1 to {table.width}"
    problem = f"{table.name} has no column {shortened(wanted)!r}; its columns: {allowed}"
    raise Undecided(key, problem)


def _check_kinds(table: Table, time: int, current: int) -> None:
    """Raise Undecided if the heading of a chosen column names a different quantity."""
    if not table.headings:
        return
    injected, times = table.headings[current], table.headings[time]
    if injected.kind is Kind.VOLTAGE or injected.kind is Kind.TIME:
        what = f"in {injected.unit_text}" if injected.unit_text else f"a {injected.kind.value}"
        problem = f"{table.name}: column {_shown(injected.text)} is {what}, which is no current"
        raise Undecided("current", problem)
    if times.kind in (Kind.VOLTAGE, Kind.STIMULUS, Kind.UNIT_ONLY):
        raise Undecided("time", f"{table.name}: column {_shown(times.text)} is no time")


def _unit(
    table: Table, key: str, column: int, chosen: str, dimensions: tuple[Dimension, ...],
    examples: tuple[str, ...],
) -> Unit | None:  # fmt: skip
    """Return the unit that the user has chosen, or that of the heading, or None.

    key: "time_unit" or "unit". column: its index. chosen: the user's text or "". dimensions: those
    allowed; examples: for the message.
    """
    if chosen:
        return unit_of(chosen)
    if not table.headings or not table.headings[column].unit_text:
        return None
    each = table.headings[column]
    if each.unit is None or each.unit.dimension not in dimensions:
        problem = f"{table.name}: the unit of {_shown(each.text)} is not known here"
        raise Undecided(key, f"{problem}; {key}= may be {', '.join(examples)}")
    return each.unit


def _check_assumed(table: Table, time_unit: Unit | None, unit: Unit | None) -> None:
    """Raise Undecided if ms or µA/cm² would be assumed although the file mentions other units."""
    if time_unit is not None and time_unit.size != MILLISECOND.size:
        key, missing, other = "unit", "current", time_unit
    elif unit is not None and (unit.dimension, unit.size) != (Dimension.DENSITY, 1.0):
        key, missing, other = "time_unit", "time", unit
    else:
        said = _remarked_unit(table)
        if said is None:
            return
        key = "time_unit" if said.dimension is Dimension.TIME else "unit"
        if said.dimension is Dimension.VOLTAGE:
            key = "current"
        problem = f"{table.name}: above the numbers stands {said.text}, the columns have no unit"
        raise Undecided(key, f"{problem}; say time_unit= and unit=")
    problem = f"{table.name} has a unit ({other.text}) for one column and none for the {missing}"
    examples = TIME_UNITS if key == "time_unit" else CURRENT_UNITS
    raise Undecided(key, f"{problem}; {key}= may be {', '.join(examples)}")


def _remarked_unit(table: Table) -> Unit | None:
    """Return a unit, other than ms and µA/cm², in the lines above the numbers.

    None if there is none.
    """
    for remark in table.remarks:
        for word in _WORDS.findall(remark):
            unit = unit_of(word.rstrip("."))
            plural = unit is not None and len(word) == 1  # "A" and "s" are words too
            if unit is None or plural or (unit.size == 1.0 and unit.dimension in (
                Dimension.TIME, Dimension.DENSITY,
            )):  # fmt: skip
                continue
            return unit
    return None


def _shown(text: str) -> str:
    return shortened(text) or "(no name)"


def refuse_unlikely(name: str, span: float, most: float) -> None:
    """Raise Undecided if the assumed units make the numbers implausible.

    name: of the file. span: the duration (ms). most: the largest absolute current (µA/cm²).
    """
    if span < 1.0:
        problem = f"{name} lasts {span:g} ms if its times are in ms"
        raise Undecided("time_unit", f"{problem}; say time_unit=s or time_unit=ms")
    if span > 20_000.0:
        problem = f"{name} lasts {span / 1000:g} s if its times are in ms"
        raise Undecided("time_unit", f"{problem}; say time_unit=us or time_unit=ms")
    if most > 1000.0 or 0.0 < most < 1e-3:
        problem = f"{name} reaches {most:g} µA/cm² if its currents have that unit"
        raise Undecided("unit", f"{problem}; unit= may be {', '.join(CURRENT_UNITS)}")
