"""Say in words with what a run or a measurement was made.

Facts are pairs of a name and a text, for a table.
"""

from collections.abc import Iterable

from hhgui.document.differences import describe_neuron
from hhgui.document.fi_protocol import FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.contract import Subject
from hhgui.experiments.single_run import SingleRun
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.library import load_library
from hhgui.model.membrane import Membrane
from hhgui.model.quantity import CLAMP
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import counted, with_minus
from hhgui.report.repeat import shipped_set

Facts = tuple[tuple[str, str], ...]
_MOST_TIMES = 40


def base_of(membrane: Membrane) -> Membrane | None:
    """Return the parameter set, of the program or the user, from which a neuron comes, or None."""
    return shipped_set(membrane.id) or load_library().membranes.get(membrane.id)


def neuron_facts(membrane: Membrane, base: Membrane | None) -> Facts:
    """Return the neuron's name and its differences from its parameter set ``base`` (None: none)."""
    facts = (("Neuron", membrane.name),)
    if base is None:
        return facts
    changes = ", ".join(change.text for change in describe_neuron(base, membrane))
    return (*facts, ("What differs", changes or "nothing: the parameter set as it is"))


def method_facts(how: Setup | Subject | FiProtocol, counts: bool = True) -> Facts:
    """Return the method and dt and, if ``counts``, what counts as a spike."""
    method = METHODS[how.method]
    step = "own steps; a sample each" if method.adaptive else "dt"
    facts = [("Method", f"{method.label}, {step} {how.dt:g} ms")]
    if counts:
        rule = f"V rises through {how.threshold:g} mV"
        if how.rearm != REARM_MV:
            rule += f", having fallen {how.rearm:g} mV below it"
        facts.append(("A spike", with_minus(rule)))
    return tuple(facts)


def stimulus_facts(stimulus: Stimulus, currents: CurrentUnit = DENSITY) -> Facts:
    """Return the stimulus in words; currents: the unit in which currents are shown."""
    parts = [f"{part.label}: {part.summary.replace(' · ', ', ')}" for part in stimulus.components]
    if stimulus.holding:
        parts.append(f"holding {stimulus.holding:g} µA/cm²")
    if stimulus.repeat is not None:
        parts.append(f"again every {stimulus.repeat:g} ms")
    text = "; ".join(parts) or "none"
    return (("Stimulus", with_minus(currents.sentence(text))),)


def command_facts(command: Command) -> Facts:
    """Return the command of a clamp in words."""
    parts = [f"holding {command.holding:g} mV"]
    for part in command.components:
        parts.append(f"{part.label}: {command.summary_of(part).replace(' · ', ', ')}")
    if command.repeat is not None:
        parts.append(f"again every {command.repeat:g} ms")
    return (("Command voltage", with_minus("; ".join(parts))),)


def run_facts(run: SingleRun, base: Membrane | None, currents: CurrentUnit = DENSITY) -> Facts:
    """Return all that a run was made with, and its spikes.

    base: the parameter set of its neuron, or None. currents: the unit in which currents are shown.
    """
    setup = run.setup
    given = (
        stimulus_facts(setup.stimulus, currents)
        if setup.command is None
        else command_facts(setup.command)
    )
    duration = ("Duration", f"{setup.duration:g} ms, from {_start(setup)}")
    neuron = neuron_facts(setup.membrane, base)
    if run.injected is CLAMP:  # no method took part, and no spike counts
        method = f"ideal clamp: the gates follow the command, dt {setup.dt:g} ms"
        return (*neuron, *given, duration, ("Method", method))
    spikes = ("Spikes", spikes_text(run.spikes))
    return (*neuron, *given, duration, *method_facts(setup), spikes)


def spikes_text(times: Iterable[float]) -> str:
    """Return the number of spikes and their times (ms) as text."""
    shown = [f"{time:.3f}" for time in times]
    if not shown:
        return "none"
    rest = ", …" if len(shown) > _MOST_TIMES else ""
    return f"{counted(len(shown), 'spike')}, at {', '.join(shown[:_MOST_TIMES])}{rest} ms"


def _start(setup: Setup) -> str:
    """Return in words from which state a run starts."""
    return with_minus(f"{setup.membrane.initial_voltage:g} mV")
