"""Read a table that contains a time and a current, from text or from NumPy's ``.npz``."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import shortened
from hhgui.model.stimulus.waveforms import MOST_SAMPLES
from hhgui.storage.atomic import shown
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.currents.heading import Heading, heading
from hhgui.storage.currents.layout import Layout, layout_of
from hhgui.storage.currents.number import is_number, may_be_thousands, number
from hhgui.storage.currents.problems import Undecided
from hhgui.storage.currents.text import Text, read_bytes, read_text

Array = NDArray[np.float64]
SUFFIXES = (".csv", ".txt", ".tsv", ".dat", ".atf", ".npz")
MOST_ARRAY_BYTES = 200_000_000
_EVERY_ROWS = 2000


@dataclass(frozen=True)
class Watched:
    """What a long reading calls: ``progress(fraction)``, and ``cancelled()``, which may end it."""

    progress: Callable[[float], object] = lambda _fraction: None
    cancelled: Callable[[], bool] = lambda: False

    def pause(self, fraction: float) -> None:
        """Report the fraction done (0 to 1). Raises Cancelled if the user has cancelled."""
        if self.cancelled():
            raise Cancelled
        self.progress(min(fraction, 1.0))


UNWATCHED = Watched()


@dataclass(frozen=True)
class Pair:
    """Two columns of numbers.

    lines: for each row its line in the file, from 1. notes: sentences on rows that were left out.
    """

    lines: list[int]
    times: Array
    currents: Array
    notes: tuple[str, ...] = ()


class Table(Protocol):
    """A table in a file: its headings, and the numbers of any two of its columns.

    headings: () if the columns have none; misfit: the reason for that if it is known, else "".
    width: the number of columns. head: the first rows as text. remarks: the lines above the numbers
    other than the header.
    """

    path: Path
    name: str
    headings: tuple[Heading, ...]
    width: int
    head: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    misfit: str
    separator: str

    def pair(self, time: int, current: int, decimal: str, watched: Watched) -> Pair:
        """Return the numbers in the columns with the indices ``time`` and ``current``.

        The indices count from 0. decimal: the decimal sign, "" to find it. Raises Cancelled, or a
        ModelError that names file and row.
        """
        ...


def open_table(path: Path, separator: str | None = None, watched: Watched = UNWATCHED) -> Table:
    """Return the table in a file; separator: None to find it.

    Raises ModelError, Undecided, Cancelled.
    """
    if path.suffix.lower() == ".npz":
        return ArrayTable(path, read_bytes(path, watched.cancelled))
    text = read_text(path, watched.cancelled)
    return TextTable(text, layout_of(text, separator))


class TextTable:
    """A table in a text file."""

    def __init__(self, text: Text, layout: Layout) -> None:
        self._text, self._layout = text, layout
        self.path, self.name = text.path, text.name
        units = layout.units or ("",) * len(layout.names)
        self.headings = tuple(map(heading, layout.names, units))
        self.width = layout.width
        self.head = tuple(tuple(row.cells[: layout.width]) for row in layout.head)
        self.remarks, self.misfit, self.separator = layout.remarks, layout.misfit, layout.separator

    def pair(self, time: int, current: int, decimal: str, watched: Watched = UNWATCHED) -> Pair:
        """Return the numbers in two columns, see ``Table.pair``."""
        lines, times, currents, notes = self._cells(time, current, watched)
        if not lines:
            raise ModelError("path", f"{self.name} has no rows of time and current")
        sign = self._decimal_sign(lines, times, currents, decimal)
        for line, cell in zip(lines, times, strict=True):
            _check_sign(self.name, line, cell, sign)
        for line, cell in zip(lines, currents, strict=True):
            _check_sign(self.name, line, cell, sign)
        watched.pause(0.8)
        first = np.array([number(cell) for cell in times])
        watched.pause(0.9)
        second = np.array([number(cell) for cell in currents])
        for values, cells in ((first, times), (second, currents)):
            if not np.isfinite(values).all():
                row = int(np.argmin(np.isfinite(values)))
                raise ModelError("path", _not_a_number(self.name, lines[row], cells[row]))
        return Pair(lines, first, second, notes)

    def _cells(
        self, time: int, current: int, watched: Watched
    ) -> tuple[list[int], list[str], list[str], tuple[str, ...]]:
        """Return lines and cells of both columns, and notes; an incomplete last row is left out."""
        lines: list[int] = []
        times: list[str] = []
        currents: list[str] = []
        torn = ""
        for row in self._text.rows(self._layout.separator, self._lines(watched)):
            if row.line < self._layout.first_line or row.is_remark:
                continue
            if torn:
                raise ModelError("path", torn)
            torn = self._torn(row.line, row.cells, row.filled, max(time, current))
            if torn:
                continue
            pair = row.cells[time], row.cells[current]
            if not any(pair):  # a shorter curve's end, in a table of several
                continue
            for cell in pair:
                if not is_number(cell):
                    raise ModelError("path", _not_a_number(self.name, row.line, cell))
            if len(lines) == MOST_SAMPLES:
                raise ModelError("path", f"{self.name} has more than {MOST_SAMPLES:,} rows")
            lines.append(row.line)
            times.append(pair[0])
            currents.append(pair[1])
        notes = (f"{torn}; this last row is left out",) if torn else ()
        return lines, times, currents, notes

    def _lines(self, watched: Watched) -> Iterator[str]:
        """Yield the lines of the file, reporting progress."""
        count = self._text.raw.count(b"\n") + 1
        for k, line in enumerate(self._text.lines()):
            if k % _EVERY_ROWS == 0:
                watched.pause(0.7 * k / count)
            yield line

    def _torn(self, line: int, cells: list[str], filled: int, needed: int) -> str:
        """Return a sentence if a row has too few cells, else "".

        filled: how many cells it has; needed: how many it must have.
        """
        width = self.width
        if filled > width:
            problem = f"{self.name}: row {line} has {filled} fields, the rows above {width}"
            if self._layout.separator == ",":
                problem += "; a decimal comma and a separating comma can't be told apart"
            raise Undecided("separator", problem)
        if len(cells) < width or filled <= needed - 1 or not cells[needed]:
            return f"{self.name}: row {line} has {filled} of {width} fields"
        return ""

    def _decimal_sign(
        self, lines: list[int], times: list[str], currents: list[str], decimal: str
    ) -> str:
        """Return ``decimal`` or, if it is "", the decimal sign of the numbers in both columns.

        lines: of the rows, for the message. Raises Undecided if it is not clear.
        """
        if decimal:
            return decimal
        cells = [*times, *currents]
        signs = {sign for sign in ".," if any(sign in cell for cell in cells)}
        if len(signs) > 1:
            point = next(k for k, cell in enumerate(cells) if "." in cell)
            comma = next(k for k, cell in enumerate(cells) if "," in cell)
            rows = lines[point % len(lines)], lines[comma % len(lines)]
            raise Undecided("decimal", (
                f"{self.name} has a decimal point in row {rows[0]} ({shortened(cells[point])}) and "
                f"a comma in row {rows[1]} ({shortened(cells[comma])}); use one sign throughout"
            ))  # fmt: skip
        sign = next(iter(signs), ".")
        usual = sign == "." and self._layout.separator != ";"
        signed = [cell for cell in cells if sign in cell]
        if signed and not usual and all(map(may_be_thousands, signed)):
            problem = f"{self.name}: {shortened(signed[0])} may have a decimal sign or thousands"
            raise Undecided("decimal", f"{problem}; decimal=point or decimal=comma says which")
        return sign


class ArrayTable:
    """The arrays of equal length in NumPy's ``.npz``, each of them a column with its name."""

    remarks: tuple[str, ...] = ()
    misfit = ""
    separator = ""

    def __init__(self, path: Path, raw: bytes) -> None:
        self.path, self.name = path, shown(shortened(path.name))
        self._arrays: list[Array] = []
        names = []
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                if sum(each.file_size for each in packed.infolist()) > MOST_ARRAY_BYTES:
                    most = f"{MOST_ARRAY_BYTES / 1e6:g} MB"
                    raise ModelError("path", f"{self.name} unpacks to more than {most}")
            with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
                for name in arrays.files:
                    values = arrays[name]
                    if values.ndim == 1 and values.dtype.kind in "fiu":
                        names.append(shown(shortened(name)))
                        self._arrays.append(values.astype(np.float64))
        except ModelError:
            raise
        except Exception:  # a broken file may raise any exception of zipfile, zlib or NumPy
            raise ModelError("path", f"{self.name} is not a file of NumPy arrays") from None
        self.headings = tuple(map(heading, names))
        self.width = len(names)
        rows = max((a.size for a in self._arrays), default=0)
        self.head = tuple(
            tuple(repr(float(a[k])) if k < a.size else "" for a in self._arrays)
            for k in range(min(rows, _EVERY_ROWS))
        )
        if self.width < 2:
            raise ModelError("path", f"{self.name} has no two columns of numbers")

    def pair(self, time: int, current: int, decimal: str, watched: Watched = UNWATCHED) -> Pair:
        """Return two of the arrays, see ``Table.pair``."""
        times, currents = self._arrays[time], self._arrays[current]
        watched.pause(0.5)
        if times.size != currents.size:
            sizes = f"{times.size} times and {currents.size} currents"
            raise ModelError("path", f"{self.name} has {sizes}")
        if not 0 < times.size <= MOST_SAMPLES:
            raise ModelError("path", f"{self.name} must have from 1 to {MOST_SAMPLES:,} rows")
        finite = np.isfinite(times) & np.isfinite(currents)
        if not finite.all():
            row = int(np.argmin(finite)) + 1
            raise ModelError("path", f"{self.name}: row {row} is not a number")
        return Pair(list(range(1, times.size + 1)), times, currents)


def _check_sign(name: str, line: int, cell: str, sign: str) -> None:
    """Raise ModelError if a number has the other decimal sign."""
    other = "," if sign == "." else "."
    if other in cell:
        raise ModelError("decimal", _not_a_number(name, line, cell))


def _not_a_number(name: str, line: int, cell: str) -> str:
    if not cell:
        return f"{name}: row {line} needs a time and a current"
    return f"{name}: row {line}: {shortened(cell)!r} is not a number"
