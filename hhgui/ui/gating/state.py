"""Define what a session stores of the Gating tab."""

from dataclasses import dataclass

from hhgui.document.session import Name


@dataclass(frozen=True)
class GatingState:
    """The state of the tab.

    against: the id of the comparison set, or "". thermal: whether the thermal rates are drawn.
    """

    against: Name = ""
    thermal: bool = False
