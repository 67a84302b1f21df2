"""Define what a session stores of the Live tab."""

from dataclasses import dataclass
from typing import Annotated

from hhgui.document.session import KeptSweep
from hhgui.document.setup import SPEED, Panes
from hhgui.model.parameter import Parameter
from hhgui.model.quantity import SHOWN_PANES

WINDOW = Parameter(
    "window_ms", "shown time", "shown time", "ms", 1.0, 60_000.0, 10.0, 1,
    "How much time the live traces show.",
)  # fmt: skip
SWEEPS = Parameter(
    "sweeps", "sweeps", "past sweeps", "", 0, 8, 1, 0,
    "How many past sweeps are drawn behind the newest.", whole=True,
)  # fmt: skip


@dataclass(frozen=True)
class LiveState:
    """Hold the state of the tab.

    speed: Model time per real time, 0 for no limit. window_ms: Visible duration. trigger: Whether
    sweeps begin with the stimulus. sweeps: How many past ones are drawn behind the newest. kept:
    Those that the user has kept.
    """

    speed: Annotated[float, SPEED] = 0.05
    window_ms: Annotated[float, WINDOW] = 200.0
    panes: Panes = SHOWN_PANES
    trigger: bool = False
    sweeps: Annotated[int, SWEEPS] = 3
    kept: tuple[KeptSweep, ...] = ()
