"""Hold a family of sweeps with everything that is measured in it."""

from functools import cached_property

from hhgui.experiments.clamp_record import ClampRecord
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.contract import Result, Rows
from hhgui.model.membrane import Membrane


class Clamped:
    """A staircase, the membrane it clamps, and the record of its sweeps."""

    def __init__(self, staircase: ClampStaircase, membrane: Membrane, record: ClampRecord) -> None:
        self.staircase, self.membrane, self.record = staircase, membrane, record

    @cached_property
    def rows(self) -> Rows:
        """Return the table of what is measured."""
        return Rows(list(self.staircase.rows(self.record)))

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Return the results of the table."""
        return self.staircase.results_of(self.rows, self.membrane)

    @property
    def names(self) -> list[str]:
        """Return what distinguishes each sweep: "−40 mV"."""
        unit = self.staircase.varied_column[1]
        return [f"{value:g} {unit}" for value in self.staircase.values.values.tolist()]
