"""Read and write model files in TOML. They hold data only; nothing in a file is executed.

An invalid file raises one ModelFileError naming file, key, problem and what is allowed. Saving
writes canonical units, and loading that gives the same membrane to the last bit.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, make_dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import tomli_w

from hhgui.model.membrane import CURVES, MEMBRANE_PARAMETERS, Current, Gate, Membrane
from hhgui.model.parameter import MisfitError, ModelError, real
from hhgui.model.rate import AnyCurve, Combine, Curve, Form, Rate
from hhgui.model.records import Reader, Table
from hhgui.model.units import FileUnits, file_units

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
    """The table ``[model]``."""

    id: str
    name: str
    source: str = ""
    notes: str = ""


@dataclass(frozen=True)
class _Units:
    """The table ``[units]``, whose values are checked by ``file_units``."""

    capacitance: Any = "uF/cm2"
    conductance: Any = "mS/cm2"
    voltage: Any = "mV"
    time: Any = "ms"
    voltage_sign: Any = 1
    voltage_reference: Any = 0.0


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
    """A whole model file."""

    model: _Header
    membrane: Table
    current: tuple[Current, ...]
    units: _Units = _Units()


class ModelFileError(ValueError):
    """Raised for an invalid file: ``where`` (file), ``key`` (path of the key), ``problem``."""

    def __init__(self, where: str, key: str, message: str) -> None:
        super().__init__(f"{where}: {key}: {message}" if key else f"{where}: {message}")
        self.where = where
        self.key = key
        self.problem = message


def load_membrane(path: Path) -> Membrane:
    """Return the membrane of a TOML model file. Raises ModelFileError, also if it can't be read."""
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


def parse_membrane(text: str, where: str = "model") -> Membrane:
    """Return the membrane that TOML ``text`` describes; ``where`` names it in errors."""
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
    """Return the membrane of a parsed model file or of the ``model`` entry of a JSON."""
    try:
        return membrane_from_document(document)
    except ModelError as error:
        raise ModelFileError(where, error.key, error.problem) from None


def membrane_from_document(document: object) -> Membrane:
    """Return the membrane of a document within another. Raises ModelError, its key the path."""
    file = _READER.read(_File, _in_canonical_units(document))
    body: Any = _READER.read(_BODY, file.membrane, "membrane")
    try:
        return Membrane(**vars(file.model), **vars(body), currents=file.current)
    except ModelError as error:
        owners = dict.fromkeys(vars(file.model), "model") | {"current": ""}
        key = _join(owners.get(error.key, "membrane"), error.key)
        raise MisfitError(key, error.problem) from None


def _curve(value: Any) -> AnyCurve | None:
    """Return a curve of terms, or the short form of one term."""
    if isinstance(value, dict) and "terms" in value:
        return _READER.read(Curve, value)
    return _READER.read(Rate, value)


def _complete(rate: Table) -> Table:
    form = rate.get("form")
    for key in ("midpoint", "scale"):
        if isinstance(form, str) and form in _SHAPED and key not in rate:
            raise MisfitError(key, f"is missing: form {form!r} needs it")
    return rate


_READER = Reader(first=1, rows=", written [[{}]]")
_READER.use(AnyCurve | None, _curve)
_READER.prepare(Rate, _complete)
_READER.get_ready(_File, _BODY, _Units, Rate, Curve)


def _in_canonical_units(document: Any) -> Any:
    """Return the document with every number in its canonical unit.

    Only numbers in valid places are converted; the reader then refuses everything else.
    """
    if not isinstance(document, dict):
        return document
    tables = dict(document)
    try:
        units = file_units(vars(_READER.read(_Units, tables.get("units", {}))))
    except ModelError as error:
        raise MisfitError(_join("units", error.key), error.problem) from None
    body = tables.get("membrane")
    area = body.get("area") if isinstance(body, dict) else None
    if isinstance(body, dict):
        tables["membrane"] = _converted_body(body, units, area)
    tables["current"] = _each_table(
        tables.get("current"), lambda table: _converted_current(table, units, area)
    )
    if tables["current"] is None:
        del tables["current"]
    return tables


def _each_table(entries: Any, convert: Callable[[Table], Table]) -> Any:
    """Return a list with its tables converted, and any other value unchanged."""
    if not isinstance(entries, list):
        return entries
    return [convert(entry) if isinstance(entry, dict) else entry for entry in entries]


def _converted_body(table: Table, units: FileUnits, area: object) -> Table:
    """Return ``[membrane]`` with a start voltage, in canonical units."""
    body = dict(table)
    _convert(body, "capacitance", lambda c: units.density("capacitance", c, area))
    rest = units.absolute_voltage(0.0) if units.voltage_reference else _DEFAULT_START_MV
    _convert(body, "initial_voltage", units.absolute_voltage)
    body.setdefault("initial_voltage", rest)
    return body


def _converted_current(table: Table, units: FileUnits, area: object) -> Table:
    current = dict(table)
    _convert(current, "conductance", lambda g: units.density("conductance", g, area))
    _convert(current, "reversal", units.absolute_voltage)
    if "gate" in current:
        current["gate"] = _each_table(current["gate"], lambda gate: _converted_gate(gate, units))
    return current


def _converted_gate(table: Table, units: FileUnits) -> Table:
    """Return a gate whose curves are over mV and in ms or 1/ms."""
    gate = dict(table)
    for key, power in (("alpha", -1), ("beta", -1), ("steady_state", 0), ("time_constant", 1)):
        if isinstance(gate.get(key), dict):
            gate[key] = _converted_curve(gate[key], units, units.time**power)
    return gate


def _converted_curve(curve: Table, units: FileUnits, factor: float) -> Table:
    """Return a curve over mV, its value multiplied by ``factor``."""
    curve = dict(curve)
    if "terms" not in curve:
        _convert(curve, "midpoint", units.absolute_voltage)
        _convert(curve, "scale", units.difference)
        scaled: tuple[str, ...] = ("rate", "offset")
    else:
        exponent = real(curve.get("exponent", 1.0)) or 1.0
        inner, product = factor ** (1.0 / exponent), curve.get("combine") == Combine.PRODUCT
        factors = chain([inner], repeat(1.0 if product else inner))
        curve["terms"] = _each_table(
            curve["terms"], lambda term: _converted_curve(term, units, next(factors))
        )
        scaled = ("offset", "minimum", "maximum")
    if factor != 1.0:
        for key in scaled:
            _convert(curve, key, lambda value: value * factor)
    return curve


def membrane_to_dict(membrane: Membrane) -> dict[str, Any]:
    """Return the membrane as a model file's document, in canonical units."""
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


def _convert(table: Table, key: str, conversion: Callable[[float], float]) -> None:
    """Convert a number in place; other values remain for the reader to refuse."""
    value = real(table.get(key))
    if value is not None:
        table[key] = conversion(value)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
