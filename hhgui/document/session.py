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
Pinned = Annotated[str, Rule(partial(text, most=10_000))]


@dataclass(frozen=True)
class View:
    """The state of the window.

    tab: the name of the tab in front. tabs: for each tab by name a table of its state: plain
    values, tuples, and records that ``storage/session.py`` can write; the tab itself checks it by
    ``state_from_table``. lesson: the id of the open lesson, or "". step: of the lesson, from 0.
    pins: which numbers are pinned, as ``Pins.text``, or None if the file is older than these.
    Raises ModelError, whose key names the field.
    """

    tab: Name = "live"
    tabs: Mapping[str, Table] = field(default_factory=dict)
    lesson: Name = ""
    step: Annotated[int, STEP] = 0
    pins: Pinned | None = None

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True)
class KeptRun:
    """A run that the user has kept for comparison.

    color: the index of its colour. visible: whether it is drawn. Its samples are not stored,
    because running the setup again gives the same numbers.
    """

    name: Name
    color: Annotated[int, COLOR]
    visible: bool
    setup: Setup

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True)
class KeptSweep:
    """A sweep of the live run that the user has kept for comparison.

    color: the index of its colour. visible: whether it is drawn.
    """

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
    """All that is needed to restore the user's work: the document and the state of the window."""

    document: Document
    view: View = field(default_factory=View)


def state_from_table(kind: type[S], table: Table) -> S:
    """Return the state of a tab from its table in a session; ``kind`` is its frozen dataclass.

    Fields that are missing in the table have their defaults. Raises ModelError, whose key names the
    field.
    """
    return _READER.read(kind, dict(table))


def table_from_state(state: DataclassInstance) -> dict[str, object]:
    """Return the state of a tab as a table, from which ``state_from_table`` restores it."""
    return {each.name: getattr(state, each.name) for each in fields(state) if each.init}
