"""Vary one number of the neuron or its stimulus: a family of runs, and measures of each run."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.action_potential import half_width_over_rest
from hhgui.document.setup import Setup
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Row, Trace
from hhgui.experiments.lanes import run_one
from hhgui.experiments.measures import MEASURES, WHY_MISSING, driven, measured_of
from hhgui.experiments.settings import Grid, grid, number, path, several
from hhgui.experiments.varied import column_of, name_and_unit, with_number

Array = NDArray[np.float64]
# The largest number of traces; of more values, evenly spaced ones are drawn.
MOST_TRACES = 25
DEFAULT_MS = 100.0


@dataclass(frozen=True)
class Vary(Experiment):
    """Runs of the neuron for a series of values of one number, and measures of each run.

    The number is one of the neuron or of its stimulus: Na.conductance, m.alpha.midpoint,
    stimulus.amplitude, stimulus.holding; stimulus[2].start is of the second component.

    Each run starts from the neuron's start state under the document's stimulus, or under a step of
    10 µA/cm² if it has none. Rate: spikes during the stimulus, divided by its duration. Thresholds
    are measured from rest: of a 0.5 ms pulse, and of a 200 ms step (rheobase).
    """

    id = "vary"
    title = "Vary one number"
    group = "Compare"
    summary = "A family of runs with one number varied, and measures against it."
    sketch = "0,2 4,4 7,15 10,3 24,2; 0,2 6,4 10,12 13,3 24,2; 0,2 9,4 13,9 16,3 24,2"

    path: str = path(
        "number", "Na.conductance", "What is varied: Na.conductance, stimulus.amplitude, …"
    )
    values: Grid = grid(
        "values", "", 60.0, 180.0, 7, low=-1e6, high=1e6, help="The values that it takes."
    )
    measures: tuple[str, ...] = several(
        "measures", tuple(MEASURES), ("peak_mV", "spikes", "rate_Hz", "latency_ms"),
        "What is measured of each run.",
    )  # fmt: skip
    duration: float = number(
        "duration", "ms", DEFAULT_MS, 0.0, 60_000.0, "How long each run is.", above=True
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        own = Column("value", "", self.path)
        return (own, *(MEASURES[name] for name in self.measures))

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        _, *measures = self.columns
        return (column_of("value", driven(subject, self.duration), self.path), *measures)

    @property
    def plots(self) -> tuple[Plot, ...]:
        family = Plot("time", ("V",), style="family", color="value")
        return (family, *(Plot("value", (MEASURES[name].key,)) for name in self.measures))

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        values = self.values.values
        under = driven(subject, self.duration)
        found = measured_of(
            under, {self.path: values}, self.measures, self.duration, cancelled, progress
        )
        name, _ = name_and_unit(under, self.path)
        shown = set(np.linspace(0, values.size - 1, min(values.size, MOST_TRACES)).astype(int))
        for index, value in enumerate(values.tolist()):
            row: dict[str, float | None] = {"value": value}
            row |= {key: float(column[index]) for key, column in found.items()}
            problem = ""
            if index in shown or "half_width_ms" in self.measures:
                one = with_number(under, self.path, value)
                run = run_one(one, one.stimulus, self.duration, cancelled)
                problem = run.problem
                if index in shown:
                    yield Trace(index, f"{name} {value:g}", run.times, run.voltage)
                if "half_width_ms" in self.measures:
                    width = half_width_over_rest(run.times, run.voltage, run.spikes)
                    row["half_width"] = width
            missing = [name for name in self.measures if _is_missing(row, name)]
            problem = problem or "; ".join(filter(None, map(WHY_MISSING.get, missing)))
            yield Row(index, row, problem)

    @property
    def varied_paths(self) -> tuple[str, ...]:
        return (self.path,)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        value = row.values["value"]
        if value is None:
            return None
        one = with_number(driven(subject, self.duration), self.path, value)
        return one.setup(one.stimulus, self.duration)


def _is_missing(row: Mapping[str, float | None], name: str) -> bool:
    """Return whether a row has no value for the measure ``name``."""
    value = row.get(MEASURES[name].key)
    return value is None or not math.isfinite(value)
