"""Write the measurements of an action potential as a CSV table, one row per measurement."""

import csv
from pathlib import Path

from hhgui.experiments.marked import MarkedPotential
from hhgui.storage.atomic import atomic_writer
from hhgui.storage.table_form import CSV, TableForm

HEADER = (
    "key", "quantity", "value", "unit", "time_ms", "V_mV", "until_time_ms", "until_V_mV",
    "how_it_was_measured",
)  # fmt: skip


def write_marks(path: Path, marked: MarkedPotential, form: TableForm = CSV) -> None:
    """Write value, unit and place of each annotation; a span has two places.

    A measurement that failed has an empty value, and the reason in the last column. Raises
    WriteError and leaves the old file unchanged.
    """
    with atomic_writer(path) as stream:
        writer = csv.writer(stream, delimiter=form.separator, lineterminator="\n")
        writer.writerow(HEADER)
        for mark in marked.marks:
            numbers = [number for point in (*mark.at, (None, None))[:2] for number in point]
            places = [_text(number, form.decimal) for number in [*numbers, None, None][:4]]
            value = _text(mark.value, form.decimal)
            writer.writerow([mark.key, mark.label, value, mark.unit, *places, mark.how])


def _text(value: float | None, decimal: str) -> str:
    """Return a number as text with this decimal sign, "" for None."""
    return "" if value is None else repr(float(value)).replace(".", decimal)
