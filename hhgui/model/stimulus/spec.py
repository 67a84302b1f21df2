"""Stimuli as the command line writes them: ``step:amplitude=10,start=50,stop=200``."""

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import Component, shortened
from hhgui.model.stimulus.stimulus import KINDS
from hhgui.model.stimulus.waveforms import MOST_SAMPLES, Samples

MAX_SAMPLE_BYTES = 1_000_000


def parse_component(spec: str) -> Component:
    """The component of ``kind:key=value,…`` or ``file:PATH.csv``; ModelError says what is wrong."""
    kind, _, rest = spec.partition(":")
    if kind not in KINDS:
        allowed = ", ".join(KINDS)
        raise ModelError("kind", f"stimulus kind must be one of {allowed}, not {shortened(kind)!r}")
    if kind == Samples.kind:
        return read_samples(Path(rest))
    whole = {p.key for p in KINDS[kind].parameters if p.whole}
    values: dict[str, float] = {}
    for part in filter(None, rest.split(",")):
        key, equals, text = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ModelError(kind, f"stimulus {kind}: write {shortened(key)!r} as key=value")
        if key in values:
            problem = f"stimulus {kind}: {shortened(key)} is there twice; write it once"
            raise ModelError(key, problem)
        try:
            values[key] = int(_plain(text)) if key in whole else float(_plain(text))
        except ValueError:
            name = shortened(key)
            problem = f"stimulus {kind}: {name} must be a number, not {shortened(text)!r}"
            raise ModelError(key, problem) from None
    return KINDS[kind].from_dict(values)


def read_samples(path: Path, max_bytes: int = MAX_SAMPLE_BYTES) -> Samples:
    """A current from a CSV file of time (ms) and current density (µA/cm²), one header row allowed.

    Each value holds until the next row's time; the last holds as long as the one before it.
    Whatever the file holds, the answer is a current or one ModelError.
    """
    name = shortened(path.name)
    file = io.TextIOWrapper(_open(path, name, max_bytes), encoding="utf-8-sig", newline="")
    times: list[float] = []
    values: list[float] = []
    try:
        for number, row in enumerate(_data_rows(file), 1):
            if number > MOST_SAMPLES:
                raise ModelError("path", f"{name} has more than {MOST_SAMPLES:,} rows")
            try:
                time, value = _number(row[0]), _number(row[1])
            except (IndexError, ValueError):
                problem = f"{name}: data row {number} needs a time and a current"
                raise ModelError("path", problem) from None
            times.append(time)
            values.append(value)
    except (UnicodeDecodeError, csv.Error):
        raise ModelError("path", f"{name} is not a CSV text file") from None
    if not times:
        raise ModelError("path", f"{name} has no rows of time and current")
    last = times[-1] - times[-2] if len(times) > 1 else 1.0
    return Samples((*times, times[-1] + last), tuple(values), str(path))


def _open(path: Path, name: str, max_bytes: int) -> io.BytesIO:
    """The file's bytes, so many at most, whatever stat() says: some files have no end."""
    try:
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = getattr(error, "strerror", None) or error
        problem = f"{shortened(str(path), 200)}: can't be read: {reason}"
        raise ModelError("path", problem) from None
    if len(raw) > max_bytes:
        raise ModelError("path", f"{name} is larger than {max_bytes / 1e6:g} MB")
    return io.BytesIO(raw)


def _data_rows(file: io.TextIOWrapper) -> Iterator[list[str]]:
    """The rows that are not empty, without the header: a first row that begins with no number."""
    rows = filter(None, csv.reader(file))
    for first in rows:
        try:
            float(first[0])
        except ValueError:
            break
        yield first
        break
    yield from rows


def _number(text: str) -> float:
    """A finite number; ValueError for anything else."""
    number = float(_plain(text))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _plain(text: str) -> str:
    """``text``; ValueError for the underscores that programmers write into numbers."""
    if "_" in text:
        raise ValueError(text)
    return text
