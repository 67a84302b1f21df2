"""Define what a session stores of the Single run tab."""

from dataclasses import dataclass
from typing import Annotated

from hhgui.document.fi_protocol import DURATION
from hhgui.document.session import DEFAULT_RISE, RISE, KeptRun
from hhgui.document.setup import Panes
from hhgui.model.quantity import SHOWN_PANES


@dataclass(frozen=True)
class RunState:
    """Hold the state of the tab.

    duration: Of a run (ms). rise: dV/dt at the onset of the upstroke (mV/ms). runs: The kept runs.
    """

    duration: Annotated[float, DURATION] = 50.0
    panes: Panes = SHOWN_PANES
    marks: bool = False
    rise: Annotated[float, RISE] = DEFAULT_RISE
    runs: tuple[KeptRun, ...] = ()
