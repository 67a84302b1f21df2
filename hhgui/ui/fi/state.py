"""Define what a session stores of the f–I tab."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import REARM, THRESHOLD, FiProtocol
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.frequency_current import FrequencyCurrent


@dataclass(frozen=True)
class FiState:
    """The state of the tab.

    settings: those of the f–I experiment for the next curve; method, dt (ms), threshold, rearm
    (mV): likewise. show_rate: whether rates are shown. curves: oldest first. protocol: follows from
    the settings.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = DEFAULT_METHOD
    dt: Annotated[float, DT] = DEFAULT_DT_MS
    threshold: Annotated[float, THRESHOLD] = 0.0
    rearm: Annotated[float, REARM] = REARM_MV
    show_rate: bool = False
    curves: tuple[FiCurve, ...] = ()
    protocol: FiProtocol = field(init=False)

    def __post_init__(self) -> None:
        experiment = FrequencyCurrent.from_settings(self.settings)
        protocol = experiment.protocol(self.method, self.dt, self.threshold, self.rearm)
        object.__setattr__(self, "protocol", protocol)
