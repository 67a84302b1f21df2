"""Define what a session stores of the Gating tab."""

from dataclasses import dataclass

from hhgui.document.session import Name


@dataclass(frozen=True)
class GatingState:
    """Hold the state of the tab.

    against: The id of the comparison set, or "". thermal: Whether the thermal K rates are drawn.
    """

    against: Name = ""
    thermal: bool = False
