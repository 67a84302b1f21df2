"""Describe a report as data: a head, and a section for each run, curve or measurement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hhgui import __version__
from hhgui.figures.figure import Figure
from hhgui.model.membrane import Membrane
from hhgui.report.repeat import Repeat

Rows = tuple[tuple[str, ...], ...]
MOST_ROWS = 120


@dataclass(frozen=True)
class Table:
    """A table of texts: ``headings``, (columns,), and ``rows``, (rows, columns).

    caption: what it lists, or "". numbers: the indices of columns that hold numbers, which are
    aligned to the right. Raises ValueError for a row of another length.
    """

    headings: tuple[str, ...]
    rows: Rows
    caption: str = ""
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"table {self.caption!r}: each row must have a cell for each heading")


@dataclass(frozen=True, eq=False)
class Section:
    """A part of a report, such as a run.

    facts: pairs of a name and a text, such as the method and dt. figures: drawn one below the
    other. tables: below them. notes: sentences such as warnings. repeat: the command line that
    computes it again, or None. neuron: the neuron that was used, whose numbers are listed at the
    end of the report, or None.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    repeat: Repeat | None = None
    neuron: Membrane | None = None


@dataclass(frozen=True, eq=False)
class ReportItem:
    """An entry of the list of what can go into a report.

    key: identifies it within its tab. title: as it is listed. section: makes the section; it is
    called in another thread. chosen: whether it is ticked at first.
    """

    key: str
    title: str
    section: Callable[[], Section]
    chosen: bool = True


@dataclass(frozen=True)
class Head:
    """The beginning of a report: its author, the date, the course, and a text of the author's."""

    name: str = ""
    date: str = ""
    course: str = ""
    text: str = ""


@dataclass(frozen=True, eq=False)
class Report:
    """A report.

    session: the text of a session file that goes with it, or "". version: of the program.
    """

    head: Head
    sections: tuple[Section, ...]
    session: str = ""
    version: str = __version__

    @property
    def title(self) -> str:
        """Return the title: the course, or if there is none what it is."""
        return self.head.course or "Lab report"

    @property
    def neurons(self) -> tuple[Membrane, ...]:
        """Return the different neurons of all sections, in order."""
        return tuple(dict.fromkeys(s.neuron for s in self.sections if s.neuron is not None))


def thinned(rows: Rows) -> tuple[Rows, str]:
    """Return at most MOST_ROWS of the rows, evenly spread, and a sentence if some are left out."""
    if len(rows) <= MOST_ROWS:
        return rows, ""
    step = -(-len(rows) // MOST_ROWS)
    note = f"The table has {len(rows)} rows, of which one in {step} is shown here"
    return rows[::step], note
