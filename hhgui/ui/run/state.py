"""Define what a session stores of the Single run tab."""

from dataclasses import dataclass

from hhgui.document.fi_protocol import DURATION
from hhgui.document.session import DEFAULT_RISE, MOST_RUNS, RISE, KeptRun, check_fields
from hhgui.model.quantity import PANES, SHOWN_PANES


@dataclass(frozen=True)
class RunState:
    """Hold the state of the tab.

    duration: Of a run (ms). rise: dV/dt at the onset of the upstroke (mV/ms). runs: The kept runs.
    """

    duration: float = 50.0
    panes: tuple[str, ...] = SHOWN_PANES
    marks: bool = False
    rise: float = DEFAULT_RISE
    runs: tuple[KeptRun, ...] = ()

    def __post_init__(self) -> None:
        check_fields(
            self, {"duration": DURATION, "rise": RISE}, flags=("marks",),
            lists={"runs": (KeptRun, MOST_RUNS)}, choices={"panes": tuple(PANES)},
        )  # fmt: skip
