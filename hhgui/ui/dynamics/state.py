"""Define what a session stores of the Dynamics tab."""

from dataclasses import dataclass
from typing import Literal

from hhgui.analysis.slice import VOLTAGE, Others
from hhgui.document.session import Name

Shows = Literal["live", "run"]


@dataclass(frozen=True)
class DynamicsState:
    """Hold the state of the tab.

    x, y: the variables of the phase plane, y "" for the usual gate. others: what the gates are that
    it does not show. shows: whether the live or the single run moves in it. field: whether the
    direction field is drawn.
    """

    x: Name = VOLTAGE
    y: Name = ""
    others: Others = Others.FROZEN
    shows: Shows = "live"
    field: bool = True
