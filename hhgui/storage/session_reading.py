"""Read the record of a session strictly; it holds data only, and nothing in it is executed."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

import numpy as np

from hhgui.document.document import Document
from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.document.session import COLOR, KeptRun, KeptSweep, Name, Session, View
from hhgui.document.sweep import Sweep
from hhgui.engine.spikes import Oscillations, SpikeRule
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import membrane_from_document
from hhgui.model.parameter import MisfitError, ModelError, Rule, text, whole
from hhgui.model.records import Reader
from hhgui.model.stimulus.command import Command, played_from_dict
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import Stimulus, component_from_dict
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.atomic import shown
from hhgui.storage.record import A_TABLE, naming, parts_of
from hhgui.storage.session_upgrade import upgraded
from hhgui.storage.stretches import StretchEntry, replay_of_entries

EXPERIMENT = "session"
FORMAT = 3
# What is always written, whatever the defaults, and what later versions added.
_COMPLETE: Mapping[type, tuple[str, ...]] = {
    Document: ("threshold", "rearm", "command", "clamped"),
    FiProtocol: ("rearm",),
}
_DEEPEST = 20
T = TypeVar("T")


def _problem(pair: Any) -> tuple[int, str]:
    """Return the index of a point and the text of its problem, from a pair in JSON."""
    try:
        index, words = pair
        return whole(index, 0), text(words)
    except (TypeError, ValueError):
        raise MisfitError("", "must be a point's index and a text") from None


_Count = Annotated[int, Rule(partial(whole, least=0))]
_Problem = Annotated[tuple[int, str], Rule(_problem)]


@dataclass(frozen=True)
class _Points:
    """The points of an f-I curve, stored column by column; older files lack the last three.

    swings: the oscillations without a spike; this is their name in files.
    """

    index: tuple[int, ...]
    current: tuple[float, ...]
    count: tuple[_Count, ...]
    rate: tuple[float, ...]
    latency: tuple[float | None, ...]
    outside: tuple[_Count, ...] = ()
    steady_rate: tuple[float | None, ...] = ()
    swings: tuple[Oscillations | None, ...] = ()


@dataclass(frozen=True)
class _Curve:
    """An f-I curve; ``problems``: pairs of the index of a point and the text of its problem."""

    name: str
    membrane: Membrane
    protocol: FiProtocol
    inaccuracy: str
    points: _Points
    problems: tuple[_Problem, ...]


@dataclass(frozen=True)
class _Sweep:
    """A kept sweep; its stretches refer to neurons and stimuli by their indices."""

    name: Name
    color: Annotated[int, COLOR]
    visible: bool
    base: Membrane
    onset_ms: float | None
    from_ms: float
    to_ms: float
    stretches: tuple[StretchEntry, ...]


@dataclass(frozen=True)
class _File:
    """The parts of a session's record; those to which others refer by index are read first."""

    models: Any
    stimuli: Any
    document: Any
    view: Any
    runs: Any
    curves: Any
    sweeps: Any = ()  # of older files there are none


def session_from_record(record: dict[str, Any], where: str) -> Session:
    """Return the session in a record. Raises only ModelFileError, naming file and key.

    where: the name of the file.
    """
    parts = parts_of(record, EXPERIMENT, where, FORMAT)
    with naming(where):
        file = _PARTS_READER.read(_File, parts)
        session = _SessionReader(upgraded(vars(file), record["format"]))
        token = _READ.set(session)
        try:
            return session.session()
        finally:
            _READ.reset(token)


class _SessionReader:
    """Reads the parts of one session file."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._record = record
        self.models: tuple[Membrane, ...] = _LISTS.read(
            tuple[Membrane, ...], record["models"], "models"
        )
        self.stimuli: tuple[Stimulus, ...] = _LISTS.read(
            tuple[Stimulus, ...], record["stimuli"], "stimuli"
        )
        self._runs: tuple[KeptRun, ...] = ()
        self._curves: tuple[FiCurve, ...] = ()
        self._sweeps: tuple[KeptSweep, ...] = ()

    def session(self) -> Session:
        """Return the session. Raises ModelError, whose key is the path of the wrong value."""
        document = _PARTS_READER.read(Document, self._record["document"], "document")
        self._runs = _PARTS_READER.read(tuple[KeptRun, ...], self._record["runs"], "runs")
        self._curves = _PARTS_READER.read(tuple[FiCurve, ...], self._record["curves"], "curves")
        sweeps = self._record.get("sweeps", ())
        self._sweeps = _PARTS_READER.read(tuple[KeptSweep, ...], sweeps, "sweeps")
        return Session(document, self._view(self._record["view"]))

    def _view(self, entry: object) -> View:
        table = _PARTS_READER.read(dict[str, Any], entry, "view")
        tabs = _PARTS_READER.read(dict[Name, dict[str, Any]], table.get("tabs", {}), "view.tabs")
        kept = {name: self._kept(each, f"view.tabs.{shown(name)}") for name, each in tabs.items()}
        return _PARTS_READER.read(View, table | {"tabs": kept}, "view")

    def _kept(self, value: object, path: str, depth: int = 0) -> Any:
        """Return a value of a tab's state: lists become tuples, references the records they mean.

        path: of the value, for errors. depth: how many lists and tables it is inside of.
        """
        if depth > _DEEPEST:
            raise MisfitError(path, "is nested too deeply")
        if isinstance(value, list):
            return tuple(self._kept(each, path, depth + 1) for each in value)
        if not isinstance(value, dict):
            return value
        key = next(iter(value), "")
        if len(value) == 1 and key.startswith("$"):
            return self._named(key, value[key], path)
        return {k: self._kept(each, f"{path}.{shown(k[:60])}", depth + 1)
                for k, each in value.items()}  # fmt: skip

    def _named(self, key: str, value: object, path: str) -> Any:
        """Return the record to which ``{key: value}`` refers by an index."""
        lists = {
            "$model": self.models, "$run": self._runs, "$curve": self._curves,
            "$sweep": self._sweeps,
        }  # fmt: skip
        if key in lists:
            try:
                return _at_place(lists[key], value)
            except ModelError as error:
                raise MisfitError(f"{path}.{key}", error.problem) from None
        known = ", ".join(lists)
        raise MisfitError(path, f"names {key[:60]}, which is not known here; allowed: {known}")


def _curve(table: object) -> FiCurve:
    curve = _PARTS_READER.read(_Curve, table)
    points = tuple(_points(curve))
    return FiCurve(curve.name, curve.membrane, curve.protocol, points, curve.inaccuracy)


def _sweep(table: object) -> KeptSweep:
    entry, file = _PARTS_READER.read(_Sweep, table), _READ.get()
    replay = replay_of_entries(
        entry.stretches, file.models, file.stimuli, entry.from_ms, entry.to_ms, SpikeRule()
    )
    sweep = Sweep(entry.base, replay, entry.onset_ms)
    return KeptSweep(entry.name, entry.color, entry.visible, sweep)


def _at_place(values: Sequence[T], place: object) -> T:
    """Return the entry at an index that a file gives. Raises ModelError if there is none."""
    at = whole(place, 0)
    if at >= len(values):
        raise MisfitError("", f"names number {at} of a list of {len(values)}, from 0")
    return values[at]


def _played(place: object, clamps: bool) -> Stimulus:
    """Return the stimulus at an index of the file's list.

    clamps: whether it is a command voltage.
    """
    found = _at_place(_READ.get().stimuli, place)
    if isinstance(found, Command) is not clamps:
        kind = "the command of a clamp" if clamps else "a current"
        raise MisfitError("", f"must name {kind}")
    return found


def _points(curve: _Curve) -> Iterator[FiPoint]:
    """Yield the points of a curve.

    Raises ModelError if their indices do not rise or are too large.
    """
    given, problems = curve.points, dict(curve.problems)
    size = len(given.index)
    none: tuple[None, ...] = (None,) * size
    columns = (
        given.index, given.current, given.count, given.rate, given.latency,
        given.outside or (0,) * size, given.steady_rate or none, given.swings or none,
    )  # fmt: skip
    if any(len(column) != size for column in columns):
        raise ModelError("points", "the columns of a curve's points must be equally long")
    last, most = -1, curve.protocol.points - 1
    for index, current, count, rate, latency, outside, steady, oscillations in zip(
        *columns, strict=True
    ):
        if not last < index <= most:
            raise MisfitError("points.index", f"must rise and be from 0 to {most}")
        last = index
        problem = problems.pop(index, "")
        yield FiPoint(
            index,
            current,
            count,
            rate,
            latency,
            problem,
            outside,
            steady,
            oscillations or Oscillations(),
        )
    if problems:
        raise ModelError("problems", "a problem names a point that is not there")


def _component(entry: object) -> Component:
    """Return a waveform; the samples of a current from a file are packed as base64."""
    if isinstance(entry, dict) and entry.get("kind") == Samples.kind:
        packed = {key: entry[key] for key in ("times", "values", "ends") if key in entry}
        entry = entry | {key: _unpacked(key, pieces) for key, pieces in packed.items()}
    return component_from_dict(entry)


def _unpacked(key: str, pieces: object) -> list[float]:
    """Return the numbers in pieces of base64; key: their name, for errors."""
    try:
        texts = _LISTS.read(tuple[str, ...], pieces)
        raw = b"".join(base64.b64decode(piece, validate=True) for piece in texts)
        return np.frombuffer(raw, dtype="<f8").tolist()  # type: ignore[no-any-return]
    except ValueError:
        raise MisfitError(key, "must be float64 in base64, in pieces") from None


# The file that is being read, whose neurons and stimuli its parts name by their places.
_READ: ContextVar[_SessionReader] = ContextVar("session")
_PLAYED = Reader(table=A_TABLE)
_PLAYED.use(Component, _component)
_PLAYED.get_ready(Stimulus, Command)
_LISTS = Reader(table=A_TABLE)
_LISTS.use(Membrane, membrane_from_document)
_LISTS.use(Stimulus, lambda entry: played_from_dict(entry, _PLAYED))
_LISTS.get_ready(tuple[Membrane, ...], tuple[Stimulus, ...], tuple[str, ...])
_PARTS_READER = Reader(table=A_TABLE, complete=_COMPLETE)
_PARTS_READER.use(Mapping[str, Mapping[str, Any]], lambda tabs: tabs)
_PARTS_READER.use(Membrane, lambda place: _at_place(_READ.get().models, place))
_PARTS_READER.use(Stimulus, partial(_played, clamps=False))
_PARTS_READER.use(Command, partial(_played, clamps=True))
_PARTS_READER.use(FiCurve, _curve)
_PARTS_READER.use(KeptSweep, _sweep)
_PARTS_READER.get_ready(
    Document,
    tuple[KeptRun, ...],
    tuple[KeptSweep, ...],
    _Sweep,
    tuple[FiCurve, ...],
    _Curve,
    View,
    FiProtocol,
    dict[str, Any],
)
