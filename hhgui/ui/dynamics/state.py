"""Define what a session stores of the Dynamics tab."""

from dataclasses import dataclass
from typing import Literal

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.analysis.slice import VOLTAGE, Others
from hhgui.document.session import Name

Shows = Literal["live", "run"]
Of = Literal["V", "rate", "period"]


@dataclass(frozen=True)
class DynamicsState:
    """Hold the state of the tab.

    x, y: the variables of the phase plane, y "" for the usual gate. others: what the gates are that
    it does not show. shows: whether the live or the single run moves in it. field: whether the
    direction field is drawn. parameter: what the bifurcation diagram is drawn against, "current" or
    a path of model/edit.py; first, last: its range, None for one that fits the neuron; of: what is
    drawn against it.
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
