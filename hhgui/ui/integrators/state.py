"""Define what a session stores of the Integrators tab."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hhgui.experiments.comparison import Integrators


@dataclass(frozen=True)
class IntegratorsState:
    """The state of the tab: the settings of the comparison."""

    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Integrators.from_settings(self.settings)
