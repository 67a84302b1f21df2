"""Write the table of an experiment as CSV, and beside it the JSON that reproduces it exactly."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from hhgui.experiments.catalogue import experiment_named
from hhgui.experiments.contract import Column, Experiment, Measured, Subject
from hhgui.storage import csv_table
from hhgui.storage.atomic import shown, write_pair
from hhgui.storage.record import (
    SimulatedParts,
    dump_record,
    file_reader,
    json_beside,
    make_record,
    naming,
    parts_of,
    read_record,
    simulated_parts,
)
from hhgui.storage.table_form import CSV, TableForm, write_table

PROBLEM = "problem"


def write_measured(
    path: Path, measured: Measured, warnings: Sequence[str] = (), form: TableForm = CSV
) -> Path:
    """Write the table to ``path`` and the JSON beside it; return the path of the JSON.

    A CSV shows words for columns that have words, and has a last column ``problem`` if some row has
    one. warnings: sentences for the JSON. Raises WriteError and leaves both old files unchanged.
    """
    beside = json_beside(path)
    record = measure_record(measured.experiment, measured.subject)
    record |= {"results": results_of(measured), "warnings": list(warnings)}
    write_pair(
        path, lambda stream: _write_rows(stream, measured, form), beside, dump_record(record)
    )
    return beside


def measure_record(experiment: Experiment, subject: Subject) -> dict[str, Any]:
    """Return the record, a dictionary for JSON, from which a measurement can be made again."""
    parts = simulated_parts(subject)
    return make_record(experiment.id, **parts, settings=experiment.settings())


def read_measure_json(path: Path) -> tuple[Experiment, Subject]:
    """Return the experiment and its subject from the JSON beside a table.

    Raises ModelFileError, naming file and key.
    """
    where = shown(path.name)
    record = read_record(path)
    with naming(where):
        kind = experiment_named(str(record.get("experiment")))
        parts = _READER.read(_Measured, parts_of(record, kind.id, where))
        subject = Subject(
            parts.model, parts.stimulus, parts.method, parts.dt_ms, parts.threshold_mV,
            parts.rearm_mV,
        )  # fmt: skip
        return kind.from_settings(parts.settings), subject


@dataclass(frozen=True)
class _Measured(SimulatedParts):
    """The parts of a measurement's record; results and warnings are for people and not read."""

    settings: dict[str, Any]
    results: Any = ()
    warnings: Any = ()


_READER = file_reader()


def columns_of(measured: Measured) -> dict[str, list[float | int | str | None]]:
    """Return the values of each column by its name ("threshold_uA_cm2"), in the table's order.

    A missing value is None; a column that has words gives the words.
    """
    return {
        column.name: [_value(column, value) for value in measured.rows.column(column.key).tolist()]
        for column in measured.experiment.columns_for(measured.subject)
    }


def results_of(measured: Measured) -> dict[str, Any]:
    """Return the values of the results by name, None where missing, and the listings."""
    numbers = {
        result.name: None if result.value is None else float(result.value)
        for result in measured.results
    }
    return numbers | {key: list(each.entries) for key, each in measured.listings.items()}


def _value(column: Column, value: float) -> float | int | str | None:
    """Return a value as JSON: None if missing, the word of a column that has words."""
    if not math.isfinite(value):
        return None
    if column.words:
        return column.words[int(value)]
    return int(value) if column.whole else value


def _write_rows(stream: TextIO, measured: Measured, form: TableForm) -> None:
    """Write the table with words and problems."""
    if form.kind != CSV.kind:
        _write_numbers(stream, measured, form)
        return
    table = columns_of(measured)
    problems = [row.problem for row in measured.rows]
    header = list(table)
    columns = [[_text(value, form.decimal) for value in values] for values in table.values()]
    if any(problems):
        header, columns = [*header, PROBLEM], [*columns, problems]
    writer = csv.writer(stream, delimiter=form.separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(zip(*columns, strict=True))


def _write_numbers(stream: TextIO, measured: Measured, form: TableForm) -> None:
    """Write the table in a form that holds numbers only; a word is written as its index."""
    kinds = measured.experiment.columns_for(measured.subject)
    columns = [csv_table.Column(kind.name) for kind in kinds]
    chunk = tuple(measured.rows.column(kind.key) for kind in kinds)
    write_table(stream, columns, [chunk], form)


def _text(value: Any, decimal: str) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else repr(value).replace(".", decimal)
