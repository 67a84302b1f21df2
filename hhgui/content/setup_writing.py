"""Write a Setup, or a protocol, as the TOML that ``setup_table`` and ``protocols`` read."""

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from hhgui.content.protocols import Protocol
from hhgui.content.setup_table import setup_from_table
from hhgui.document.setup import Setup
from hhgui.model.library import Library
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.waveforms import Samples

# What a table says by other keys, or not at all.
_OTHERWISE = ("membrane", "base", "stimulus", "against", "command")
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def setup_to_table(setup: Setup, library: Library) -> dict[str, Any]:
    """Return the table from which ``setup_from_table`` makes an equal Setup.

    Raises ModelError for what a table can't express: a neuron that differs from its parameter set
    by more than numbers, or whose set is not in the library, and a current from a file.
    """
    if library.membranes.get(setup.base.id) != setup.base:
        raise ModelError("model", f"{setup.base.name} is not in the list of parameter sets: "
                                  "save the neuron as a model first")  # fmt: skip
    table: dict[str, Any] = {"model": setup.base.id}
    edits = setup.edits
    if edits:
        table["set"] = edits
    stimulus = setup.stimulus
    table["stimulus"] = [spec_of(component) for component in stimulus.components]
    if stimulus.holding:
        table["holding"] = stimulus.holding
    if stimulus.repeat is not None:
        table["repeat"] = stimulus.repeat
    if setup.command is not None:
        table["command"] = [spec_of(component) for component in setup.command.components]
        table["command_holding"] = setup.command.holding
        if setup.command.repeat is not None:
            table["command_repeat"] = setup.command.repeat
    if setup.against is not None:
        table["against"] = setup.against.id
    for field in fields(Setup):
        value = getattr(setup, field.name)
        if field.name not in _OTHERWISE and value not in (None, "", (), {}, False):
            table[field.name] = value
    _check(table, setup, library)
    return table


def spec_of(component: Component) -> str:
    """Return a waveform as the command line has it: ``step:amplitude=3,…``.

    Raises ModelError for a current from a file.
    """
    if isinstance(component, Samples):
        raise ModelError("stimulus", "a current from a file can't be part of it: choose another")
    values = component.to_dict()
    kind = values.pop("kind")
    return f"{kind}:" + ",".join(f"{key}={value!r}" for key, value in values.items())


def dump_protocol(protocol: Protocol, library: Library) -> str:
    """Return the text of the file of a protocol. Raises ModelError as ``setup_to_table`` does."""
    lines = [
        f"{key} = {_toml(getattr(protocol, key))}"
        for key in ("id", "name", "group", "source", "notes")
    ]
    table = setup_to_table(protocol.setup, library)
    lines += ["", "[setup]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _check(table: dict[str, Any], setup: Setup, library: Library) -> None:
    """Raise ModelError unless writing and reading the table gives an equal Setup."""
    try:
        text = "\n".join(f"{key} = {_toml(value)}" for key, value in table.items())
        again = setup_from_table(tomllib.loads(text), library)
    except ModelError as error:
        raise ModelError("set", f"{error}: save the neuron as a model first") from None
    if again.membrane != setup.membrane:
        problem = "the neuron differs from its set by more than numbers: save it as a model first"
        raise ModelError("set", problem)
    if again != setup:
        raise ModelError("stimulus", "the stimulus or the settings can't be written as a protocol")


def _toml(value: Any) -> str:
    """Return a value as TOML. Raises ModelError for a type that TOML does not have."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case Mapping():
            pairs = (f"{_key(key)} = {_toml(each)}" for key, each in value.items())
            return f"{{ {', '.join(pairs)} }}"
    raise ModelError("set", f"{value} can't be written as a protocol")


def _key(key: str) -> str:
    """Return a key as TOML, in quotation marks if it needs them."""
    return key if key and set(key) <= _BARE else json.dumps(key)
