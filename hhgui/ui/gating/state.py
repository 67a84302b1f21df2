"""What a session keeps of the Gating tab."""

from dataclasses import dataclass

from hhgui.document.session import check_fields


@dataclass(frozen=True)
class GatingState:
    """against: the id of the second parameter set, or ""; thermal: draw the thermal K rates."""

    against: str = ""
    thermal: bool = False

    def __post_init__(self) -> None:
        check_fields(self, flags=("thermal",), names=("against",))
