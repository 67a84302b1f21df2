"""Hold a session as pure data: the document and the state of each tab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from hhgui.document.document import Document
from hhgui.document.setup import Setup
from hhgui.model.parameter import ModelError, Parameter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Table = Mapping[str, Any]
S = TypeVar("S", bound="DataclassInstance")
RISE = Parameter(
    "rise", "dV/dt", "threshold slope", "mV/ms", 0.0, 1000.0, 5.0, 2,
    "The action potential begins where dV/dt exceeds this.", above_minimum=True,
)  # fmt: skip
DEFAULT_RISE = 20.0
COLOR = Parameter("color", "colour", "colour", "", 0, 63, 1, 0, "Which colour.", whole=True)
STEP = Parameter("step", "step", "step", "", 0, 9999, 1, 0, "Which step, from 0.", whole=True)
MOST_RUNS = 100
MOST_CURVES = 1000
_LONGEST_NAME = 400


@dataclass(frozen=True)
class View:
    """The state of the window.

    tab: the name of the current tab; tabs: the state of each tab, by its name: a table of plain
    values, tuples, and of the records that ``storage/session.py`` knows. The tab itself checks it
    (``state_from_table``). lesson: its id or ""; step: from 0. Raises ModelError naming the field.
    """

    tab: str = "live"
    tabs: Mapping[str, Table] = field(default_factory=dict)
    lesson: str = ""
    step: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", int(STEP.check(self.step)))
        for key in ("tab", "lesson"):
            check_name(key, getattr(self, key))
        if not isinstance(self.tabs, Mapping) or not all(
            isinstance(table, Mapping) for table in self.tabs.values()
        ):
            raise ModelError("tabs", "tabs must be a table of tables")


@dataclass(frozen=True)
class KeptRun:
    """A kept run: its name, the index of its colour, its visibility and its setup.

    Its samples are not kept, because the same setup gives the same numbers again.
    """

    name: str
    color: int
    visible: bool
    setup: Setup

    def __post_init__(self) -> None:
        check_name("name", self.name)
        object.__setattr__(self, "color", int(COLOR.check(self.color)))
        if not isinstance(self.visible, bool):
            raise ModelError("visible", "visible must be true or false")
        if not isinstance(self.setup, Setup):
            raise ModelError("setup", "setup must be a setup")


@dataclass(frozen=True)
class Session:
    """The document and the state of the window, which together restore the user's work."""

    document: Document
    view: View = field(default_factory=View)


def state_from_table(kind: type[S], table: Table) -> S:
    """Return the state of a tab, a frozen dataclass, from its table in a session.

    Missing fields have their defaults. Raises ModelError naming the key.
    """
    known = [each.name for each in fields(kind)]
    for key in table:
        if key not in known:
            allowed = ", ".join(known) or "nothing"
            raise ModelError(key, f"{key} is not known here; allowed: {allowed}")
    return kind(**table)


def table_from_state(state: DataclassInstance) -> dict[str, object]:
    """Return the table that ``state_from_table`` reads."""
    return {each.name: getattr(state, each.name) for each in fields(state)}


def check_fields(
    state: object,
    numbers: Mapping[str, Parameter] = {},
    flags: Iterable[str] = (),
    names: Iterable[str] = (),
    lists: Mapping[str, tuple[type, int]] = {},
    choices: Mapping[str, tuple[str, ...]] = {},
) -> None:
    """Check the fields of a tab's frozen state in place, or raise ModelError naming the field.

    lists: the type and the largest number of the entries; choices: lists of some of these names.
    """
    for key, parameter in numbers.items():
        object.__setattr__(state, key, _checked(key, parameter, getattr(state, key)))
    for key in flags:
        if not isinstance(getattr(state, key), bool):
            raise ModelError(key, f"{key} must be true or false")
    for key in names:
        check_name(key, getattr(state, key))
    for key, (kind, most) in lists.items():
        object.__setattr__(state, key, _all_of(key, getattr(state, key), kind, most))
    for key, known in choices.items():
        object.__setattr__(state, key, _some_of(key, getattr(state, key), known))


def _checked(key: str, parameter: Parameter, value: object) -> float:
    """Return the checked number. Raises ModelError under the field's own name."""
    try:
        return parameter.check(value)
    except ModelError as error:
        raise ModelError(key, str(error)) from None


def check_name(key: str, name: object) -> None:
    """Raise ModelError unless ``name`` is text of a name's length."""
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise ModelError(key, f"{key} must be text of at most {_LONGEST_NAME} characters")


def _some_of(key: str, names: object, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(names, list | tuple) or len(names) > len(known):
        raise ModelError(key, f"{key} must be a list of some of {', '.join(known)}")
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise ModelError(key, f"{key} must be one of {', '.join(known)}")
    return tuple(names)


def _all_of(key: str, values: object, kind: type, most: int) -> tuple[object, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(v, kind) for v in values):
        raise ModelError(key, f"{key} must be a list of {kind.__name__}")
    if len(values) > most:
        raise ModelError(key, f"at most {most} {key} are kept")
    return tuple(values)
