"""Define what a session stores of the f–I tab."""

from dataclasses import dataclass, field

from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import FiProtocol
from hhgui.document.session import MOST_CURVES, check_fields
from hhgui.model.parameter import ModelError


@dataclass(frozen=True)
class FiState:
    """Hold the state of the tab.

    protocol: Of the next curve. curves: The measured curves, oldest first.
    """

    protocol: FiProtocol = field(default_factory=FiProtocol)
    show_rate: bool = False
    curves: tuple[FiCurve, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.protocol, FiProtocol):
            raise ModelError("protocol", "protocol must be an f–I protocol")
        check_fields(self, flags=("show_rate",), lists={"curves": (FiCurve, MOST_CURVES)})
