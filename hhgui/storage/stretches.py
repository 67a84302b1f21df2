"""Convert the stretches of a live run to plain values and back.

A stretch refers to its neuron and its stimulus by their indices in the lists of the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from hhgui.document.fi_protocol import REARM, THRESHOLD
from hhgui.engine.methods import DT, method_named
from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Checkpoint
from hhgui.engine.spikes import SpikeRule
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import MisfitError, ModelError, Rule, whole
from hhgui.model.stimulus.stimulus import Stimulus

_From0 = Annotated[int, Rule(partial(whole, least=0, most=2**53 - 1))]
_From1 = Annotated[int, Rule(partial(whole, least=1, most=2**53 - 1))]


@dataclass(frozen=True)
class StretchEntry:
    """A stretch as files have it; ``model`` and ``stimulus`` are indices in the file's lists."""

    model: _From0
    stimulus: _From0
    method: str
    dt_ms: Annotated[float, DT]
    steps: _From1
    every: _From1
    phase: _From0
    step: _From0
    base_step: _From0
    base_time_ms: float
    state: tuple[float, ...]
    noise: tuple[float, ...]
    armed: bool | None = None  # of older files it is not known
    threshold_mV: Annotated[float, THRESHOLD] | None = None
    rearm_mV: Annotated[float, REARM] | None = None


def stretch_to_dict(stretch: Stretch, model: int, stimulus: int) -> dict[str, Any]:
    """Return a stretch as JSON values; model, stimulus: the indices of its neuron and stimulus."""
    start = stretch.start
    return {
        "model": model,
        "stimulus": stimulus,
        "method": start.method,
        "dt_ms": start.dt,
        "steps": stretch.steps,
        "every": stretch.every,
        "phase": stretch.phase,
        "step": start.step,
        "base_step": start.base_step,
        "base_time_ms": start.base_time,
        "state": list(start.state),
        "noise": list(start.noise),
        "armed": start.armed,
        "threshold_mV": start.threshold,
        "rearm_mV": start.rearm,
    }


def replay_of_entries(
    entries: Sequence[StretchEntry],
    models: Sequence[Membrane],
    stimuli: Sequence[Stimulus],
    from_time: float,
    to_time: float,
    rule: SpikeRule,
) -> Replay:
    """Return the replay of the stretches in a file. Raises ModelError.

    models, stimuli: the lists of the file. from_time, to_time: the range of its rows (ms). rule:
    what counts as a spike in stretches of older files, which do not say it.
    """
    if not entries:
        raise MisfitError("stretches", "must be a list of at least one stretch")
    stretches = tuple(_stretch(entry, models, stimuli, rule) for entry in entries)
    if len({s.start.membrane.structure for s in stretches}) != 1:
        raise ModelError("models", "all models of one run must have the same currents and gates")
    return Replay(stretches, from_time, to_time)


def _stretch(
    entry: StretchEntry, models: Sequence[Membrane], stimuli: Sequence[Stimulus], rule: SpikeRule
) -> Stretch:
    if entry.model >= len(models) or entry.stimulus >= len(stimuli):
        raise ModelError("stretches", "a stretch names a model or a stimulus that is not there")
    membrane = models[entry.model]
    if len(entry.state) != len(membrane.gates) + 2:
        raise ModelError("state", f"state must have {len(membrane.gates) + 2} numbers")
    start = Checkpoint(
        membrane,
        stimuli[entry.stimulus],
        method_named(entry.method).id,
        entry.dt_ms,
        rule.threshold if entry.threshold_mV is None else entry.threshold_mV,
        entry.step,
        entry.base_step,
        entry.base_time_ms,
        entry.state,
        entry.noise,
        rule.rearm if entry.rearm_mV is None else entry.rearm_mV,
        entry.armed,
    )
    return Stretch(start, entry.steps, entry.every, entry.phase)
