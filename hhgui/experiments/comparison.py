"""Compare integration methods: the same neuron and stimulus, by several methods and time steps."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from hhgui.document.fi_protocol import DURATION
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS, REFERENCE_METHOD, Trial
from hhgui.engine.simulation import Simulation
from hhgui.experiments.contract import (
    Array,
    Cancelled,
    Column,
    Experiment,
    Mark,
    MeasurementCancelled,
    Plot,
    ReportProgress,
    Subject,
)
from hhgui.experiments.events import Event, Result, Row, Rows, Trace
from hhgui.experiments.settings import number, trials
from hhgui.experiments.single_run import steps_of_block
from hhgui.experiments.thinning import stretch_of
from hhgui.model.extremes import extreme_rows
from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import LIMIT
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import MOST_SAMPLES, Samples

# Samples this far apart meet the edges of the lab course currents; the method's steps are its own.
REFERENCE = Trial(REFERENCE_METHOD, 0.01)
FIRST = tuple(Trial(method, 0.025) for method in ("euler", "exponential-euler", "crank-nicolson"))
# Passes any current at less than 1 mV, so that no method leaves its range on it.
WIRE = Membrane("wire", "wire", 1000.0, (Current("L", 10000.0, 0.0),), initial_voltage=0.0)
_METHODS, _OUTCOMES = tuple(METHODS), ("stopped", "finite")


@dataclass(frozen=True)
class Integrators(Experiment):
    """The neuron under its stimulus by each method and dt, compared with the adaptive solution.

    Row 0 is the adaptive solution, whose error is too small to see in a plot, row k the k-th of the
    trials (a method and its dt). Each row comes after a trace of V, which for a long run has only
    the rows with extremes. Every run starts from the neuron's start state. The error of a trial is
    the largest over the spikes that it and the adaptive solution both have, the k-th spike of one
    compared with the k-th of the other. Noise, which would differ with dt, is drawn once at the
    neuron's own dt and held, so that all runs get the same current. How long a run took ("seconds")
    is in no table, because it is never the same twice.
    """

    id = "integrators"
    title = "Integrators"
    group = "Compare"
    summary = "Several methods and dt: which stop, which miss spikes, how far off the others are."
    sketch = "0,2 5,2 8,15 11,3 24,2; 0,2 7,2 11,13 14,4 24,3"
    uses_dt = False
    columns = (
        Column("method", words=_METHODS), Column("dt", "ms"), Column("end", "ms"),
        Column("outcome", words=_OUTCOMES), Column("spike_count", "", "spikes", whole=True),
        Column("spike_error", "ms", "spike time error"),
    )  # fmt: skip
    plots = (
        Plot("time", ("V",), style="family"),
        Plot("dt", ("spike_error",), log="xy", style="points", color="method"),
        Plot("dt", ("spike_count",), "x", "points", (Mark("y", ("spikes",)),), "method"),
    )

    trials: tuple[Trial, ...] = trials(
        "trials", FIRST, "Methods and their dt in ms, e.g. euler:0.1,rk4:0.05."
    )
    duration: float = number("duration", "ms", 100.0, 0.0, DURATION.maximum, DURATION.help,
                             above=True)  # fmt: skip

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        subject = replace(subject, stimulus=_drawn(subject, self.duration))
        every = (REFERENCE, *self.trials)
        steps = [self._steps(trial) for trial in every]
        true: Array = np.empty(0)
        for index, trial in enumerate(every):
            done = sum(steps[:index])

            def report(step: int, done: int = done) -> None:
                progress((done + step) / sum(steps))

            trace, row, spikes = self._run(index, trial, subject, cancelled, report)
            if not row.problem and index == 0:
                true = spikes
            elif not row.problem:
                common = min(spikes.size, true.size)
                error = float(np.abs(spikes[:common] - true[:common]).max()) if common else None
                problem = "" if common else f"{_name(trial)}: no spike to compare"
                row = replace(row, values={**row.values, "spike_error": error}, problem=problem)
            yield trace
            yield row
            report(steps[index])

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        if not len(rows):
            return ()
        found = next(iter(rows)).values["spike_count"]
        problem = "the adaptive solution stopped" if found is None else ""
        how = f"upward crossings of {subject.threshold:g} mV by the adaptive method"
        return (Result("spikes", "spikes of the adaptive solution", found, "", how, problem),)

    def opened(self, subject: Subject, row: Row) -> Setup | None:
        trial = (REFERENCE, *self.trials)[row.index]
        one = replace(subject, method=trial.method, dt=trial.dt)
        return one.setup(subject.stimulus, self.duration)

    def _steps(self, trial: Trial) -> int:
        """Return the number of steps of a trial's run."""
        return max(1, round(self.duration / trial.dt))

    def _run(
        self, index: int, trial: Trial, subject: Subject, cancelled: Cancelled,
        report: Callable[[int], None],
    ) -> tuple[Trace, Row, Array]:  # fmt: skip
        """Run one trial; return its trace of V, its row without the error, and its spikes (ms).

        report: called with the number of steps done.
        """
        args = (
            subject.membrane, subject.stimulus, trial.method, trial.dt, subject.threshold,
            subject.rearm,
        )  # fmt: skip
        Simulation(*args).advance(1, every=1)  # compiles or loads the kernel, which is not timed
        simulation, steps = Simulation(*args), self._steps(trial)
        stretch, seconds = stretch_of(steps + 1, 1), 0.0
        times, voltages, spikes = [], [], []
        most = steps_of_block(trial.method, trial.dt)
        while simulation.step < steps and simulation.stop is None:
            if cancelled():
                raise MeasurementCancelled
            begun = time.perf_counter()
            left = min(stretch * max(1, most // stretch), steps - simulation.step)
            block = simulation.advance(left, every=1)
            seconds += time.perf_counter() - begun
            rows = extreme_rows(block.columns[:1], stretch)
            times.append(block.time[rows])
            voltages.append(block.columns[0, rows])
            spikes.append(block.spikes)
            report(simulation.step)
        stop, found = simulation.stop, np.concatenate(spikes)
        trace = Trace(index, _name(trial), np.concatenate(times), np.concatenate(voltages))
        values = {
            "method": float(_METHODS.index(trial.method)),
            "dt": None if METHODS[trial.method].adaptive else trial.dt,
            "end": round(stop.time if stop else simulation.time, 9),
            "outcome": float(stop is None),
            "spike_count": None if stop else float(found.size),
            "seconds": seconds,
        }
        return trace, Row(index, values, f"{_name(trial)}: {stop.message}" if stop else ""), found


def _name(trial: Trial) -> str:
    """Return the name of a trial in traces and tables."""
    method = METHODS[trial.method]
    return method.label if method.adaptive else f"{method.label}, dt {trial.dt:g} ms"


def _drawn(subject: Subject, length: float) -> Stimulus:
    """Return the stimulus with its noise drawn at the subject's dt and held, as samples.

    length: of the run (ms).
    """
    stimulus, steps = subject.stimulus, max(1, round(length / subject.dt))
    if not stimulus.noises:
        return stimulus
    if steps > MOST_SAMPLES:
        longest = f"{MOST_SAMPLES * subject.dt:g} ms at dt {subject.dt:g} ms"
        raise ModelError("duration", f"noise can be compared over at most {longest}")
    drawn = tuple(part for part in stimulus.components if part.is_drawn)
    noise = replace(stimulus, components=drawn, holding=0.0)
    wire = Simulation(WIRE, noise, dt=subject.dt)
    current = wire.advance(steps, every=1).columns[1]
    edges = np.arange(steps + 1) * subject.dt
    held = np.clip(current, -LIMIT, LIMIT)
    others = replace(stimulus, components=tuple(c for c in stimulus.components if not c.is_drawn))
    samples = Samples(tuple(edges.tolist()), tuple(held.tolist()))
    return replace(others, components=(*others.components, samples))
