"""Describe a report as data: its head, and a section for each run, curve or measurement."""

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
    """A table of texts: ``headings`` (columns,) and ``rows`` (rows, columns).

    caption: What it lists, "" for nothing. numbers: The columns that hold numbers. Raises
    ValueError for a row of another length.
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
    """A part of a report.

    facts: Pairs of a name and a text, such as what differs, the method and dt. figures: Drawn one
    below the other. notes: Sentences below them, such as warnings. repeat: The command line that
    computes it again, or None. neuron: What was computed with, listed at the end of the report.
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
    """Something that can go into a report.

    key: Identifies it among those of its tab. title: How it is listed. section: Returns its
    section; called in another thread. chosen: Whether it is ticked at first.
    """

    key: str
    title: str
    section: Callable[[], Section]
    chosen: bool = True


@dataclass(frozen=True)
class Head:
    """What a report begins with: the author, the day, the course, and a text of the author's."""

    name: str = ""
    date: str = ""
    course: str = ""
    text: str = ""


@dataclass(frozen=True, eq=False)
class Report:
    """A report: its head, and its sections in order.

    session: The text of a session file that goes with it, or "". version: The program's.
    """

    head: Head
    sections: tuple[Section, ...]
    session: str = ""
    version: str = __version__

    @property
    def title(self) -> str:
        """Return what stands above it: the course, or what it is."""
        return self.head.course or "Lab report"

    @property
    def neurons(self) -> tuple[Membrane, ...]:
        """Return each neuron of the sections once, in order."""
        return tuple(dict.fromkeys(s.neuron for s in self.sections if s.neuron is not None))


def thinned(rows: Rows) -> tuple[Rows, str]:
    """Return at most MOST_ROWS of the rows, evenly spread, and a sentence if some are left out."""
    if len(rows) <= MOST_ROWS:
        return rows, ""
    step = -(-len(rows) // MOST_ROWS)
    note = f"The table has {len(rows)} rows, of which one in {step} is shown here"
    return rows[::step], note
