r"""Write CSV tables: comma, "." as decimal sign in every locale, one ASCII header row, "\n".

Numbers are the shortest text that reads back as the same float64 ("120.0", "1e-05"); NaN and
infinities are empty fields. ``model/quantity.py`` describes the columns of a table of traces.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.quantity import quantities, recorded_keys

TIME_COLUMN = "time_ms"
ALL = "all"
# Formatting a block is one call into C that keeps the GIL, about 2 ms, and a window waits for it.
# Without the pause between blocks, a thread that beats every 5 ms was seen to wait 260 ms.
_NUMBERS_PER_BLOCK = 4000
_PAUSE_S = 5e-5
_PROGRESS_EVERY_S = 0.05


class Cancelled(Exception):  # noqa: N818 - a cancel by the user is no error
    """Raised when the user has cancelled; nothing has been saved."""


@dataclass(frozen=True)
class Column:
    """A column: its ASCII header, which includes the unit, and whether it holds whole numbers."""

    name: str
    whole: bool = False


def write_csv(
    stream: TextIO,
    columns: Sequence[Column],
    chunks: Iterable[tuple[NDArray[Any], ...]],
    progress: Callable[[int], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    header: str = "",
    signs: tuple[str, str] = (",", "."),
) -> int:
    """Write the header and all rows to ``stream``; return the number of rows.

    chunks: the rows in pieces, each piece an array (rows,) per column. progress: called with the
    number of rows so far, some 20 times a second and at the end. cancelled: asked every few hundred
    rows; if true, Cancelled is raised. header: lines to write in place of the columns' names, or
    "". signs: the separator and the decimal sign. Raises ValueError for arrays of different
    lengths, TypeError for fractions in a column of whole numbers.
    """
    stream.write((header or ",".join(column.name for column in columns)) + "\n")
    rows, reported = 0, time.monotonic()
    for block in _blocks(columns, chunks):
        if cancelled is not None and cancelled():
            raise Cancelled
        stream.write(_text(block, *signs))
        rows += len(block[0])
        if progress is not None and time.monotonic() - reported >= _PROGRESS_EVERY_S:
            progress(rows)
            reported = time.monotonic()
        time.sleep(_PAUSE_S)
    if progress is not None:
        progress(rows)
    return rows


def chosen_names(membrane: Membrane, record: str) -> tuple[str, ...]:
    """Return the keys of the quantities in the option ``--record V,m,g_Na``, each once.

    They keep their order. "all" stands for the recorded ones: voltage, stimulus, gates and ionic
    currents. Raises ModelError (key "record") for a key that the membrane does not have, or for an
    empty list.
    """
    known = [q.key for q in quantities(membrane)]
    names: list[str] = []
    for name in filter(None, (piece.strip() for piece in record.split(","))):
        if name != ALL and name not in known:
            raise ModelError("record", f"can't record {name[:40]!r}; {_choose(known)}")
        names.extend(recorded_keys(membrane) if name == ALL else [name])
    if not names:
        raise ModelError("record", f"nothing to record; {_choose(known)}")
    return tuple(dict.fromkeys(names))


def _choose(known: Sequence[str]) -> str:
    """Return a sentence that lists the keys one can choose from."""
    return f"choose from {', '.join(known)}, or {ALL} for the recorded ones"


def _blocks(
    columns: Sequence[Column], chunks: Iterable[tuple[NDArray[Any], ...]]
) -> Iterator[list[NDArray[Any]]]:
    """Yield the rows as arrays of the columns' types, in blocks that are quick to format."""
    step = max(1, _NUMBERS_PER_BLOCK // len(columns))
    for chunk in chunks:
        arrays = [_typed(c, values) for c, values in zip(columns, chunk, strict=True)]
        if len({len(values) for values in arrays}) != 1:
            raise ValueError("the columns of a table must be equally long")
        for first in range(0, len(arrays[0]), step):
            yield [values[first : first + step] for values in arrays]


def _typed(column: Column, values: NDArray[Any]) -> NDArray[Any]:
    """Return the values in the type of their column. Raises TypeError."""
    kind = np.int64 if column.whole else np.float64
    return np.asarray(values).astype(kind, casting="same_kind", copy=False)


def _text(block: list[NDArray[Any]], separator: str, decimal: str) -> str:
    """Return the rows of a block as text."""
    text = "\n".join(map(separator.join, zip(*map(_fields, block), strict=True))) + "\n"
    return text if decimal == "." else text.replace(".", decimal)


def _fields(values: NDArray[Any]) -> Iterable[str]:
    """Return each value as text; NaN and infinities are ""."""
    if values.dtype == np.float64 and np.isnan(values).any():
        return ["" if value != value else repr(value) for value in values.tolist()]
    return map(repr, values.tolist())
