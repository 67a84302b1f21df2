"""Parse stimuli of the command line, including currents from files.

A file is ``file:PATH``, followed by ``,key=value`` for each choice that the file leaves open (keys:
``choice.KEYS``). The path itself may contain commas, colons and equal signs; only what follows the
last known key counts as choices.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import Component, shortened
from hhgui.model.stimulus.spec import parse_component
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.choice import KEYS, Choice
from hhgui.storage.currents.current_file import read_current

_FILE = f"{Samples.kind}:"
_KEY = re.compile(rf",\s*({'|'.join(sorted(KEYS, key=len, reverse=True))})\s*=")
_LIKE_A_KEY = re.compile(r",\s*(\w+)\s*=[^,/\\]*$")


def read_component(spec: str, area: float | None = None) -> tuple[Component, tuple[str, ...]]:
    """Return the waveform of one specification, and sentences on what was assumed about its file.

    area: of the model's membrane (µm²), or None; ``area=`` in the specification overrides it.
    Raises ModelError.
    """
    if not spec.startswith(_FILE):
        return parse_component(spec), ()
    path, choice = file_choice(spec)
    if choice.area is None:
        choice = replace(choice, area=area)
    read = read_current(path, choice)
    return read.samples, read.notes


def read_components(
    specs: Iterable[str], area: float | None
) -> tuple[tuple[Component, ...], tuple[str, ...]]:
    """Return the waveforms of several specifications, and sentences on what was assumed.

    area: as for ``read_component``.
    """
    read = [read_component(spec, area) for spec in specs]
    return tuple(part for part, _ in read), tuple(note for _, notes in read for note in notes)


def file_choice(spec: str) -> tuple[Path, Choice]:
    """Return the path and the choices in ``file:PATH,key=value,…``. Raises ModelError."""
    rest = spec.removeprefix(_FILE)
    keys = [] if _is_file(rest) else list(_KEY.finditer(rest))
    ends = [match.start() for match in keys] or [len(rest)]
    end = next((at for at in ends if _is_file(rest[:at])), ends[0])
    keys = [match for match in keys if match.start() >= end]
    choice, given = Choice(), set()
    stops = [*(match.start() for match in keys), len(rest)][1:]
    for match, following in zip(keys, stops, strict=False):
        key, text = match[1], rest[match.end() : following].strip()
        if key in given:
            raise ModelError(key, f"stimulus file: {key} is there twice; write it once")
        given.add(key)
        _refuse_unknown(text)
        choice = choice.with_value(key, text)
    path = rest[:end]
    if not _is_file(path):
        _refuse_unknown(path)
    return Path(path), choice


def _refuse_unknown(text: str) -> None:
    """Raise ModelError if the text looks like a misspelt key after the file's name or a value."""
    if wrong := _LIKE_A_KEY.search(text):
        allowed = ", ".join(KEYS)
        raise ModelError(wrong[1], f"file has no {shortened(wrong[1])!r}; allowed: {allowed}")


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
