"""Find how a table of text is laid out: its separator, its header, where its numbers begin.

The standard library's ``csv.Sniffer`` guesses from how often a character occurs, takes a decimal
comma for a separator and knows neither rows of units nor comments. Here every separator is tried,
and that under which most cells are numbers is taken.
"""

import re
from collections import Counter
from collections.abc import Iterator
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
    """The layout of a table, found from its first lines.

    separator: the character between cells. names, units: the header of each column and its unit, ()
    if the file has no such row. first_line: the number of the line, counted from 1, on which the
    rows of numbers begin. width: the number of columns. head: the first rows of numbers. remarks:
    comments, and lines above the header. misfit: a sentence if the header does not fit the rows,
    else "".
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
    """Return the layout of a file with the given separator, or if None with the one that fits best.

    Raises ModelError if the file has no rows, and Undecided, a ModelError that asks the user for
    the separator, if no separator leads to two columns of numbers.
    """
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
    return best.layout(best.first_line_of_numbers())


def _opening(head: list[str], name: str) -> tuple[int, str | None, int | None]:
    """Return what special first lines say: lines to skip, the separator, the first line of numbers.

    A line "sep=;" gives the separator, Axon text (ATF) the line of its first numbers below the
    column titles, counted from 1. What the file does not give is None, and by default no line is
    skipped.
    """
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
    """The first lines of a file, cut into cells by one separator, to see how well it fits.

    rows, remarks: the rows and the comments found. width: the number of columns that are not empty.
    numeric: the indices of columns most of whose cells are numbers, [] if there are fewer than two
    or if no row has only numbers in them.
    """

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
        if len(self.numeric) < 2 or next(self._rows_of_numbers(), None) is None:
            self.numeric = []

    @staticmethod
    def _column(place: int, rows: list[Row]) -> list[str]:
        return [row.cells[place] for row in rows if place < len(row.cells)]

    @property
    def score(self) -> float:
        """Return the fraction (0 to 1) of filled cells that are numbers; 0 if ``numeric`` is []."""
        if not self.numeric:
            return 0.0
        cells = [cell for row in self.rows for cell in row.cells[: row.filled] if cell]
        return sum(map(is_number, cells)) / len(cells)

    def is_data(self, row: Row) -> bool:
        """Return whether a row has numbers, and only numbers, in the numeric columns.

        Empty cells are ignored.
        """
        cells = [row.cells[k] for k in self.numeric if k < len(row.cells) and row.cells[k]]
        return bool(cells) and all(map(is_number, cells))

    def _rows_of_numbers(self) -> Iterator[Row]:
        return (row for row in self.rows if self.is_data(row) and row.filled > 1)

    def first_line_of_numbers(self) -> int:
        """Return the number of the line, counted from 1, on which the first row of numbers stands.

        Requires that ``numeric`` is not empty.
        """
        return next(self._rows_of_numbers()).line

    def layout(self, first_line: int) -> Layout:
        """Return the layout if the rows of numbers begin on line ``first_line``, counted from 1."""
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
        """Return the names and the units of the columns, found in the last rows above the numbers.

        The third value is a sentence if the header does not fit the columns, else "".
        """
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
        """Return the column names in the last comment, where NumPy writes them, or ()."""
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
