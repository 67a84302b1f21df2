"""Write the numbers behind a figure as one rectangular CSV table.

Curves over the same x share one column of x. Every other x has a numbered column of its own, before
its curves: ``time_ms,V_mV,time_ms_2,V_mV_2``. Shorter columns end in empty fields.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hhgui.model.words import distinct
from hhgui.storage.atomic import atomic_writer
from hhgui.storage.csv_table import Column
from hhgui.storage.table_form import CSV, TableForm, write_table

Array = NDArray[np.float64]
CHUNK_ROWS = 20_000
_WORDS = {
    "/": " per ", "µ": "u", "μ": "u", "∞": " inf ", "Ω": " ohm ", "°": " deg ", "%": " percent ",
    "α": " alpha ", "β": " beta ", "τ": " tau ", "σ": " sigma ", "Δ": " delta ", "−": "-",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Series:
    """The numbers of one curve: ``x`` and ``y``, (n,) each, and the headers of their columns."""

    header: str
    x_header: str
    x: Array
    y: Array


def ascii_name(text: str) -> str:
    """Return ``text`` as an ASCII header: "µA/cm²" becomes "uA_per_cm2", "ḡNa 100" "gNa_100"."""
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "_".join(re.findall(r"-?[A-Za-z0-9.]+", plain))


def write_figure_csv(
    path: Path,
    series: Sequence[Series],
    cancelled: Callable[[], bool] | None = None,
    form: TableForm = CSV,
) -> None:
    """Write all series to ``path``, each number as the shortest text that reads back the same.

    Raises WriteError, and Cancelled once ``cancelled()`` is true, and leaves the old file
    unchanged. Raises ValueError if there are no series.
    """
    if not series:
        raise ValueError("a table needs a curve")
    columns = _columns(series)
    arrays = [values for _, values in columns]
    headers = [Column(name) for name, _ in columns]
    with atomic_writer(path) as stream:
        write_table(stream, headers, _chunks(arrays), form, cancelled=cancelled)


def _columns(series: Sequence[Series]) -> list[tuple[str, Array]]:
    """Return the columns with unique headers, each x before its curves."""
    groups: list[list[Series]] = []
    for each in series:
        group = next((g for g in groups if _same_x(g[0], each)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    taken: set[str] = set()
    columns = []
    for group in groups:
        columns.append((_distinct(group[0].x_header, taken), group[0].x))
        columns += [(_distinct(each.header, taken), each.y) for each in group]
    return columns


def _same_x(a: Series, b: Series) -> bool:
    """Return whether two series have the same x, so that they can share a column."""
    return a.x_header == b.x_header and (a.x is b.x or np.array_equal(a.x, b.x))


def _distinct(header: str, taken: set[str]) -> str:
    """Return the header, with a number from 2 on if it is taken."""
    name = distinct(header, taken, "{}_{}")
    taken.add(name)
    return name


def _chunks(arrays: Sequence[Array]) -> Iterator[tuple[Array, ...]]:
    """Yield the rows of the table in pieces; a column that has ended continues with NaN."""
    rows = max(values.size for values in arrays)
    for first in range(0, rows, CHUNK_ROWS):
        last = min(first + CHUNK_ROWS, rows)
        yield tuple(_piece(values, first, last) for values in arrays)


def _piece(values: Array, first: int, last: int) -> Array:
    """Return entries ``first`` to ``last`` - 1, with NaN after the end."""
    there = np.asarray(values[first:last], dtype=np.float64)
    if there.size == last - first:
        return there
    return np.concatenate([there, np.full(last - first - there.size, np.nan)])
