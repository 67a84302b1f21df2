"""Read protocols, TOML files of the program (lab courses, demonstrations), computer and user.

    id = "lab3-step"
    name = "Lab 3: one current step"
    group = "Firing"
    source = "Lab course 3"
    notes = "What it asks, and what to look for."
    [setup]                       # see setup_table.py

The name of a file begins with a number that gives its place in the menu.
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

# tomllib's memory grows with the square of a dotted key's parts
MAX_BYTES = 10_000
PROTOCOLS, DEMONSTRATIONS = "protocols", "demonstrations"


@dataclass(frozen=True)
class Protocol:
    """A protocol: settings with an entry in the menu.

    name, group: of the entry. source: where it comes from. notes: the task. setup: the settings.
    """

    id: str
    name: str
    group: str
    source: str
    notes: str
    setup: Setup


def user_protocols_dir(kind: str = PROTOCOLS) -> Path:
    """Return the folder of the user's protocols, which may not exist.

    kind: PROTOCOLS or DEMONSTRATIONS.
    """
    return user_data_dir() / kind


def load_protocols(
    library: Library, kind: str = PROTOCOLS, problems: list[str] | None = None
) -> list[Protocol]:
    """Return the protocols of the program, of the computer and of the user, in menu order.

    kind: PROTOCOLS (of lab courses) or DEMONSTRATIONS (for lectures). problems: a list to which a
    sentence is added for each protocol of the computer or user that is left out, because it is
    invalid or its id is used already; the log says so too. Raises ModelError, naming file and key,
    if one of the program's own is invalid.
    """
    found: dict[str, Protocol] = {}
    for path in sorted((resource_dir() / kind).glob("*.toml")):
        protocol = _load(path, library)
        if protocol.id in found:
            raise ModelError("id", f"two protocols have the id {protocol.id!r}")
        found[protocol.id] = protocol
    left_out = [] if problems is None else problems
    for folder in (site_data_dir() / kind, user_protocols_dir(kind)):
        for path in sorted(folder.glob("*.toml")):
            try:
                protocol = _load(path, library)
            except ModelError as error:
                left_out.append(str(error))
                continue
            if protocol.id in found:
                left_out.append(f"{path.name}: id: {protocol.id} is another protocol's")
            else:
                found[protocol.id] = protocol
    for problem in left_out:
        logging.getLogger("hhgui").warning("left out of the protocols: %s", problem)
    return list(found.values())


def _load(path: Path, library: Library) -> Protocol:
    """Return the protocol in a file. Raises ModelError, naming the file."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ModelError("file", "is larger than 10 kB; a protocol is a few lines")
        return protocol_from_table(tomllib.loads(raw.decode("utf-8-sig")), library)
    except ModelError as error:
        raise ModelError(error.key, f"{path.name}: {error.key}: {error}") from None
    except RecursionError:
        raise ModelError("file", f"{path.name}: is nested too deeply") from None
    except UnicodeDecodeError:
        raise ModelError("file", f"{path.name}: is not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:  # tomllib's has the line
        raise ModelError("file", f"{path.name}: is not valid TOML: {error}") from None
    except OSError as error:
        reason = error.strerror or error
        raise ModelError("file", f"{path.name}: can't be read: {reason}") from None


def protocol_from_table(table: dict[str, Any], library: Library) -> Protocol:
    """Return the protocol that a parsed TOML file describes.

    Raises ModelError, whose key is the path of the wrong value.
    """
    values = vars(_READER.read(Protocol, table))
    setup = setup_from_table(values["setup"], library)
    texts = {key: " ".join(text.split()) for key, text in values.items() if key != "setup"}
    for key, text in texts.items():
        if not text:
            raise MisfitError(key, "must be text, and not empty")
    return Protocol(**texts, setup=setup)


_READER = Reader()
_READER.use(Setup, lambda table: _READER.read(dict[str, Any], table))
