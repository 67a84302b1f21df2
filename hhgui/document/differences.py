"""Describe in a physicist's words how neurons, documents and runs differ.

The entries of Undo, the names of f-I curves and the legends of overlaid runs are all made here: an
edit reads "ḡNa 120 → 60" in each of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hhgui.document.document import Document
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS
from hhgui.model.edit import values_of
from hhgui.model.membrane import MEMBRANE_PARAMETERS, Gate, Membrane
from hhgui.model.parameter import CURRENT_PARAMETERS
from hhgui.model.rate import Curve, Rate
from hhgui.model.stimulus.command import Command, described
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import HOLDING, Stimulus
from hhgui.model.words import with_minus

Item = tuple[str, str]
_MOST_NAMED = 3
_MEMBRANE = {p.key: p for p in MEMBRANE_PARAMETERS}
_CURRENT = {p.key: p for p in CURRENT_PARAMETERS}
_RATES = {"alpha": "α_{}", "beta": "β_{}", "steady_state": "{}∞", "time_constant": "τ_{}"}
_AMPLITUDE = "amplitude"


@dataclass(frozen=True)
class Change:
    """One difference between two documents.

    key: names the value, for example by its path. text: for people, such as "ḡNa 120 → 80".
    """

    key: str
    text: str


def describe(before: Document, after: Document) -> tuple[Change, ...]:
    """Return the changes from one document to another, as the user made them by edits.

    If they are based on different parameter sets, this is only the change of the set.
    """
    if before.base.id != after.base.id:
        return (Change("model", after.membrane.name),)
    found = [*describe_neuron(before.membrane, after.membrane)]
    found += _stimulus_changes(before.stimulus, after.stimulus)
    found += _stimulus_changes(before.command, after.command)
    if before.clamped != after.clamped:
        found.append(Change("clamped", "voltage clamp" if after.clamped else "current clamp"))
    if before.method != after.method:
        found.append(Change("method", METHODS[after.method].label))
    if before.dt != after.dt:
        found.append(_from_to("dt", "dt", before.dt, after.dt))
    if before.threshold != after.threshold:
        name = "spike threshold"
        found.append(_from_to("threshold", name, before.threshold, after.threshold))
    if before.rearm != after.rearm:
        found.append(_from_to("rearm", "re-arm distance", before.rearm, after.rearm))
    return tuple(found)


def in_words(changes: Sequence[Change]) -> str:
    """Return the changes as one short text; if there are many, the last are only counted.

    It is "" if there are none.
    """
    texts = [change.text for change in changes]
    if len(texts) > _MOST_NAMED:
        return ", ".join(texts[: _MOST_NAMED - 1]) + f" and {len(texts) - _MOST_NAMED + 1} more"
    return ", ".join(texts)


def describe_neuron(before: Membrane, after: Membrane) -> tuple[Change, ...]:
    """Return the changes from one neuron to another.

    If they have different currents or gates, or different ids, this is only the change of the
    model.
    """
    if before.structure != after.structure or before.id != after.id:
        return (Change("model", after.name),)
    old, new = values_of(before), values_of(after)
    optional = (path for path in [*old, *new] if path.startswith("membrane."))
    paths = dict.fromkeys([*optional, *(path for path in new if path in old)])
    found = [
        Change(path, value_text(path, new.get(path), old.get(path)))
        for path in paths
        if new.get(path) != old.get(path)
    ]
    for gate, earlier in zip(after.gates, before.gates, strict=True):
        found += _gate_changes(earlier, gate)
    return tuple(found)


def _gate_changes(before: Gate, after: Gate) -> Iterator[Change]:
    """Yield the differences of two gates other than in their numbers: speed, forms of curves."""
    name, forms, earlier = after.name, _forms(after), _forms(before)
    if before.instantaneous != after.instantaneous:
        yield Change(f"{name}.instantaneous", _speed_text(after))
    if list(forms) != list(earlier):
        given = " and ".join(_RATES[key].format(name) for key in forms)
        yield Change(f"{name}.kind", f"{name} by {given}")
        return
    for key, form in forms.items():
        if form != earlier[key]:
            yield Change(f"{name}.{key}.form", f"{name} {key} {form[0]}")


def _speed_text(gate: Gate) -> str:
    """Return in words whether a gate is instantaneous."""
    return f"{gate.name} at once" if gate.instantaneous else f"{gate.name} takes its time"


def _forms(gate: Gate) -> dict[str, tuple[str, object]]:
    """Return for each curve that a gate has the word for its form and what else defines it."""
    rates = {key: getattr(gate, key) for key in _RATES}
    return {
        key: (str(rate.form), None) if isinstance(rate, Rate) else ("of terms", _shape(rate))
        for key, rate in rates.items()
        if rate is not None
    }


def _shape(curve: Curve) -> object:
    """Return the structure of a curve (forms, bounds) without its numbers, to be compared."""
    return (
        curve.combine,
        curve.minimum is None,
        curve.maximum is None,
        [t.form for t in curve.terms],
    )


def _stimulus_changes(before: Stimulus, after: Stimulus) -> Iterator[Change]:
    """Yield the changes from one stimulus to another, or from one command of a clamp to another.

    If the kinds of waveforms differ this is a single change. Keys of a command begin with
    "command.".
    """
    clamps = isinstance(after, Command)
    own, words = ("command.", "command ") if clamps else ("", "")
    whole = Change("command", "command voltage") if clamps else Change("stimulus", "stimulus")
    if [c.kind for c in before.components] != [c.kind for c in after.components]:
        yield whole
        return
    holding = described(HOLDING) if clamps else HOLDING
    if before.holding != after.holding:
        values = before.holding, after.holding
        yield _from_to(f"{own}holding", holding.label, *values, holding.unit)
    if before.repeat != after.repeat:
        yield _from_to(f"{own}repeat", f"{words}repeat", before.repeat, after.repeat)
    for place, pair in enumerate(zip(before.components, after.components, strict=True)):
        yield from _component_changes(own or "stimulus.", place, *pair)


def _component_changes(owner: str, place: int, before: Component, after: Component) -> list[Change]:
    """Return the changes of the numbers of one waveform.

    If it differs in something that is no number, such as samples from a file, it is one change of
    the whole. owner: the beginning of the keys. place: the index of the waveform, from 0.
    """
    found = []
    for parameter in after.parameters:
        old, new = getattr(before, parameter.key), getattr(after, parameter.key)
        if old != new:
            shown = described(parameter) if owner == "command." else parameter
            name = f"{after.kind} {parameter.label}"
            found.append(_from_to(f"{owner}{place}.{parameter.key}", name, old, new, shown.unit))
    if before != after and not found:
        found.append(Change("stimulus", "stimulus"))
    return found


def _from_to(key: str, name: str, old: float | None, new: float | None, unit: str = "") -> Change:
    """Return a change of a number, written "name old → new unit"."""
    return Change(key, f"{name} {_shown(old)} → {_shown(new)} {unit}".rstrip())


def _shown(value: float | None) -> str:
    """Return a number as text, or the word for None."""
    return "–" if value is None else number(value)


def differences(runs: Sequence[Setup]) -> list[str]:
    """Return one line per setup with how it differs from the others: "ḡNa 120 → 100 · dt 0.01 ms".

    Only values that are not the same in all ``runs`` are listed; the line is "" if there are none.
    "120 → 100" means that the setup has 100 where its parameter set has 120. If the setups are
    based on different parameter sets, a line has only the edits of its neuron, and ends with the
    name of its set: "ḡNa 120 → 100 · model Squid giant axon".
    """
    described = [dict(_items(run, runs)) for run in runs]
    keys = list(dict.fromkeys(key for items in described for key in items))
    differing = [key for key in keys if len({items.get(key, "") for items in described}) > 1]
    return [" · ".join(items[key] for key in differing if items.get(key)) for items in described]


def _items(run: Setup, runs: Sequence[Setup]) -> Iterator[Item]:
    """Yield key and text of each value of a run that may differ from that of another run.

    The text is "" for a value that need not be mentioned. runs: all runs, to know what they share.
    """
    same_set = all(other.base == run.base for other in runs)
    given, edits = values_of(run.base), run.edits
    for path, value in values_of(run.membrane).items():
        if same_set or path in edits:
            yield path, value_text(path, value, given.get(path, value))
    for gate in run.membrane.gates if same_set else ():
        yield f"{gate.name}.instantaneous", _speed_text(gate)
        for key, form in _forms(gate).items():
            yield f"{gate.name}.{key}.form", f"{_RATES[key].format(gate.name)} {form[0]}"
    if any(other.command is not None for other in runs):
        yield "command", _command_text(run.command)
    if any(other.command is None for other in runs):
        yield from _stimulus_items(run.stimulus, [other.stimulus for other in runs])
    yield "method", METHODS[run.method].label
    yield "dt", f"dt {number(run.dt)} ms"
    yield "duration", f"{number(run.duration)} ms long"
    yield "threshold", f"spikes at {number(run.threshold)} mV"
    yield "rearm", f"re-armed {number(run.rearm)} mV below"
    if not same_set or any(other.membrane.structure != run.membrane.structure for other in runs):
        yield "model", f"model {run.base.name}"


def value_text(path: str, value: float | None, before: float | None) -> str:
    """Return the name and value of a number: "ḡNa 120 → 100", "E_L −60", "m₀ 0.05".

    before: the earlier value; if it equals ``value``, there is no arrow. None stands for a value
    that is not set.
    """
    none = {"initial": "steady", "area": "none"}.get(path.partition(".")[2], "as the neuron's")
    text = " → ".join(none if v is None else number(v) for v in dict.fromkeys((before, value)))
    return f"{value_name(path)} {text}"


def value_name(path: str) -> str:
    """Return the name of a neuron's number for people, from its path: "ḡNa", "α_m midpoint"."""
    owner, _, key = path.partition(".")
    if owner == "membrane":
        return _MEMBRANE[key].symbol
    if key == "conductance":
        return f"{_CURRENT[key].symbol}{owner}"
    if key == "reversal":
        return f"{_CURRENT[key].symbol}_{owner}"
    if key == "initial":
        return f"{owner}₀"
    if key == "q10":
        return f"Q10 of {owner}"
    rate, _, what = key.partition(".")
    name = _RATES[rate].format(owner) if rate in _RATES else owner
    return f"{name} {what or key}"


def _stimulus_items(own: Stimulus, every: Sequence[Stimulus]) -> Iterator[Item]:
    """Yield the values of a stimulus, if all have the same kinds of waveforms, else a summary."""
    kinds = [[part.kind for part in stimulus.components] for stimulus in every]
    if any(other != kinds[0] for other in kinds) or "file" in kinds[0]:
        yield "stimulus", " + ".join(_described(own)) or "no stimulus"
    else:
        several = len(own.components) > 1
        for place, part in enumerate(own.components):
            owner = f"{part.kind} {place + 1} " if several else ""
            for parameter in part.parameters:
                name = "I" if parameter.key == _AMPLITUDE else parameter.label
                unit = f" {parameter.unit}" if parameter.unit else ""
                value = number(getattr(part, parameter.key))
                yield f"stimulus.{place}.{parameter.key}", f"{owner}{name} {value}{unit}"
    yield "holding", f"hold {number(own.holding)} µA/cm²"
    yield "repeat", "" if own.repeat is None else f"again every {number(own.repeat)} ms"
    yield "origin", f"stimulus from {number(own.origin)} ms" if own.origin else ""


def _command_text(command: Command | None) -> str:
    """Return in words to what the voltage is clamped; "current clamp" if it is not (None)."""
    if command is None:
        return "current clamp"
    parts = [f"hold {number(command.holding)} mV", *map(command.summary_of, command.components)]
    return "clamped: " + with_minus(" + ".join(parts))


def _described(stimulus: Stimulus) -> Iterator[str]:
    """Yield each waveform of a stimulus in a few words: "Step: 3 µA/cm², 10–20 ms"."""
    for part in stimulus.components:
        numbers = with_minus(part.summary.replace(" · ", ", "))
        yield f"{part.label}: {numbers}"


def number(value: float) -> str:
    """Return a number as text of at most ten digits, with a typographic minus."""
    return with_minus(f"{value:.10g}")
