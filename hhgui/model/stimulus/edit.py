"""Address one number of a stimulus by a path, as ``model/edit.py`` does for a membrane.

Examples: ``stimulus.holding``, ``stimulus.repeat``, ``stimulus.amplitude`` (of the first
component), ``stimulus[2].start`` (of the second).
"""

import re
from dataclasses import replace
from typing import Any

from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.stimulus.stimulus import HOLDING, REPEAT, Stimulus

_PATH = re.compile(r"stimulus(?:\[(\d{1,3})\])?\.(\w+)")
_WHOLE = {p.key: p for p in (HOLDING, REPEAT)}


def is_of_stimulus(path: str) -> bool:
    """Return whether a path addresses a number of a stimulus, by its form; it need not exist."""
    return _PATH.fullmatch(path) is not None


def path_of(place: int, key: str) -> str:
    """Return the path of the number ``key`` of the component with index ``place``, from 0."""
    return f"stimulus.{key}" if place == 0 else f"stimulus[{place + 1}].{key}"


def stimulus_values(stimulus: Stimulus) -> dict[str, float]:
    """Return every number of the stimulus by its path; ``stimulus.repeat`` only if it repeats."""
    values = {f"stimulus.{HOLDING.key}": stimulus.holding}
    if stimulus.repeat is not None:
        values[f"stimulus.{REPEAT.key}"] = stimulus.repeat
    for place, component in enumerate(stimulus.components):
        for parameter in component.parameters:
            values.setdefault(path_of(place, parameter.key), getattr(component, parameter.key))
    return values


def stimulus_parameter(stimulus: Stimulus, path: str) -> Parameter:
    """Return the description of the number at ``path``. Raises ModelError if there is none."""
    place, key = _found(stimulus, path)
    if place is None:
        return _WHOLE[key]
    return next(p for p in stimulus.components[place].parameters if p.key == key)


def with_stimulus_value(stimulus: Stimulus, path: str, value: float) -> Stimulus:
    """Return a copy of the stimulus with the number at ``path`` replaced.

    Raises ModelError if there is no such path, or if the value is not allowed there.
    """
    place, key = _found(stimulus, path)
    changes: dict[str, Any] = {key: value}
    if place is None:
        return replace(stimulus, **changes)
    components = list(stimulus.components)
    components[place] = replace(components[place], **changes)  # type: ignore[type-var]
    return replace(stimulus, components=tuple(components))


def _found(stimulus: Stimulus, path: str) -> tuple[int | None, str]:
    """Return the index (from 0) of a path's component, and the key of the number in it.

    The index is None for a number of the whole stimulus, such as ``stimulus.holding``.
    """
    known = stimulus_values(stimulus)
    match = _PATH.fullmatch(path)
    if match is None or path.replace("[1]", "") not in known:
        raise ModelError(path, f"no such value {path!r}; there are {', '.join(known)}")
    whole = match[1] is None and match[2] in _WHOLE
    return (None if whole else int(match[1] or 1) - 1), match[2]
