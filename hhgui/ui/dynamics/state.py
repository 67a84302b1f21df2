"""Define what a session stores of the Dynamics tab."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, Literal

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.analysis.slice import VOLTAGE, Line, Others, Slice
from hhgui.document.session import COLOR, Name
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import MisfitError, ModelError, Rule, check_fields, finite
from hhgui.model.records import Reader
from hhgui.ui.dynamics.question import Ends, Question

Shows = Literal["live", "run"]
Of = Literal["V", "rate", "period"]
MOST_KEPT, MOST_TRAJECTORIES = 8, 40
_MOST_STATES = 400


def _numbers(value: object, least: int = 0, most: int = _MOST_STATES) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise MisfitError("", f"must be a list of {least} to {most} numbers")
    return tuple(finite(each) for each in value)


def _view(value: object) -> tuple[float, ...]:
    found = _numbers(value, most=4)
    if found and not (len(found) == 4 and found[0] < found[1] and found[2] < found[3]):
        raise MisfitError("", "must be the rising ends of both axes, or empty")
    return found


def _pair(value: object) -> tuple[float, ...]:
    found = _numbers(value, most=2)
    if len(found) == 1 or (found and not found[1] > 0.0):
        raise MisfitError("", "must be a parameter and a period above 0, or empty")
    return found


Numbers = Annotated[tuple[float, ...], Rule(_numbers)]
State = Annotated[tuple[float, ...], Rule(partial(_numbers, least=1))]
View = Annotated[tuple[float, ...], Rule(_view)]
Pair = Annotated[tuple[float, ...], Rule(_pair)]


@dataclass(frozen=True)
class KeptDiagram:
    """A kept diagram, stored as the question from which it can be computed again.

    color: the index of its colour. visible: whether it is drawn. The rest is the ``Question``.
    """

    name: Name
    color: Annotated[int, COLOR]
    visible: bool
    membrane: Membrane
    path: Name = CURRENT
    current: float = 0.0
    first: float | None = None
    last: float | None = None
    second: Name = ""
    second_first: float | None = None
    second_last: float | None = None

    def __post_init__(self) -> None:
        check_fields(self)

    @classmethod
    def of(cls, name: str, color: int, visible: bool, question: Question) -> "KeptDiagram":
        """Return the diagram for a question as a session stores it."""
        return cls(
            name, color, visible, question.membrane, question.path, question.current,
            *question.ends, question.second, *question.second_ends,
        )  # fmt: skip

    @property
    def question(self) -> Question:
        """Return the question from which the diagram is computed."""
        return Question(
            self.membrane, self.path, self.current, Ends(self.first, self.last), self.second,
            Ends(self.second_first, self.second_last),
        )  # fmt: skip


@dataclass(frozen=True)
class Trajectory:
    """A trajectory that the user has begun, stored as where it starts.

    current: the injected current (µA/cm²). state: (1 + gates,), V (mV) and gates. others: what was
    assumed of the gates that the plane did not show. lines: for a reduction, constant and slope of
    the line of each gate, by name.
    """

    membrane: Membrane
    current: float
    state: State
    others: Others = Others.FROZEN
    lines: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_fields(self)
        if len(self.state) != 1 + len(self.membrane.gates):
            raise ModelError("state", "state must have V and every gate of the neuron")
        if any(len(line) != 2 for line in self.lines.values()):
            raise ModelError("lines", "lines must have a constant and a slope each")

    @classmethod
    def of(cls, plane: Slice, state: tuple[float, ...]) -> "Trajectory":
        """Return the trajectory from a state in a plane."""
        lines = {name: tuple(line) for name, line in plane.lines}
        return cls(plane.membrane, plane.current, state, plane.others, lines)

    def lines_of_reduction(self) -> tuple[tuple[str, Line], ...]:
        """Return the lines in the form that a plane has them."""
        return tuple((name, Line(*line)) for name, line in self.lines.items())


_READER = Reader()
_READER.accept(Membrane)


@dataclass(frozen=True)
class DynamicsState:
    """The state of the tab.

    x, y: the variables on the axes of the phase plane; y "" means the usual gate. others: what is
    assumed of the gates not shown. shows: whether the live run or the single run moves in the
    plane. field: whether the direction field is drawn. parameter: what the diagram varies,
    "current" or a path of ``model/edit.py``; first, last: its range, None for one that suits the
    neuron. of: what is drawn over it: "V", "rate" or "period". second: the path of a second number,
    or "", with its range. threshold: whether it is drawn. instant: the injected current (µA/cm²)
    and the state through which the plane was drawn, () for the start state. plane_view,
    diagram_view: the four ends of the axes, () if the user has not moved them. cycle: parameter and
    period (ms) of the chosen cycle, or (). trajectories, diagrams: a table for each ``Trajectory``
    and each ``KeptDiagram``.
    """

    x: Name = VOLTAGE
    y: Name = ""
    others: Others = Others.FROZEN
    shows: Shows = "live"
    field: bool = True
    parameter: Name = CURRENT
    first: float | None = None
    last: float | None = None
    of: Of = "V"
    second: Name = ""
    second_first: float | None = None
    second_last: float | None = None
    threshold: bool = False
    instant: Numbers = ()
    plane_view: View = ()
    diagram_view: View = ()
    cycle: Pair = ()
    trajectories: tuple[Mapping[str, Any], ...] = ()
    diagrams: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        for key, most in (("trajectories", MOST_TRAJECTORIES), ("diagrams", MOST_KEPT)):
            if len(getattr(self, key)) > most:
                raise ModelError(key, f"{key} must be at most {most}")
        self._read(Trajectory, "trajectories")
        self._read(KeptDiagram, "diagrams")

    @property
    def begun(self) -> tuple[Trajectory, ...]:
        """Return the trajectories that the user has begun."""
        return self._read(Trajectory, "trajectories")

    @property
    def kept(self) -> tuple[KeptDiagram, ...]:
        """Return the kept diagrams."""
        return self._read(KeptDiagram, "diagrams")

    def _read(self, kind: Any, key: str) -> tuple[Any, ...]:
        found = []
        for place, table in enumerate(getattr(self, key)):
            try:
                found.append(_READER.read(kind, dict(table)))
            except ModelError as error:
                raise ModelError(f"{key}[{place}].{error.key}", str(error)) from None
        return tuple(found)
