"""Return warnings about a run or a sweep as sentences, for the command line and for tables."""

from collections.abc import Callable, Sequence

from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.accuracy import accuracy_problem
from hhgui.engine.replay import Replay
from hhgui.engine.simulation import Checkpoint, Simulation
from hhgui.engine.spikes import all_oscillations
from hhgui.experiments.fi_accuracy import fi_accuracy_problem
from hhgui.experiments.single_run import simulation_of
from hhgui.model.membrane import Membrane
from hhgui.model.words import counted

# A longer run is judged by its beginning.
MOST_STEPS = 400_000


def run_warnings(replay: Replay) -> list[str]:
    """Return warnings about the accuracy of a run's dt and about oscillations without spikes."""
    found = []
    for stretch in replay.stretches:
        start = stretch.start
        problem = accuracy_problem(start, stretch.steps * start.dt, MOST_STEPS)
        if problem:
            found.append(problem)
        if oscillation := _oscillations(start, stretch.steps):
            found.append(oscillation)
    return list(dict.fromkeys(found))


def _oscillations(start: Checkpoint, steps: int) -> str:
    """Return a sentence on oscillations without spikes in ``steps`` steps from ``start``, or ""."""
    simulation = Simulation.from_checkpoint(start)
    left = min(steps, MOST_STEPS)
    while left > 0 and simulation.stop is None:
        left -= simulation.advance(min(left, 20_000)).steps
    return simulation.oscillations.problem(start.threshold, start.rearm)


def setup_inaccuracy(setup: Setup, cancelled: Callable[[], bool] = lambda: False) -> str:
    """Return a sentence on what is inaccurate about a single run at its dt, or ""."""
    start = simulation_of(setup).checkpoint()
    return accuracy_problem(start, setup.duration, MOST_STEPS, cancelled)


def oscillation_problem(protocol: FiProtocol, points: Sequence[FiPoint]) -> str:
    """Return a sentence on where V oscillates without spikes in a sweep, or ""."""
    oscillating = sorted((p for p in points if p.note(protocol)), key=lambda p: p.current)
    if not oscillating:
        return ""
    where = f"{oscillating[0].current:g}"
    if len(oscillating) > 1:
        where += f"…{oscillating[-1].current:g}"
    problem = all_oscillations(p.oscillations for p in oscillating).problem(
        protocol.threshold, protocol.rearm
    )
    return f"at {where} µA/cm² {problem}"


def fi_warnings(membrane: Membrane, protocol: FiProtocol, points: Sequence[FiPoint]) -> list[str]:
    """Return warnings about the accuracy of a sweep and about events that its counts leave out."""
    problems = (
        fi_accuracy_problem(membrane, protocol, points),
        oscillation_problem(protocol, points),
        outside_problem(points),
    )
    return [problem for problem in problems if problem]


def outside_problem(points: Sequence[FiPoint]) -> str:
    """Return a sentence on how many spikes lie outside the step, and so in no rate, or ""."""
    outside = [p for p in points if p.outside and not p.problem]
    total = sum(p.outside for p in outside)
    if not total:
        return ""
    spikes = counted(total, "spike")
    where = (
        f"at {outside[0].current:g} µA/cm²" if len(outside) == 1 else f"at {len(outside)} currents"
    )
    lies, are = ("lies", "is") if total == 1 else ("lie", "are")
    return f"{spikes} {where} {lies} outside the step and {are} in no rate"
