"""Define what a session stores of the Gating tab."""

from dataclasses import dataclass

from hhgui.document.session import check_fields


@dataclass(frozen=True)
class GatingState:
    """Hold the state of the tab.

    against: The id of the comparison set, or "". thermal: Whether the thermal K rates are drawn.
    """

    against: str = ""
    thermal: bool = False

    def __post_init__(self) -> None:
        check_fields(self, flags=("thermal",), names=("against",))
