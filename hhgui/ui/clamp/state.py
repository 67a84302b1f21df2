"""Define what a session stores of the Voltage clamp tab."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from hhgui.document.session import COLOR, Name
from hhgui.experiments.clamp_presets import PRESETS
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import MisfitError, ModelError, Rule, check_fields, one_of, text, whole
from hhgui.model.records import Reader
from hhgui.ui.clamp.blockers import BLOCKED

_MOST_PANES = 10


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > _MOST_PANES:
        raise MisfitError("", f"must be a list of at most {_MOST_PANES} names")
    return tuple(text(each, 60) for each in value)


def _pair(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or len(value) not in (0, 2):
        raise MisfitError("", "must be the places of two families, or empty")
    return tuple(whole(each, 0) for each in value)


_Places = Annotated[tuple[int, ...], Rule(_pair)]
_Names = Annotated[tuple[str, ...], Rule(_texts)]
_Preset = Annotated[str, Rule(partial(one_of, choices=tuple(PRESETS)))]


@dataclass(frozen=True)
class KeptFamily:
    """A kept family of sweeps, stored as what is needed to compute it again.

    color: the index of its colour. visible: whether it is drawn. settings: of its staircase.
    """

    name: Name
    color: Annotated[int, COLOR]
    visible: bool
    membrane: Membrane
    settings: Mapping[str, Any]

    def __post_init__(self) -> None:
        check_fields(self)
        ClampStaircase.from_settings(self.settings)

    @property
    def staircase(self) -> ClampStaircase:
        """Return the staircase of commands."""
        return ClampStaircase.from_settings(self.settings)

    def table(self) -> dict[str, Any]:
        """Return the family as a session stores it."""
        return dict(vars(self))


_READER = Reader()
_READER.accept(Membrane)


@dataclass(frozen=True)
class ClampState:
    """The state of the tab.

    settings: of the staircase. amplifier: whether a real amplifier is used. preset: the id of the
    protocol from which the staircase was edited. hidden: the plots that are not shown. inward_up:
    whether inward currents are drawn upwards. ionic_scale: whether axes are fitted without the
    charging of the membrane. blocked: how much (%) of a current is blocked, by its name.
    difference: the indices of the two families of the difference, or (). families: the kept ones, a
    table each.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    amplifier: bool = False
    preset: _Preset = "iv"
    hidden: _Names = ()
    inward_up: bool = False
    ionic_scale: bool = True
    blocked: Mapping[str, float] = field(default_factory=dict)
    difference: _Places = ()
    families: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        ClampStaircase.from_settings(self.settings)
        for place, table in enumerate(self.families):
            try:
                _READER.read(KeptFamily, dict(table))
            except ModelError as error:
                raise ModelError(f"families[{place}].{error.key}", str(error)) from None
        for name, share in self.blocked.items():
            BLOCKED.check(share, f"blocked.{name}")
        if self.difference and max(self.difference) >= len(self.families):
            raise ModelError("difference", "difference names a family that is not kept")

    @property
    def kept(self) -> tuple[KeptFamily, ...]:
        """Return the kept families."""
        return tuple(_READER.read(KeptFamily, dict(table)) for table in self.families)
