"""Measure along a range of one number of the neuron, as bifurcation diagrams and curves do."""

from hhgui.analysis.equilibrium_curve import CURRENT
from hhgui.experiments.contract import Experiment
from hhgui.model.parameter import ModelError

_UNITS = {"conductance": "mS/cm²", "reversal": "mV", "capacitance": "µF/cm²", "temperature": "°C"}


class Along(Experiment):
    """The base of experiments that vary the number ``parameter`` from ``first`` to ``last``.

    parameter: "current" or a path. Raises ModelError if the range does not rise.
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
        """Return the unit of the number that is varied."""
        return unit_of_path(self.parameter)


def unit_of_path(path: str) -> str:
    """Return the unit of the number at ``path``, against which a diagram is drawn."""
    return "µA/cm²" if path == CURRENT else _UNITS.get(path.partition(".")[2], "")
