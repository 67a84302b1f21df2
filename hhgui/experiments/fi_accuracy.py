"""Do a sweep's method and dt tell the truth? A check at half the dt where the neuron fires most."""

from collections.abc import Sequence

from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.engine.accuracy import accuracy_problem
from hhgui.engine.simulation import Simulation
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus.stimulus import Stimulus


def fi_accuracy_problem(membrane: Membrane, protocol: FiProtocol, points: Sequence[FiPoint]) -> str:
    """What is inaccurate about these settings at the current with the most spikes, or "".

    200 ms from the membrane's start state under that current, against the same at dt/2. Near the
    first current that fires the count hangs on every digit, so that one says nothing of a method.
    """
    whole = [p for p in points if not p.problem and p.count > 0]
    if not whole:
        return ""
    current = max(whole, key=lambda p: p.count).current
    start = Simulation(
        membrane, Stimulus(holding=current), protocol.method, protocol.dt, protocol.threshold
    ).checkpoint()
    problem = accuracy_problem(start)
    return f"at {current:g} µA/cm² {problem}" if problem else ""
