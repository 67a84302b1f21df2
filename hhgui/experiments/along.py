"""Measure along a range of one number of the neuron, as bifurcation diagrams and curves do."""

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.experiments.contract import Experiment
from hhgui.model.parameter import ModelError

_UNITS = {"conductance": "mS/cm²", "reversal": "mV", "capacitance": "µF/cm²", "temperature": "°C"}


class Along(Experiment):
    """An experiment with the settings ``parameter``, a path, and ``first`` and ``last``.

    Raises ModelError for a range that does not rise.
    """

    parameter: str
    first: float
    last: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.first < self.last:
            raise ModelError("last", f"to must be above from ({self.first:g} {self.unit})")

    @property
    def unit(self) -> str:
        """Return the unit of what is varied."""
        return unit_of_path(self.parameter)


def unit_of_path(path: str) -> str:
    """Return the unit of a number that a diagram is drawn against."""
    return "µA/cm²" if path == CURRENT else _UNITS.get(path.partition(".")[2], "")
