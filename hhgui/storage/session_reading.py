"""Reading a session's record: strict, whatever it holds. Data only, nothing in it is executed."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import numpy as np

from hhgui.document.document import Document
from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import THRESHOLD, FiPoint, FiProtocol
from hhgui.document.session import MOST_CURVES, MOST_RUNS, KeptRun, Session, View, check_name
from hhgui.document.setup import Setup, Trial
from hhgui.engine.methods import DT, METHODS
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, membrane_from_dict
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import Stimulus, component_from_dict, stimulus_from_dict
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.atomic import shown
from hhgui.storage.fields import flag_of, items_of, number, text_of, whole
from hhgui.storage.record import check_keys, check_record
from hhgui.storage.session_upgrade import upgraded

EXPERIMENT = "session"
FORMAT = 2
_PARTS = {"models", "stimuli", "document", "view", "runs", "curves"}
_DOCUMENT_KEYS = {"membrane", "base", "stimulus", "method", "dt"}
_VIEW_KEYS = {field.name for field in fields(View)}
_DEEPEST = 20
_SETUP_KEYS = {field.name for field in fields(Setup)}
_PROTOCOL_KEYS = {field.name for field in fields(FiProtocol)}
_CURVE_KEYS = {"name", "membrane", "protocol", "inaccuracy", "points", "problems"}
_COLUMNS = ("index", "current", "count", "rate", "latency")
_LONGEST_KEY = 80


def session_from_record(record: dict[str, Any], where: str) -> Session:
    """The session of ``session_to_record``; ``where`` names the file in errors.

    Raises ModelFileError, and nothing else, naming file and key.
    """
    check_record(record, EXPERIMENT, _PARTS, set(), where, FORMAT)
    if record["format"] == 1:
        record = upgraded(record, where)
    reader = _Reader(where)
    with reader.inside(""):
        for place, entry in enumerate(items_of(record, "models")):
            reader.models.append(reader.membrane(entry, f"models[{place}]"))
        for place, entry in enumerate(items_of(record, "stimuli")):
            with reader.inside(f"stimuli[{place}]"):
                reader.stimuli.append(_stimulus(entry))
        document = reader.document(record["document"])
        reader.runs += [reader.run(*pair) for pair in reader.few(record, "runs", MOST_RUNS)]
        curves = reader.few(record, "curves", MOST_CURVES)
        reader.curves += [reader.curve(*pair) for pair in curves]
        return Session(document, reader.view(record["view"]))


class _Reader:
    """Reads the parts of one file; what they name by its place has been read before."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.models: list[Membrane] = []
        self.stimuli: list[Stimulus] = []
        self.runs: list[KeptRun] = []
        self.curves: list[FiCurve] = []

    @contextmanager
    def inside(self, path: str) -> Iterator[None]:
        """Give a ModelError of the block file and path."""
        try:
            yield
        except ModelError as error:
            key = shown(error.key[:_LONGEST_KEY])
            key = ".".join(filter(None, (path, key)))
            raise ModelFileError(self.where, key, shown(error)) from None

    def few(self, record: dict[str, Any], key: str, most: int) -> Iterator[tuple[Any, str]]:
        """The entries of a list, with their paths."""
        entries = items_of(record, key)
        if len(entries) > most:
            raise ModelError(key, f"at most {most} {key} are kept")
        for place, entry in enumerate(entries):
            yield entry, f"{key}[{place}]"

    def membrane(self, entry: object, path: str) -> Membrane:
        try:
            return membrane_from_dict(entry, self.where)
        except ModelFileError as error:
            key = ".".join(filter(None, (path, error.key)))
            raise ModelFileError(self.where, key, error.problem) from None

    def document(self, entry: object) -> Document:
        table = check_keys(entry, _DOCUMENT_KEYS, {"threshold"}, "document", self.where)
        with self.inside("document"):
            threshold = THRESHOLD.check(table.get("threshold", 0.0))
            return Document(*self._neuron(table), _method(table), DT.check(table["dt"]), threshold)

    def view(self, entry: object) -> View:
        table = check_keys(entry, set(), _VIEW_KEYS, "view", self.where)
        tabs = table.get("tabs", {})
        with self.inside("view"):
            if not isinstance(tabs, dict):
                raise ModelError("tabs", "tabs must be a JSON object, written {…}")
            for name in tabs:
                check_name("tabs", name)
        kept = {name: self._kept(each, f"view.tabs.{shown(name)}") for name, each in tabs.items()}
        with self.inside("view"):
            return View(**table | {"tabs": kept})

    def _kept(self, value: object, path: str, depth: int = 0) -> Any:
        """What a tab keeps: plain values, lists as tuples, and the records that they name."""
        if depth > _DEEPEST:
            raise ModelFileError(self.where, path[:_LONGEST_KEY], "is nested too deeply")
        if isinstance(value, list):
            return tuple(self._kept(each, path, depth + 1) for each in value)
        if not isinstance(value, dict):
            return value
        key = next(iter(value), "")
        if len(value) == 1 and key.startswith("$"):
            return self._record(key, value, path)
        return {k: self._kept(each, f"{path}.{shown(k[:60])}", depth + 1)
                for k, each in value.items()}  # fmt: skip

    def _record(self, key: str, table: dict[str, Any], path: str) -> Any:
        lists: dict[str, list[Any]] = {
            "$model": self.models,
            "$run": self.runs,
            "$curve": self.curves,
        }
        if key == "$protocol":
            return self._protocol(table[key], path)
        with self.inside(path):
            if key in lists:
                return _at_place(lists[key], table, key)
            if key == "$trial":
                return _trial(table[key])
            known = ", ".join([*lists, "$protocol", "$trial"])
            raise ModelError("", f"{key[:60]} is not known here; allowed: {known}")

    def run(self, entry: object, path: str) -> KeptRun:
        keys = {"name", "color", "visible", "setup"}
        table = check_keys(entry, keys, set(), path, self.where)
        setup = self._setup(table["setup"], f"{path}.setup")
        with self.inside(path):
            return KeptRun(**table | {"setup": setup})

    def _setup(self, entry: object, path: str) -> Setup:
        required = {"membrane", "base"}
        values = dict(check_keys(entry, required, _SETUP_KEYS - required, path, self.where))
        with self.inside(path):
            values.setdefault("stimulus", None)
            neuron = self._neuron(values)
            for key in ("membrane", "base", "stimulus"):
                del values[key]
            if values.get("against") is not None:
                values["against"] = _at_place(self.models, values, "against")
            for key in {"thermal", "marks"} & values.keys():
                flag_of(values, key)
            if "panes" in values:
                values["panes"] = tuple(items_of(values, "panes"))
            if "method" in values:
                _method(values)
            return Setup(*neuron, **self._with_parts(values, path))

    def curve(self, entry: object, path: str) -> FiCurve:
        table = check_keys(entry, _CURVE_KEYS, set(), path, self.where)
        columns = check_keys(table["points"], {*_COLUMNS}, set(), f"{path}.points", self.where)
        with self.inside(path):
            membrane = _at_place(self.models, table, "membrane")
            protocol = self._protocol(table["protocol"], f"{path}.protocol")
            problems = _problems(items_of(table, "problems"))
            points = tuple(_points(columns, problems, protocol.points))
            return FiCurve(
                text_of(table, "name"), membrane, protocol, points, text_of(table, "inaccuracy")
            )

    def _neuron(self, table: dict[str, Any]) -> tuple[Membrane, Membrane, Stimulus]:
        stimulus = table["stimulus"]
        return (
            _at_place(self.models, table, "membrane"),
            _at_place(self.models, table, "base"),
            Stimulus() if stimulus is None else _at_place(self.stimuli, table, "stimulus"),
        )

    def _with_parts(self, table: dict[str, Any], path: str) -> dict[str, Any]:
        """A view's or a setup's values, its protocol and its trials read."""
        values = dict(table)
        if values.get("fi") is not None:
            values["fi"] = self._protocol(values["fi"], f"{path}.fi")
        if "trials" in values:
            values["trials"] = tuple(_trial(entry) for entry in items_of(values, "trials"))
        return values

    def _protocol(self, entry: object, path: str) -> FiProtocol:
        table = check_keys(entry, _PROTOCOL_KEYS, set(), path, self.where)
        with self.inside(path):
            _method(table)
            return FiProtocol(**table)


def _at_place(values: list[Any], table: dict[str, Any], key: str) -> Any:
    place = whole(key, table[key])
    if place >= len(values):
        raise ModelError(key, f"{key} names number {place} of a list of {len(values)}, from 0")
    return values[place]


def _method(table: dict[str, Any]) -> str:
    method = table["method"]
    if not isinstance(method, str) or method not in METHODS:
        raise ModelError("method", f"method must be one of {', '.join(METHODS)}")
    return method


def _trial(entry: object) -> Trial:
    if not isinstance(entry, list) or len(entry) != 2:
        raise ModelError("trials", "a trial must be a method and its dt")
    return Trial(_method({"method": entry[0]}), entry[1])


def _problems(entries: list[Any]) -> dict[int, str]:
    found = {}
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[1], str):
            raise ModelError("problems", "a problem must be a point's index and a text")
        found[whole("problems", entry[0])] = entry[1]
    return found


def _points(columns: dict[str, Any], problems: dict[int, str], most: int) -> Iterator[FiPoint]:
    """The points of a curve whose protocol has ``most`` of them, their indices rising."""
    rows = [items_of(columns, key) for key in _COLUMNS]
    if len({len(row) for row in rows}) != 1:
        raise ModelError("points", "the columns of a curve's points must be equally long")
    last = -1
    for index, current, count, rate, latency in zip(*rows, strict=True):
        if whole("points.index", index, most - 1) <= last:
            raise ModelError("points.index", "the indices of a curve's points must rise")
        last = index
        after = None if latency is None else number("points.latency", latency)
        yield FiPoint(
            index,
            number("points.current", current),
            whole("points.count", count),
            number("points.rate", rate),
            after,
            problems.pop(index, ""),
        )
    if problems:
        raise ModelError("problems", "a problem names a point that is not there")


def _stimulus(entry: object) -> Stimulus:
    """A stimulus whose samples from files are packed."""
    if not isinstance(entry, dict) or not isinstance(entry.get("components"), list):
        return stimulus_from_dict(entry)
    plain = stimulus_from_dict(entry | {"components": []})
    parts = tuple(_component(part) for part in entry["components"])
    return Stimulus(parts, plain.holding, plain.origin, plain.repeat)


def _component(entry: object) -> Component:
    if not isinstance(entry, dict) or entry.get("kind") != Samples.kind:
        return component_from_dict(entry)
    keys = ("times", "values", "ends") if "ends" in entry else ("times", "values")
    unpacked = {key: _unpacked(entry, key) for key in keys}
    return component_from_dict(entry | unpacked)


def _unpacked(table: dict[str, Any], key: str) -> list[float]:
    pieces = items_of(table, key)
    try:
        raw = b"".join(base64.b64decode(piece, validate=True) for piece in pieces)
        return np.frombuffer(raw, dtype="<f8").tolist()  # type: ignore[no-any-return]
    except (binascii.Error, TypeError, ValueError):
        raise ModelError(key, f"{key} must be float64 in base64, in pieces") from None
