"""Read protocols, TOML files: of lab courses, of the computer and the user, and demonstrations.

    id = "lab3-step"
    name = "Lab 3: one current step"
    group = "Firing"
    source = "Lab course 3"
    notes = "What it asks, and what to look for."
    [setup]                       # see setup_table.py

The file's name begins with its place in the menu.
"""

import logging
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hhgui.content.setup_table import setup_from_table
from hhgui.document.setup import Setup
from hhgui.model.library import Library
from hhgui.model.parameter import MisfitError, ModelError
from hhgui.model.records import Reader
from hhgui.paths import resource_dir, site_data_dir, user_data_dir

PROTOCOLS, DEMONSTRATIONS = "protocols", "demonstrations"


@dataclass(frozen=True)
class Protocol:
    """A protocol: its menu entry, its task and its settings."""

    id: str
    name: str
    group: str
    source: str
    notes: str
    setup: Setup


def load_protocols(library: Library, kind: str = PROTOCOLS) -> list[Protocol]:
    """Return the protocols of the program, the computer and the user, in the order of the menu.

    kind: ``PROTOCOLS`` of lab courses, or ``DEMONSTRATIONS`` for a lecture. Raises ModelError
    naming the file and the key if one of the program's is invalid. Of the others an invalid one, or
    one whose id is used already, is left out, which the log says.
    """
    found: dict[str, Protocol] = {}
    for path in sorted((resource_dir() / kind).glob("*.toml")):
        protocol = _load(path, library)
        if protocol.id in found:
            raise ModelError("id", f"two protocols have the id {protocol.id!r}")
        found[protocol.id] = protocol
    for folder in (site_data_dir(), user_data_dir()):
        for path in sorted((folder / kind).glob("*.toml")):
            try:
                protocol = _load(path, library)
            except (ModelError, OSError, ValueError) as error:
                logging.getLogger("hhgui").warning("left out of the protocols: %s", error)
            else:
                found.setdefault(protocol.id, protocol)
    return list(found.values())


def _load(path: Path, library: Library) -> Protocol:
    try:
        return protocol_from_table(tomllib.loads(path.read_text(encoding="utf-8")), library)
    except ModelError as error:
        raise ModelError(error.key, f"{path.name}: {error.key}: {error}") from None


def protocol_from_table(table: dict[str, Any], library: Library) -> Protocol:
    """Return the protocol that a parsed file describes. Raises ModelError naming the key."""
    values = vars(_READER.read(Protocol, table))
    setup = setup_from_table(values["setup"], library)
    texts = {key: " ".join(text.split()) for key, text in values.items() if key != "setup"}
    for key, text in texts.items():
        if not text:
            raise MisfitError(key, "must be text, and not empty")
    return Protocol(**texts, setup=setup)


_READER = Reader()
_READER.use(Setup, lambda table: _READER.read(dict[str, Any], table))
