"""Measure single numbers of a run: peak, spikes, rate, latency, threshold, half width.

The experiments "vary" and "map" measure them on many variants of a neuron side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.engine.methods import METHODS
from hhgui.experiments.contract import Cancelled, Column, ReportProgress, Subject, unheard
from hhgui.experiments.firing import (
    GAIN,
    LONG_STEP_MS,
    STRONGER,
    WATCH_MS,
    strengths_to_try,
)
from hhgui.experiments.lanes import Outcomes, pulse, run_many
from hhgui.experiments.rests import resting_states
from hhgui.experiments.search import all_changes
from hhgui.experiments.variants import Variants
from hhgui.experiments.varied import variations
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

Array = NDArray[np.float64]
PULSE_MS = 0.5
# Spike times that are kept of all runs together, so that memory is bounded.
MOST_TIMES = 4_000_000
TOLERANCE = 1e-3
# Of the strengths every so many are tried first.
FEW = 4
# What a run shows after the end of its stimulus, and its length at most.
AFTER_MS, LONGEST_MS = 50.0, 1000.0
DEFAULT_STEP, DEFAULT_START_MS = 10.0, 10.0
MEASURES = {
    "peak_mV": Column("peak", "mV", "highest V"),
    "lowest_mV": Column("lowest", "mV", "lowest V"),
    "spikes": Column("spikes", "", "spikes", whole=True),
    "rate_Hz": Column("rate", "Hz", "rate"),
    "latency_ms": Column("latency", "ms", "first latency"),
    "half_width_ms": Column("half_width", "ms", "half width"),
    "threshold_uA_cm2": Column("threshold", "µA/cm²", f"{PULSE_MS:g} ms threshold"),
    "rheobase_uA_cm2": Column("rheobase", "µA/cm²", "rheobase"),
}
# Why a run has no value of a measure.
WHY_MISSING = {
    "latency_ms": "no spike during the stimulus: no latency",
    "half_width_ms": "no spike: no half width",
    "threshold_uA_cm2": f"no threshold of a {PULSE_MS:g} ms pulse: it never fires, fires without "
    "one, or its response is graded",
    "rheobase_uA_cm2": f"no rheobase: no step of {LONG_STEP_MS:g} ms fires, it fires without one, "
    "or its response is graded",
}
MAPPED = tuple(name for name in MEASURES if name != "half_width_ms")


def measured_of(
    subject: Subject, values: Mapping[str, Array], names: tuple[str, ...], duration: float,
    cancelled: Cancelled, progress: ReportProgress = unheard,
) -> dict[str, Array]:  # fmt: skip
    """Return the measures ``names`` of runs of ``subject`` that differ in ``values``.

    values: for the path of each varied number an array (runs,). duration: of each run (ms). Returns
    for each measure, by column key, an array (runs,), NaN where it can't be measured. Raises
    ModelError for a path or a value that is not allowed, MeasurementCancelled once ``cancelled()``
    is true.
    """
    groups = list(variations(subject, values))
    size = sum(group.runs.size for group in groups)
    found: dict[str, Array] = {}
    done = 0
    for group in groups:
        first, part = done / size, group.runs.size / size

        def on_progress(fraction: float, first: float = first, part: float = part) -> None:
            progress(first + part * fraction)

        measurement = Measurement(group.subject, duration, cancelled, on_progress)
        for key, column in measurement.measured(names, group.variants, group.runs.size).items():
            found.setdefault(key, np.full(size, np.nan))[group.runs] = column
        done += group.runs.size
    return found


def driven(subject: Subject, duration: float) -> Subject:
    """Return the subject with its own stimulus, or if it has none with a step of 10 µA/cm².

    duration: of the run (ms), which gives the step its length.
    """
    if subject.stimulus.components:
        return subject
    step = Step(DEFAULT_STEP, min(DEFAULT_START_MS, 0.5 * duration), duration)
    return replace(subject, stimulus=replace(subject.stimulus, components=(step,)))


def run_length(stimulus: Stimulus) -> float:
    """Return a duration (ms) that shows one period of a stimulus and what follows it."""
    period = stimulus.end + AFTER_MS if stimulus.repeat is None else stimulus.repeat
    return min(period, LONGEST_MS) if stimulus.components else 0.0


@dataclass(frozen=True)
class Measurement:
    """Measures variants of a neuron under its stimulus, in runs of ``duration`` (ms)."""

    subject: Subject
    duration: float
    cancelled: Cancelled
    progress: ReportProgress
    threads: int | None = None

    def measured(self, names: tuple[str, ...], variants: Variants, runs: int) -> dict[str, Array]:
        """Return the measures ``names`` of each variant, by column key, (runs,).

        NaN where missing.
        """
        found: dict[str, Array] = {}
        if set(names) - {"threshold_uA_cm2", "rheobase_uA_cm2"}:
            found |= self._driven(variants, runs, bool({"rate_Hz", "latency_ms"} & set(names)))
        if "threshold_uA_cm2" in names:
            found["threshold"] = self._thresholds(variants, runs, PULSE_MS, WATCH_MS)
        if "rheobase_uA_cm2" in names:
            found["rheobase"] = self._thresholds(variants, runs, LONG_STEP_MS, 0.0)
        return {MEASURES[n].key: found[MEASURES[n].key] for n in names if MEASURES[n].key in found}

    def _driven(self, variants: Variants, runs: int, timed: bool) -> dict[str, Array]:
        """Return what is measured under the stimulus; ``timed``: also what needs spike times."""
        stimulus = self.subject.stimulus
        on, off = self._window()
        most = int(min(max(16.0, self.duration), MOST_TIMES / runs)) if timed else 0
        out = run_many(
            self.subject, stimulus, self.duration, np.ones(runs), variants=variants,
            most_spikes=most, threads=self.threads, cancelled=self.cancelled,
            progress=self.progress, counts=True,
        )  # fmt: skip
        stopped = np.isfinite(out.stopped)
        values = {"peak": out.highest, "lowest": out.lowest,
                  "spikes": out.count.astype(np.float64)}  # fmt: skip
        if timed:
            values |= _in_window(out, most, on, off)
        return {key: np.where(stopped, np.nan, column) for key, column in values.items()}

    def _window(self) -> tuple[float, float]:
        """Return start and end (ms) of the stimulus, within the run."""
        stimulus: Stimulus = self.subject.stimulus
        on = min(max(stimulus.onset, 0.0), 0.99 * self.duration)
        off = min(stimulus.end, self.duration)
        return on, off if off > on else self.duration

    def _thresholds(self, variants: Variants, runs: int, width: float, watch: float) -> Array:
        """Return the weakest pulse (µA/cm²) of ``width`` (ms) that fires each variant from rest.

        watch: the time after the pulse (ms) in which a spike counts.
        """
        variants = variants.unscaled()
        resting = replace(self.subject, stimulus=Stimulus(holding=self.subject.stimulus.holding))
        threshold = self.subject.threshold
        states = resting_states(
            resting.membrane, resting.stimulus.holding, variants, runs, self.cancelled
        )
        values = np.full(runs, np.nan)
        able = np.flatnonzero(states[0] < threshold)
        for every in (FEW, 1):  # where a few strengths find nothing a band between them may fire
            left = able[np.isnan(values[able])]
            if left.size:
                values[left] = self._weakest(
                    resting, variants.part(left), states[:, left], width, watch, every
                )
        found = np.flatnonzero(np.isfinite(values))
        if not found.size:
            return values
        above = run_many(
            resting, pulse(width), width + watch, STRONGER * values[found],
            variants=variants.part(found), start=states[:, found], threads=self.threads,
            cancelled=self.cancelled,
        )  # fmt: skip
        room, beyond = threshold - states[0, found], above.highest - threshold
        values[found[beyond < GAIN * (STRONGER - 1.0) * room]] = np.nan
        return values

    def _weakest(
        self, resting: Subject, variants: Variants, start: Array, width: float, watch: float,
        every: int,
    ) -> Array:  # fmt: skip
        """Return the weakest pulse (µA/cm²) of ``width`` (ms) that fires each variant, else NaN.

        start: the state of each at first. watch: the time after the pulse (ms) in which a spike
        counts. every: only every so many of the usual strengths are tried. NaN also if it fires
        without a pulse.
        """
        runs = start.shape[1]

        def fires(which: NDArray[np.int64], strengths: Array) -> NDArray[np.bool_]:
            out = run_many(
                resting, pulse(width), width + watch, strengths, variants=variants.part(which),
                start=start[:, which], threads=self.threads, cancelled=self.cancelled,
            )  # fmt: skip
            return out.fired | (np.isfinite(out.stopped) & (strengths > 0.0))

        tried = strengths_to_try()
        grids = np.tile(np.append(tried[:-1:every], tried[-1]), (runs, 1))
        at_once = 1 if METHODS[self.subject.method].adaptive else 4 * runs
        changes = all_changes(fires, grids, TOLERANCE, at_once=at_once)
        values = np.full(runs, np.nan)
        for change in changes:
            values[change.problem] = change.value
        return values


def _in_window(out: Outcomes, most: int, on: float, off: float) -> dict[str, Array]:
    """Return rate and latency from the spikes between ``on`` and ``off`` (ms), by column key.

    most: the number of spikes of each run whose times are known; a run with more counts all its
    spikes.
    """
    inside = (out.spikes >= on) & (out.spikes < off)
    count = np.where(out.count <= most, inside.sum(axis=1), out.count).astype(np.float64)
    first = np.where(inside, out.spikes, np.inf).min(axis=1, initial=np.inf)
    latency = np.where(np.isfinite(first), first - on, np.nan)
    return {"rate": 1000.0 * count / (off - on), "latency": latency}
