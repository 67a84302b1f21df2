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
    """The state of the tab.

    duration: of a run (ms). panes: the plots that are shown. marks: whether an action potential is
    measured. rise: the slope dV/dt (mV/ms) that defines its threshold. runs: the kept runs. shown:
    the run on the screen, or (); it need not be that of the document. method, dt (ms): the tab's
    own; a method of "" means those of the run bar.
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
