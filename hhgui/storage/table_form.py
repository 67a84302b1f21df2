"""Define the forms in which tables are written: CSV, Axon text, NumPy's .npz."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from hhgui.storage.csv_table import Cancelled, Column, write_csv
from hhgui.storage.currents.heading import heading


@dataclass(frozen=True)
class TableForm:
    """The form in which a table is written.

    kind: "csv", "atf" (Axon text, for Clampex and Clampfit) or "npz" (NumPy's arrays). separator,
    decimal: the characters used in text.
    """

    kind: str = "csv"
    separator: str = ","
    decimal: str = "."


CSV = TableForm()
ATF = TableForm("atf", "\t")
NPZ = TableForm("npz")


def form_of(path: Path, preferred: TableForm = CSV) -> TableForm:
    """Return the form for the ending of a file's name; ``preferred`` for an unknown ending."""
    return {".atf": ATF, ".npz": NPZ}.get(path.suffix.lower(), preferred)


def write_table(
    stream: TextIO,
    columns: Sequence[Column],
    chunks: Iterable[tuple[NDArray[Any], ...]],
    form: TableForm = CSV,
    progress: Callable[[int], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Write rows in this form and return their number; the arguments are those of ``write_csv``."""
    if form.kind == "npz":
        return _write_arrays(stream, columns, chunks, progress, cancelled)
    names = [column.name for column in columns]
    header = form.separator.join(names)
    if form.kind == "atf":
        titles = "\t".join(f'"{_title(name)}"' for name in names)
        header = f"ATF\t1.0\n0\t{len(names)}\n{titles}"
    signs = (form.separator, form.decimal)
    return write_csv(stream, columns, chunks, progress, cancelled, header, signs)


def _title(name: str) -> str:
    """Return the header of a column as Axon text has it: ``V (mV)``."""
    found = heading(name)
    unit = found.unit_text.replace("_per_", "/")
    return f"{found.name} ({unit})" if unit else name


def _write_arrays(
    stream: TextIO,
    columns: Sequence[Column],
    chunks: Iterable[tuple[NDArray[Any], ...]],
    progress: Callable[[int], object] | None,
    cancelled: Callable[[], bool] | None,
) -> int:
    pieces: list[list[NDArray[Any]]] = [[] for _ in columns]
    rows = 0
    for chunk in chunks:
        if cancelled is not None and cancelled():
            raise Cancelled
        for kept, values in zip(pieces, chunk, strict=True):
            kept.append(np.array(values))
        rows += len(chunk[0])
        if progress is not None:
            progress(rows)
    arrays = {c.name: np.concatenate(kept) for c, kept in zip(columns, pieces, strict=True)}
    np.savez_compressed(stream.buffer, allow_pickle=False, **arrays)
    return rows
