"""Hold a kept sweep of the live run, and name it by how it differs from others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hhgui.document.differences import describe, in_words
from hhgui.document.document import Document
from hhgui.engine.recording import SPAN_MS
from hhgui.engine.replay import Replay
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.words import distinct

MOST_MS = 2.0 * SPAN_MS  # what a recording holds, with room for its oldest rows


@dataclass(frozen=True)
class Sweep:
    """A part of the live run, stored as what is needed to compute it again.

    base: the parameter set of its neuron. replay: its stretches. onset: the time (ms) at which the
    stimulus begins in it, at which sweeps are aligned for comparison; None without a stimulus.
    Raises ModelError.
    """

    base: Membrane
    replay: Replay
    onset: float | None = None

    def __post_init__(self) -> None:
        start, stop = self.replay.from_time, self.replay.to_time
        if not start < stop <= start + MOST_MS:
            raise ModelError("to_ms", f"to_ms must be after from_ms, by at most {MOST_MS:g} ms")
        if sum(each.steps * each.start.dt for each in self.replay.stretches) > 2.0 * MOST_MS:
            raise ModelError("stretches", f"stretches must be at most {2.0 * MOST_MS:g} ms long")
        if self.onset is not None and not start <= self.onset <= stop:
            raise ModelError("onset_ms", "onset_ms must be from from_ms to to_ms")

    @property
    def document(self) -> Document:
        """Return the settings at the end of the sweep."""
        end = self.replay.stretches[-1].start
        document = Document(
            end.membrane, self.base, Stimulus(), end.method, end.dt, end.threshold, end.rearm
        )
        if isinstance(end.stimulus, Command):
            return replace(document, command=end.stimulus, clamped=True)
        return replace(document, stimulus=end.stimulus)


def sweep_name(sweep: Sweep, first: Sweep | None, taken: Iterable[str]) -> str:
    """Return a name for a sweep, such as "ḡNa 120 → 60", that is not in ``taken``.

    The neuron is compared with its parameter set, everything else with ``first``, the sweep that
    was kept first.
    """
    own = sweep.document
    start = own if first is None else first.document
    before = replace(start, membrane=sweep.base, base=sweep.base)
    if own.clamped != start.clamped:  # the mode says enough
        before = replace(before, stimulus=own.stimulus, command=own.command)
    name = in_words(describe(before, own)) or own.membrane.name
    if first is not None and first.base.id != sweep.base.id and own.base.name not in name:
        name = f"{own.base.name}: {name}"
    return distinct(name, set(taken), "{} ({})")
