"""Compare integrators: the same neuron and current, by several methods and dt.

The reference is the adaptive solution, whose error is far below the resolution of a plot.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hhgui.document.setup import Setup, Trial
from hhgui.engine.methods import REFERENCE_METHOD
from hhgui.engine.simulation import Simulation
from hhgui.experiments.single_run import steps_of_block
from hhgui.experiments.thinning import stretch_of
from hhgui.model.extremes import extreme_rows
from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import LIMIT
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import MOST_SAMPLES, Samples

Array = NDArray[np.float64]
# Samples this far apart meet the edges of the lab course currents; the method's steps are its own.
REFERENCE = Trial(REFERENCE_METHOD, 0.01)
# Passes any current at less than 1 mV, so that no method leaves its range on it.
WIRE = Membrane("wire", "wire", 1000.0, (Current("L", 10000.0, 0.0),), initial_voltage=0.0)


@dataclass(frozen=True)
class TrialResult:
    """The result of one method and dt.

    finite: the run reached its end; problem: why not, or ""; spike_count: None if not finite;
    spike_error: the worst (ms) over the spikes that it and the adaptive solution both have, the
    k-th of one against the k-th of the other, None if there are none; seconds: time the integration
    took; times (ms), voltage (mV): (rows,), of a long run only the rows of extremes; reference:
    this is the adaptive solution that the others are compared with.
    """

    trial: Trial
    finite: bool
    problem: str
    spike_count: int | None
    spike_error: float | None
    seconds: float
    times: Array
    voltage: Array
    reference: bool = False


def compare_integrators(
    setup: Setup,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda fraction: None,
) -> Iterator[TrialResult]:
    """Yield the adaptive reference, then each of ``setup.trials`` in order.

    Every run starts from the membrane's start state. Noise, which would differ with dt, is drawn
    once at the setup's dt and held, so that all runs get the same current. The generator ends early
    once ``cancelled()`` is true. ``progress(fraction)`` receives the fraction of steps that are
    done. Raises ModelError for noise of more than MOST_SAMPLES steps of the setup's dt.
    """
    setup = replace(setup, stimulus=_drawn(setup))
    trials = [REFERENCE, *setup.trials]
    steps = [_steps(setup, trial) for trial in trials]
    true: Array = np.empty(0)
    for number, trial in enumerate(trials):
        done = sum(steps[:number])

        def report(step: int, done: int = done) -> None:
            progress((done + step) / sum(steps))

        ran = _run(setup, trial, cancelled, report)
        if ran is None:
            return
        result, spikes = ran
        if number == 0:
            true = spikes if result.finite else np.empty(0)
            yield replace(result, reference=True)
        else:
            yield replace(result, spike_error=_error(spikes, true) if result.finite else None)
        report(steps[number])


def _steps(setup: Setup, trial: Trial) -> int:
    return max(1, round(setup.duration / trial.dt))


def _run(
    setup: Setup, trial: Trial, cancelled: Callable[[], bool], report: Callable[[int], None]
) -> tuple[TrialResult, Array] | None:
    """Return one trial, still without its error, and its spike times (ms); None once cancelled."""
    args = (setup.membrane, setup.stimulus, trial.method, trial.dt, setup.threshold)
    Simulation(*args).advance(1, every=1)  # compiles or loads the kernel, which is not timed
    simulation, steps = Simulation(*args), _steps(setup, trial)
    stretch, seconds = stretch_of(steps + 1, 1), 0.0
    times, voltages, spikes = [], [], []
    most = steps_of_block(trial.method, trial.dt)
    while simulation.step < steps and simulation.stop is None:
        if cancelled():
            return None
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
    result = TrialResult(
        trial, stop is None, stop.message if stop else "", found.size if stop is None else None,
        None, seconds, np.concatenate(times), np.concatenate(voltages),
    )  # fmt: skip
    return result, found


def _error(spikes: Array, true: Array) -> float | None:
    """Return the largest difference (ms) between spikes of the same index, or None."""
    common = min(spikes.size, true.size)
    return float(np.abs(spikes[:common] - true[:common]).max()) if common else None


def _drawn(setup: Setup) -> Stimulus:
    """Return the stimulus with its noise drawn at the setup's dt and held for each dt."""
    stimulus = setup.stimulus
    if not stimulus.noises:
        return stimulus
    if setup.steps > MOST_SAMPLES:
        longest = f"{MOST_SAMPLES * setup.dt:g} ms at dt {setup.dt:g} ms"
        raise ModelError("duration", f"noise can be compared over at most {longest}")
    drawn = tuple(part for part in stimulus.components if part.is_drawn)
    noise = replace(stimulus, components=drawn, holding=0.0)
    wire = Simulation(WIRE, noise, dt=setup.dt)
    current = wire.advance(setup.steps, every=1).columns[1]
    edges = np.arange(setup.steps + 1) * setup.dt
    held = np.clip(current, -LIMIT, LIMIT)
    others = replace(stimulus, components=tuple(c for c in stimulus.components if not c.is_drawn))
    samples = Samples(tuple(edges.tolist()), tuple(held.tolist()))
    return replace(others, components=(*others.components, samples))
