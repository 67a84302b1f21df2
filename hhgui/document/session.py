"""Hold a session as pure data: the document and the state of each tab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from hhgui.document.document import Document
from hhgui.document.fi_curve import FiCurve
from hhgui.document.setup import Setup
from hhgui.document.sweep import Sweep
from hhgui.model.parameter import Parameter, Rule, check_fields, text
from hhgui.model.records import Reader

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
Name = Annotated[str, Rule(partial(text, most=400))]


@dataclass(frozen=True)
class View:
    """The state of the window.

    tab: the name of the current tab; tabs: the state of each tab, by its name: a table of plain
    values, tuples, and of the records that ``storage/session.py`` knows. The tab's state checks it
    (``state_from_table``). lesson: its id or ""; step: from 0. Raises ModelError naming the field.
    """

    tab: Name = "live"
    tabs: Mapping[str, Table] = field(default_factory=dict)
    lesson: Name = ""
    step: Annotated[int, STEP] = 0

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True)
class KeptRun:
    """A kept run: its name, the index of its colour, its visibility and its setup.

    Its samples are not kept, because the same setup gives the same numbers again.
    """

    name: Name
    color: Annotated[int, COLOR]
    visible: bool
    setup: Setup

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True)
class KeptSweep:
    """A kept sweep: its name, the index of its colour and its visibility."""

    name: Name
    color: Annotated[int, COLOR]
    visible: bool
    sweep: Sweep

    def __post_init__(self) -> None:
        check_fields(self)


_READER = Reader()
_READER.accept(KeptRun)
_READER.accept(KeptSweep)
_READER.accept(FiCurve)


@dataclass(frozen=True)
class Session:
    """The document and the state of the window, which together restore the user's work."""

    document: Document
    view: View = field(default_factory=View)


def state_from_table(kind: type[S], table: Table) -> S:
    """Return the state of a tab, a frozen dataclass, from its table in a session.

    Missing fields have their defaults. Raises ModelError naming the key.
    """
    return _READER.read(kind, dict(table))


def table_from_state(state: DataclassInstance) -> dict[str, object]:
    """Return the table that ``state_from_table`` reads."""
    return {each.name: getattr(state, each.name) for each in fields(state) if each.init}
