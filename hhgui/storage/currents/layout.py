"""How a table of text is laid out: its separator, its header, where its numbers begin.

The standard library's ``csv.Sniffer`` guesses from how often a character occurs, takes a decimal
comma for a separator and knows neither rows of units nor remarks. Here every separator is tried,
and the one counts under which the cells are numbers.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from hhgui.model.parameter import ModelError
from hhgui.storage.currents.heading import says_something
from hhgui.storage.currents.number import is_number
from hhgui.storage.currents.problems import Undecided
from hhgui.storage.currents.text import BLANK, Row, Text
from hhgui.storage.currents.units import unit_of

# By the word that stands for each in a specification.
SEPARATORS = {"tab": "\t", "semicolon": ";", "comma": ",", "blank": BLANK}
HEAD_LINES = 2000
_SEP_ROW = re.compile(r'"?sep=(.)"?', re.IGNORECASE | re.DOTALL)
_BEFORE_BRACKET = re.compile(r"\s+(?![(\[{])")


@dataclass(frozen=True)
class Layout:
    """The layout of a table according to its first lines.

    separator: between cells; names, units: of the columns, () if the file has no such row;
    first_line: the line, from 1, on which the rows of numbers begin; width: the number of
    columns; head: the first rows of numbers; remarks: comments and lines above the header; misfit:
    the problem with a header that does not fit the rows, or "".
    """

    separator: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    first_line: int
    width: int
    head: tuple[Row, ...]
    remarks: tuple[str, ...]
    misfit: str = ""


def layout_of(text: Text, separator: str | None = None) -> Layout:
    """Return the layout of a file, its separator found or given. Raises ModelError, Undecided."""
    head = list(islice(text.lines(), HEAD_LINES))
    skipped, given, titles = _opening(head, text.name)
    separator = separator or given
    body = head[skipped:]
    found = [
        _Trial(text, sep, body, skipped)
        for sep in ([separator] if separator else SEPARATORS.values())
    ]
    best = max(found, key=lambda trial: trial.score)  # of equal ones the first
    if not best.rows:
        raise ModelError("path", f"{text.name} has no rows of time and current")
    if not best.numeric:
        raise _no_numbers(best, text.name, separator is None)
    if titles is not None:
        return best.layout(titles)
    return best.layout(best.header_at())


def _opening(head: list[str], name: str) -> tuple[int, str | None, int | None]:
    """Return the lines to skip, the separator of ``sep=``, and the line below the titles of ATF."""
    for at, line in enumerate(head):
        if not line.strip():
            continue
        if match := _SEP_ROW.fullmatch(line.strip("\r\n ")):
            return at + 1, match[1], None
        if line.startswith("ATF"):
            try:
                records = int(re.split(r"[\t, ]+", head[at + 1].strip())[0])
            except (IndexError, ValueError):
                raise ModelError(
                    "path", f"{name} begins as Axon text and has no count of records"
                ) from None
            return at + 2 + records, None, at + 4 + records
        return 0, None, None
    return 0, None, None


class _Trial:
    """The head of a file under one separator."""

    def __init__(self, text: Text, separator: str, lines: list[str], skipped: int) -> None:
        self.separator, self.name = separator, text.name
        self.remarks: list[str] = []
        self.rows: list[Row] = []
        for row in text.rows(separator, iter(lines)):
            if row.is_remark:
                self.remarks.append(separator.join(row.cells).lstrip("#%/ "))
            else:
                self.rows.append(Row(row.line + skipped, row.cells))
        numbers = [row for row in self.rows if sum(map(is_number, row.cells)) >= 2]
        lengths = Counter(len(row.cells) for row in numbers)
        self.width = max(lengths, key=lambda n: (lengths[n], n), default=0)
        while self.width and not any(self._column(self.width - 1, self.rows)):
            self.width -= 1
        filled = [[c for c in self._column(k, numbers) if c] for k in range(self.width)]
        self.numeric = [k for k, cells in enumerate(filled) if _are_mostly_numbers(cells)]
        if len(self.numeric) < 2:
            self.numeric = []

    @staticmethod
    def _column(place: int, rows: list[Row]) -> list[str]:
        return [row.cells[place] for row in rows if place < len(row.cells)]

    @property
    def score(self) -> float:
        """Return the fraction of cells that are numbers; 0 with fewer than two such columns."""
        if not self.numeric:
            return 0.0
        cells = [cell for row in self.rows for cell in row.cells[: row.filled] if cell]
        return sum(map(is_number, cells)) / len(cells)

    def is_data(self, row: Row) -> bool:
        """Return whether a row can be a row of numbers."""
        cells = [row.cells[k] for k in self.numeric if k < len(row.cells) and row.cells[k]]
        return bool(cells) and all(map(is_number, cells))

    def header_at(self) -> int:
        """Return the line of the first row of numbers."""
        first = next(
            (k for k, row in enumerate(self.rows) if self.is_data(row) and row.filled > 1), None
        )
        assert first is not None
        return self.rows[first].line

    def layout(self, first_line: int) -> Layout:
        """Return the layout if all rows from ``first_line`` on are numbers."""
        above = [row for row in self.rows if row.line < first_line]
        below = [row for row in self.rows if row.line >= first_line]
        names, units, misfit = self._header(above)
        used = (1 if names and above else 0) + (1 if units else 0)
        texts = [self.separator.join(row.cells) for row in above[: len(above) - used]]
        remarks = [*self.remarks, *texts]
        return Layout(
            self.separator, names, units, first_line, max(self.width, len(names)), tuple(below),
            tuple(remarks), misfit,
        )  # fmt: skip

    def _header(self, above: list[Row]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """Return names, units, and the problem of a header that does not fit."""
        if not above:
            return self._remarked(), (), ""
        *before, last = [self._fitted(row) for row in above]
        if last is None:
            count, rows = above[-1].filled, self.width
            line = above[-1].line
            return (), (), f"row {line} names {count} columns, the rows below have {rows}"
        if before and before[-1] is not None and _are_units(last):
            return before[-1], last, ""
        return last, (), ""

    def _fitted(self, row: Row) -> tuple[str, ...] | None:
        """Return the cells of a header row, one per column, or None if they do not fit."""
        cells = row.cells[: max(row.filled, self.width)]
        if len(cells) == self.width:
            return tuple(cells)
        if self.separator == BLANK:
            parts = _BEFORE_BRACKET.split(" ".join(row.cells))
            if len(parts) == self.width:
                return tuple(parts)
        return None

    def _remarked(self) -> tuple[str, ...]:
        """Return the header in the last remark, as NumPy writes it."""
        for remark in reversed(self.remarks):
            for pattern in (re.escape(self.separator), r"\s*[,;\t]\s*", r"\s+(?![(\[{])"):
                parts = [part.strip().strip('"') for part in re.split(pattern, remark)]
                if len(parts) == self.width and says_something(tuple(parts)):
                    return tuple(parts)
        return ()


def _are_mostly_numbers(cells: list[str]) -> bool:
    return 2 * sum(map(is_number, cells)) > len(cells)


def _are_units(cells: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and any(unit_of(cell) for cell in filled)


def _no_numbers(trial: _Trial, name: str, free: bool) -> ModelError:
    row = next((row for row in trial.rows if not trial.is_data(row)), trial.rows[0])
    problem = f"{name}: row {row.line} needs a time and a current"
    if free:
        return Undecided("separator", f"{problem}; separator= may be {', '.join(SEPARATORS)}")
    return Undecided("separator", f"{problem} under this separator")
