"""Vary one number of the neuron: a family of runs, and measures of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.action_potential import half_width_over_rest
from hhgui.document.setup import Setup
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Event,
    Experiment,
    Plot,
    ReportProgress,
    Row,
    Subject,
    Trace,
)
from hhgui.experiments.lanes import run_one
from hhgui.experiments.measures import MEASURES, Measurement, driven
from hhgui.experiments.settings import Grid, grid, number, path, several
from hhgui.experiments.variants import Variants
from hhgui.model.edit import with_value

Array = NDArray[np.float64]
# The largest number of traces; of more values, evenly spaced ones are drawn.
MOST_TRACES = 25


@dataclass(frozen=True)
class Vary(Experiment):
    """Runs of the neuron for a series of values of one of its numbers, and measures of each run.

    Each run starts from the neuron's start state under the document's stimulus, or under a step of
    10 µA/cm² if it has none. Rate: spikes during the stimulus, divided by its duration. Thresholds
    are measured from rest: of a 0.5 ms pulse, and of a 200 ms step (rheobase).
    """

    id = "vary"
    title = "Vary one number"
    group = "Compare"
    summary = "A family of runs with one number of the neuron varied, and measures against it."

    path: str = path("number", "Na.conductance", "The number that is varied: Na.conductance, …")
    values: Grid = grid(
        "values", "", 60.0, 180.0, 7, low=-1e6, high=1e6, help="The values that it takes."
    )
    measures: tuple[str, ...] = several(
        "measures", tuple(MEASURES), ("peak_mV", "spikes", "rate_Hz", "latency_ms"),
        "What is measured of each run.",
    )  # fmt: skip
    duration: float = number(
        "duration", "ms", 100.0, 0.0, 60_000.0, "How long each run is.", above=True
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        own = Column("value", "", self.path)
        return (own, *(MEASURES[name] for name in self.measures))

    @property
    def plots(self) -> tuple[Plot, ...]:
        family = Plot("time", ("V",), style="family", color="value")
        return (family, *(Plot("value", (MEASURES[name].key,)) for name in self.measures))

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        values = self.values.values
        under = driven(subject, self.duration)
        variants = Variants.by_path(under.membrane, {self.path: values})
        measurement = Measurement(under, self.duration, cancelled, progress)
        found = measurement.measured(self.measures, variants, values.size)
        shown = set(np.linspace(0, values.size - 1, min(values.size, MOST_TRACES)).astype(int))
        for index, value in enumerate(values.tolist()):
            row: dict[str, float | None] = {"value": value}
            row |= {key: float(column[index]) for key, column in found.items()}
            problem = ""
            if index in shown or "half_width_ms" in self.measures:
                membrane = variants.membrane(under.membrane, index)
                one = replace(under, membrane=membrane)
                run = run_one(one, under.stimulus, self.duration, cancelled)
                problem = run.problem
                if index in shown:
                    yield Trace(index, f"{self.path} {value:g}", run.times, run.voltage)
                if "half_width_ms" in self.measures:
                    width = half_width_over_rest(run.times, run.voltage, run.spikes)
                    row["half_width"] = width
            yield Row(index, row, problem)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        value = row.values["value"]
        if value is None:
            return None
        under = driven(subject, self.duration)
        membrane = with_value(under.membrane, self.path, value)
        return replace(under, membrane=membrane).setup(under.stimulus, self.duration)
