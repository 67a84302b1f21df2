"""Hold a family of voltage-clamp sweeps with everything that is measured on it."""

from functools import cached_property

import numpy as np

from hhgui.experiments.clamp_record import ClampRecord
from hhgui.experiments.clamp_results import is_peak
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.contract import Cancelled, never
from hhgui.experiments.events import Result, Rows
from hhgui.model.membrane import Membrane
from hhgui.model.words import sentence, with_minus


class Clamped:
    """A staircase of commands, the membrane under it, and the record of the sweeps."""

    def __init__(self, staircase: ClampStaircase, membrane: Membrane, record: ClampRecord) -> None:
        self.staircase, self.membrane, self.record = staircase, membrane, record

    @cached_property
    def rows(self) -> Rows:
        """Return the table of what is measured on the sweeps."""
        return Rows(list(self.staircase.rows(self.record)))

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Return the results that follow from the table."""
        return self.staircase.results_of(self.rows, self.membrane)

    @property
    def sentences(self) -> list[str]:
        """Return how far V is from the command behind an amplifier, and what misleads."""
        said = []
        if not self.record.is_ideal and self.staircase.evaluated not in ("ramp", "leak"):
            errors = self.rows.column("voltage_error_at_peak")
            peaks = self.rows.column(f"peak_I_{self.staircase.chosen(self.membrane).name}")
            worst = int(np.where(is_peak(peaks), np.abs(errors), 0.0).argmax())
            said.append(with_minus(
                f"At the peak of I_{self.staircase.chosen(self.membrane).name} V is "
                f"{errors[worst]:+.3g} mV from the command in the sweep at {self.names[worst]}, "
                "the farthest."
            ))  # fmt: skip
        return [*said, *(sentence(problem, ".") for problem in self.rows.problems)]

    @property
    def names(self) -> list[str]:
        """Return the name of each sweep, by which it differs from the others: "−40 mV"."""
        unit = self.staircase.varied_column[1]
        return [f"{value:g} {unit}" for value in self.staircase.values.values.tolist()]


def clamped_by(
    staircase: ClampStaircase, membrane: Membrane, cancelled: Cancelled = never
) -> Clamped:
    """Compute the sweeps of a membrane under a staircase.

    Raises ModelError, and MeasurementCancelled once ``cancelled()`` is true.
    """
    clamped = Clamped(staircase, membrane, staircase.record(membrane, cancelled))
    assert clamped.results is not None  # now, so that drawing computes nothing
    return clamped
