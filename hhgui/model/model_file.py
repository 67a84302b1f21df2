"""Read and write model files in TOML, which hold data only: nothing in a file is executed.

An invalid file raises ModelFileError, which names the file, the key, the problem and what is
allowed. Files are saved in the program's own units (mV, ms, µF/cm², mS/cm²); loading a saved file
gives the same membrane to the last bit.
"""

import re
import tomllib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import MISSING, dataclass, fields, make_dataclass, replace
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from hhgui.model.membrane import CURVES, MEMBRANE_PARAMETERS, Current, Gate, Membrane
from hhgui.model.parameter import MisfitError, ModelError, real
from hhgui.model.rate import AnyCurve, Combine, Curve, Form, Rate
from hhgui.model.records import Reader, Table
from hhgui.model.units import FileUnits

MAX_BYTES = 1_000_000
# tomllib keeps every prefix of a dotted key: n parts cost n² memory, 200,000 of them 160 GB. Keys
# of a model have four parts at most.
_DEEP_KEY = re.compile(r"(?<![\w-])(?:[\w-]+[ \t]*\.[ \t]*){20}")
# What may hold dots but is no key. A string of several lines may end in two quotes of its own; one
# that never ends is taken whole, and without going back (*+): else a megabyte of it takes hours.
_NOT_KEYS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)'
    r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\.|[^"\\\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*",
    re.DOTALL,
)
# A midpoint or scale left out would be a silent guess; only a constant rate needs neither.
_SHAPED = frozenset(Form) - {Form.CONSTANT}
_DEFAULT_START_MV = -65.0


@dataclass(frozen=True)
class _Header:
    """The table ``[model]`` of a model file."""

    id: str
    name: str
    source: str = ""
    notes: str = ""


# The table ``[membrane]`` with the numbers of a Membrane, which checks the values.
_BODY = make_dataclass(
    "_Body",
    [
        (each.name, Any) if each.default is MISSING else (each.name, Any, each.default)
        for each in fields(Membrane)
        if each.name in {parameter.key for parameter in MEMBRANE_PARAMETERS}
    ],
)


@dataclass(frozen=True)
class _File:
    """The tables of a model file, with numbers in the units of the file."""

    model: _Header
    membrane: Table
    current: tuple[Table, ...]
    units: FileUnits = FileUnits()


class ModelFileError(ValueError):
    """Raised for an invalid model file.

    where: the file; key: the path of the key, such as "current[1].gate[2].power"; problem: what is
    wrong and what is allowed.
    """

    def __init__(self, where: str, key: str, message: str) -> None:
        super().__init__(f"{where}: {key}: {message}" if key else f"{where}: {message}")
        self.where = where
        self.key = key
        self.problem = message


def load_membrane(path: Path) -> Membrane:
    """Return the membrane of a TOML model file.

    Raises ModelFileError if the file is invalid or can't be read.
    """
    try:
        # one byte more than is allowed reveals a file that is too large, whatever stat() says
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = getattr(error, "strerror", None) or error
        raise ModelFileError(path.name, "", f"can't be read: {reason}") from None
    if len(raw) > MAX_BYTES:
        raise ModelFileError(path.name, "", "is larger than 1 MB; a model file is a few kB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ModelFileError(path.name, "", "is not UTF-8 text; save it as UTF-8") from None
    return parse_membrane(text, path.name)


@lru_cache(maxsize=64)
def parse_membrane(text: str, where: str = "model") -> Membrane:
    """Return the membrane that the TOML text of a model file describes.

    where: the name of the file, for error messages. A text that was parsed before returns the same
    (frozen) membrane at once.
    """
    if _DEEP_KEY.search(_NOT_KEYS.sub("s", text)):
        raise ModelFileError(where, "", "is nested too deeply for a model file")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ModelFileError(where, "", f"is not valid TOML: {error}") from None
    except RecursionError:
        raise ModelFileError(where, "", "is nested too deeply for a model file") from None
    return membrane_from_dict(document, where)


def membrane_from_dict(document: object, where: str = "model") -> Membrane:
    """Return the membrane of a model file that is already parsed into dictionaries and lists.

    ``document`` may also be the entry "model" of the JSON beside a table. where: the name of the
    file, for error messages. Raises ModelFileError.
    """
    try:
        return membrane_from_document(document)
    except ModelError as error:
        raise ModelFileError(where, error.key, error.problem) from None


def membrane_from_document(document: object) -> Membrane:
    """Return the membrane of a model file that is a part of another file, such as a session.

    Raises ModelError, whose key is the path within ``document``.
    """
    file = _READER.read(_File, document)
    area = file.membrane.get("area")
    file.units.check_area(area)
    token = _GIVEN.set(_Given(file.units, area))
    try:
        currents = _READER.read(tuple[Current, ...], file.current, "current")
        body: Any = _READER.read(_BODY, file.membrane, "membrane")
    finally:
        _GIVEN.reset(token)
    try:
        return Membrane(**vars(file.model), **vars(body), currents=currents)
    except ModelError as error:
        owners = dict.fromkeys(vars(file.model), "model") | {"current": ""}
        key = _join(owners.get(error.key, "membrane"), error.key)
        raise MisfitError(key, error.problem) from None


class _Given(NamedTuple):
    """The units of a file's numbers, and the area (µm²) of its cell as the file gives it."""

    units: FileUnits
    area: object


_GIVEN: ContextVar[_Given] = ContextVar("units of the file that is being read")


def _canonical_body(table: Table) -> Table:
    """Return the table ``[membrane]`` in the program's units, with a start voltage."""
    units, area = _GIVEN.get()
    rest = units.membrane_voltage(0.0) if units.voltage_reference else _DEFAULT_START_MV
    return {"initial_voltage": rest} | _converted(
        table,
        capacitance=lambda value: units.density("capacitance", value, area),
        initial_voltage=units.membrane_voltage,
    )


def _canonical_current(table: Table) -> Table:
    units, area = _GIVEN.get()
    return _converted(
        table,
        conductance=lambda value: units.density("conductance", value, area),
        reversal=units.membrane_voltage,
    )


def _converted(table: Table, **conversions: Callable[[float], float]) -> Table:
    """Return the table with its numbers converted, each by the function named after its key.

    A value that is not a number remains as it is; reading the table then refuses it.
    """
    numbers = {key: real(table.get(key)) for key in conversions}
    found = {key: conversions[key](value) for key, value in numbers.items() if value is not None}
    return table | found


def _canonical_gate(table: Table) -> Table:
    """Return the table of a gate with its curves converted to mV, and to ms or 1/ms."""
    units, curves = _GIVEN.get().units, {}
    for key, power in (("alpha", -1), ("beta", -1), ("steady_state", 0), ("time_constant", 1)):
        if key in table:
            curve = _READER.read(_ACurve, table[key], key)
            try:
                curves[key] = _canonical(curve, units, units.time.factor**power)
            except ModelError as error:  # too large a number
                raise MisfitError(_join(key, error.key), error.problem) from None
            except OverflowError:
                raise MisfitError(f"{key}.exponent", "is too small for this unit of time") from None
    return table | curves


def _canonical(curve: AnyCurve, units: FileUnits, factor: float) -> AnyCurve:
    """Return a curve with its voltages converted to mV and its value multiplied by ``factor``."""
    if isinstance(curve, Rate):
        return _canonical_rate(curve, units, factor)
    inner = factor ** (1.0 / (curve.exponent or 1.0))
    others = 1.0 if curve.combine is Combine.PRODUCT else inner
    factors = chain([inner], repeat(others))
    bounds = ((key, getattr(curve, key)) for key in ("minimum", "maximum"))
    return replace(
        curve,
        terms=tuple(
            _canonical_rate(t, units, f) for t, f in zip(curve.terms, factors, strict=False)
        ),
        offset=curve.offset * factor,
        **{key: bound * factor for key, bound in bounds if bound is not None},
    )


def _canonical_rate(rate: Rate, units: FileUnits, factor: float) -> Rate:
    scaled = replace(rate, rate=rate.rate * factor, offset=rate.offset * factor)
    if rate.form is Form.CONSTANT:
        return scaled
    midpoint, scale = units.membrane_voltage(rate.midpoint), units.difference(rate.scale)
    return replace(scaled, midpoint=midpoint, scale=scale)


def _curve(value: Any) -> AnyCurve:
    """Return a curve as files write it: a single term directly, several as a list of terms."""
    if isinstance(value, AnyCurve):
        return value
    if isinstance(value, dict) and "terms" in value:
        return _READER.read(Curve, value)
    return _READER.read(Rate, value)


def _complete(rate: Table) -> Table:
    form = rate.get("form")
    for key in ("midpoint", "scale"):
        if isinstance(form, str) and form in _SHAPED and key not in rate:
            raise MisfitError(key, f"is missing: form {form!r} needs it")
    return rate


_ACurve: Any = AnyCurve | None
_READER = Reader(first=1, rows=", written [[{}]]")
_READER.use(_ACurve, _curve)
_READER.prepare(Rate, _complete)
_READER.prepare(_BODY, _canonical_body)
_READER.prepare(Current, _canonical_current)
_READER.prepare(Gate, _canonical_gate)
_READER.get_ready(_File, _BODY, tuple[Current, ...], Rate, Curve)


def membrane_to_dict(membrane: Membrane) -> dict[str, Any]:
    """Return the membrane as nested dictionaries, as a model file in the program's units."""
    body = {p.key: getattr(membrane, p.key) for p in MEMBRANE_PARAMETERS}
    return {
        "model": {k: getattr(membrane, k) for k in ("id", "name", "source", "notes")},
        "membrane": {key: value for key, value in body.items() if value is not None},
        "current": [_current_to_dict(c) for c in membrane.currents],
    }


def dump_membrane(membrane: Membrane) -> str:
    """Return the TOML text of the membrane; ``parse_membrane`` of it gives an equal membrane."""
    document = membrane_to_dict(membrane)
    # TOML turns a line's "\r\n" into "\n", so such text has to be written with escapes
    readable = not any("\r\n" in text for text in document["model"].values())
    return tomli_w.dumps(document, multiline_strings=readable)


def _current_to_dict(current: Current) -> Table:
    entry: Table = {
        "name": current.name,
        "conductance": current.conductance,
        "reversal": current.reversal,
    }
    if current.q10 is not None:
        entry["q10"] = current.q10
    if current.gates:
        entry["gate"] = [_gate_to_dict(g) for g in current.gates]
    return entry


def _gate_to_dict(gate: Gate) -> Table:
    entry: Table = {"name": gate.name, "power": gate.power}
    if gate.instantaneous:
        entry["instantaneous"] = True
    for key in ("initial", "q10"):
        if getattr(gate, key) is not None:
            entry[key] = getattr(gate, key)
    for key in CURVES:
        curve: AnyCurve | None = getattr(gate, key)
        if curve is not None:
            entry[key] = _curve_to_dict(curve)
    return entry


def _curve_to_dict(curve: AnyCurve) -> Table:
    entry = vars(curve) | (
        {"form": str(curve.form)}
        if isinstance(curve, Rate)
        else {"terms": [_curve_to_dict(t) for t in curve.terms], "combine": str(curve.combine)}
    )
    return {key: value for key, value in entry.items() if value is not None}


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
