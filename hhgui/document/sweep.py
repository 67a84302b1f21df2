"""Hold a kept sweep of the live run, and name it by what differs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hhgui.document.differences import describe, in_words
from hhgui.document.document import Document
from hhgui.engine.replay import Replay
from hhgui.model.membrane import Membrane


@dataclass(frozen=True)
class Sweep:
    """A part of the live run, from which its numbers are computed again.

    base: the parameter set of its neuron; onset: of the stimulus in it (ms), by which sweeps are
    laid over each other, None for one without a stimulus.
    """

    base: Membrane
    replay: Replay
    onset: float | None = None

    @property
    def document(self) -> Document:
        """Return what was set at its end."""
        end = self.replay.stretches[-1].start
        return Document(
            end.membrane, self.base, end.stimulus, end.method, end.dt, end.threshold, end.rearm
        )


def sweep_name(sweep: Sweep, first: Sweep | None, taken: Iterable[str]) -> str:
    """Return a name such as "ḡNa 120 → 60" that is not taken.

    The neuron is compared with its parameter set, the rest with the first sweep that was kept.
    """
    own = sweep.document
    start = own if first is None else first.document
    before = replace(start, membrane=sweep.base, base=sweep.base)
    name = in_words(describe(before, own)) or own.membrane.name
    if first is not None and first.base.id != sweep.base.id and own.base.name not in name:
        name = f"{own.base.name}: {name}"
    used, number, distinct = set(taken), 2, name
    while distinct in used:
        distinct, number = f"{name} ({number})", number + 1
    return distinct
