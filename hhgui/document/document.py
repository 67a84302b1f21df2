"""What a person has set, as one value: the neuron, its stimulus, how it is integrated.

Undo, sessions, protocols and lessons exchange Documents; every view shows the present one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hhgui.document.differences import number, value_text
from hhgui.document.setup import Setup, value_at
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, METHODS
from hhgui.model.edit import value_paths
from hhgui.model.membrane import Gate, Membrane
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import Stimulus

_RATES = ("alpha", "beta", "steady_state", "time_constant")
_MOST_NAMED = 3


@dataclass(frozen=True)
class Document:
    """membrane: with the user's edits; base: the parameter set it came from; dt: ms.

    threshold: a spike of a single run or a comparison is an upward crossing of it (mV).
    """

    membrane: Membrane
    base: Membrane
    stimulus: Stimulus = field(default_factory=Stimulus)
    method: str = DEFAULT_METHOD
    dt: float = DEFAULT_DT_MS
    threshold: float = 0.0

    def setup(self, duration: float) -> Setup:
        """A single run of it (ms)."""
        return Setup(
            self.membrane, self.base, self.stimulus, self.method, self.dt, duration=duration,
            threshold=self.threshold,
        )  # fmt: skip


def document_of(setup: Setup) -> Document:
    """The part of a setup that every tab shares."""
    return Document(
        setup.membrane, setup.base, setup.stimulus, setup.method, setup.dt, setup.threshold
    )


@dataclass(frozen=True)
class Change:
    """One difference between two documents: which value, and in words "ḡNa 120 → 80"."""

    key: str
    text: str


def changes(before: Document, after: Document) -> tuple[Change, ...]:
    """What was edited between two documents; nothing else is named where the set is another."""
    if before.base.id != after.base.id:
        return (Change("model", after.membrane.name),)
    found = [*_neuron_changes(before.membrane, after.membrane)]
    found += _stimulus_changes(before.stimulus, after.stimulus)
    if before.method != after.method:
        found.append(Change("method", METHODS[after.method].label))
    if before.dt != after.dt:
        found.append(_from_to("dt", "dt", before.dt, after.dt))
    if before.threshold != after.threshold:
        name = "spike threshold"
        found.append(_from_to("threshold", name, before.threshold, after.threshold))
    return tuple(found)


def edit_label(before: Document, after: Document) -> str:
    """The edit in a few words, for the Undo entry."""
    texts = [change.text for change in changes(before, after)]
    if len(texts) > _MOST_NAMED:
        return ", ".join(texts[: _MOST_NAMED - 1]) + f" and {len(texts) - _MOST_NAMED + 1} more"
    return ", ".join(texts) or "edit"


def _neuron_changes(before: Membrane, after: Membrane) -> Iterator[Change]:
    if before.structure != after.structure or before.id != after.id:
        yield Change("model", after.name)
        return
    for path in value_paths(after):
        if path in value_paths(before):
            old, new = value_at(before, path), value_at(after, path)
            if old != new:
                yield Change(path, f"{value_text(path, old)} → {_shown(new)}")
    for old_gate, new_gate in zip(before.gates, after.gates, strict=True):
        for key in _RATES:
            if _form(old_gate, key) != _form(new_gate, key):
                form = _form(new_gate, key)
                yield Change(f"{new_gate.name}.{key}.form", f"{new_gate.name} {key} {form}")


def _form(gate: Gate, key: str) -> str:
    rate = getattr(gate, key)
    return "" if rate is None else str(rate.form)


def _stimulus_changes(before: Stimulus, after: Stimulus) -> Iterator[Change]:
    if [c.kind for c in before.components] != [c.kind for c in after.components]:
        yield Change("stimulus", "stimulus")
        return
    if before.holding != after.holding:
        yield _from_to("holding", "holding current", before.holding, after.holding)
    if before.repeat != after.repeat:
        yield _from_to("repeat", "repeat", before.repeat, after.repeat)
    for place, pair in enumerate(zip(before.components, after.components, strict=True)):
        yield from _component_changes(place, *pair)


def _component_changes(place: int, before: Component, after: Component) -> Iterator[Change]:
    known = False
    for parameter in after.parameters:
        old, new = getattr(before, parameter.key), getattr(after, parameter.key)
        if old != new:
            known = True
            name = f"{after.kind} {parameter.label}"
            yield _from_to(f"stimulus.{place}.{parameter.key}", name, old, new)
    if before != after and not known:
        yield Change("stimulus", "stimulus")


def _from_to(key: str, name: str, old: float | None, new: float | None) -> Change:
    return Change(key, f"{name} {_shown(old)} → {_shown(new)}")


def _shown(value: float | None) -> str:
    return "–" if value is None else number(value)
