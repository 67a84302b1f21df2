"""Write an f-I curve as a CSV table, and beside it the JSON from which it can be measured again."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import membrane_to_dict
from hhgui.storage.atomic import shown, write_pair
from hhgui.storage.csv_table import Column
from hhgui.storage.record import (
    dump_record,
    file_reader,
    json_beside,
    make_record,
    naming,
    parts_of,
    read_record,
)
from hhgui.storage.table_form import CSV, TableForm, write_table

EXPERIMENT = "fi"
MAX_JSON_BYTES = 1_000_000
COLUMNS = (
    Column("current_uA_per_cm2"),
    Column("spike_count", whole=True),
    Column("rate_Hz"),
    Column("first_spike_latency_ms"),
    Column("spikes_outside_step", whole=True),
    Column("steady_rate_Hz"),
    Column("oscillations_without_spike", whole=True),
)


def write_fi(
    path: Path,
    membrane: Membrane,
    protocol: FiProtocol,
    points: Iterable[FiPoint],
    form: TableForm = CSV,
) -> Path:
    """Write the curve to ``path``, by rising current, and the JSON beside it.

    Returns the path of the JSON. The row of a run that ended early (``FiPoint.problem``) has no
    rate; the JSON lists these runs, and those in which V oscillates without spikes. Raises
    WriteError and leaves both old files unchanged.
    """
    beside = json_beside(path)
    ordered = sorted(points, key=lambda point: point.index)
    record = fi_record(membrane, protocol)
    problems = [{"current": float(p.current), "problem": p.problem} for p in ordered if p.problem]
    notes = [(p.current, p.note(protocol)) for p in ordered]
    problems += [{"current": float(current), "problem": note} for current, note in notes if note]
    if problems:
        record["problems"] = problems
    # a latency of None becomes NaN, which is an empty field
    chunk = (
        np.array([p.current for p in ordered], dtype=np.float64),
        np.array([p.count for p in ordered], dtype=np.int64),
        np.array([np.nan if p.problem else p.rate for p in ordered], dtype=np.float64),
        np.array([p.latency for p in ordered], dtype=np.float64),
        np.array([p.outside for p in ordered], dtype=np.int64),
        np.array([None if p.problem else p.steady_rate for p in ordered], dtype=np.float64),
        np.array([p.oscillations.count for p in ordered], dtype=np.int64),
    )
    write_pair(path, lambda s: write_table(s, COLUMNS, [chunk], form), beside, dump_record(record))
    return beside


def fi_record(membrane: Membrane, protocol: FiProtocol) -> dict[str, Any]:
    """Return the record, a dictionary for JSON, from which a curve can be measured again."""
    return make_record(EXPERIMENT, model=membrane_to_dict(membrane), protocol=asdict(protocol))


def read_fi_json(path: Path) -> tuple[Membrane, FiProtocol]:
    """Return the membrane and the protocol of the curve, from the JSON beside it.

    Raises ModelFileError, naming file and key, for anything that is wrong in it.
    """
    where = shown(path.name)
    parts = parts_of(read_record(path, MAX_JSON_BYTES), EXPERIMENT, where)
    with naming(where):
        curve = _READER.read(_Curve, parts)
    return curve.model, curve.protocol


@dataclass(frozen=True)
class _Curve:
    """The parts of a curve's record; ``problems`` is for people and is not read."""

    model: Membrane
    protocol: FiProtocol
    problems: Any = ()


_READER = file_reader({FiProtocol: ("rearm",)})
