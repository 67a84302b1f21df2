"""Tables of current as other programs write them, made at random, with what is true of them."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", " ": "blank"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
TIME_UNITS = {"ms": 1.0, "s": 1000.0, "µs": 0.001, "us": 0.001, "msec": 1.0, "sec": 1000.0}
# Size in µA/cm², and whether it is of the whole membrane (then in µA/cm² on 1000 µm²).
UNITS = {
    "µA/cm²": (1.0, False), "uA/cm2": (1.0, False), "uA_per_cm2": (1.0, False),
    "µA/cm^2": (1.0, False), "mA/cm²": (1e3, False), "nA/mm²": (0.1, False), "A/m²": (100.0, False),
    "pA/µm²": (100.0, False), "pA": (0.1, True), "nA": (100.0, True), "µA": (1e5, True),
}  # fmt: skip
AREA = 1000.0
LEAST_DENSITY = 1e-3  # µA/cm²; a table of less, without a unit, is of another unit
TIME_NAMES = ("time", "t", "Time", "Zeit", "temps")
CURRENT_NAMES = ("current", "I", "Strom", "I_stim", "Courant", "I_inj", "stimulus")
OTHERS = ("V (mV)", "V_mV", "m", "I_Na_uA_per_cm2", "Temperature (°C)", "")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+")


@dataclass(frozen=True)
class Table:
    """A file and what it means.

    raw: the file; times (ms) and currents (µA/cm²): what it means; spec: keys that are given;
    why: the key of the refusal that is right, or "".
    """

    raw: bytes
    times: list
    currents: list
    spec: str
    why: str
    about: str


@st.composite
def tables(draw):
    """A table, its numbers and whether it says enough."""
    separator = draw(st.sampled_from(list(SEPARATORS)))
    decimal = draw(st.sampled_from(".,"))
    quoted = draw(st.sampled_from(["no", "all", "header"]))
    header = draw(st.sampled_from(["none", "names", "brackets", "underscores", "row", "remark"]))
    united = header in ("brackets", "underscores", "row", "remark")
    time_unit = draw(st.sampled_from(list(TIME_UNITS))) if united else "ms"
    unit = draw(st.sampled_from(list(UNITS))) if united else "µA/cm²"
    count, step = draw(st.integers(22, 60)), draw(st.sampled_from([0.05, 0.1, 0.25, 1.0]))
    digits = draw(st.sampled_from([0, 1, 3, 6]))
    levels = draw(st.lists(st.floats(-30, 30), min_size=2, max_size=5))
    size, absolute = UNITS[unit]
    times = [_written(k * step / TIME_UNITS[time_unit], 9) for k in range(count)]
    values = [levels[k * len(levels) // count] / size for k in range(count)]
    values = [_written(v, digits + 6) if size != 1.0 else _written(v, digits) for v in values]
    extra = draw(st.lists(st.sampled_from(OTHERS), max_size=2, unique=True)) if united else []
    before = [name for name in extra if name in ("", "V (mV)")]
    after = [name for name in extra if name not in before]
    names = (draw(st.sampled_from(TIME_NAMES)), draw(st.sampled_from(CURRENT_NAMES)))
    cells = [
        [*("7" for _ in before), t, v, *("8" for _ in after)]
        for t, v in zip(times, values, strict=True)
    ]
    cells = [[cell.replace(".", decimal) for cell in row] for row in cells]
    quote = quoted == "all" and header != "remark"
    lines = [_line(row, separator, quote) for row in cells]
    top = _header(header, names, (time_unit, unit), before, after, separator, quoted != "no")
    top = draw(_opening(separator, header)) + top
    lines = top + lines + draw(_closing(separator))
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(
        st.sampled_from(["", "\n", "\n\n"])
    )
    encoding = draw(st.sampled_from(ENCODINGS))
    spec, area = "", draw(st.booleans())
    if absolute and area:
        spec = f",area={AREA:g}"
    why = _why(
        separator, decimal, quote, cells, len(before), header, absolute and not area, before + after
    )
    about = (
        f"{SEPARATORS[separator]} {decimal} {encoding} {header} {time_unit} {unit} quoted {quoted}"
    )
    numbers = [float(v) * size for v in values]
    return Table(
        text.encode(encoding, "replace"), [float(t) * TIME_UNITS[time_unit] for t in times],
        numbers, spec, why, about,
    )  # fmt: skip


def _written(value, digits):
    text = f"{value:.{digits}f}"
    return text[1:] if re.fullmatch(r"-0(\.0*)?", text) else text


def _line(cells, separator, quoted):
    if separator == " ":
        cells = [cell or "-" for cell in cells]
    if quoted:
        cells = [f'"{cell}"' for cell in cells]
    return separator.join(cells)


def _header(kind, names, units, before, after, separator, quoted):
    time, current = names
    if kind == "none":
        return []
    if kind in ("brackets", "remark"):
        time, current = f"{time} ({units[0]})", f"{current} [{units[1]}]"
    if kind == "underscores":
        time, current = f"{time}_{units[0]}", f"{current}_{units[1]}"
    cells = [*before, time, current, *after]
    if kind == "remark":
        return ["# " + (separator if separator != " " else ", ").join(cells)]
    rows = [cells]
    if kind == "row":
        rows.append([*("mV" for _ in before), units[0], units[1], *("mV" for _ in after)])
    quoted = quoted or any(separator in cell for row in rows for cell in row)
    return [_line(row, separator, quoted) for row in rows]


@st.composite
def _opening(draw, separator, header):
    lines = draw(st.sampled_from([[], ["# made by a program"], ["", ""], ["% a remark, and more"]]))
    if separator in ",;\t" and header != "remark" and draw(st.booleans()):
        return [f"sep={separator}", *lines]
    return lines


@st.composite
def _closing(draw, separator):
    blank = separator.strip() * 2
    return draw(st.sampled_from([[], [""], [blank], ["99999"]]))


def _why(separator, decimal, quoted, cells, first, header, needs_area, extra):
    """The key that the table leaves open, as one reads it."""
    pairs = [cell for row in cells for cell in row[first : first + 2]]
    signed = [cell for cell in pairs if decimal in cell]
    if separator == "," and decimal == "," and not quoted and signed:
        return "separator"
    if needs_area:
        return "area"
    if signed and all(_THOUSANDS.fullmatch(cell) for cell in signed):
        return "decimal"
    if header == "none" and -100 <= float(cells[0][1].replace(",", ".")) <= -40:
        return "current"
    most = max(abs(float(row[first + 1].replace(",", "."))) for row in cells)
    if header in ("none", "names") and 0.0 < most < LEAST_DENSITY:
        return "unit"
    return ""
