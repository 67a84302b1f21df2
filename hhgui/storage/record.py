"""Read and write records: the JSON beside a table, which suffices to make the table again.

A record holds data only. Reading is strict: for any content the result is a record or one
ModelFileError, which names the file, the key, the problem and what is allowed.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import hhgui
from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.engine.methods import DT
from hhgui.engine.simulation import Checkpoint
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.contract import Subject
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, membrane_from_document, membrane_to_dict
from hhgui.model.parameter import MisfitError, ModelError, whole
from hhgui.model.records import Reader
from hhgui.model.stimulus.command import played_from_dict
from hhgui.model.stimulus.stimulus import Stimulus, stimulus_from_dict
from hhgui.storage.atomic import WriteError, shown

PROGRAM = "hhgui"
A_TABLE = "a JSON object, written {…}"
FORMAT = 1
MAX_BYTES = 64_000_000
_MAX_DIGITS = 300
_HEADER = ("program", "version", "format", "experiment")
_LONGEST_KEY = 80


def json_beside(path: Path) -> Path:
    """Return the path of the record that belongs to a table: OUT.json for OUT.csv."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        raise WriteError(path, "a table's name must not end in .json; choose one ending in .csv")
    if not path.name:
        raise WriteError(path, "it is a folder; choose another name")
    return path.with_suffix(".json") if suffix == ".csv" else path.with_name(path.name + ".json")


def make_record(experiment: str, newest: int = FORMAT, **parts: Any) -> dict[str, Any]:
    """Return a record of ``parts`` with a header that names experiment, format and program.

    newest: the number of its format.
    """
    header = {"program": PROGRAM, "version": hhgui.__version__, "format": newest}
    return header | {"experiment": experiment} | parts


def dump_record(record: dict[str, Any]) -> str:
    """Return the JSON text of a record. Raises ValueError for a number that is not finite."""
    return _encodable(json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def record_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield the JSON text of a record in small pieces, a line per part and per list entry.

    This is for records whose text would take long to make at once. Raises ValueError as
    ``dump_record``.
    """
    encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
    for number, (key, part) in enumerate(record.items()):
        yield ("{\n " if number == 0 else ",\n ") + json.dumps(key) + ": "
        if isinstance(part, list):
            for place, entry in enumerate(part):
                yield "[\n  " if place == 0 else ",\n  "
                yield from map(_encodable, encoder.iterencode(entry))
            yield "\n ]" if part else "[]"
        else:
            yield from map(_encodable, encoder.iterencode(part))
    yield "\n}\n"


def _encodable(text: str) -> str:
    """Return the text without lone surrogates (from undecodable file names), which UTF-8 lacks."""
    if text.isascii():
        return text
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def read_record(path: Path, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Return the record in a file of at most ``max_bytes``.

    Raises ModelFileError if it is invalid or can't be read.
    """
    where = shown(path.name)
    try:
        # one byte more than is allowed reveals a file that is too large, whatever stat() says
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except OSError as error:
        raise ModelFileError(where, "", f"can't be read: {error.strerror or error}") from None
    except ValueError:  # NUL, or half a surrogate pair
        raise ModelFileError(where, "", "can't be read: no file has such a name") from None
    if len(raw) > max_bytes:
        raise ModelFileError(where, "", f"is larger than {max_bytes // 1_000_000} MB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ModelFileError(where, "", "is not UTF-8 text") from None
    return parse_record(text, where)


def parse_record(text: str, where: str = "record") -> dict[str, Any]:
    """Return the record in a JSON text; where: the name of the file, for errors.

    Raises ModelFileError.
    """
    try:
        document = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except RecursionError:
        raise ModelFileError(where, "", "is nested too deeply") from None
    except ValueError as error:
        raise ModelFileError(where, "", f"is not valid JSON: {error}") from None
    if not isinstance(document, dict):
        raise ModelFileError(where, "", f"must be {A_TABLE}")
    return document


@dataclass(frozen=True, kw_only=True)
class SimulatedParts:
    """The parts of a record that say what was simulated and what counts as a spike."""

    model: Membrane
    stimulus: Stimulus
    method: str
    dt_ms: Annotated[float, DT]
    threshold_mV: Annotated[float, THRESHOLD]
    rearm_mV: Annotated[float, REARM] = REARM_MV


def simulated_parts(simulated: Subject | Checkpoint) -> dict[str, Any]:
    """Return these parts as a dictionary for JSON."""
    return {
        "model": membrane_to_dict(simulated.membrane),
        "stimulus": simulated.stimulus.to_dict(),
        "method": simulated.method,
        "dt_ms": simulated.dt,
        "threshold_mV": simulated.threshold,
        "rearm_mV": simulated.rearm,
    }


def file_reader(complete: Mapping[type, tuple[str, ...]] = {}, clamps: bool = False) -> Reader:
    """Return a reader of records, which can read whole membranes and stimuli.

    complete: as for ``Reader``. clamps: whether a stimulus may be the command of a voltage clamp.
    """
    reader = Reader(table=A_TABLE, complete=complete)
    reader.use(Membrane, membrane_from_document)
    reader.use(Stimulus, played_from_dict if clamps else stimulus_from_dict)
    return reader


def parts_of(
    record: dict[str, Any], experiment: str, where: str, newest: int = FORMAT
) -> dict[str, Any]:
    """Return the parts of a record without its header.

    Raises ModelFileError if it is not of this ``experiment``, or of a newer format than ``newest``.
    where: the name of the file.
    """
    if record.get("program") != PROGRAM:
        raise ModelFileError(where, "program", f"must be {PROGRAM!r}: hhgui did not write this")
    for key in _HEADER:
        if key not in record:
            raise ModelFileError(where, key, "is missing")
    try:
        version = whole(record["format"], 1)
    except MisfitError as error:
        raise ModelFileError(where, "format", error.problem) from None
    if version > newest:
        raise ModelFileError(where, "format", f"{version} is of a newer hhgui; please update")
    if record["experiment"] != experiment:
        raise ModelFileError(where, "experiment", f"must be {experiment!r}")
    return {key: value for key, value in record.items() if key not in _HEADER}


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Turn a ModelError inside the block into a ModelFileError that names the file ``where``."""
    try:
        yield
    except ModelError as error:
        key = shown(error.key[:_LONGEST_KEY])
        raise ModelFileError(where, key, shown(error.problem)) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the pairs of a JSON object as a dictionary. Raises ValueError for a repeated key."""
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise ValueError(f"the key {shown(key[:60])!r} is there twice")
        table[key] = value
    return table


def _finite(text: str) -> float:
    """Return a number of JSON as a float. Raises ValueError if it is too large."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large for a number")
    return value


def _whole(text: str) -> int:
    """Return a whole number that stands in JSON. Raises ValueError if it has too many digits."""
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits is too large")
    return int(text)


def _refuse_constant(text: str) -> Any:
    """Raise ValueError for NaN and Infinity, which are not JSON."""
    raise ValueError(f"{text} is no number that JSON has")
