"""Define what a session stores of the Live tab."""

from dataclasses import dataclass

from hhgui.document.session import check_fields
from hhgui.model.parameter import Parameter
from hhgui.model.quantity import PANES, SHOWN_PANES

SPEED = Parameter(
    "speed", "speed", "speed", "", 0.0, 1e6, 0.01, 4,
    "Model time per real time in the live tab; 0: as fast as it goes.",
)  # fmt: skip
WINDOW = Parameter(
    "window_ms", "shown time", "shown time", "ms", 1.0, 60_000.0, 10.0, 1,
    "How much time the live traces show.",
)  # fmt: skip


@dataclass(frozen=True)
class LiveState:
    """Hold the state of the tab.

    speed: Model time per real time, 0 for no limit. window_ms: Visible duration.
    """

    speed: float = 0.05
    window_ms: float = 200.0
    panes: tuple[str, ...] = SHOWN_PANES

    def __post_init__(self) -> None:
        numbers = {"speed": SPEED, "window_ms": WINDOW}
        check_fields(self, numbers, choices={"panes": tuple(PANES)})
