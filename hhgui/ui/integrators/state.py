"""Define what a session stores of the Integrators tab."""

from dataclasses import dataclass

from hhgui.document.fi_protocol import DURATION
from hhgui.document.session import check_fields
from hhgui.engine.methods import Trial

_MOST_TRIALS = 100


@dataclass(frozen=True)
class IntegratorsState:
    """Hold the state of the tab.

    trials: An empty tuple keeps the tab's trials. duration: Of every run (ms).
    """

    trials: tuple[Trial, ...] = ()
    duration: float = 100.0

    def __post_init__(self) -> None:
        check_fields(self, {"duration": DURATION}, lists={"trials": (Trial, _MOST_TRIALS)})
