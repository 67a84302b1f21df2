"""Define what a session stores of the Single run tab."""

from dataclasses import dataclass
from typing import Annotated

from hhgui.document.fi_protocol import DURATION
from hhgui.document.session import DEFAULT_RISE, RISE, KeptRun
from hhgui.document.setup import Panes
from hhgui.engine.methods import DEFAULT_DT_MS, DT, own_trial
from hhgui.model.quantity import SHOWN_PANES


@dataclass(frozen=True)
class RunState:
    """Hold the state of the tab.

    duration: Of a run (ms). rise: dV/dt at the onset of the upstroke (mV/ms). runs: The kept runs.
    shown: The run on the screen, if any, which need not be that of the document.
    method, dt (ms): Of the tab's own; with "" as the method they are the run bar's.
    """

    duration: Annotated[float, DURATION] = 50.0
    panes: Panes = SHOWN_PANES
    marks: bool = False
    rise: Annotated[float, RISE] = DEFAULT_RISE
    runs: tuple[KeptRun, ...] = ()
    method: str = ""
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    shown: tuple[KeptRun, ...] = ()

    def __post_init__(self) -> None:
        own_trial(self.method, self.dt)
