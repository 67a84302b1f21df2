"""Model files: TOML in, TOML out. Data only; nothing in a file is ever executed.

A file that is refused gives one ModelFileError naming file, key, what is wrong and what is
allowed. Saving writes canonical units, and loading that gives the same membrane to the last bit.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, NoReturn

import tomli_w

from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.rate import Rate
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
_RATES = ("alpha", "beta", "steady_state", "time_constant")
_KEYS = {
    "": {"model", "units", "membrane", "current"},
    "model": {"id", "name", "source", "notes"},
    "units": {"capacitance", "conductance", "voltage_sign", "voltage_reference"},
    "membrane": {"capacitance", "initial_voltage", "temperature", "reference_temperature", "q10"},
    "current": {"name", "conductance", "reversal", "gate"},
    "gate": {"name", "power", "initial", *_RATES},
    "rate": {"form", "rate", "midpoint", "scale", "offset"},
}
_REQUIRED = {
    "": {"model", "membrane", "current"},
    "model": {"id", "name"},
    "membrane": {"capacitance"},
    "current": {"name", "conductance", "reversal"},
    "gate": {"name", "power"},
    "rate": {"form", "rate"},
}
# A midpoint or scale left out would be a silent guess; only a constant rate needs neither.
_FORM_NEEDS = {"exponential", "sigmoid", "exp_linear", "gaussian"}


class ModelFileError(ValueError):
    """A file that is refused: ``where`` (file), ``key`` (path of the key), ``problem``: why."""

    def __init__(self, where: str, key: str, message: str) -> None:
        super().__init__(f"{where}: {key}: {message}" if key else f"{where}: {message}")
        self.where = where
        self.key = key
        self.problem = message


def load_membrane(path: Path) -> Membrane:
    """The membrane of a TOML model file. Raises ModelFileError, also when it can't be read."""
    try:
        # one byte more than is allowed tells a file that is too large, whatever stat() says
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
    """The membrane that TOML ``text`` describes; ``where`` names it in errors."""
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
    """The membrane of a parsed model file or of the ``model`` entry of a JSON beside a CSV."""
    top = _table(document, "", "", where)
    header = _table(top["model"], "model", "model", where)
    units_table = _table(top.get("units", {}), "units", "units", where)
    try:
        units = file_units(units_table)
    except ModelError as error:
        _refuse(where, f"units.{error.key}", error)
    body = dict(_table(top["membrane"], "membrane", "membrane", where))
    currents = tuple(
        _current(entry, f"current[{i + 1}]", units, where)
        for i, entry in enumerate(_list(top["current"], "current", where))
    )
    _convert(body, "capacitance", lambda c: c * units.capacitance)
    body.setdefault("initial_voltage", units.voltage(0.0) if units.voltage_reference else -65.0)
    if "initial_voltage" in _table(top["membrane"], "membrane", "membrane", where):
        _convert(body, "initial_voltage", units.voltage)
    try:
        return Membrane(currents=currents, **header, **body)
    except ModelError as error:
        parts = dict.fromkeys(_KEYS["model"], "model") | {"current": ""}
        _refuse(where, _join(parts.get(error.key, "membrane"), error.key), error)


def membrane_to_dict(membrane: Membrane) -> dict[str, Any]:
    """The membrane as a model file's document, in canonical units."""
    body: dict[str, Any] = {
        "capacitance": membrane.capacitance,
        "initial_voltage": membrane.initial_voltage,
        "q10": membrane.q10,
    }
    if membrane.temperature is not None:
        body["temperature"] = membrane.temperature
        body["reference_temperature"] = membrane.reference_temperature
    return {
        "model": {k: getattr(membrane, k) for k in ("id", "name", "source", "notes")},
        "membrane": body,
        "current": [_current_to_dict(c) for c in membrane.currents],
    }


def dump_membrane(membrane: Membrane) -> str:
    """TOML text of the membrane; ``parse_membrane`` of it gives an equal membrane."""
    document = membrane_to_dict(membrane)
    # TOML turns a line's "\r\n" into "\n", so such text has to be written with escapes
    readable = not any("\r\n" in text for text in document["model"].values())
    return tomli_w.dumps(document, multiline_strings=readable)


def _current_to_dict(current: Current) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": current.name,
        "conductance": current.conductance,
        "reversal": current.reversal,
    }
    if current.gates:
        entry["gate"] = [_gate_to_dict(g) for g in current.gates]
    return entry


def _gate_to_dict(gate: Gate) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": gate.name, "power": gate.power}
    if gate.initial is not None:
        entry["initial"] = gate.initial
    for key in _RATES:
        rate: Rate | None = getattr(gate, key)
        if rate is not None:
            entry[key] = {
                "form": str(rate.form),
                "rate": rate.rate,
                "midpoint": rate.midpoint,
                "scale": rate.scale,
                "offset": rate.offset,
            }
    return entry


def _current(entry: object, path: str, units: FileUnits, where: str) -> Current:
    table = dict(_table(entry, "current", path, where))
    gates = tuple(
        _gate(g, f"{path}.gate[{i + 1}]", units, where)
        for i, g in enumerate(_list(table.pop("gate", []), f"{path}.gate", where))
    )
    _convert(table, "conductance", lambda g: g * units.conductance)
    _convert(table, "reversal", units.voltage)
    try:
        return Current(gates=gates, **table)
    except ModelError as error:
        _refuse(where, f"{path}.{error.key}", error)


def _gate(entry: object, path: str, units: FileUnits, where: str) -> Gate:
    table = dict(_table(entry, "gate", path, where))
    for key in _RATES:
        if key in table:
            table[key] = _rate(table[key], f"{path}.{key}", units, where)
    try:
        return Gate(**table)
    except ModelError as error:
        _refuse(where, f"{path}.{error.key}", error)


def _rate(entry: object, path: str, units: FileUnits, where: str) -> Rate:
    table = dict(_table(entry, "rate", path, where))
    for key in ("midpoint", "scale"):
        if isinstance(table["form"], str) and table["form"] in _FORM_NEEDS and key not in table:
            _refuse(where, f"{path}.{key}", f"is missing: form {table['form']!r} needs it")
    if "midpoint" in table:
        _convert(table, "midpoint", units.voltage)
        _convert(table, "scale", units.scale)
    try:
        return Rate(**table)
    except ModelError as error:
        _refuse(where, f"{path}.{error.key}", error)


def _table(value: object, kind: str, path: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(where, path, "must be a table of keys and values")
    for key in value:
        if key not in _KEYS[kind]:
            allowed = ", ".join(sorted(_KEYS[kind]))
            shown = repr(key)[1:-1][:60]
            _refuse(where, _join(path, shown), f"is not known here; allowed: {allowed}")
    for key in sorted(_REQUIRED.get(kind, ())):
        if key not in value:
            _refuse(where, _join(path, key), "is missing")
    return value


def _list(value: object, path: str, where: str) -> list[Any]:
    if not isinstance(value, list):
        _refuse(where, path, f"must be a list, written [[{path.split('.')[-1].split('[')[0]}]]")
    return value


def _convert(table: dict[str, Any], key: str, conversion: Any) -> None:
    """Convert a number in place; anything else is left for the dataclass to refuse."""
    value = table.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            table[key] = conversion(float(value))
        except OverflowError:
            table[key] = float("inf")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _refuse(where: str, key: str, problem: object) -> NoReturn:
    raise ModelFileError(where, key, str(problem)) from None
