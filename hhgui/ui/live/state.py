"""Define what a session stores of the Live tab."""

from dataclasses import dataclass
from typing import Annotated

from hhgui.document.session import KeptSweep
from hhgui.document.setup import SPEED, Panes
from hhgui.model.parameter import Parameter
from hhgui.model.quantity import SHOWN_PANES
from hhgui.ui.live.trigger import STIMULUS, Source

WINDOW = Parameter(
    "window_ms", "shown time", "shown time", "ms", 1.0, 60_000.0, 10.0, 1,
    "How much time the live traces show.",
)  # fmt: skip
SWEEPS = Parameter(
    "sweeps", "sweeps", "past sweeps", "", 0, 8, 1, 0,
    "How many past sweeps are drawn behind the newest.", whole=True,
)  # fmt: skip
LEVEL = Parameter(
    "level", "level", "trigger level", "mV", -150.0, 150.0, 5.0, 2,
    "A sweep begins when V rises through this voltage.",
)  # fmt: skip
BEFORE = Parameter(
    "before_ms", "pre-trigger", "pre-trigger time", "ms", 0.0, 60_000.0, 5.0, 2,
    "How much of a sweep is before its trigger; nine tenths of the shown time at most.",
)  # fmt: skip


@dataclass(frozen=True)
class LiveState:
    """Hold the state of the tab.

    speed: Model time per real time, 0 for no limit. window_ms: Visible duration. trigger: Whether
    sweeps are triggered. sweeps: How many past ones are drawn behind the newest. kept: Those that
    the user has kept. trigger_source, level, before_ms: What triggers (see TriggerSettings).
    """

    speed: Annotated[float, SPEED] = 0.05
    window_ms: Annotated[float, WINDOW] = 200.0
    panes: Panes = SHOWN_PANES
    trigger: bool = False
    sweeps: Annotated[int, SWEEPS] = 3
    kept: tuple[KeptSweep, ...] = ()
    trigger_source: Source = STIMULUS
    level: Annotated[float, LEVEL] = 0.0
    before_ms: Annotated[float, BEFORE] = 20.0
