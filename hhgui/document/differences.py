"""What a set of setups differ in, in a physicist's words: the legends of runs laid over another."""

import re
from collections.abc import Iterator, Sequence

from hhgui.document.setup import Setup, value_at
from hhgui.engine.methods import METHODS
from hhgui.model.edit import value_paths
from hhgui.model.parameter import CURRENT_PARAMETERS, MEMBRANE_PARAMETERS, REFERENCE_TEMPERATURE
from hhgui.model.stimulus.stimulus import Stimulus

Item = tuple[str, str]
_MEMBRANE = {p.key: p for p in (*MEMBRANE_PARAMETERS, REFERENCE_TEMPERATURE)}
_CURRENT = {p.key: p for p in CURRENT_PARAMETERS}
_RATES = {"alpha": "α_{}", "beta": "β_{}", "steady_state": "{}∞", "time_constant": "τ_{}"}
_AMPLITUDE = "amplitude"
_MINUS = re.compile(r"(?<!\S)-(?=\d)")  # but not the hyphen of a file's name


def differences(runs: Sequence[Setup]) -> list[str]:
    """For each setup a line of its values that not all share: "ḡNa 100 · dt 0.01 ms".

    "" where nothing differs, as of a single one. What the neurons' own parameter sets differ in is
    told by their names, and only edits to them are listed.
    """
    described = [dict(_items(run, runs)) for run in runs]
    keys = list(dict.fromkeys(key for items in described for key in items))
    differing = [key for key in keys if len({items.get(key, "") for items in described}) > 1]
    return [" · ".join(items[key] for key in differing if items.get(key)) for items in described]


def _items(run: Setup, runs: Sequence[Setup]) -> Iterator[Item]:
    """Key and text of everything of a run that may differ, "" where it is not worth a word."""
    same_set = all(other.base == run.base for other in runs)
    paths = value_paths(run.membrane) if same_set else list(run.edits)
    for path in paths:
        yield path, value_text(path, value_at(run.membrane, path))
    for gate in run.membrane.gates:
        for key, name in _RATES.items():
            rate = getattr(gate, key)
            if rate is not None and same_set:
                yield f"{gate.name}.{key}.form", f"{name.format(gate.name)} {rate.form}"
    yield from _stimulus_items(run.stimulus, [other.stimulus for other in runs])
    yield "method", METHODS[run.method].label
    yield "dt", f"dt {number(run.dt)} ms"
    yield "duration", f"{number(run.duration)} ms long"
    yield "threshold", f"spikes at {number(run.threshold)} mV"
    if not same_set or any(other.membrane.structure != run.membrane.structure for other in runs):
        yield "model", f"model {run.membrane.name}"


def value_text(path: str, value: float | None) -> str:
    """One value of a membrane: "ḡNa 100", "E_L −60", "C 2", "m₀ 0.05", "α_m midpoint −38"."""
    owner, _, key = path.partition(".")
    text = "steady" if value is None else number(value)
    if owner == "membrane":
        return f"{_MEMBRANE[key].symbol} {text}"
    if key == "conductance":
        return f"{_CURRENT[key].symbol}{owner} {text}"
    if key == "reversal":
        return f"{_CURRENT[key].symbol}_{owner} {text}"
    if key == "initial":
        return f"{owner}₀ {text}"
    rate, _, what = key.partition(".")
    name = _RATES[rate].format(owner) if rate in _RATES else owner
    return f"{name} {what or key} {text}"


def _stimulus_items(own: Stimulus, every: Sequence[Stimulus]) -> Iterator[Item]:
    """Value by value where all are of the same kinds, else in one piece."""
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


def _described(stimulus: Stimulus) -> Iterator[str]:
    """Each component in a few words: "Step: 3 µA/cm², 10–20 ms"."""
    for part in stimulus.components:
        numbers = _MINUS.sub("−", part.summary.replace(" · ", ", "))
        yield f"{part.label}: {numbers}"


def number(value: float) -> str:
    """A number as short as it can be without losing a digit that anybody set, with a real minus."""
    return f"{value:.10g}".replace("-", "−")
