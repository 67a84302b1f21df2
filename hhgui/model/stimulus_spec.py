"""Stimuli as the command line writes them: ``step:amplitude=10,start=50,stop=200``."""

import csv
import math
from pathlib import Path

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus import KINDS
from hhgui.model.waveforms import Component, Samples

MAX_SAMPLE_BYTES = 50_000_000


def parse_component(spec: str) -> Component:
    """The component of ``kind:key=value,…`` or ``file:PATH.csv``; ModelError says what is wrong."""
    kind, _, rest = spec.partition(":")
    if kind not in KINDS:
        raise ModelError("kind", f"stimulus kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if kind == Samples.kind:
        return read_samples(Path(rest))
    whole = {p.key for p in KINDS[kind].parameters if p.whole}
    values: dict[str, float] = {}
    for part in filter(None, rest.split(",")):
        key, equals, text = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ModelError(kind, f"stimulus {kind}: write {part.strip()!r} as key=value")
        try:
            values[key] = int(text) if key in whole else float(text)
        except ValueError:
            problem = f"stimulus {kind}: {key} must be a number, not {text!r}"
            raise ModelError(key, problem) from None
    return KINDS[kind].from_dict(values)


def read_samples(path: Path) -> Samples:
    """A current from a CSV file of time (ms) and current density (µA/cm²), one header row allowed.

    Each value holds until the next row's time; the last holds as long as the one before it.
    """
    try:
        if path.stat().st_size > MAX_SAMPLE_BYTES:
            raise ModelError("path", f"{path.name} is larger than 50 MB")
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (UnicodeDecodeError, csv.Error):
        raise ModelError("path", f"{path.name} is not a CSV text file") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = getattr(error, "strerror", None) or error
        raise ModelError("path", f"{path}: can't be read: {reason}") from None
    if rows and not _is_number(rows[0][0]):
        rows = rows[1:]
    times, values = [], []
    for number, row in enumerate(rows, 1):
        if len(row) < 2 or not (_is_number(row[0]) and _is_number(row[1])):
            raise ModelError("path", f"{path.name}: data row {number} needs a time and a current")
        times.append(float(row[0]))
        values.append(float(row[1]))
    if not times:
        raise ModelError("path", f"{path.name} has no rows of time and current")
    last = times[-1] - times[-2] if len(times) > 1 else 1.0
    return Samples((*times, times[-1] + last), tuple(values), str(path))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
