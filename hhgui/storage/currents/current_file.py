"""Read a current from a file, with the user's choices where the file leaves something open."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.choice import Choice
from hhgui.storage.currents.columns import Columns, columns_of, refuse_unlikely
from hhgui.storage.currents.table import UNWATCHED, Table, Watched, open_table
from hhgui.storage.currents.waveform import Knots, check_rows, waveform_of


@dataclass(frozen=True)
class CurrentFile:
    """A current read from a file.

    samples: the current as a waveform. columns: from which columns it was read. notes: sentences
    for the user on what was assumed.
    """

    samples: Samples
    columns: Columns
    notes: tuple[str, ...] = ()


def read_current(
    path: Path, choice: Choice | None = None, watched: Watched = UNWATCHED
) -> CurrentFile:
    """Return the current in the file ``path``.

    Raises ModelError for an error in the file, Undecided if the user has to make a choice,
    Cancelled.
    """
    choice = choice or Choice()
    return current_of(open_table(path, choice.separator, watched), choice, watched)


def current_of(table: Table, choice: Choice, watched: Watched = UNWATCHED) -> CurrentFile:
    """Return the current in two columns of a table. Raises ModelError, Undecided, Cancelled."""
    columns = columns_of(table, choice)
    size = columns.density_size(choice, table.name)
    pair = table.pair(columns.time, columns.current, choice.decimal, watched)
    times = _scaled(pair.times, columns.time_unit.size)
    currents = _scaled(pair.currents * choice.scale + choice.offset, size)
    knots = Knots(table.name, str(table.path), pair.lines, times, currents)
    check_rows(knots)
    notes = list(pair.notes)
    if columns.assumed:
        if times.size > 1:
            refuse_unlikely(table.name, float(times[-1] - times[0]), float(np.abs(currents).max()))
        notes.append(f"{table.name} names no units: times are read as ms, currents as µA/cm²")
    samples, held = waveform_of(knots, choice)
    return CurrentFile(samples, columns, tuple(filter(None, [*notes, held])))


def _scaled(values: np.ndarray, size: float) -> np.ndarray:
    """Return ``values`` times ``size``; by a power of ten below one it divides, which is exact."""
    return values * size if size >= 1.0 else values / (1.0 / size)
